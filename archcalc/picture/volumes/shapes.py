"""Of what a figure of volumes is made, and how large each is: scales by the square root, measured in points.

Heights and widths follow the resolution, thickness the channels, so that a larger one never looks smaller.
"""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from archcalc.picture.volumes.tensors import Features
from archcalc.picture.volumes.volumes import Volume

TALL, DEEP = 120.0, 34.0
"""The height of the largest map, and the thickness of the one with the most channels."""
BAR, FLAT = 7.0, 9.0
"""The thickness of bars, and how far bars and sequences reach back."""
OBLIQUE = (0.30, 0.24)
"""How far to the right and up a unit backwards is seen."""
FEW, PLANES = 8, 24
"""Of so few volumes, where none has more channels, each channel is drawn as a plane."""


class Cuboid(NamedTuple):
    """One slab: the lower left corner of its front, and its extents."""

    x: float
    y: float
    thickness: float
    height: float
    back: float
    """How far it reaches back."""
    colour: str

    @property
    def right(self) -> float:
        """Its right end, as seen."""
        return self.x + self.thickness + OBLIQUE[0] * self.back

    @property
    def top(self) -> float:
        """Its upper end, as seen."""
        return self.y + self.height + OBLIQUE[1] * self.back

    def face(self, u: float, v: float) -> tuple[float, float]:
        """A point of its right face, u from the front to the back and v upwards, both from 0 to 1."""
        x = self.x + self.thickness + OBLIQUE[0] * self.back * u
        return x, self.y + self.height * v + OBLIQUE[1] * self.back * u


class Plane(NamedTuple):
    """One map, seen from the front."""

    x: float
    y: float
    width: float
    height: float
    colour: str


class Label(NamedTuple):
    """A text around whose middle and above whose lower edge it stands."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    faint: bool = False


class Stand(NamedTuple):
    """A volume in its place."""

    volume: Volume
    cuboids: tuple[Cuboid, ...]
    planes: tuple[Plane, ...]
    left: float
    right: float
    bottom: float
    top: float
    labels: tuple[Label, ...]

    @property
    def middle(self) -> float:
        """Between left and right."""
        return (self.left + self.right) / 2


class Bow(NamedTuple):
    """An arc: up from a volume, along at a height, and down to another."""

    start: tuple[float, float]
    stop: tuple[float, float]
    height: float
    label: Label


class Layout(NamedTuple):
    """All that is drawn of the volumes, from the origin to the upper right."""

    stands: tuple[Stand, ...]
    bows: tuple[Bow, ...]
    axis: float
    """The height of the axis around which the volumes stand."""
    width: float
    height: float


class Scales:
    """How large what is drawn; each is monotone."""

    def __init__(self, row: Sequence[Volume]):
        tensors = [volume.tensor for volume in row]
        maps = [t for t in tensors if t.kind == "map"]
        self.side = max([32, *(n for t in maps for n in (t.height, t.width))])
        self.length = max([1, *(t.height for t in tensors if t.kind == "sequence")])
        self.features = max([1, *(t.channels for t in tensors if t.kind == "bar")])
        self.channels = max([256, *(t.channels for t in tensors if t.kind != "bar")])
        self.planes = 0 < len(maps) <= FEW and all(t.channels <= PLANES for t in maps)

    def extent(self, size: int) -> float:
        """Of the rows or columns of a map."""
        return max(5.0, TALL * (0.75 if self.planes else 1.0) * sqrt(size / self.side))

    def height(self, tensor: Features) -> float:
        """How high a volume is."""
        if tensor.kind == "map":
            return self.extent(tensor.height)
        part = tensor.channels / self.features if tensor.kind == "bar" else tensor.height / self.length
        return max(10.0, 0.8 * TALL * sqrt(part))

    def thickness(self, tensor: Features) -> float:
        """How thick it is, of a map or a sequence by its channels."""
        return BAR if tensor.kind == "bar" else max(2.5, DEEP * sqrt(tensor.channels / self.channels))

    def back(self, tensor: Features) -> float:
        """How far it reaches back, of a map by its columns."""
        return self.extent(tensor.width) if tensor.kind == "map" else FLAT
