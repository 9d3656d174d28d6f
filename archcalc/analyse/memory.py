"""Memory: what a network's arrays take, as a sum of named terms, by element type."""

from typing import NamedTuple

from archcalc.dim import Dim

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}
"""The bytes of one element."""


class Memory(NamedTuple):
    """The bytes of a forward pass in which every activation is kept, as training keeps them."""

    parameters: Dim
    buffers: Dim
    activations: Dim

    @property
    def total(self) -> Dim:
        """All terms together."""
        return self.parameters + self.buffers + self.activations


def memory(parameters: Dim, buffers: Dim, activations: Dim, dtype: str = "float32") -> Memory:
    """The memory of a number of elements of each kind."""
    return Memory(*(BYTES[dtype] * elements for elements in (parameters, buffers, activations)))


def weight_bytes(elements: Dim) -> dict[str, Dim]:
    """The bytes of a number of elements, by element type; MB in a table are 10^6 of them."""
    return {dtype: size * elements for dtype, size in BYTES.items()}
