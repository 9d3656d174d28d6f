"""What one position of a layer reads of an input that has borders: the receptive field without what is not there.

Goes back from the position, layer by layer, and at each leaves out what lies in the padding: a position that stands for
padding reads nothing, and positions that no window covers at the end of an axis are not read. Along each axis the hull
of what is read is found, as for receptive fields.
"""

from collections.abc import Iterator, Mapping, Sequence

from archcalc import dim
from archcalc.analyse.receptive_fields import Gates, State, states, ungated
from archcalc.dim import Shape
from archcalc.network import Layer, Network, Source
from archcalc.op import WHOLE, Reach, Window
from archcalc.walk import fold_back

Box = tuple[range, ...]
"""The positions along each axis of a tensor."""


def support(network: Network, path: str, name: str, place: Mapping[int, int], gates: Gates = "count") -> Box | None:
    """What a layer's first output reads of an input, per axis of it; None where that is nothing.

    `place` has a position for some axes of the output.
    """
    source = Source(path)
    shape = network.shape(source)
    start = tuple(range(place[a], place[a] + 1) if a in place else range(n) for a, n in enumerate(shape))
    fields = states(network, gates) if gates == "ignore" else {}

    def step(layer: Layer, boxes: dict[int, Box]) -> Iterator[tuple[Source, Box]]:
        slots = list(range(len(layer.reads)))
        if fields and layer.op.gate:
            slots = ungated(slots, [_is_whole(fields[s.path][s.port], name) for s in layer.reads])
        for port, box in boxes.items():
            reaches = layer.call.fields[port]
            for slot in slots:
                read = _read(box, reaches[slot], layer.call.inputs[slot])
                if read is not None:
                    yield layer.reads[slot], read

    return fold_back(network, {source: start}, step, _hull).get(Source(name))


def _is_whole(state: State, name: str) -> bool:
    axes = state.get(name, ())
    return bool(axes) and all(axis is WHOLE for axis in axes)


def _read(box: Box, reaches: Sequence[Reach], shape: Shape) -> Box | None:
    """What some output positions read of one input that is there; None where that is nothing."""
    found = tuple(_axis(box, reach, size) for reach, size in zip(reaches, shape, strict=True))
    return found if all(found) else None


def _axis(box: Box, reach: Reach, size: int) -> range:
    if not isinstance(reach, Window):
        return range(size)
    ends = box[reach.axis]
    first, last = dim.ceil(reach.stride * ends[0] + reach.first), dim.floor(reach.stride * ends[-1] + reach.last)
    return range(max(first, 0), min(last, size - 1) + 1)


def _hull(some: Box, more: Box) -> Box:
    return tuple(range(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(some, more, strict=True))
