"""What all figures by matplotlib share: settings, a sheet measured in points, the same bytes each time."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from archcalc.errors import MissingExtra

FORMATS = ("svg", "pdf", "png")
"""By the ending of the file."""
RESOLUTION = 144
"""Dots per inch of PNG."""
SETTINGS = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "svg.fonttype": "none",
    "svg.hashsalt": "archcalc",
    "pdf.fonttype": 42,
    "text.usetex": False,
    "path.simplify": False,
}
"""Text stays text, and nothing is drawn by chance."""


@contextmanager
def drawing() -> Iterator[None]:
    """Matplotlib with our settings; raises MissingExtra where there is none.

    Characters that its font does not have are boxes, about which it would warn.
    """
    try:
        import matplotlib
    except ImportError:
        raise MissingExtra("matplotlib", "pictures", "drawing") from None
    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():  # type: ignore[arg-type]
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def sheet(width: float, height: float, background: str) -> tuple[Any, Any]:
    """A figure of a size in points, and axes on all of it that count in points from the lower left."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72), facecolor=background)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_xlim(0, width)
    axes.set_ylim(0, height)
    axes.axis("off")
    return figure, axes


def written(figure: Any, form: str) -> bytes:
    """A figure in one of FORMATS, the same bytes each time."""
    data = io.BytesIO()
    metadata = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form)
    with drawing():
        figure.savefig(data, format=form, dpi=RESOLUTION, facecolor=figure.get_facecolor(), metadata=metadata)
    return data.getvalue()


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is, in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextToPath

    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return float(TextToPath().get_text_width_height_descent(text, font, ismath=False)[0])
