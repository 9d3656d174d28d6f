"""Depth: the number of layers with weights on the longest path from an input to an output, as papers count it.

Only layers that multiply and accumulate count: convolutions, dense and recurrent layers. Gates of
squeeze-and-excitation are not on the path.
"""

from collections.abc import Callable, Sequence

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.analyse import receptive_fields
from archcalc.analyse.extent import stands_still
from archcalc.analyse.receptive_fields import without_gates
from archcalc.dim import Dim
from archcalc.network import Layer, Network, Repeat
from archcalc.walk import fold

Lengths = dict[int | None, Dim]
"""The longest path from the inputs (None), and from the input of each symbolic repeat, by its place."""


def depth(network: Network) -> Dim:
    """The weighted layers on the longest path from an input to an output."""
    fields, given = receptive_fields.states(network, "ignore"), network.given

    def step(layer: Layer, inputs: list[Lengths]) -> list[Lengths]:
        call = layer.call
        if layer.op.gate and len(inputs) > 1:
            states = [fields[source.path][source.port] for source in layer.reads]
            pooled = [bool(s) and all(stands_still(axis) for axes in s.values() for axis in axes) for s in states]
            inputs = without_gates(inputs, pooled)
        macs = None if call.cost is None else call.cost.macs
        weighted = bool(call.weights) and not (type(macs) is int and macs == 0)
        return [_longest(inputs or [{None: 0}], int(weighted))] * len(call.outputs)

    found = fold(network, step, _Copies(given))
    lengths = [found[s.path][s.port].get(None, 0) for s in network.outputs]
    longest: Dim = dim.maximum(*lengths)
    return given.plain(longest)


def _longest(paths: list[Lengths], own: Dim) -> Lengths:
    """The longest of some paths from each origin, plus the layer's own length."""
    origins = dict.fromkeys(origin for path in paths for origin in path)
    return {origin: dim.maximum(*(p[origin] for p in paths if origin in p)) + own for origin in origins}


class _Copies:
    """Each of a symbolic number of copies adds the longest path through one."""

    def __init__(self, given: Assumptions):
        self.given = given

    def last(
        self, repeat: Repeat, turn: Callable[[Lengths], Lengths], before: Lengths
    ) -> tuple[list[Lengths], Lengths]:
        beside = dict(turn({repeat.place: 0}))
        once = beside.pop(repeat.place, None)
        if once is None:  # no copy reads the previous one
            return [before], beside
        count = self.given.knowing(repeat.count)
        chain = {origin: length + count * once for origin, length in before.items()}
        beside = {origin: length + (count - 1) * once for origin, length in beside.items()}
        return [before], _longest([chain, beside], 0)

    def common(self, values: list[Sequence[Lengths]]) -> Sequence[Lengths]:
        return values[0]
