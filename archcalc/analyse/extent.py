"""What the positions of a layer read along one axis of an input of the network.

Behind resampling it depends on a position's phase: position P*q + r, with P the period, reads from first + q*step to
last + q*step, with first and last those of phase r.
"""

from typing import Any, NamedTuple

from archcalc import dim
from archcalc.dim import Size
from archcalc.op import UNKNOWN, WHOLE, Window

Span = tuple[Size, Size]
"""The first and the last position read; they may lie outside the input, in the padding."""


class Extent(NamedTuple):
    """The field of positions that move along at most one axis of the layer's output."""

    axes: tuple[int, ...]
    """The axis of the layer's output that moves the field; none if every position reads the same."""
    step: Size | None
    """From one period to the next; None if the spans are those of all positions, which follow no period."""
    spans: tuple[Span | None, ...]
    """For each phase what its first position reads; None if nothing, as between the taps of a transposed convolution.

    A position outside the axis continues the period, so a border is read as padding is.
    """
    aligned: bool = True
    """Whether all paths that meet have the same centre, for every number of copies."""
    most: Size | None = None
    """If given, the first position stands still, and the last one moves up to this, as behind causal attention."""

    @property
    def period(self) -> int:
        """The number of phases."""
        return len(self.spans)

    @property
    def is_even(self) -> bool:
        """Whether all positions read alike, in even steps."""
        return self.most is None and self.step is not None and len(self.spans) == 1 and self.spans[0] is not None

    @property
    def jump(self) -> Any:
        """The mean step of the field from one position to the next; None if it is not regular."""
        if self.step is None or self.most is not None:
            return None
        return self.step if self.period == 1 else dim.ratio(self.step, self.period)

    @property
    def ends(self) -> Span:
        """What position 0 reads; the last end lies before the first if it reads nothing."""
        return self.spans[0] or (0, -1)

    @property
    def sizes(self) -> tuple[Any, ...]:
        """For each phase the number of positions between the ends; 0 if nothing is read."""
        if self.most is not None:
            return (self.most - self.ends[0] + 1,)
        return tuple([0 if span is None else span[1] - span[0] + 1 for span in self.spans])

    @property
    def size(self) -> Any:
        """The number of positions between the ends; the maximum over the phases."""
        sizes = self.sizes
        return sizes[0] if len(sizes) == 1 else dim.maximum(*sizes)

    @property
    def depends_on_phase(self) -> bool:
        """Whether positions that read something read different numbers of places."""
        return self.most is not None or len({*self.sizes} - {0}) > 1

    @property
    def padding(self) -> Any:
        """The distance that the field of position 0 begins before the input; None if the field is not regular."""
        return None if self.jump is None or self.spans[0] is None else -self.ends[0]

    def span(self, i: int) -> Span | None:
        """What position i reads; all sizes are numbers."""
        if self.step is None:
            return self.spans[i] if 0 <= i < self.period else None
        turns, phase = divmod(i, self.period)
        found = self.spans[phase]
        if found is None:
            return None
        first, last = found
        moved = turns * self.step
        if self.most is None:
            return first + moved, last + moved
        last = min(last + moved, self.most)
        return None if last < first else (first, last)


class Fractional(NamedTuple):
    """A field through a window whose stride or bounds are symbols, and fractions: its phases have no list."""

    of: Extent
    """The field of what the window reads; its period is 1."""
    window: Window
    hull: Span
    """What all positions together read."""

    @property
    def axes(self) -> tuple[int, ...]:
        """The axis of the layer's output that moves the field."""
        return (self.window.axis,)

    @property
    def jump(self) -> Any:
        """The mean step of the field from one position to the next."""
        return dim.tidy(self.of.jump * self.window.stride)

    @property
    def size(self) -> Any:
        """The most positions between the ends that a phase can have."""
        if not self.depends_on_phase:
            return self.of.size
        return self.of.size + self.of.jump * dim.floor(self.window.last - self.window.first)

    @property
    def padding(self) -> Any:
        """The distance that the field of position 0 begins before the input."""
        return self.of.padding - self.of.jump * dim.ceil(self.window.first)

    @property
    def depends_on_phase(self) -> bool:
        """Whether positions may read different numbers of places."""
        # One of the multiples of the stride is an integer in each interval that is one stride shorter than 1.
        return dim.equal(self.window.last - self.window.first, 1 - self.window.stride) is not True

    @property
    def aligned(self) -> bool:
        """Whether all paths that meet have the same centre."""
        return self.of.aligned


class Irregular(NamedTuple):
    """The field of positions that read in an order without a rule: flattened, rolled or shuffled."""

    axes: tuple[int, ...]
    """The axes of the layer's output that move the field."""
    size: Size | None
    """The largest size; None if it is unknown."""
    hull: Span | None
    """What all positions together read; None if it is unknown."""
    origin: tuple[str, int] | None = None
    """The output that has this order; fields of one origin read alike or in different positions."""

    @property
    def jump(self) -> None:
        """It has no step."""

    @property
    def padding(self) -> None:
        """It has no padding."""

    @property
    def depends_on_phase(self) -> bool:
        """It has no phases."""
        return False

    @property
    def aligned(self) -> bool:
        """It has no centre."""
        return False


Extents = Extent | Fractional | Irregular
Axis = Any
"""One of Extents, WHOLE or UNKNOWN."""


def stands_still(axis: Axis) -> bool:
    """Whether every position reads all that its axis holds, as behind a global pool."""
    return axis is WHOLE or (isinstance(axis, Extent) and not axis.axes)


def is_sized(axis: Axis) -> bool:
    """Whether the size of a field is known and not that of the whole input."""
    return axis is not WHOLE and axis is not UNKNOWN and axis.size is not None
