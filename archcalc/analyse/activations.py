"""Activations: the elements that the layers write. A view of another array writes none."""

from typing import Any

from archcalc.dim import Dim, total
from archcalc.graph import tally


def activations(graph: Any) -> dict[str, Dim]:
    """The elements that every layer writes, for one of its `times`."""
    return {path: node["call"].activations for path, node in graph.nodes(data=True)}


def total_activations(graph: Any) -> Dim:
    """The elements that all layers write in one pass."""
    return total(times * call.activations for call, times in tally(graph))
