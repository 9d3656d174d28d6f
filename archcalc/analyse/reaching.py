"""How fields compose with what an operation reads, and join where paths meet: one axis of an input at a time."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import gcd
from typing import NamedTuple

from archcalc import dim
from archcalc.analyse.extent import Axis, Extent, Fractional, Irregular, Span, stands_still
from archcalc.dim import Shape, Size
from archcalc.op import UNKNOWN, WHOLE, Before, Piece, Reach, Scattered, Window

LONGEST = 100_000
"""The most positions whose fields are listed one by one."""


class Way(NamedTuple):
    """A way through an operation, from one input to one output."""

    reaches: tuple[Reach, ...]
    """For each axis of the input how a position of the output reads it."""
    before: Shape
    """The input's shape."""
    after: Shape
    """The output's shape."""
    origin: tuple[str, int]
    """The output: the layer's path, and the port."""


def composed(axis: Axis, way: Way, size: Size) -> Axis:
    """The field behind an operation that reads positions with this field; `size` is that of the network's input."""
    if isinstance(axis, Irregular):
        return _rearranged(axis, way, size)
    if not isinstance(axis, Extent | Fractional) or not axis.axes:
        return axis
    at = axis.axes[0]
    reach, length = way.reaches[at], way.before[at]
    if isinstance(reach, Window):
        found = _moved(axis, reach, length, way.after[reach.axis], size)
        if found is UNKNOWN and dim.equal(reach.last - reach.first, 1 - reach.stride) is True:  # reads one position
            return Irregular((reach.axis,), axis.size, everything(axis, length), way.origin)
        return found
    if isinstance(reach, Before):
        return _grown(axis, reach, length, way.after[reach.axis], size)
    if isinstance(reach, Piece):
        return _parted(axis, reach, length, way)
    if isinstance(reach, Scattered):
        return Irregular(reach.axes, axis.size if reach.single else None, everything(axis, length), way.origin)
    return UNKNOWN if reach is UNKNOWN else _held(everything(axis, length), size)


# -- windows -----------------------------------------------------------------------------------------------------------


def _moved(axis: Extent | Fractional, step: Window, length: Size, count: Size, size: Size) -> Axis:
    """The field through a window; `length` and `count` are those of the input's axis and the output's."""
    if step == Window(step.axis) and (isinstance(axis, Fractional) or axis.is_even or length == count):
        return _along(axis, step.axis)
    if isinstance(axis, Fractional):
        if not all(map(_is_integer, step[1:4])):
            return UNKNOWN
        _, stride, first, last, _ = axis.window
        ends = (dim.tidy(first + stride * step.first), dim.tidy(last + stride * step.last))
        whole = Window(step.axis, dim.tidy(stride * step.stride), *ends)
        if _is_integer(whole.stride):
            return _shifted(axis.of, whole)
        return Fractional(axis.of, whole, axis.hull if _covers(step, length, count) else _ends(axis.of, whole, count))
    if step.stride == 0 and step.first == 0 and step.last != 0 and dim.equal(step.last, length - 1) is True:
        return _held(everything(axis, length), size)
    if axis.most is not None:
        return _growing(axis, step, length, count, size)
    if axis.is_even and _is_integer(step.stride):
        return _shifted(axis, step)
    if all(isinstance(n, int | Fraction) for n in step[1:4]) and not dim.is_symbolic(step.step):
        return in_short(_by_phase(axis, step, count), size)
    if not axis.is_even:
        return UNKNOWN
    hull = everything(axis, length) if _covers(step, length, count) else None
    return Fractional(axis, step, hull or _ends(axis, step, count))


def _ends(axis: Extent, step: Window, count: Size) -> Span:
    """What all positions of an axis read through a window."""
    (first, last), jump = axis.ends, axis.jump
    return first + jump * dim.ceil(step.first), last + jump * dim.floor(step.stride * (count - 1) + step.last)


def _along(axis: Extent | Fractional, place: int) -> Extent | Fractional:
    """The same field along another axis of the output."""
    if isinstance(axis, Fractional):
        return axis._replace(window=axis.window._replace(axis=place))
    return axis if axis.axes == (place,) else axis._replace(axes=(place,))


def _is_integer(stride: Size) -> bool:
    return dim.is_size(stride) and not (dim.is_symbolic(stride) and stride.is_integer is None)


def _shifted(axis: Extent, step: Window) -> Extent:
    """A field of even steps through a window of even steps."""
    (first, last), jump = axis.ends, axis.jump
    low, high = dim.ceil(step.first), dim.floor(step.last)
    if type(jump) is int and jump < 0:
        low, high = high, low
    return Extent((step.axis,), jump * dim.tidy(step.stride), ((first + jump * low, last + jump * high),), axis.aligned)


