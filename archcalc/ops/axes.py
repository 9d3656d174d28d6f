"""Axes: counting from the end, broadcasting, splitting and merging."""

from collections.abc import Mapping, Sequence
from typing import Any

from archcalc.algebra.claim import Claim
from archcalc.dim import Shape, Size, divides, equal, is_array, is_symbolic, maximum, plain, prod, ratio, show
from archcalc.op import UNKNOWN, WHOLE, Reach, Requirements, Scattered, Window


def has_axis(x: Shape, dim: int, name: str = "dim") -> tuple[Claim, str]:
    """The requirement that a shape has an axis of this number."""
    rank = len(x)
    return -rank <= plain(dim, name) < rank, f"{name} must be from {-rank} to {rank - 1}, not {dim}"


def divides_channels(name: str, value: int, channels: int) -> tuple[Claim, str]:
    """The requirement that a setting divides the number of channels."""
    return divides(value, channels), f"{name} ({value}) must divide the input's channels ({channels})"


def is_one(size: Size) -> bool:
    """Whether a size is known to be 1, the only one that broadcasts; any other symbol is assumed to be greater."""
    if is_symbolic(size):
        from archcalc.algebra.known import fixed

        return fixed(size) == 1
    return isinstance(size, int) and size == 1


def with_size(x: Shape, dim: int, size: int) -> Shape:
    """A shape with another size on one axis."""
    dim = dim % len(x)
    return (*x[:dim], size, *x[dim + 1 :])


def identity_but(x: Shape, dim: int, reach: Reach) -> tuple[Reach, ...]:
    """The identity on all axes of a shape except one, which is read otherwise."""
    return tuple(reach if axis == dim % len(x) else Window(axis) for axis in range(len(x)))


# --- Broadcasting: shapes are aligned at their last axes, and 1 fits every size ---------------------------------------


def fits(*shapes: Shape, tail: int = 0) -> Requirements:
    """The requirements that shapes broadcast, apart from their last `tail` axes."""
    for axis in range(-max(map(len, shapes)), -tail):
        wide = [s for s in shapes if len(s) >= -axis and not is_one(s[axis])]
        for other in wide[1:]:
            sizes = f"{wide[0][axis]} and {other[axis]}"
            message = f"shapes {show(wide[0])} and {show(other)} do not fit on axis {axis}: {sizes}"
            yield equal(wide[0][axis], other[axis]), message


def widest(sizes: Sequence[Any]) -> Any:
    """The size that some sizes broadcast to, given that they fit."""
    if any(map(is_array, sizes)):
        return maximum(*sizes)
    return next((n for n in sizes if not is_one(n)), sizes[0])


def broadcast(*shapes: Shape) -> Shape:
    """The shape that some shapes broadcast to, given that they fit."""
    rank = max(map(len, shapes))
    filled = [(1,) * (rank - len(s)) + tuple(s) for s in shapes]
    return tuple(map(widest, zip(*filled, strict=True)))


def aligned(shape: Shape, out: Shape) -> tuple[Reach, ...]:
    """The reach of an output into an input that broadcasts to it."""
    shift = len(out) - len(shape)
    return tuple(onto(axis + shift, n, out[axis + shift]) for axis, n in enumerate(shape))


def onto(axis: int, size: Size, wide: Size) -> Window:
    """The reach of an output axis of size `wide` into an input axis of the same size or of size 1."""
    return Window(axis, 0) if is_one(size) and not is_one(wide) else Window(axis)


# --- Regrouping: each axis is a list of parts, outermost first; moving and merging axes moves parts -------------------

Parts = Sequence[Sequence[Any]]
"""For each axis the names of its parts."""


def regrouped(before: Parts, after: Parts, sizes: Mapping[Any, Any]) -> tuple[Reach, ...]:
    """The reach of the axes `after` into the axes `before`, which have the same parts.

    `sizes` gives the size of each part, None if it is unknown. Parts of an input axis that the output axis lacks belong
    to other output axes, whose positions read different places; the window is the union of these.
    """
    return tuple(_reach(axis, parts, after, sizes) for axis, parts in enumerate(before))


