"""The part of a bounded input that one position of a layer reads: its receptive field without padding.

It goes back from the position, layer by layer. Padding reads nothing, and positions at the end of an axis that no
window covers are not read. Along each axis, the result is the hull, as for receptive fields.
"""

from collections.abc import Iterator, Mapping, Sequence

from archcalc import dim
from archcalc.analyse.receptive_fields import Gates, states, ungated
from archcalc.dim import Shape
from archcalc.network import Layer, Network, Source
from archcalc.op import WHOLE, Reach, Window
from archcalc.walk import fold_back

Box = tuple[range, ...]
"""The positions along each axis of a tensor."""


def support(network: Network, path: str, name: str, place: Mapping[int, int], gates: Gates = "count") -> Box | None:
    """The positions of an input, along each axis, that a layer's first output reads; None without any.

    `place` has a position for some axes of the output.
    """
    source = Source(path)
    shape = network.shape(source)
    start = tuple(range(place[a], place[a] + 1) if a in place else range(n) for a, n in enumerate(shape))
    fields = states(network, gates) if gates == "ignore" else {}

    def step(layer: Layer, boxes: dict[int, Box]) -> Iterator[tuple[Source, Box]]:
        slots = list(range(len(layer.reads)))
        if fields and layer.op.gate:
            axes = [fields[s.path][s.port].get(name, ()) for s in layer.reads]
            slots = ungated(slots, [bool(some) and all(axis is WHOLE for axis in some) for some in axes])
        for port, box in boxes.items():
            reaches = layer.call.fields[port]
            for slot in slots:
                read = _read(box, reaches[slot], layer.call.inputs[slot])
                if read is not None:
                    yield layer.reads[slot], read

    return fold_back(network, {source: start}, step, _hull).get(Source(name))


def _read(box: Box, reaches: Sequence[Reach], shape: Shape) -> Box | None:
    """The existing positions of one input that some output positions read; None without any."""
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
