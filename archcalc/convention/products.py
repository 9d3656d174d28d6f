"""Rules that several tools share."""

from typing import Any

from archcalc.convention.countable import Countable, Untold
from archcalc.convention.rules import CountingRule, Table, affine, over
from archcalc.dim import Dim, is_array


def _is_zero(count: Any) -> bool:
    return not count.any() if is_array(count) else bool(count == 0)


def macs_of_einsum(layer: Countable) -> Dim:
    """The multiply-accumulates of two operands, as NumPy's `einsum_path` reports them.

    Raises Untold for more operands, whose path depends on their sizes, and for letters of one operand alone or products
    without a sum, which NumPy counts in another way.
    """
    if layer.operands != 2 or not all(map(_is_zero, (layer.cost.mul, layer.cost.add))):
        raise Untold
    return layer.macs


def _batch_norm(layer: Countable) -> Dim:
    # Without running statistics, the batch statistics are computed, as in training.
    most, least = (2, 1) if layer.keeps_statistics else (5, 4)
    return (most if layer.affine else least) * layer.read


NORMS: Table = {
    "batch norm": CountingRule("2i affine, else i", _batch_norm),
    **over(("layer norm", "channel layer norm", "group norm", "instance norm"), affine(5, 4)),
}
"""How calflops and fvcore count norms."""


def _local_response_norm(layer: Countable) -> Dim:
    # x * x, its mean over padded channels, * alpha, + k; tools do not see the power and the division.
    size: int = layer.setting("size")
    padded = layer.read // layer.channels * (layer.channels + size - 1)
    return 3 * layer.read + padded


local_response_norm = CountingRule("3i and the padded input", _local_response_norm)
"""PyTorch's function calls three products or sums of arrays and one average pool, which tools intercept."""
