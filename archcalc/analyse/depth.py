"""Depth: how many layers with weights lie one after the other, as articles count them.

The depth of a network is the number of layers with weights that multiply and accumulate (convolutions, dense and
recurrent layers) on the longest path from an input to an output; gates of squeeze-and-excitation lie beside the path.
"""

from collections.abc import Callable, Sequence
from typing import Any

from archcalc import dim
from archcalc.analyse.receptive_fields import State, states
from archcalc.dim import Dim
from archcalc.graph import Repeat, fold, reads
from archcalc.op import WHOLE

Lengths = dict[int | None, Dim]
"""The longest path from the inputs (None), and from what goes into a symbolic repeat, by its place; only those that
there are."""


def depth(graph: Any) -> Dim:
    """The weighted layers on the longest path from an input to an output."""
    fields = states(graph, "ignore")

    def step(path: str, node: Any, inputs: list[Lengths]) -> list[Lengths]:
        call = node["call"]
        if node["op"].gate and len(inputs) > 1:
            inputs = _ungated(inputs, [fields[s.path][s.port] for s in reads(graph, path)])
        own = 1 if _is_weighted(call) else 0
        return [_longest(inputs or [{None: 0}], own)] * len(call.outputs)

    found = fold(graph, step, _Copies())
    return dim.maximum(*(found[s.path][s.port].get(None, 0) for s in graph.graph["outputs"]))  # type: ignore[no-any-return]


def _is_weighted(call: Any) -> bool:
    macs = None if call.cost is None else call.cost.macs
    return bool(call.weights) and not (type(macs) is int and macs == 0)


def _ungated(inputs: list[Lengths], fields: list[State]) -> list[Lengths]:
    """The inputs but for those that were pooled over the whole image, where others were not."""
    whole = [bool(state) and all(axis is WHOLE for axes in state.values() for axis in axes) for state in fields]
    return inputs if all(whole) else [way for way, gate in zip(inputs, whole, strict=True) if not gate]


def _longest(ways: list[Lengths], own: Dim) -> Lengths:
    """The longest of some ways from each origin, and what is added to it."""
    origins = dict.fromkeys(origin for way in ways for origin in way)
    return {origin: dim.maximum(*(w[origin] for w in ways if origin in w)) + own for origin in origins}


class _Copies:
    """Of a symbolic number of copies each adds the longest way through one of them."""

    def last(
        self, repeat: Repeat, turn: Callable[[Lengths], Lengths], before: Lengths
    ) -> tuple[list[Lengths], Lengths]:
        beside = dict(turn({repeat.place: 0}))
        once = beside.pop(repeat.place, None)
        if once is None:  # no copy reads the one before
            return [before], beside
        chain = {origin: length + repeat.count * once for origin, length in before.items()}
        beside = {origin: length + (repeat.count - 1) * once for origin, length in beside.items()}
        return [before], _longest([chain, beside], 0)

    def common(self, values: list[Sequence[Lengths]]) -> Sequence[Lengths]:
        return values[0]
