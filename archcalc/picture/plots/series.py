"""How the series of a plot look: each has a colour and a shape of its own, so that they differ in black and white."""

from typing import NamedTuple

from archcalc.picture.theme import Theme, mixed

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "p", "<", ">", "h", "*")
REACH = {"D": 1.42}
"""How far a shape reaches from its middle, where that is not half of its side."""
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
    """How a series looks."""

    stroke: str
    fill: str
    marker: str
    dashes: tuple[float, tuple[float, ...]]


def series(theme: Theme, number: int) -> Series:
    """The look of the series of this number; after many they repeat."""
    marker, dashes = MARKERS[number % len(MARKERS)], DASHES[number % len(DASHES)]
    if theme.name == "print":
        return Series("#000000", _GREYS[number % len(_GREYS)], marker, dashes)
    look = theme.colours[_COLOURS[number % len(_COLOURS)]]
    return Series(look.stroke, mixed(look.fill, look.stroke, 0.35), marker, dashes)


class Bars(NamedTuple):
    """How the bars of a colour look."""

    face: str
    edge: str
    hatch: str


def bars(theme: Theme, colour: str) -> Bars:
    """The look of the bars of a colour: stronger than a box, since a bar may be very thin."""
    if theme.name == "print":
        face, hatch = _BARS.get(colour, ("#ffffff", ""))
        return Bars(face, "#000000", hatch)
    look = theme.colours[colour]
    return Bars(mixed(look.fill, look.stroke, 0.6), look.stroke, "")
