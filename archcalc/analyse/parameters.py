"""Parameters: weights by name, trained or frozen; shared weights count once, where they were first made."""

from typing import NamedTuple

from archcalc.dim import Dim, Shape, total
from archcalc.network import Layer, Network


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


def held(layer: Layer) -> Parameters:
    """The parameters of a layer, for one of its `times`."""
    call = layer.call
    if layer.weights_of is not None or not (call.weights or call.buffers):
        return NONE
    trainable, frozen = (0, call.parameters) if layer.frozen else (call.parameters, 0)
    return Parameters(call.weights, call.buffers, trainable, frozen, call.buffer_elements)


def total_parameters(network: Network) -> Parameters:
    """The sums over the whole network, every repeat counted."""
    trained = network.tally(lambda layer: layer.weights_of is None and not layer.frozen)
    frozen = network.tally(lambda layer: layer.weights_of is None and layer.frozen)
    return Parameters(
        {},
        {},
        total(times * call.parameters for call, times in trained),
        total(times * call.parameters for call, times in frozen),
        total(times * call.buffer_elements for call, times in trained + frozen),
    )
