"""The colour of each role of an operation, and the look of each colour in each theme.

Fills differ in lightness as well as in hue, and strokes in weight and dashes, so colours remain distinct in black and
white. The text in a box also says what it does.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from archcalc.errors import require
from archcalc.op import Op
from archcalc.role import Role

COLOURS = {
    Role.CONVOLUTION: "convolution",
    Role.LINEAR: "product",
    Role.PRODUCT: "product",
    Role.ATTENTION: "attention",
    Role.RECURRENT: "recurrent",
    Role.NORMALISATION: "norm",
    Role.ACTIVATION: "activation",
    Role.POOLING: "resolution",
    Role.RESAMPLING: "resolution",
    Role.JOIN: "join",
    Role.ARITHMETIC: "join",
    Role.LEARNED: "weights",
    Role.LAYOUT: "plain",
    Role.REARRANGE: "plain",
    Role.DROPOUT: "plain",
    Role.OTHER: "plain",
}
"""The colour of each role; similar roles share one."""
MEANING = {
    "convolution": "convolutions",
    "product": "dense layers and products",
    "attention": "attention",
    "recurrent": "recurrent layers",
    "norm": "normalisation",
    "activation": "activations",
    "resolution": "pooling and resampling",
    "join": "sums, joins and arithmetic",
    "weights": "embeddings and learned arrays",
    "plain": "rearranging and all else",
    "end": "inputs and outputs",
}
"""The legend of each colour."""


class Look(NamedTuple):
    """The look of a colour."""

    fill: str
    stroke: str
    width: float = 1.0
    dashed: bool = False


class Theme(NamedTuple):
    """The look of a picture."""

    name: str
    background: str
    text: str
    faint: str
    """For secondary text."""
    line: str
    """For arrows and borders of scopes."""
    scope: tuple[str, str]
    """The alternating fills of scopes, outermost first."""
    colours: dict[str, Look]
    heat: tuple[str, str]
    """The fills for none and for all of the cost."""
    added: Look
    removed: Look
    changed: Look
    same: Look


_STRONG = {"convolution", "product", "attention", "recurrent", "weights"}
"""The colours with a heavy stroke: layers that hold weights or multiply."""
_LOOKS = {
    "convolution": ("#cfe0f4", "#2f6bad", "#24405f", "#79aee6", "#ffffff", "#000000"),
    "product": ("#fbdcb8", "#b06a10", "#5b3c13", "#eaa64e", "#d9d9d9", "#000000"),
    "attention": ("#ded0f2", "#6c47a8", "#43316a", "#b596ee", "#bdbdbd", "#000000"),
    "recurrent": ("#bfe5e1", "#1d7d76", "#134d49", "#58c3ba", "#cccccc", "#000000"),
    "norm": ("#e4f0d6", "#6d9440", "#33451e", "#a5cd74", "#f2f2f2", "#000000"),
    "activation": ("#fbf3c9", "#a68c1d", "#4b4312", "#dcc552", "#f7f7f7", "#000000"),
    "resolution": ("#f7d3cf", "#b5443a", "#5a2723", "#ee8d84", "#e6e6e6", "#000000"),
    "join": ("#dfe2e8", "#555d6b", "#363c46", "#aeb6c2", "#ffffff", "#000000"),
    "weights": ("#ead9c6", "#87643b", "#4a3720", "#d1a872", "#e0e0e0", "#000000"),
    "plain": ("#f5f6f8", "#a0a7b3", "#1f232a", "#727b89", "#ffffff", "#000000"),
    "end": ("#ffffff", "#1f2430", "#15181d", "#e8eaee", "#ffffff", "#000000"),
}
"""The fill and the stroke of each colour: light, dark, print."""
_SHADES: dict[str, tuple[Any, Any, Any]] = {
    "background": ("#ffffff", "#15181d", "#ffffff"),
    "text": ("#1f2430", "#e8eaee", "#000000"),
    "faint": ("#69707d", "#9aa3b0", "#404040"),
    "line": ("#8a92a0", "#6d7685", "#404040"),
    "scope": (("#f7f8fa", "#ffffff"), ("#1d2127", "#15181d"), ("#ffffff", "#ffffff")),
    "heat": (("#ffffff", "#f0806a"), ("#1d2127", "#a63a2c"), ("#ffffff", "#a6a6a6")),
    "added": (Look("#d3efd6", "#1d7f3a", 1.6), Look("#17452a", "#5dd085", 1.6), Look("#ffffff", "#000000", 2.2)),
    "removed": (
        Look("#f8d2d0", "#b3261e", 1.6, dashed=True),
        Look("#5a211e", "#f2857c", 1.6, dashed=True),
        Look("#d9d9d9", "#000000", 1.2, dashed=True),
    ),
    "changed": (
        Look("#fde8b5", "#a86a00", 1.6),
        Look("#553c05", "#f0b840", 1.6),
        Look("#efefef", "#000000", 2.2, dashed=True),
    ),
    "same": (Look("#fbfbfc", "#c3c8d0"), Look("#191c22", "#4a515c"), Look("#ffffff", "#a6a6a6", 0.7)),
}
"""Everything else of each theme: light, dark, print."""


def _theme(name: str, place: int, light: float, heavy: float) -> Theme:
    """The theme at a place in the tables, with the widths of its strokes."""
    colours = {
        colour: Look(row[2 * place], row[2 * place + 1], heavy if colour in _STRONG else light, colour == "plain")
        for colour, row in _LOOKS.items()
    }
    return Theme(name, colours=colours, **{part: row[place] for part, row in _SHADES.items()})


LIGHT = _theme("light", 0, 1.0, 1.3)
DARK = _theme("dark", 1, 1.0, 1.3)
PRINT = _theme("print", 2, 0.7, 1.8)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, PRINT)}
"""Every theme by name."""


def chosen(theme: str, form: str, formats: Iterable[str]) -> Theme:
    """The theme of this name; raises Refused for an unknown theme or format."""
    require("format", form, formats)
    require("theme", theme, THEMES)
    return THEMES[theme]


def colour(op: Op) -> str:
    """The name of an operation's colour."""
    return COLOURS[op.role]


def mixed(colour: str, other: str, share: float) -> str:
    """A colour mixed with a share of another, from 0 to 1."""
    ours, theirs = ([int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (colour, other))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in zip(ours, theirs, strict=True))
