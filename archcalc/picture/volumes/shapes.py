"""The shapes of a figure of volumes, and their scales: square roots, in points.

Heights and widths follow the resolution, thickness the channels, so a larger tensor never looks smaller.
"""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from archcalc.picture.figure import Point
from archcalc.picture.volumes.tensors import Features
from archcalc.picture.volumes.volumes import Volume

TALL, DEEP = 120.0, 34.0
"""The height of the largest map, and the thickness of the one with the most channels."""
BAR, FLAT = 7.0, 9.0
"""The thickness of bars, and the depth of bars and sequences."""
OBLIQUE = (0.30, 0.24)
"""The projection of a unit of depth to the right and up."""
FEW, PLANES = 8, 24
"""The most maps, and the most channels of each, that are drawn as planes."""


class Cuboid(NamedTuple):
    """One slab, or one map seen from the front: the lower left corner of its front, and its extents."""

    x: float
    y: float
    thickness: float
    height: float
    back: float
    """Its depth; 0 for a plane."""
    colour: str

    @property
    def right(self) -> float:
        return self.face(1, 0)[0]

    @property
    def top(self) -> float:
        return self.face(1, 1)[1]

    def face(self, u: float, v: float) -> Point:
        """A point of its right face, u from the front to the back and v upwards, both from 0 to 1."""
        x = self.x + self.thickness + OBLIQUE[0] * self.back * u
        return x, self.y + self.height * v + OBLIQUE[1] * self.back * u

    def along(self, share: float) -> float:
        """The x of a place along its thickness, half way to the back."""
        return self.x + self.thickness * share + OBLIQUE[0] * self.back / 2


class Label(NamedTuple):
    """Text centred at x above the baseline y."""

    x: float
    y: float
    text: str
    size: float
    bold: bool = False
    faint: bool = False


class Stand(NamedTuple):
    """A positioned volume."""

    volume: Volume
    cuboids: tuple[Cuboid, ...]
    """From left to right; planes from the back to the front."""
    length: float
    """Its extent from left to right."""
    wide: float
    """The width of its labels."""
    labels: tuple[Label, ...] = ()

    @property
    def planes(self) -> bool:
        """Whether its maps are drawn one by one."""
        return not self.cuboids[0].back

    @property
    def left(self) -> float:
        return self.cuboids[0].x

    @property
    def right(self) -> float:
        return self.left + self.length

    @property
    def bottom(self) -> float:
        return self.cuboids[-1].y

    @property
    def top(self) -> float:
        return self.cuboids[0].top

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def moved(self, x: float) -> "Stand":
        """The volume further to the right."""
        return self._replace(cuboids=tuple(c._replace(x=c.x + x) for c in self.cuboids))


class Bow(NamedTuple):
    """An arc: up from a volume, along at a height, and down to another."""

    start: Point
    stop: Point
    height: float
    label: Label


class Layout(NamedTuple):
    """All shapes of a figure around the axis y = 0, and the rectangle that holds them."""

    stands: tuple[Stand, ...]
    bows: tuple[Bow, ...]
    corner: Point
    """The lower left corner."""
    width: float
    height: float


class Scales:
    """The monotone scales of a figure."""

    def __init__(self, row: Sequence[Volume]):
        tensors = [volume.tensor for volume in row]
        maps = [t for t in tensors if t.kind == "map"]
        self.side = max([32, *(n for t in maps for n in (t.height, t.width))])
        self.length = max([1, *(t.height for t in tensors if t.kind == "sequence")])
        self.features = max([1, *(t.channels for t in tensors if t.kind == "bar")])
        self.channels = max([256, *(t.channels for t in tensors if t.kind != "bar")])
        self.planes = 0 < len(maps) <= FEW and all(t.channels <= PLANES for t in maps)

    def extent(self, size: int) -> float:
        """The extent of a map's rows or columns."""
        return max(5.0, TALL * (0.75 if self.planes else 1.0) * sqrt(size / self.side))

    def height(self, tensor: Features) -> float:
        """The height of a volume."""
        if tensor.kind == "map":
            return self.extent(tensor.height)
        part = tensor.channels / self.features if tensor.kind == "bar" else tensor.height / self.length
        return max(10.0, 0.8 * TALL * sqrt(part))

    def thickness(self, tensor: Features) -> float:
        """Its thickness; for maps and sequences, by their channels."""
        return BAR if tensor.kind == "bar" else max(2.5, DEEP * sqrt(tensor.channels / self.channels))

    def back(self, tensor: Features) -> float:
        """Its depth; for maps, by their columns."""
        return self.extent(tensor.width) if tensor.kind == "map" else FLAT
