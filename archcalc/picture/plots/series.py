"""The looks of series: each has its own colour and marker, so they differ in black and white."""

from typing import Any, NamedTuple

from archcalc.picture.theme import Theme, mixed

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", ">", "h", "*")
REACH = {"D": 1.42}
"""The reach of a marker from its centre in half sides, if not 1."""
DASHES = ((0, ()), (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (6, 1.5, 1.5, 1.5)))
# The colours that series take in turn, the most different first.
_COLOURS = ("convolution", "product", "resolution", "recurrent", "attention", "norm", "weights", "activation", "join")
_GREYS = ("#ffffff", "#000000", "#b8b8b8", "#6e6e6e")
# Bars in black and white: a shade of grey and a hatch.
_BARS = {
    "convolution": ("#404040", ""),
    "product": ("#a0a0a0", ""),
    "attention": ("#ffffff", "xxxx"),
    "recurrent": ("#707070", "...."),
    "norm": ("#ffffff", "////"),
    "activation": ("#e8e8e8", ""),
    "resolution": ("#ffffff", "----"),
    "join": ("#c8c8c8", ""),
    "weights": ("#ffffff", "\\\\\\\\"),
}


class Series(NamedTuple):
    """The look of a series."""

    stroke: str
    fill: str
    marker: str
    dashes: tuple[float, tuple[float, ...]]


def series(theme: Theme, number: int) -> Series:
    """The look of a series by its number; looks repeat after many."""
    marker, dashes = MARKERS[number % len(MARKERS)], DASHES[number % len(DASHES)]
    if theme.name == "print":
        return Series("#000000", _GREYS[number % len(_GREYS)], marker, dashes)
    look = theme.colours[_COLOURS[number % len(_COLOURS)]]
    return Series(look.stroke, mixed(look.fill, look.stroke, 0.35), marker, dashes)


def bars(theme: Theme, colour: str) -> dict[str, Any]:
    """The look of bars of a colour for matplotlib, stronger than boxes because bars may be thin."""
    if theme.name == "print":
        face, hatch = _BARS.get(colour, ("#ffffff", ""))
        return {"facecolor": face, "edgecolor": "#000000", "hatch": hatch}
    look = theme.colours[colour]
    return {"facecolor": mixed(look.fill, look.stroke, 0.6), "edgecolor": look.stroke, "hatch": ""}
