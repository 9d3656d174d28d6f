"""Matplotlib figures: set up and written reproducibly, byte for byte."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

from archcalc.errors import MissingExtra, Refused
from archcalc.picture.graph.diagram import Picture
from archcalc.picture.theme import Look, Theme, chosen

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.patches import Polygon, Rectangle

Point = tuple[float, float]

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


def pictured(form: str, theme: str, make: Callable[[Theme], tuple["Figure", Iterable[str]]]) -> Picture:
    """The picture of the figure that `make` draws in a theme, with its notes.

    Raises Refused for an unknown format or theme.
    """
    look = chosen(theme, form, FORMATS)
    with settings():
        figure, said = make(look)
        return Picture(written(figure, form), form, tuple(said))


class Sheet:
    """A figure of shapes and text; use it within `settings`."""

    def __init__(self, width: float, height: float, theme: Theme, corner: Point | None = None):
        """With a lower left corner, lengths are in points upwards, else in inches from the upper left corner."""
        from matplotlib.figure import Figure

        size = (width, height) if corner is None else (width / 72, height / 72)
        x, y = corner or (0, 0)
        self.theme, self.figure = theme, Figure(figsize=size, facecolor=theme.background)
        self.axes = self.figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self.axes.set_axis_off()
        self.axes.set(xlim=(x, x + width), ylim=(height, 0) if corner is None else (y, y + height))
        self.axes.autoscale(False)

    def text(self, x: float, y: float, text: str, size: float = 9, colour: str = "", **look: Any) -> None:
        """Write text vertically centred at y, starting at x unless `ha` differs."""
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
        given: dict[str, Any] = {"solid_capstyle": "butt"} | more
        self.axes.plot(xs, ys, color=colour or self.theme.line, linewidth=width, **given)

    def dots(self, points: Sequence[Point], size: float, colour: str, **more: Any) -> None:
        """Draw dots of a diameter in points."""
        xs, ys = zip(*points, strict=True)
        given: dict[str, Any] = {"marker": "o", "linestyle": "none", "markeredgewidth": 0.0} | more
        self.axes.plot(xs, ys, color=colour, markersize=size, **given)


def _dress(look: Look) -> dict[str, Any]:
    style = "--" if look.dashed else "-"
    return {"facecolor": look.fill, "edgecolor": look.stroke, "linewidth": look.width, "linestyle": style}


def written(figure: "Figure", form: str) -> bytes:
    """The bytes of a figure as svg, pdf or png; call it within `settings`."""
    data = BytesIO()
    figure.savefig(data, format=form, dpi=RESOLUTION if form == "png" else 72, metadata=_UNSAID[form])
    return data.getvalue()


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of text in points; call it within `settings`."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])


def inches(text: str, size: float = 9, bold: bool = False) -> float:
    """The width of text in inches."""
    return width(text, size, bold) / 72
