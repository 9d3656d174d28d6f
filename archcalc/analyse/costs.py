"""Costs: the work of a network as a vector. A cost that is not known stays unknown, and the total says so."""

from typing import NamedTuple

from archcalc.network import Network
from archcalc.op import Cost


class TotalCost(NamedTuple):
    """The work of a network: the sum of what is known, and the layers whose work is not."""

    cost: Cost
    unknown: tuple[str, ...]


def total_cost(network: Network) -> TotalCost:
    """The work of one pass through the whole network."""
    known = [call.cost.times(times) for call, times in network.tally() if call.cost is not None]
    unknown = tuple(path for path, layer in network.layers.items() if layer.call.cost is None)
    return TotalCost(Cost.sum([Cost(), *known]), unknown)
