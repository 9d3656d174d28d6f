"""Labels in axes, placed by `labels`; lengths are points of 1/72 inch from the figure's corner."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.picture.plots import labels
from archcalc.picture.theme import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from matplotlib.transforms import Transform
    from numpy.typing import ArrayLike

SIZE = 6.5
"""The font size of a label."""


class NamedPoint(NamedTuple):
    """A point in data coordinates, the radius of its mark in points, and its name."""

    x: float
    y: float
    radius: float
    name: str


def write(
    axes: "Axes",
    named: Sequence[NamedPoint],
    theme: Theme,
    bounds: labels.Rectangle,
    marks: Sequence[labels.Rectangle] = (),
    lines: Sequence[tuple[labels.Point, labels.Point]] = (),
    above: bool = False,
) -> int:
    """Write names beside their points; returns the number that did not fit. The axes must have their final position."""
    texts = [axes.text(0, 0, one.name, fontsize=SIZE, color=theme.text, zorder=6, clip_on=False) for one in named]
    places = in_points(axes, [(one.x, one.y) for one in named])
    spots = [
        labels.Spot(x, y, one.radius, *extent(axes, text))
        for one, text, (x, y) in zip(named, texts, places, strict=True)
    ]
    found = labels.placed(spots, bounds, marks, lines, above)
    for spot, place, text in zip(spots, found, texts, strict=True):
        _put(axes, spot, place, text, theme)
    return sum(place is None for place in found)


def _put(axes: "Axes", spot: labels.Spot, place: labels.PlacedLabel | None, text: "Text", theme: Theme) -> None:
    if place is None:
        text.remove()
        return
    figure = axes.get_figure(root=True)
    assert figure is not None
    middle = ((place.box.left + place.box.right) / 144, (place.box.bottom + place.box.top) / 144)
    text.set(position=middle, transform=figure.dpi_scale_trans, ha="center", va="center_baseline")
    if (way := labels.leader(place, spot.radius)) is not None:
        line(axes, [(x / 72, y / 72) for x, y in way], figure.dpi_scale_trans, theme)


def line(axes: "Axes", way: Iterable[labels.Point], transform: "Transform", theme: Theme) -> None:
    """A thin leader line; the axes keep their limits."""
    xs, ys = zip(*way, strict=True)
    look: dict[str, Any] = {"color": theme.line, "linewidth": 0.45, "zorder": 5, "clip_on": False}
    axes.plot(xs, ys, transform=transform, scalex=False, scaley=False, **look)


def extent(axes: "Axes", text: "Text") -> tuple[float, float]:
    """The width of text, and its height above the baseline."""
    box, scale = text.get_window_extent(), 72 / axes.figure.dpi
    return float(box.width) * scale, 0.72 * float(box.height) * scale


def measured(axes: "Axes", name: str, size: float = SIZE) -> float:
    """The width of text that is not drawn."""
    text = axes.text(0, 0, name, fontsize=size)
    width, _ = extent(axes, text)
    text.remove()
    return width


def in_points(axes: "Axes", places: "ArrayLike") -> list[labels.Point]:
    """Data coordinates of axes in points."""
    scale = 72 / axes.figure.dpi
    return [(float(x), float(y)) for x, y in axes.transData.transform(places) * scale]


def frame(axes: "Axes") -> labels.Rectangle:
    """The rectangle of axes in points."""
    return labels.Rectangle(*(float(edge) * 72 / axes.figure.dpi for edge in axes.get_window_extent().extents))
