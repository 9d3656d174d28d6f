"""The input positions that one position of a layer's output reads, as data: a span of rows, of columns, ..."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archcalc.analyse.extent import Axis, Extent, Fractional, Irregular
from archcalc.analyse.receptive_fields import spatial_axes
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.analyse.support import support
from archcalc.errors import Refused, nearest
from archcalc.op import UNKNOWN
from archcalc.picture.field.growth import SpatialAxis, require_numbers, sides_of, spatial_input
from archcalc.picture.theme import colour
from archcalc.render import words


class ReadSpan(NamedTuple):
    """The positions read along one axis of the input, counted from 0."""

    side: SpatialAxis
    first: int
    last: int
    """Both may lie outside the input."""
    field: Extent | None
    """None if every position reads all that the axis holds."""
    at: int
    """The position of the layer's output."""
    positions: int
    """The number of output positions."""
    inside: range
    """The positions read inside the input; at a border, possibly fewer than the span has."""

    @property
    def before(self) -> int:
        """The number of positions before the input."""
        return max(0, min(self.last, -1) - self.first + 1)

    @property
    def after(self) -> int:
        """The number of positions after the input."""
        return max(0, self.last - max(self.first, self.side.size) + 1)

    def centre(self, i: int) -> float:
        """The centre of the span that position i reads."""
        read = None if self.field is None else self.field.span(i)
        return sum(read or (self.first, self.last)) / 2


class Region(NamedTuple):
    """The input region that one position reads."""

    network: str
    input: str
    layer: str
    op: str
    colour: str
    axes: tuple[ReadSpan, ...]
    dilated: bool
    """Whether it has gaps, so the region is the hull of what is read."""


def region_of(summary: Summary, path: str, at: Sequence[int] | None = None) -> Region:
    """The region that a position of a layer reads: `at`, one index per axis along which fields move, or the middle.

    Raises Refused for an unknown layer or position, and if the field is unknown.
    """
    layer = _layer(summary, path)
    state = summary.fields[path]
    name = spatial_input(summary, state, f"what {words.visible(path)!r} gives")
    sides, fields = sides_of(summary, name), state[name]
    _require_known(summary, layer, name, sides)
    moving = [(side, axis) for side, axis in zip(sides, fields, strict=True) if isinstance(axis, Extent) and axis.axes]
    counts = [layer.outputs[0][axis.axes[0]] for _, axis in moving]
    require_numbers(summary, [*counts, *[n for _, axis in moving for span in axis.spans for n in span or ()]])
    chosen = _place(path, [side for side, _ in moving], counts, at)
    place = {axis.axes[0]: i for (_, axis), i in zip(moving, chosen, strict=True)}
    read = support(summary.network, path, name, place, summary.gates)
    ends = [(0, -1) if read is None else read[a] for a in spatial_axes(summary.network.input_op(name))]
    require_numbers(summary, [end for pair in ends for end in pair])
    axes = tuple(_reading(layer, *each, place) for each in zip(sides, fields, ends, strict=True))
    return Region(summary.name, name, path, layer.kind, colour(layer.op), axes, _dilated(summary, path))


def _layer(summary: Summary, path: str) -> LayerSummary:
    layers = {layer.path: layer for layer in summary.layers}
    if path in layers:
        return layers[path]
    inside = [p for p in layers if p.startswith(f"{path}.")]
    if inside:
        message = f"{words.visible(path)!r} is a scope, not a layer"
        raise Refused(message, f"its last layer is {words.visible(inside[-1])!r}")
    raise Refused(f"{words.visible(summary.name)} has no layer {words.visible(path)!r}", nearest(path, layers))


def _require_known(summary: Summary, layer: LayerSummary, name: str, sides: tuple[SpatialAxis, ...]) -> None:
    """Raise Refused, naming the layer responsible, if the field is unknown."""
    for number, side in enumerate(sides):
        if not _untold(summary.fields[layer.path][name][number]):
            continue
        states = {source.path: summary.fields[source.path] for source in _behind(summary, layer.path)}
        culprit = next(path for path, state in states.items() if name in state and _untold(state[name][number]))
        since = "" if culprit == layer.path else f", since {words.visible(culprit)!r}"
        message = f"what {words.visible(layer.path)!r} reads along the {side.name} cannot be determined{since}"
        why = "is read in an order that is not regular, or paths of different strides meet there"
        raise Refused(message, f"the {side.name} {why}; name an earlier layer")


def _untold(axis: Axis) -> bool:
    return axis is UNKNOWN or isinstance(axis, Irregular | Fractional)


def _behind(summary: Summary, path: str) -> list[LayerSummary]:
    """The layers that a layer's output depends on, ending with itself."""
    found = summary.made_from(path)
    return [layer for layer in summary.layers if layer.path in found]


def _place(path: str, sides: list[SpatialAxis], counts: list[int], at: Sequence[int] | None) -> list[int]:
    """The index along each axis along which fields move."""
    if at is None:
        return [count // 2 for count in counts]
    if not sides:
        raise Refused(f"every position of {words.visible(path)!r} reads the whole input", "leave out --at")
    names = ", ".join(side.name for side in sides)
    if len(at) != len(sides):
        numbers = words.count_of(len(at), "number says", "numbers say")
        raise Refused(f"{numbers} no position of {words.visible(path)!r}", f"it takes {len(sides)}: {names}")
    for i, count, side in zip(at, counts, sides, strict=True):
        if not 0 <= i < count:
            message = f"{words.visible(path)!r} has no position {i} along the {side.name}"
            raise Refused(message, f"it has {count:,}: 0 to {count - 1}")
    return list(at)


def _reading(
    layer: LayerSummary, side: SpatialAxis, axis: Axis, ends: tuple[int, int], place: Mapping[int, int]
) -> ReadSpan:
    inside = range(ends[0], ends[1] + 1)
    if not isinstance(axis, Extent) or not axis.axes:  # all that the axis holds is read
        first, last = axis.ends if isinstance(axis, Extent) else (0, side.size - 1)
        return ReadSpan(side, first, last, None, 0, 1, inside)
    at = place[axis.axes[0]]
    read = axis.span(at)
    if read is None:
        message = f"position {at} of {words.visible(layer.path)!r} reads nothing along the {side.name}"
        raise Refused(message, "it lies between the taps of a transposed convolution; choose another with --at")
    return ReadSpan(side, *read, axis, at, layer.outputs[0][axis.axes[0]], inside)


def _dilated(summary: Summary, path: str) -> bool:
    """Whether a window on the path is dilated."""
    given = [layer.op.settings().get("dilation", 1) for layer in _behind(summary, path)]
    return any(d != 1 for each in given for d in (each if isinstance(each, tuple) else (each,)))
