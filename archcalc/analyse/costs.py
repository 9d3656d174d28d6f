"""Costs: the work of every layer as a vector. A cost that is not known stays unknown, and the total says so."""

from typing import Any, NamedTuple

from archcalc.graph import tally
from archcalc.op import Cost


class Total(NamedTuple):
    """The work of a network: the sum of what is known, and the layers whose work is not."""

    cost: Cost
    unknown: list[str]


def costs(graph: Any) -> dict[str, Cost | None]:
    """The work of every layer, for one of its `times`; None where it is not known."""
    return {path: node["call"].cost for path, node in graph.nodes(data=True)}


def total_cost(graph: Any) -> Total:
    """The work of one pass through the whole network."""
    known = [call.cost.times(times) for call, times in tally(graph) if call.cost is not None]
    return Total(Cost.sum([Cost(), *known]), [path for path, cost in costs(graph).items() if cost is None])
