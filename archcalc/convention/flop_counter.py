"""PyTorch's FlopCounterMode: two for each multiply-accumulate of the operators that it knows."""

from archcalc.convention.countable import Countable, Untold
from archcalc.convention.rules import PRODUCTS, TWICE_MACS, Rule, over, tool
from archcalc.dim import Dim, equal


def _product(layer: Countable) -> Dim:
    # What operator a product with a vector becomes, and whether it is counted, depends on the shapes.
    if min(map(len, layer.call.inputs)) < 2:
        raise Untold
    return 2 * layer.macs


def _attention(layer: Countable) -> Dim:
    """Counted where it is not fused: the kernel for CPUs takes four axes, and values of the size of keys."""
    query, _, value, *_ = layer.call.inputs
    if len(query) != 4:
        return 2 * layer.macs
    fused = equal(query[-1], value[-1])
    if not isinstance(fused, bool):
        raise Untold
    return 0 if fused else 2 * layer.macs


def _lstm(layer: Countable) -> Dim:
    # A kernel for CPUs knows no projection.
    return 2 * layer.macs if layer.is_projected else 0


COUNTED = {**over(PRODUCTS, TWICE_MACS), "matrix product": Rule("2M", _product)}

TORCH = tool(
    "torch",
    "FLOPs",
    "as torch.utils.flop_counter counts: two for each multiply-accumulate, recurrent layers nothing",
    COUNTED,
    as_is="recurrent layers count nothing",
)
TORCH_CPU = tool(
    "torch-cpu",
    "FLOPs",
    "as torch.utils.flop_counter counts on a CPU in eval mode: as torch, but fused attention counts nothing",
    {
        **COUNTED,
        "attention": Rule("0 where fused, else 2M", _attention),
        **over(("rnn", "gru"), TWICE_MACS),
        "lstm": Rule("2M projected, else 0", _lstm),
    },
    attention={},
    as_is="an LSTM, the core of attention and all of nn.MultiheadAttention count nothing",
)
