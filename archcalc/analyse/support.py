"""The part of a bounded input that one position of a layer reads: its receptive field without padding.

It goes back from the position, layer by layer. Padding reads nothing, and positions at the end of an axis that no
window covers are not read. The result is the hull along each axis, as for receptive fields.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.analyse.extent import stands_still
from archcalc.analyse.receptive_fields import Gates, Paths, states, without_gates
from archcalc.dim import Dim, Shape
from archcalc.network import Layer, Network, Source
from archcalc.op import Before, Piece, Reach, Window, identity
from archcalc.walk import fold_back


class Ends(NamedTuple):
    """The first and the last position along an axis."""

    first: Dim
    last: Dim


Places = Collection[int] | Ends
"""The positions along an axis: each of them, or the ends if the size of the axis is a symbol."""
Box = tuple[Places, ...]
"""The positions along each axis of a tensor."""


def support(
    network: Network, path: str, name: str, place: Mapping[int, int], gates: Gates = "count"
) -> tuple[Ends, ...] | None:
    """The ends of what a layer's first output reads along each axis of an input; None if it reads nothing.

    `place` has a position for some axes of the output. Raises Undecidable if the answer depends on a symbol.
    """
    source = Source(path)
    shape = network.shape(source)
    start: Box = tuple(range(place[a], place[a] + 1) if a in place else _all(n) for a, n in enumerate(shape))
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
                read = _read(box, reaches, layer.call.inputs[slot], network.given)
                if read is not None:
                    yield layer.reads[slot], read

    found = fold_back(network, {source: start}, step, _both).get(Source(name))
    return None if found is None else tuple(map(_ends, found))


def _all(size: Dim) -> Places:
    return Ends(0, size - 1) if dim.is_symbolic(size) else range(size)


def _ends(places: Places) -> Ends:
    return places if isinstance(places, Ends) else Ends(min(places), max(places))


def _read(box: Box, reaches: Sequence[Reach], shape: Shape, given: Assumptions) -> Box | None:
    """The existing positions of one input that some output positions read; None without any."""
    found = tuple(_axis(box, reach, size) for reach, size in zip(reaches, shape, strict=True))
    exist = (_exists(places, size, given) for places, size in zip(found, shape, strict=True))
    return found if all(exist) else None


def _exists(places: Places, size: Dim, given: Assumptions) -> bool:
    """Whether there are any positions; of a whole axis there are."""
    if not isinstance(places, Ends):
        return bool(places)
    return places == (0, size - 1) or bool(given.judge(dim.at_least(places.last, places.first)))


def _axis(box: Box, reach: Reach, size: Dim) -> Places:
    if not isinstance(reach, Window | Before | Piece):
        return _all(size)
    places = box[reach.axis]
    if isinstance(places, Ends) or dim.free_symbols([size, *reach]):
        return _between(_ends(places), reach, size)
    if isinstance(reach, Before):
        return range(min(max(places) + 1, size))
    if isinstance(reach, Piece):
        return {i - reach.start for i in places if 0 <= i - reach.start < size}
    if reach == Window(reach.axis) and max(places) < size:
        return places
    return {p for i in places for p in reach.positions(i) if 0 <= p < size}


def _between(ends: Ends, reach: Window | Before | Piece, size: Dim) -> Ends:
    """The ends of what is read, with symbols."""
    if isinstance(reach, Before):
        return Ends(0, dim.minimum(ends.last, size - 1))
    if isinstance(reach, Piece):
        reach = Window(reach.axis, 1, -reach.start, -reach.start)
    first, last = (reach.stride * end for end in ends)
    return Ends(dim.maximum(dim.ceil(first + reach.first), 0), dim.minimum(dim.floor(last + reach.last), size - 1))


def _both(some: Box, more: Box) -> Box:
    return tuple(map(_union, some, more))


def _union(a: Places, b: Places) -> Places:
    if not isinstance(a, Ends) and not isinstance(b, Ends):
        return {*a, *b}
    (first, last), (least, most) = _ends(a), _ends(b)
    return Ends(dim.minimum(first, least), dim.maximum(last, most))
