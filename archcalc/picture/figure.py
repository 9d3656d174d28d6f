"""Matplotlib figures: set up and written reproducibly, byte for byte."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from archcalc.errors import MissingExtra, Refused
from archcalc.picture.theme import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "pdf", "png")
RESOLUTION = 200
"""Dots per inch of PNG."""
FONT = "DejaVu Sans"
"""It comes with matplotlib, so text has the same width on every machine."""
_SETTINGS: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": [FONT],
    "font.size": 8,
    "text.parse_math": False,  # a `$` in a name is a dollar
    "text.usetex": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "archcalc",
    "pdf.fonttype": 42,
    "hatch.linewidth": 0.5,
    "path.simplify": False,
}
_UNSAID: dict[str, dict[str, None]] = {
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
    "png": {"Software": None},
}
"""Metadata that would differ between days or machines."""


@contextmanager
def settings() -> Iterator[None]:
    """Apply the settings of archcalc to matplotlib while a figure is made and written.

    Raises MissingExtra without matplotlib, Refused if the axes do not fit.
    """
    try:
        from matplotlib import rc_context, rcdefaults, rcParams
    except ImportError:
        raise MissingExtra("matplotlib", "pictures", "drawing") from None
    with rc_context(), warnings.catch_warnings():
        rcdefaults()  # ignores any matplotlibrc
        rcParams.update(_SETTINGS)
        warnings.filterwarnings("ignore", message="Glyph")  # the font lacks some scripts
        warnings.filterwarnings("error", message="constrained_layout not applied")
        try:
            yield
        except UserWarning:
            raise Refused("there is no room for the axes", "take a larger --width or --height") from None


def blank(width: float, height: float, theme: Theme) -> "Figure":
    """An empty figure on the background of a theme; the size is in inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor=theme.background, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def sheet(width: float, height: float, theme: Theme) -> "tuple[Figure, Axes]":
    """A figure and invisible axes that cover it; the size is in inches."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor=theme.background)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    return figure, axes


def written(figure: "Figure", form: str) -> bytes:
    """The bytes of a figure as svg, pdf or png."""
    data = BytesIO()
    with settings():
        figure.savefig(data, format=form, dpi=RESOLUTION if form == "png" else 72, metadata=_UNSAID[form])
    return data.getvalue()


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in points; call it within `settings`."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])
