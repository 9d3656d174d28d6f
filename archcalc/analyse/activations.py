"""Activations: the elements that the layers write. A view of another array writes none."""

from archcalc.dim import Dim, total
from archcalc.network import Network


def total_activations(network: Network) -> Dim:
    """The elements that all layers write in one pass."""
    return total(times * call.activations for call, times in network.tally())
