"""The part of a bounded input that one position of a layer reads: its receptive field without padding.

It goes back from the position, layer by layer. Padding reads nothing, and positions at the end of an axis that no
window covers are not read. The result is the hull along each axis, as for receptive fields.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from archcalc.analyse.extent import stands_still
from archcalc.analyse.receptive_fields import Gates, Paths, states, without_gates
from archcalc.dim import Shape
from archcalc.network import Layer, Network, Source
from archcalc.op import Before, Part, Reach, Window, identity
from archcalc.walk import fold_back

Box = tuple[Collection[int], ...]
"""The positions along each axis of a tensor."""


def support(
    network: Network, path: str, name: str, place: Mapping[int, int], gates: Gates = "count"
) -> tuple[range, ...] | None:
    """The positions of an input, along each axis, that a layer's first output reads; None without any.

    `place` has a position for some axes of the output.
    """
    source = Source(path)
    shape = network.shape(source)
    start: Box = tuple(range(place[a], place[a] + 1) if a in place else range(n) for a, n in enumerate(shape))
    paths = Paths.of(gates)
    fields = states(network, paths) if paths.gates == "ignore" else {}

    def step(layer: Layer, boxes: dict[int, Box]) -> Iterator[tuple[Source, Box]]:
        slots = list(range(len(layer.reads)))
        if fields and paths.ignores_gates(layer.op):
            axes = [fields[s.path][s.port].get(name, ()) for s in layer.reads]
            slots = without_gates(slots, [bool(some) and all(map(stands_still, some)) for some in axes])
        for port, box in boxes.items():
            for slot in slots:
                alone = paths.ignores_statistics(layer.op)
                reaches = identity(len(box)) if alone else layer.call.fields[port][slot]
                read = _read(box, reaches, layer.call.inputs[slot])
                if read is not None:
                    yield layer.reads[slot], read

    found = fold_back(network, {source: start}, step, _both).get(Source(name))
    return None if found is None else tuple(range(min(axis), max(axis) + 1) for axis in found)


def _read(box: Box, reaches: Sequence[Reach], shape: Shape) -> Box | None:
    """The existing positions of one input that some output positions read; None without any."""
    found = tuple(_axis(box, reach, size) for reach, size in zip(reaches, shape, strict=True))
    return found if all(found) else None


def _axis(box: Box, reach: Reach, size: int) -> Collection[int]:
    if isinstance(reach, Before):
        return range(min(max(box[reach.axis]) + 1, size))
    if isinstance(reach, Part):
        return {i - reach.start for i in box[reach.axis] if 0 <= i - reach.start < size}
    if not isinstance(reach, Window):
        return range(size)
    if reach == Window(reach.axis):
        return box[reach.axis]
    return {p for i in box[reach.axis] for p in reach.positions(i) if 0 <= p < size}


def _both(some: Box, more: Box) -> Box:
    return tuple({*a, *b} for a, b in zip(some, more, strict=True))
