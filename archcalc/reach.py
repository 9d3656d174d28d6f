"""Reaches: how a position of an output reads an axis of an input, as operations declare it."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from archcalc.dim import Size, ceil, floor


class Window(NamedTuple):
    """Position i of output axis `axis` reads positions stride*i + first ... stride*i + last of this input axis.

    The bounds may be fractional after upsampling; the positions read are the integers between them.
    """

    axis: int
    stride: Size = 1
    first: Size = 0
    last: Size = 0
    step: Size | None = None
    """If given, only every step-th number from the first bound on is read, where it is an integer, as by a dilation."""

    def positions(self, i: int) -> Sequence[int]:
        """The positions that position i reads, in order; some may lie outside the axis. All entries are numbers."""
        first, last = self.stride * i + self.first, self.stride * i + self.last
        if self.step is None:
            return range(ceil(first), floor(last) + 1)
        taps = (first + n * self.step for n in range(floor((last - first) / self.step) + 1))
        return [int(tap) for tap in taps if tap.denominator == 1]


class Before(NamedTuple):
    """Position i of output axis `axis` reads positions 0 ... i of this input axis."""

    axis: int


class Piece(NamedTuple):
    """Position start + i of output axis `axis` reads position i of this input axis; the others read none of it."""

    axis: int
    start: Size


class Scattered(NamedTuple):
    """Where this input axis is read depends on output axes `axes`, but not regularly: flattened, rolled or shuffled."""

    axes: tuple[int, ...]
    single: bool = True
    """Whether one position is read; if not, their number is unknown. Every position is read by some output."""


class _Everywhere:
    """The type of WHOLE and UNKNOWN."""

    def __init__(self, name: str):
        self.name = name

    def __repr__(self) -> str:
        return self.name


WHOLE = _Everywhere("WHOLE")
"""Every output position reads the whole of this input axis."""
UNKNOWN = _Everywhere("UNKNOWN")
"""The positions of this input axis that are read are unknown."""

Reach = Window | Before | Piece | Scattered | _Everywhere
REACHES = (Window, Before, Piece, Scattered, _Everywhere)
"""The types of Reach."""
Field = tuple[tuple[Reach, ...], ...]
"""For each input, for each of its axes: how an output position reads it."""


@cache
def identity(rank: int) -> tuple[Reach, ...]:
    """Each output position reads the input position of the same index."""
    return tuple(Window(axis) for axis in range(rank))
