"""Totals of a network: parameters, buffers, work, activations and memory, with every repeat counted.

Shared weights count once, for the layer that made them. A view of another array writes no activations. Unknown work is
never zero: the total names the layers that it lacks.
"""

from typing import NamedTuple

from archcalc.dim import Dim, total
from archcalc.network import Network
from archcalc.op import Cost

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}
"""The bytes of one element."""


class Totals(NamedTuple):
    """The sums over a network, in elements, with every repeat counted."""

    trainable: Dim
    frozen: Dim
    buffers: Dim
    cost: Cost
    unknown: tuple[str, ...]
    """The layers of unknown work, which `cost` lacks."""
    activations: Dim

    @property
    def parameters(self) -> Dim:
        """All parameters, trained or not."""
        return self.trainable + self.frozen

    @property
    def memory(self) -> Dim:
        """The bytes of parameters, buffers and all activations, as float32."""
        return memory(self.parameters, self.buffers, self.activations)


def totals(network: Network) -> Totals:
    """The sums over a network."""
    trained = network.tally(lambda layer: layer.weights_of is None and not layer.frozen)
    frozen = network.tally(lambda layer: layer.weights_of is None and layer.frozen)
    calls = network.tally()
    return Totals(
        trainable=total(times * call.parameters for call, times in trained),
        frozen=total(times * call.parameters for call, times in frozen),
        buffers=total(times * call.buffer_elements for call, times in trained + frozen),
        cost=Cost.sum([Cost(), *(call.cost.times(times) for call, times in calls if call.cost is not None)]),
        unknown=tuple(path for path, layer in network.layers.items() if layer.call.cost is None),
        activations=total(times * call.activations for call, times in calls),
    )


def memory(parameters: Dim, buffers: Dim, activations: Dim) -> Dim:
    """The bytes of a forward pass that keeps every activation, as in training; elements are float32."""
    size = BYTES["float32"]
    return size * parameters + size * buffers + size * activations