def _reach(axis: int, parts: Sequence[Any], after: Parts, sizes: Mapping[Any, Any]) -> Reach:
    if not after:
        return WHOLE
    found = _window(parts, after, sizes)
    if not found and _known(list(sizes.values())):
        found = _window_of_many(axis, parts, after, sizes)
    holders = _holders(parts, after)
    return found or (Scattered(holders) if holders else UNKNOWN)


def _holders(parts: Sequence[Any], after: Parts) -> tuple[int, ...]:
    """The output axes that have some of these parts."""
    return tuple(axis for axis, group in enumerate(after) if not set(group).isdisjoint(parts))


def _window_of_many(axis: int, parts: Sequence[Any], after: Parts, sizes: Mapping[Any, Any]) -> Window | None:
    """The window when parts of size 1 are left out."""
    many = [p for p in parts if not is_one(sizes[p])]
    if many:
        return _window(many, [[p for p in group if not is_one(sizes[p])] for group in after], sizes)
    return Window(next(iter(_holders(parts, after)), min(axis, len(after) - 1)), 0)


def _window(parts: Sequence[Any], after: Parts, sizes: Mapping[Any, Any]) -> Window | None:
    """The window on the output axis that begins with the same parts, if one of the two has no further parts."""
    for axis, group in enumerate(after):
        shared = _shared(parts, group)
        if not shared:
            continue
        read, spread = ([sizes[p] for p in rest[shared:]] for rest in (parts, group))
        if not spread and _known(read):
            return Window(axis, prod(read), 0, prod(read) - 1)
        if not read and _known(spread):
            count = prod(spread)  # output position i reads floor(i / count)
            if type(count) is int and count == 0:
                return None  # the axis has no positions
            return Window(axis, ratio(1, count), ratio(1 - count, count), 0)
    return None


def _known(sizes: Sequence[Any]) -> bool:
    return all(n is not None for n in sizes)


def _shared(parts: Sequence[Any], group: Sequence[Any]) -> int:
    """The number of leading parts that both share."""
    pairs = zip(parts, group, strict=False)
    return next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(parts), len(group)))


class Refinement:
    """The common parts of two shapes that hold the same elements in the same order.

    [6, 4] and [2, 12] have the parts 2, 3, 4; [6, 4] and [4, 6] have none.
    """

    def __init__(self, before: Shape, after: Shape):
        self.sizes: dict[int, Any] = {}
        self.before: list[list[int]] = [[] for _ in before]
        self.after: list[list[int]] = [[] for _ in after]
        self._left = list(zip(before, self.before, strict=True))[::-1]
        self._right = list(zip(after, self.after, strict=True))[::-1]
        while self._left and self._right and self._step():
            pass
        self._match_ends()
        self._mix()

    def reaches(self) -> tuple[Reach, ...]:
        """The reach of the axes of the second shape into those of the first."""
        return regrouped(self.before, self.after, self.sizes)

    def _part(self, size: Size, *holders: list[int]) -> None:
        for holder in holders:
            holder.append(len(self.sizes))
        self.sizes[len(self.sizes)] = size

    def _step(self) -> bool:
        """Split the outermost part off both shapes; false if neither size is known to divide the other."""
        (a, before), (b, after) = self._left.pop(), self._right.pop()
        if _surely(equal, a, b):
            self._part(a, before, after)
        elif is_one(b):
            self._left.append((a, before))
        elif _surely(divides, a, b):
            self._part(a, before, after)
            self._right.append((b // a, after))
        elif _surely(divides, b, a):
            self._part(b, before, after)
            self._left.append((a // b, before))
        else:
            self._left.append((a, before))
            self._right.append((b, after))
            return False
        return True

    def _match_ends(self) -> None:
        while self._left and self._right and _surely(equal, self._left[0][0], self._right[0][0]):
            (size, before), (_, after) = self._left.pop(0), self._right.pop(0)
            self._part(size, before, after)

    def _mix(self) -> None:
        """Make the rest of each axis a part of its own; if all sizes are numbers, a shared part links them."""
        known = all(isinstance(n, int) for n, _ in self._left + self._right)
        for size, axis in self._right:
            self._part(size if known else None, axis)
        if known:
            self._part(1, *(axis for _, axis in self._left + self._right))
        for size, axis in self._left:
            self._part(size if known else None, axis)


def _surely(claim: Size, a: Size, b: Size) -> bool:
    return claim(a, b) is True
