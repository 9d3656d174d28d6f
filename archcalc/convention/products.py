"""Counting rules that several tools share."""

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
"""The norms of calflops and fvcore."""


def _local_response_norm(layer: Countable) -> Dim:
    # x * x, its mean over padded channels, * alpha, + k; tools do not see the power and the division.
    size: int = layer.setting("size")
    padded = layer.read // layer.channels * (layer.channels + size - 1)
    return 3 * layer.read + padded


local_response_norm = CountingRule("3i and the padded input", _local_response_norm)
"""PyTorch's function calls three products or sums of arrays and one average pool, which tools intercept."""


def recurrent(rnn: int, gru: int, lstm: int, *, each: int = 1, projected: bool = False, cell: str = "") -> Table:
    """`each` per multiply-accumulate, biases, and a number of operations for each unit and step.

    Without `projected`, the number of a layer with a projection is unknown. With `cell` as " cell" the rules are for
    layers of one step.
    """

    def rule(gates: int, elementwise: int) -> CountingRule:
        def count(layer: Countable) -> Dim:
            if layer.is_projected and not projected:
                raise Untold
            return each * layer.macs + layer.bias + elementwise * (layer.gates // gates)

        units = f"{'-' if elementwise < 0 else '+'} {abs(elementwise) if abs(elementwise) > 1 else ''}u"
        return CountingRule(f"{each if each > 1 else ''}M + b {units}", count)

    return {f"rnn{cell}": rule(1, rnn), f"gru{cell}": rule(3, gru), f"lstm{cell}": rule(4, lstm)}
