"""The multiply-accumulates that PyTorch's operators on a CPU show to tools that watch them."""

from archcalc.convention.countable import Countable, Untold
from archcalc.dim import Dim, equal


def product(layer: Countable) -> Dim:
    """Of a product of matrices; what operator a product with a vector becomes depends on the shapes."""
    if min(map(len, layer.call.inputs)) < 2:
        raise Untold
    return layer.macs


def attention(layer: Countable) -> Dim:
    """Of the core of attention where it is not fused: the kernel takes four axes, and values of the size of keys."""
    query, _, value, *_ = layer.call.inputs
    if len(query) != 4:
        return layer.macs
    fused = equal(query[-1], value[-1])
    if not isinstance(fused, bool):
        raise Untold
    return 0 if fused else layer.macs


def lstm(layer: Countable) -> Dim:
    """Of a long short-term memory, which is one kernel unless there is a projection."""
    return layer.macs if layer.is_projected else 0
