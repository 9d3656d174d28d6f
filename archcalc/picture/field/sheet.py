"""A matplotlib sheet: lengths in inches from the upper left corner."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from archcalc.picture import figure
from archcalc.picture.theme import Look, Theme

if TYPE_CHECKING:
    from matplotlib.patches import Polygon, Rectangle

Point = tuple[float, float]


class Sheet:
    """Draws shapes and texts; use it within `figure.settings()`."""

    def __init__(self, width: float, height: float, theme: Theme):
        self.theme = theme
        self.figure, self.axes = figure.sheet(width, height, theme)
        self.axes.set(xlim=(0, width), ylim=(height, 0))
        self.axes.autoscale(False)

    def text(self, x: float, y: float, text: str, size: float = 9, colour: str = "", **look: Any) -> None:
        """Write a text vertically centred at y, starting at x unless `ha` differs."""
        given: dict[str, Any] = {"va": "center_baseline", "ha": "left", "parse_math": False} | look
        self.axes.text(x, y, text, fontsize=size, color=colour or self.theme.text, **given)

    def heading(self, x: float, title: str, subtitle: str) -> None:
        """Write the two lines at the top."""
        self.text(x, 0.38, title, 13, weight="bold")
        self.text(x, 0.66, subtitle, 9, self.theme.faint)

    def box(self, start: Point, end: Point, look: Look, **more: Any) -> "Rectangle":
        """Draw a rectangle between two corners."""
        from matplotlib.patches import Rectangle

        (x0, y0), (x1, y1) = start, end
        drawn = Rectangle((x0, y0), x1 - x0, y1 - y0, **(_dress(look) | more))
        self.axes.add_patch(drawn)
        return drawn

    def shape(self, corners: Sequence[Point], look: Look, **more: Any) -> "Polygon":
        """Draw a polygon."""
        from matplotlib.patches import Polygon

        drawn = Polygon(corners, closed=True, **(_dress(look) | more))
        self.axes.add_patch(drawn)
        return drawn

    def line(self, points: Sequence[Point], colour: str = "", width: float = 0.7, **more: Any) -> None:
        """Draw a line through points."""
        xs, ys = zip(*points, strict=True)
        self.axes.plot(xs, ys, color=colour or self.theme.line, linewidth=width, solid_capstyle="butt", **more)

    def dots(self, points: Sequence[Point], size: float, colour: str, **more: Any) -> None:
        """Draw dots of a diameter in points."""
        xs, ys = zip(*points, strict=True)
        given: dict[str, Any] = {"marker": "o", "linestyle": "none", "markeredgewidth": 0.0} | more
        self.axes.plot(xs, ys, color=colour, markersize=size, **given)


def _dress(look: Look) -> dict[str, Any]:
    return {
        "facecolor": look.fill,
        "edgecolor": look.stroke,
        "linewidth": look.width,
        "linestyle": "--" if look.dashed else "-",
    }


def width(text: str, size: float = 9, bold: bool = False) -> float:
    """The width of a text in inches."""
    return figure.width(text, size, bold) / 72
