"""Axes of plots: the title of a quantity, the format of its numbers, and its scale."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from archcalc.convention import CONVENTIONS
from archcalc.picture.texts import prefix
from archcalc.picture.theme import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST = 10**60
"""Larger numbers are not drawn."""
NAMES = {
    "year": "year of publication",
    "depth": "depth (layers with weights)",
    "trainable": "trained parameters",
    "buffers": "buffers (elements)",
    "activations": "activations (elements)",
    "memory": "memory (bytes)",
    "field": "receptive field (positions)",
    "receptive_field": "receptive field (positions)",
    "top-1": "top-1 accuracy on ImageNet (%)",
    **{convention.name: convention.unit for convention in CONVENTIONS.values()},
}
"""The titles of axes that differ from the quantity's name."""


def drawable(value: object) -> float | None:
    """A number as it is drawn; None for other values and numbers that are too large."""
    if isinstance(value, bool) or not isinstance(value, int | float | Fraction):
        return None
    return float(value) if -MOST < value < MOST else None


def title(quantity: str) -> str:
    """The title of a quantity's axis, with its unit."""
    return NAMES.get(quantity, quantity)


def tick(value: float, quantity: str, digits: int = 4) -> str:
    """A tick label: 25M, 4.1G, 100 MB; a year as it is."""
    if quantity == "year":
        return f"{value:.0f}" if value == round(value) else ""
    power, letter = prefix(value, digits)
    number = value / 10**power
    text = f"{number:.{digits}g}" if abs(number) < 10**digits else f"{number:.0f}"
    return f"{text} {letter.replace('K', 'k')}B" if quantity == "memory" else f"{text}{letter}"


def amount(value: float, quantity: str) -> str:
    """A number in three digits, with its unit if that takes a prefix."""
    return tick(value, quantity, 3)


def is_wide(values: Iterable[float]) -> bool:
    """Whether numbers span more than a decade, so a logarithmic scale suits them."""
    numbers = list(values)
    return bool(numbers) and min(numbers) > 0 and max(numbers) > 10 * min(numbers)


def logarithmic(axes: "Axes", which: str, quantity: str, values: Sequence[float]) -> None:
    """Make an axis logarithmic, with as many tick labels as are legible."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axis = getattr(axes, f"{which}axis")
    getattr(axes, f"set_{which}scale")("log")
    decades = max(values) / min(values)
    subs = (1.0, 2.0, 5.0) if decades < 3_000 else (1.0,)
    axis.set_major_locator(LogLocator(subs=subs, numticks=12))
    axis.set_minor_locator(LogLocator(subs=tuple(range(1, 10)) if decades < 10**6 else (1.0,), numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, quantity)))
    axis.set_minor_formatter(NullFormatter())


def linear(axes: "Axes", which: str, quantity: str, most: int = 6) -> None:
    """Write the tick labels of a linear axis in readable form."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis = getattr(axes, f"{which}axis")
    axis.set_major_locator(MaxNLocator(most, steps=[1, 2, 2.5, 5, 10], integer=quantity == "year"))
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, quantity)))


def quiet(axes: "Axes", theme: Theme) -> None:
    """Style axes discreetly: two thin spines, a faint grid behind everything."""
    axes.set_facecolor("none")
    axes.set_axisbelow(True)
    axes.grid(True, color=theme.line, alpha=0.22, linewidth=0.5)
    axes.tick_params(which="both", color=theme.line, labelcolor=theme.text, labelsize=7.5, width=0.6)
    axes.tick_params(which="minor", width=0.4, length=1.5)
    for side, spine in axes.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(theme.line)
        spine.set_linewidth(0.6)
