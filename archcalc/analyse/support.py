"""The part of a bounded input that one position of a layer reads: its receptive field without padding.

It goes back from the position, layer by layer. Padding reads nothing, and positions at the end of an axis that no
window covers are not read. Along each axis, the result is the hull, as for receptive fields.
"""

from collections.abc import Iterator, Mapping, Sequence

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.analyse.receptive_fields import Gates, states, ungated
from archcalc.dim import Dim, Shape
from archcalc.network import Layer, Network, Source
from archcalc.op import WHOLE, Reach, Window
from archcalc.walk import fold_back

Box = tuple[tuple[Dim, Dim], ...]
"""The first and last positions along each axis of a tensor; symbolic where the size of the axis is."""


def support(network: Network, path: str, name: str, place: Mapping[int, int], gates: Gates = "count") -> Box | None:
    """The positions of an input, along each axis, that a layer's first output reads; None without any.

    `place` has a position for some axes of the output. Raises Undecidable if the answer depends on a symbol.
    """
    source = Source(path)
    shape = network.shape(source)
    start = tuple((place[a], place[a]) if a in place else (0, n - 1) for a, n in enumerate(shape))
    fields = states(network, gates) if gates == "ignore" else {}

    def step(layer: Layer, boxes: dict[int, Box]) -> Iterator[tuple[Source, Box]]:
        slots = list(range(len(layer.reads)))
        if fields and layer.op.gate:
            axes = [fields[s.path][s.port].get(name, ()) for s in layer.reads]
            slots = ungated(slots, [bool(some) and all(axis is WHOLE for axis in some) for some in axes])
        for port, box in boxes.items():
            reaches = layer.call.fields[port]
            for slot in slots:
                read = _read(box, reaches[slot], layer.call.inputs[slot], network.given)
                if read is not None:
                    yield layer.reads[slot], read

    return fold_back(network, {source: start}, step, _hull).get(Source(name))


def _read(box: Box, reaches: Sequence[Reach], shape: Shape, given: Assumptions) -> Box | None:
    """The existing positions of one input that some output positions read; None without any."""
    found = tuple(_axis(box, reach, size) for reach, size in zip(reaches, shape, strict=True))
    parts = [box for box, size in zip(found, shape, strict=True) if box != (0, size - 1)]  # a whole axis is not empty
    return found if all(given.judge(dim.at_least(last, first)) for first, last in parts) else None


def _axis(box: Box, reach: Reach, size: Dim) -> tuple[Dim, Dim]:
    if not isinstance(reach, Window):
        return 0, size - 1
    first, last = (reach.stride * end for end in box[reach.axis])
    return dim.maximum(dim.ceil(first + reach.first), 0), dim.minimum(dim.floor(last + reach.last), size - 1)


def _hull(some: Box, more: Box) -> Box:
    return tuple((dim.minimum(a[0], b[0]), dim.maximum(a[1], b[1])) for a, b in zip(some, more, strict=True))
