"""Labels beside points without overlaps: each takes the cheapest place, and a few rounds repeat this.

All lengths have one unit, and y points up. A label without room beside its point moves away, and a thin leader line
connects them.
"""

from collections.abc import Sequence
from math import cos, hypot, pi, sin
from typing import NamedTuple

ROUNDS = 3
"""The number of times that all labels are placed."""
GAP = 1.5
"""The gap between a label and its neighbours."""
DISTANCES = (0, 3, 6, 10, 15, 21, 28, 36, 46, 60)
"""The distances from the usual place that are tried."""
LED = 6
"""The least distance with a leader line."""
# The most legible directions first: right, left, above, below, the corners, then those between.
_TURNS = (0, 8, 4, 12, 2, 6, 14, 10, 1, 15, 7, 9, 3, 5, 13, 11)
_WORST = 1000.0
"""The cost of covering something that must stay visible; a valid place costs less."""

Point = tuple[float, float]


class Rectangle(NamedTuple):
    """A rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Rectangle", gap: float = 0.0) -> bool:
        """Whether two rectangles are closer than a gap."""
        across = self.left < other.right + gap and other.left < self.right + gap
        return across and self.bottom < other.top + gap and other.bottom < self.top + gap

    def within(self, other: "Rectangle") -> bool:
        """Whether it lies inside another."""
        across = other.left <= self.left and self.right <= other.right
        return across and other.bottom <= self.bottom and self.top <= other.top


class Spot(NamedTuple):
    """A point with the size of its mark and of its label."""

    x: float
    y: float
    radius: float
    width: float
    height: float

    @property
    def mark(self) -> Rectangle:
        """The rectangle of the mark."""
        return Rectangle(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


class PlacedLabel(NamedTuple):
    """The place of a label, and the point that its leader line starts from, if it has one."""

    box: Rectangle
    leader: Point | None


def placed(
    spots: Sequence[Spot],
    bounds: Rectangle,
    marks: Sequence[Rectangle] = (),
    lines: Sequence[tuple[Point, Point]] = (),
    above: bool = False,
) -> list[PlacedLabel | None]:
    """A place for each label in order, None without room; labels avoid `marks` and `lines`.

    With `above`, labels stand only above their points, as for bars.
    """
    turns = tuple(t for t in _TURNS if 2 <= t <= 6) if above else _TURNS
    search = _Search(spots, bounds, [*(s.mark for s in spots), *marks], lines, turns, [None] * len(spots))
    # The most crowded first, as they have the fewest places.
    order = sorted(range(len(spots)), key=lambda i: -search.crowd(i))
    for _ in range(ROUNDS):
        for i in order:
            search.put(i)
    return search.found


class _Search(NamedTuple):
    """Places one label after the other."""

    spots: Sequence[Spot]
    bounds: Rectangle
    marks: Sequence[Rectangle]
    lines: Sequence[tuple[Point, Point]]
    turns: tuple[int, ...]
    found: list[PlacedLabel | None]

    def crowd(self, i: int) -> int:
        """The number of points near a point."""
        mine = self.spots[i]
        return sum(abs(s.x - mine.x) < 40 and abs(s.y - mine.y) < 20 for s in self.spots)

    def put(self, i: int) -> None:
        """Place a label at the least cost, given all others."""
        self.found[i] = None
        others = [place.box for place in self.found if place is not None]
        best, least = None, _WORST
        for distance in DISTANCES:
            for rank, turn in enumerate(self.turns):
                cost = distance + 0.3 * rank
                if cost >= least:
                    continue
                place = _at(self.spots[i], turn, distance)
                cost += self._cost(i, place, others, least - cost)
                if cost < least:
                    best, least = place, cost
        self.found[i] = best

    def _cost(self, i: int, place: PlacedLabel, others: Sequence[Rectangle], most: float) -> float:
        """The cost of a place; leader lines count only while it is below `most`."""
        box = place.box
        if not box.within(self.bounds) or any(box.meets(other, GAP) for other in others):
            return _WORST
        if any(box.meets(mark) for mark in self.marks):
            return _WORST
        cost = 12.0 * min(2, sum(_crosses(line, box) for line in self.lines))
        cost += 8.0 * self._nearer(i, box) if place.leader is None else 0.0
        if place.leader is not None and cost < most:
            way = (place.leader, _nearest(box, place.leader))
            cost += 40.0 * sum(_crosses(way, other) for other in others)
            cost += 15.0 * sum(_crosses(way, mark) for mark in self.marks) - 15.0
        return cost

    def _nearer(self, i: int, box: Rectangle) -> int:
        """The number of other points nearer to a label than its own, which would mislead a reader."""
        own = _distance(box, self.spots[i])
        return sum(_distance(box, spot) <= own for j, spot in enumerate(self.spots) if j != i)


def _distance(box: Rectangle, spot: Spot) -> float:
    x, y = _nearest(box, spot[:2])
    return hypot(x - spot.x, y - spot.y) - spot.radius


def _at(spot: Spot, turn: int, distance: float) -> PlacedLabel:
    """The place in one of sixteen directions."""
    across, up = cos(turn * pi / 8), sin(turn * pi / 8)
    reach = spot.radius + GAP + distance
    # The label's near edge touches a circle around the point.
    x = spot.x + across * reach + (spot.width / 2) * _side(across)
    y = spot.y + up * reach + (spot.height / 2) * _side(up)
    box = Rectangle(x - spot.width / 2, y - spot.height / 2, x + spot.width / 2, y + spot.height / 2)
    return PlacedLabel(box, (spot.x, spot.y) if distance >= LED else None)


def _side(part: float) -> float:
    """The shift of the label in half widths: -1 to 1."""
    return max(-1.0, min(1.0, 1.5 * part))


def _nearest(box: Rectangle, point: Point) -> Point:
    """The point of a rectangle nearest to a point."""
    return (min(max(point[0], box.left), box.right), min(max(point[1], box.bottom), box.top))


def leader(place: PlacedLabel, radius: float) -> tuple[Point, Point] | None:
    """The line from a mark's edge to its label; None if the label is beside the mark."""
    if place.leader is None:
        return None
    end, (x, y) = _nearest(place.box, place.leader), place.leader
    length = hypot(end[0] - x, end[1] - y)
    if length <= radius:
        return None
    return (x + (end[0] - x) * radius / length, y + (end[1] - y) * radius / length), end


def _crosses(line: tuple[Point, Point], box: Rectangle) -> bool:
    """Whether a line goes through a rectangle (Liang and Barsky's clipping)."""
    (x, y), (to_x, to_y) = line
    start, stop = 0.0, 1.0
    for at, to, low, high in ((x, to_x, box.left, box.right), (y, to_y, box.bottom, box.top)):
        if at != to:
            enter, leave = sorted(((low - at) / (to - at), (high - at) / (to - at)))
            start, stop = max(start, enter), min(stop, leave)
        elif not low <= at <= high:
            return False
    return start < stop
