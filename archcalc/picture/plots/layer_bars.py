"""The distribution of cost over a network, as data: a number for each layer or scope, in order."""

from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import NamedTuple

from archcalc.analyse.budgets import WHOLE_INPUT
from archcalc.analyse.quantities import QUANTITIES, Part, Quantity
from archcalc.analyse.summary import Summary
from archcalc.errors import Refused, nearest, some
from archcalc.picture.graph.view import view
from archcalc.picture.plots.axes import drawable
from archcalc.picture.texts import cut

MOST = 5_000
"""The most bars that are drawn."""
KNOWN = tuple(name for name in QUANTITIES if name != "shape")
"""The quantities that are numbers."""


class Bar(NamedTuple):
    """A layer or a scope."""

    path: str
    colour: str


class BarPanel(NamedTuple):
    """One quantity of all bars."""

    quantity: Quantity
    values: tuple[float | None, ...]
    """None for other values than numbers."""
    whole: tuple[bool, ...]
    """Whether it is a receptive field over the whole input."""

    @property
    def adds_up(self) -> bool:
        """Whether the network's value is the sum of its layers' values."""
        return self.quantity.name != "receptive_field"

    @property
    def total(self) -> float:
        """The sum of all bars."""
        return sum(value or 0.0 for value in self.values)

    @property
    def shares(self) -> list[float]:
        """The cumulative share up to each bar."""
        total = self.total or 1.0
        return [part / total for part in accumulate(value or 0.0 for value in self.values)]

    def heaviest(self, count: int) -> list[int]:
        """The indices of the largest bars."""
        order = sorted(range(len(self.values)), key=lambda i: (-(self.values[i] or 0.0), i))
        return [i for i in order[:count] if self.values[i]]


class ScopeBars(NamedTuple):
    """Consecutive bars of one scope."""

    path: str
    start: int
    stop: int


class Profile(NamedTuple):
    """The data of a plot of layers."""

    name: str
    bars: tuple[Bar, ...]
    panels: tuple[BarPanel, ...]
    said: tuple[str, ...]


def known(name: str) -> Quantity:
    """The numeric quantity of this name; raises Refused for an unknown one."""
    if name not in KNOWN:
        raise Refused(f"there is no quantity {name!r} to draw", nearest(name, KNOWN) or f"known: {', '.join(KNOWN)}")
    return QUANTITIES[name]


def profile(summary: Summary, quantities: Sequence[str], depth: int | None = None) -> Profile:
    """The numbers of every layer, or of every scope at a depth; raises Refused if they cannot be drawn."""
    asked = [known(name) for name in quantities]
    seen = view(summary, depth, unroll=True, most=len(summary.layers))
    boxes = [(box.row.first, box) for box in seen.all_boxes() if box.row is not None and not box.is_open]
    if len(boxes) > MOST:
        raise Refused(f"{len(boxes):,} bars are more than {MOST:,}", "draw fewer with --per scope --depth NUMBER")
    bars = tuple(Bar(path, box.colour) for path, box in boxes)
    parts = [Part(summary, path, box.layers) for path, box in boxes]
    panels = tuple(_panel(quantity, parts) for quantity in asked)
    if not any(value for panel in panels for value in panel.values):
        raise Refused("there is nothing left to draw", f"no layer has any {' or '.join(quantities)}")
    return Profile(summary.name, bars, panels, tuple(text for q in asked for text in _unknown(q, parts)))


def _panel(quantity: Quantity, parts: Sequence[Part]) -> BarPanel:
    values = [part.value(quantity) for part in parts]
    # A bar has one length, so a field is drawn by its longest axis.
    longest = [max(filter(drawable, v), default=v[0]) if isinstance(v, tuple) else v for v in values]
    return BarPanel(quantity, tuple(map(drawable, longest)), tuple(value == WHOLE_INPUT for value in longest))


def _unknown(quantity: Quantity, parts: Sequence[Part]) -> list[str]:
    paths = [cut(path) for part in parts for path in part.unknown(quantity)]
    return [f"the {quantity.name} of {some(paths)} are not known"] if paths else []


def grouped(bars: Sequence[Bar], level: int) -> list[ScopeBars]:
    """The bars grouped by scope at a level; bars above it stay single."""
    found, at = [], 0
    for path, members in groupby(bars, lambda bar: ".".join(bar.path.split(".")[:level])):
        count = len(list(members))
        found.append(ScopeBars(path, at, at + count))
        at += count
    return found


def finest(bars: Sequence[Bar], most: int) -> int:
    """The deepest level with at most `most` groups; 1 if there is none."""
    deepest = max(bar.path.count(".") + 1 for bar in bars)
    return next((level for level in range(deepest, 1, -1) if len(grouped(bars, level)) <= most), 1)
