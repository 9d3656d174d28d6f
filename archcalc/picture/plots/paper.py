"""The paper of a plot, and the legend above it."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.picture.figure import pictured
from archcalc.picture.graph.diagram import Picture
from archcalc.picture.theme import Theme

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure


class Paper(NamedTuple):
    """The size and theme of a plot."""

    width: float = 6.5
    """In inches; by default a text column."""
    height: float | None = None
    """In inches; None fits the content."""
    theme: str = "light"


USUAL_PAPER = Paper()


def plotted(form: str, paper: Paper, height: float, draw: Callable[["Figure", Theme], Iterable[str]]) -> Picture:
    """A plot that `draw` puts on a blank figure, with the notes that it gives; `height` is the default."""

    def make(theme: Theme) -> tuple["Figure", Iterable[str]]:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        size = paper.width, paper.height or height
        figure = Figure(figsize=size, facecolor=theme.background, layout="constrained")
        FigureCanvasAgg(figure)
        return figure, draw(figure, theme)

    return pictured(form, paper.theme, make)


def legend(figure: "Figure", handles: Sequence["Artist"], theme: Theme, title: str | None = None) -> None:
    """Add a legend above the axes in as many columns as fit."""
    if not handles:
        return
    longest = max(len(str(handle.get_label())) for handle in handles)
    columns = min(max(1, int(figure.get_figwidth() * 72 / (longest * 4.3 + 36))), len(handles))
    look = legend_look(theme) | {"title_fontproperties": {"size": 9, "weight": "bold"}, "alignment": "left"}
    found = figure.legend(handles=handles, loc="outside upper left", ncols=columns, title=title, **look)
    found.get_title().set_color(theme.text)


def legend_look(theme: Theme) -> dict[str, Any]:
    """The look of every legend."""
    room = {"handlelength": 2.0, "columnspacing": 1.4, "borderaxespad": 0.2}
    return {"frameon": False, "fontsize": 7.5, "labelcolor": theme.text, **room}
