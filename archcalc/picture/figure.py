"""Figures by matplotlib: how they are set up, and written as bytes that are the same every time."""

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
"""It comes with matplotlib, so that texts are measured, and figures are the same, everywhere."""
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
"""What would differ from one day or machine to the next."""


@contextmanager
def settings() -> Iterator[None]:
    """Our settings of matplotlib, while a figure is made and written.

    Raises MissingExtra where it is not installed, Refused where there is no room left for its axes.
    """
    try:
        from matplotlib import rc_context, rcdefaults, rcParams
    except ImportError:
        raise MissingExtra("matplotlib", "pictures", "drawing") from None
    with rc_context(), warnings.catch_warnings():
        rcdefaults()  # whatever a matplotlibrc says
        rcParams.update(_SETTINGS)
        warnings.filterwarnings("ignore", message="Glyph")  # of a writing that the font does not have
        warnings.filterwarnings("error", message="constrained_layout not applied")
        try:
            yield
        except UserWarning:
            raise Refused("there is no room for the axes", "take a larger --width or --height") from None


def blank(width: float, height: float, theme: Theme) -> "Figure":
    """An empty figure of so many inches, on the background of a theme."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), facecolor=theme.background, layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def sheet(width: float, height: float, theme: Theme) -> "tuple[Figure, Axes]":
    """A figure of so many inches, and axes on all of it that are not seen themselves."""
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
    """How wide a text is, in points; to be asked within `settings`."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])