def _by_phase(axis: Extent, step: Window, count: Size) -> Axis:
    """The field through a window of numbers, phase by phase; phases beyond the end of the axis do not exist."""
    whole = Fraction(step.stride)
    period = count
    if axis.step is not None:
        period = axis.period * whole.denominator // gcd(whole.numerator, axis.period * whole.denominator)
    listed = axis.step is None or (type(count) is int and period > count)
    if type(count) is int:
        period = min(period, count)
    if dim.is_symbolic(period) or period > LONGEST:
        return UNKNOWN
    spans = tuple([hull_of(map(axis.span, _decisive(axis, step.positions(r)))) for r in range(period)])
    moved = None if listed or axis.step is None else axis.step * (int(whole * period) // axis.period)
    return shortest(Extent((step.axis,), moved, spans, axis.aligned))


def in_short(axis: Axis, size: Size) -> Axis:
    """A list of positions that all read the whole input, in short."""
    listed = isinstance(axis, Extent) and axis.step is None
    return WHOLE if listed and set(axis.spans) == {(0, size - 1)} else axis


def _decisive(axis: Extent, read: Sequence[int]) -> Sequence[int]:
    """Of some positions those that have the ends of the hull: the first and the last of each phase."""
    if axis.step is None or len(read) <= 2 * axis.period:
        return read
    return [*read[: axis.period], *read[-axis.period :]]


def hull_of(spans: Iterable[Span | None]) -> Span | None:
    """From the least first to the greatest last; None if nothing is read."""
    found = [*dict.fromkeys(span for span in spans if span is not None)]
    if len(found) < 2:
        return found[0] if found else None
    return dim.minimum(*[first for first, _ in found]), dim.maximum(*[last for _, last in found])


def shortest(axis: Extent) -> Extent:
    """The same field with the shortest period."""
    for period in range(1, axis.period):
        if axis.period % period == 0 and type(axis.step) is int and axis.step * period % axis.period == 0:
            short = axis._replace(step=axis.step * period // axis.period, spans=axis.spans[:period])
            if all(short.span(i) == span for i, span in enumerate(axis.spans)):
                return short
    return axis


# -- all that an axis holds, all before a position, a part -------------------------------------------------------------


def everything(axis: Extent | Fractional, length: Size) -> Span | None:
    """What all positions of an axis together read."""
    if isinstance(axis, Fractional):
        return axis.hull
    if axis.step is None or length == 0:
        return hull_of(axis.spans[:length])
    if axis.most is not None:
        return axis.ends[0], axis.most
    if type(length) is int:
        ends = {*range(min(length, axis.period)), *range(max(0, length - axis.period), length)}
        return hull_of(map(axis.span, ends))
    # An axis has a position of every phase, but for those of fewer positions than the period.
    ends = [(r, axis.step * dim.floor_div(length - 1 - r, axis.period)) for r in range(axis.period)]  # type: ignore
    found = [(span, moved) for r, moved in ends if (span := axis.spans[r]) is not None]
    return hull_of([span for span, _ in found] + [(first + moved, last + moved) for (first, last), moved in found])


def _held(hull: Span | None, size: Size) -> Axis:
    """The field of positions that read all that an axis holds, within the input."""
    if hull is None:
        return Extent((), 0, (None,))
    first, last = hull
    if dim.at_least(0, first) is True and dim.at_least(last, size - 1) is True:
        return WHOLE
    first, last = dim.maximum(first, 0), dim.minimum(last, size - 1)
    return Extent((), 0, (None if dim.at_least(last, first) is False else (first, last),))


def _grown(axis: Extent | Fractional, reach: Before, length: Size, count: Size, size: Size) -> Axis:
    """The field of positions that read all up to their own."""
    if isinstance(axis, Fractional):
        return UNKNOWN
    span = axis.spans[0]
    if axis.most is not None or (axis.is_even and axis.step == 0):
        return _along(axis, reach.axis)
    if axis.is_even and span is not None and dim.at_least(axis.step, 0) is True:
        most = dim.minimum(span[1] + axis.step * (dim.minimum(length, count) - 1), size - 1)
        return Extent((reach.axis,), axis.step, ((dim.maximum(span[0], 0), span[1]),), axis.aligned, most)
    if not (_is_listed(length) and _is_listed(count)):
        return UNKNOWN
    spans: list[Span | None] = []
    for i in range(count):
        own = _clipped(axis.span(i), size) if i < length else None
        spans.append(hull_of([own, *spans[-1:]]))
    return Extent((reach.axis,), None, tuple(spans), axis.aligned)


def _growing(axis: Extent, step: Window, length: Size, count: Size, size: Size) -> Axis:
    """A growing field through a window."""
    low, high = dim.ceil(step.first), dim.floor(step.last)
    inside = (
        _is_integer(step.stride)
        and dim.at_least(high, 0) is True
        and dim.at_least(length - 1, step.stride * (count - 1) + low) is True
    )
    if inside:
        first, last = axis.ends
        last, moved = last + axis.step * high, axis.step * step.stride
        most = dim.minimum(axis.most, last + moved * (count - 1))
        return Extent((step.axis,), moved, ((first, last),), axis.aligned, most)
    listed = as_list(axis, length)
    return UNKNOWN if listed is None else _moved(listed, step, length, count, size)


def of_part(axis: Axis, way: Way, size: Size) -> Axis:
    """A field that stands still, for the positions of an axis that read this input; the others read another one."""
    found = [(reach, length) for reach, length in zip(way.reaches, way.before, strict=True) if isinstance(reach, Piece)]
    if not found or not stands_still(axis):
        return axis
    ((part, length),) = found
    still = Extent((part.axis,), 0, ((0, size - 1),)) if axis is WHOLE else axis._replace(axes=(part.axis,))
    return _parted(still, part, length, way)


def _parted(axis: Extent | Fractional, part: Piece, length: Size, way: Way) -> Axis:
    """The field of positions of which a part reads this input: those of other parts read nothing of it."""
    count = way.after[part.axis]
    if isinstance(axis, Fractional) or not (_is_listed(count) and _is_listed(length)):
        return Irregular((part.axis,), axis.size, everything(axis, length), way.origin)
    spans = [axis.span(i - part.start) if 0 <= i - part.start < length else None for i in range(count)]
    return Extent((part.axis,), None, tuple(spans), axis.aligned)


def _clipped(span: Span | None, size: Size) -> Span | None:
    if span is None:
        return None
    first, last = max(span[0], 0), min(span[1], size - 1)
    return None if last < first else (first, last)


def _is_listed(length: Size) -> bool:
    """Whether the positions of an axis of this length may be listed."""
    return type(length) is int and length <= LONGEST


def as_list(axis: Extent, length: Size) -> Extent | None:
    """A field as a list of all positions; None if there are too many, or sizes are symbols."""
    if not _is_listed(length) or dim.free_symbols([axis.step, axis.most, *(n for s in axis.spans for n in s or ())]):
        return None
    return axis._replace(step=None, spans=tuple(map(axis.span, range(length))), most=None)


# -- an order without a rule -------------------------------------------------------------------------------------------


def _rearranged(axis: Irregular, way: Way, size: Size) -> Axis:
    """The field behind an operation that reads positions in an order without a rule."""
    steps = [(way.reaches[a], way.before[a]) for a in axis.axes]
    reaches = [reach for reach, _ in steps]
    if UNKNOWN in reaches:
        return UNKNOWN
    if WHOLE in reaches and all(reach is WHOLE or length == 1 for reach, length in steps):
        return UNKNOWN if axis.hull is None else _held(axis.hull, size)
    axes = tuple(dict.fromkeys(a for reach in reaches for a in _axes(reach)))
    if all(isinstance(reach, Window) and reach == Window(reach.axis) for reach in reaches):
        return axis._replace(axes=axes)
    single = all(_reads_one(reach) or length == 1 for reach, length in steps)
    covers = all(
        not isinstance(reach, Window) or _covers(reach, length, way.after[reach.axis]) for reach, length in steps
    )
    return Irregular(axes, axis.size if single else None, axis.hull if covers else None, way.origin)


def _axes(reach: Reach) -> tuple[int, ...]:
    if isinstance(reach, Scattered):
        return reach.axes
    return (reach.axis,) if isinstance(reach, Window | Before | Piece) else ()


def _reads_one(reach: Reach) -> bool:
    """Whether at most one position is read."""
    if isinstance(reach, Window):
        return dim.equal(reach.first, reach.last) is True
    return isinstance(reach, Piece) or (isinstance(reach, Scattered) and reach.single)


def _covers(reach: Window, length: Size, count: Size) -> bool:
    """Whether each position of an axis of this length is read by some of the output, unless it is known not to be."""
    end = reach.stride * (count - 1) + reach.last
    # The bounds of a fractional stride 1/n or m/n are multiples of 1/n.
    grid = Fraction(1, reach.stride.denominator) if isinstance(reach.stride, int | Fraction) else reach.stride
    near = dim.at_least(reach.last + grid, reach.first + reach.stride)
    far = dim.both(dim.at_least(0, reach.first), dim.at_least(end, length - 1))
    return length == 1 or (reach.step in (None, 1) and near is not False and far is not False)
