"""The multiply-accumulates that a tool sees when it watches PyTorch's operators on a CPU."""

from archcalc.convention.countable import Countable, Untold
from archcalc.dim import Dim, equal


def product(layer: Countable) -> Dim:
    """Those of a matrix product; raises Untold for a vector, whose operator depends on the shapes."""
    if min(map(len, layer.call.inputs)) < 2:
        raise Untold
    return layer.macs


def attention(layer: Countable) -> Dim:
    """Those of unfused attention; the fused kernel requires four axes and values of the size of the keys."""
    query, _, value, *_ = layer.call.inputs
    if len(query) != 4:
        return layer.macs
    fused = equal(query[-1], value[-1])
    if not isinstance(fused, bool):
        raise Untold
    return 0 if fused else layer.macs


def lstm(layer: Countable) -> Dim:
    """Those of an LSTM, which is one kernel unless it has a projection."""
    return layer.macs if layer.is_projected else 0
