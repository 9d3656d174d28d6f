"""Our own conventions: multiply-accumulates, two operations for each, and every elementary operation."""

from archcalc.convention.countable import Countable
from archcalc.convention.rules import Convention
from archcalc.dim import Dim, total


def flops(macs: Dim) -> Dim:
    """The FLOPs of multiply-accumulates: a multiplication and an addition each."""
    return 2 * macs


def _primitives(layer: Countable) -> Dim:
    return total([*layer.cost, layer.macs])  # a multiply-accumulate is two operations


MACS = Convention(
    "macs",
    "MACs",
    "multiply-accumulates of convolutions, dense layers and matrix products; nothing else is counted",
    lambda layer: layer.macs,
)
FLOPS = Convention(
    "flops",
    "FLOPs",
    "two for each multiply-accumulate: a multiplication and an addition",
    lambda layer: flops(layer.macs),
)
PRIMITIVES = Convention(
    "primitives",
    "operations",
    "every elementary operation once: both of each multiply-accumulate, biases, and the elementwise work",
    _primitives,
)
