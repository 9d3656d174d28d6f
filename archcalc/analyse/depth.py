"""Depth: how many layers with weights lie one after the other, as articles count them.

The depth of a network is the number of layers with weights that multiply and accumulate (convolutions, dense and
recurrent layers) on the longest path from an input to an output; gates of squeeze-and-excitation lie beside the path.
"""

from collections.abc import Callable, Sequence

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.analyse.receptive_fields import State, states, ungated
from archcalc.call import Call
from archcalc.dim import Dim
from archcalc.network import Layer, Network, Repeat
from archcalc.op import WHOLE
from archcalc.walk import fold

Lengths = dict[int | None, Dim]
"""The longest path from the inputs (None), and from what goes into a symbolic repeat, by its place; only those that
there are."""


def depth(network: Network) -> Dim:
    """The weighted layers on the longest path from an input to an output."""
    fields, given = states(network, "ignore"), network.given

    def step(layer: Layer, inputs: list[Lengths]) -> list[Lengths]:
        call = layer.call
        if layer.op.gate and len(inputs) > 1:
            inputs = _ungated(inputs, [fields[s.path][s.port] for s in layer.reads])
        own = 1 if _is_weighted(call) else 0
        return [_longest(inputs or [{None: 0}], own)] * len(call.outputs)

    found = fold(network, step, _Copies(given))
    lengths = [found[s.path][s.port].get(None, 0) for s in network.outputs]
    longest: Dim = dim.maximum(*lengths)
    return given.plain(longest)


def _is_weighted(call: Call) -> bool:
    macs = None if call.cost is None else call.cost.macs
    return bool(call.weights) and not (type(macs) is int and macs == 0)


def _ungated(inputs: list[Lengths], fields: list[State]) -> list[Lengths]:
    """The inputs but for those that were pooled over the whole image, where others were not."""
    whole = [bool(state) and all(axis is WHOLE for axes in state.values() for axis in axes) for state in fields]
    return ungated(inputs, whole)


def _longest(ways: list[Lengths], own: Dim) -> Lengths:
    """The longest of some ways from each origin, and what is added to it."""
    origins = dict.fromkeys(origin for way in ways for origin in way)
    return {origin: dim.maximum(*(w[origin] for w in ways if origin in w)) + own for origin in origins}


class _Copies:
    """Of a symbolic number of copies each adds the longest way through one of them."""

    def __init__(self, given: Assumptions):
        self.given = given

    def last(
        self, repeat: Repeat, turn: Callable[[Lengths], Lengths], before: Lengths
    ) -> tuple[list[Lengths], Lengths]:
        beside = dict(turn({repeat.place: 0}))
        once = beside.pop(repeat.place, None)
        if once is None:  # no copy reads the one before
            return [before], beside
        count = self.given.knowing(repeat.count)
        chain = {origin: length + count * once for origin, length in before.items()}
        beside = {origin: length + (count - 1) * once for origin, length in beside.items()}
        return [before], _longest([chain, beside], 0)

    def common(self, values: list[Sequence[Lengths]]) -> Sequence[Lengths]:
        return values[0]
