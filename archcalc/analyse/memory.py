"""Memory of weights: what the parameters and buffers take in a file or in memory, by element type."""

from archcalc.dim import Dim

BYTES = {"float32": 4, "float16": 2, "bfloat16": 2, "int8": 1}
"""The bytes of one element."""


def weight_bytes(elements: Dim) -> dict[str, Dim]:
    """The bytes of a number of elements, by element type; MB in a table are 10^6 of them."""
    return {dtype: size * elements for dtype, size in BYTES.items()}
