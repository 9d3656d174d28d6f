"""Parameters: weights by name, trained or frozen; shared weights count once, where they were first made."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archcalc.dim import Dim, Shape, total
from archcalc.graph import tally


class Parameters(NamedTuple):
    """What one layer holds, in elements; a layer that shares another's weights holds nothing."""

    weights: dict[str, Shape]
    buffers: dict[str, Shape]
    trainable: Dim
    frozen: Dim
    buffer_elements: Dim

    @property
    def elements(self) -> Dim:
        """All parameters, trained or not."""
        return self.trainable + self.frozen


NONE = Parameters({}, {}, 0, 0, 0)


def parameters(graph: Any) -> dict[str, Parameters]:
    """The parameters of every layer, for one of its `times`."""
    return {path: _held(node) for path, node in graph.nodes(data=True)}


def _held(node: Mapping[str, Any]) -> Parameters:
    call = node["call"]
    if node["weights_of"] is not None or not (call.weights or call.buffers):
        return NONE
    trainable, frozen = (0, call.parameters) if node["frozen"] else (call.parameters, 0)
    return Parameters(call.weights, call.buffers, trainable, frozen, call.buffer_elements)


def total_parameters(graph: Any) -> Parameters:
    """The sums over the whole network, every repeat counted."""
    trained = tally(graph, lambda node: node["weights_of"] is None and not node["frozen"])
    frozen = tally(graph, lambda node: node["weights_of"] is None and node["frozen"])
    return Parameters(
        {},
        {},
        total(times * call.parameters for call, times in trained),
        total(times * call.parameters for call, times in frozen),
        total(times * call.buffer_elements for call, times in trained + frozen),
    )
