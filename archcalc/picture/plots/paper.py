"""What a plot is drawn on, and the legend above it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.picture.theme import Theme

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure


class Paper(NamedTuple):
    """What a plot is drawn on."""

    width: float = 6.5
    """In inches: a text column."""
    height: float | None = None
    """None for what fits."""
    theme: str = "light"


USUAL_PAPER = Paper()


def legend(figure: "Figure", handles: Sequence["Artist"], theme: Theme, title: str | None = None) -> None:
    """A legend above the axes, in as many columns as fit, perhaps with a title."""
    if not handles:
        return
    longest = max(len(str(handle.get_label())) for handle in handles)
    columns = max(1, int(figure.get_figwidth() * 72 / (longest * 4.3 + 36)))
    found = figure.legend(
        handles=handles,
        loc="outside upper left",
        ncols=min(columns, len(handles)),
        title=title,
        title_fontproperties={"size": 9, "weight": "bold"},
        alignment="left",
        **legend_look(theme),
    )
    found.get_title().set_color(theme.text)


def legend_look(theme: Theme) -> dict[str, Any]:
    """How every legend looks."""
    return {
        "frameon": False,
        "fontsize": 7.5,
        "labelcolor": theme.text,
        "handlelength": 2.0,
        "columnspacing": 1.4,
        "borderaxespad": 0.2,
    }
