"""What one position of a layer reads of an input that has borders: the receptive field without what is not there.

Goes back from the position, layer by layer, and at each leaves out what lies in the padding: a position that stands for
padding reads nothing, and what windows leave over at the end of an axis is not read. Along each axis the hull of what
is read is found, as for receptive fields.
"""

from collections.abc import Mapping
from typing import Any

from archcalc import dim
from archcalc.analyse.summary import Layer
from archcalc.graph import Input, reads
from archcalc.op import WHOLE, Reach, Window

Box = tuple[range, ...]
"""The positions along each axis of a tensor."""


def support(layer: Layer, name: str, place: Mapping[int, int]) -> Box | None:
    """What is read of an input, per axis of it; None where nothing is. `place` has a position for some output axes."""
    fields: Any = layer.fields
    graph, ignore = fields.graph, fields.gates == "ignore"
    whole = tuple(map(range, layer.outputs[0]))
    boxes = {(layer.path, 0): tuple(range(place[a], place[a] + 1) if a in place else r for a, r in enumerate(whole))}
    paths = list(graph.nodes)
    for path in reversed(paths[: paths.index(layer.path) + 1]):
        node = graph.nodes[path]
        if isinstance(node["op"], Input):
            continue
        sources = reads(graph, path)
        gates = _gates(fields.states, name, sources) if ignore and node["op"].gate else set()
        for port, field in enumerate(node["call"].fields):
            box = boxes.get((path, port))
            if box is None:
                continue
            for slot, (source, reaches) in enumerate(zip(sources, field, strict=True)):
                read = _read(box, reaches, node["call"].inputs[slot])
                if read is not None and slot not in gates:
                    key = (source.path, source.port)
                    boxes[key] = _hull(boxes.get(key, read), read)
    return boxes.get((name, 0))


def _gates(states: Any, name: str, sources: Any) -> set[int]:
    """The inputs of a product that were pooled over the whole image, where not all of them were."""
    found = {i for i, s in enumerate(sources) if (axes := states[s.path].get(name)) and all(a is WHOLE for a in axes)}
    return found if len(found) < len(sources) else set()


def _read(box: Box, reaches: tuple[Reach, ...], shape: tuple[Any, ...]) -> Box | None:
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
