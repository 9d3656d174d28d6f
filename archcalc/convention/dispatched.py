"""Tools that watch PyTorch's operators: its FlopCounterMode, and ptflops with its aten backend."""

from archcalc.convention.countable import Countable, Untold
from archcalc.convention.rules import CELLS, MACS, MACS_AND_BIAS, PRODUCTS, TWICE_MACS, CountingRule, over, tool
from archcalc.dim import Dim, equal


def _product(layer: Countable) -> Dim:
    """The multiply-accumulates of a matrix product; a vector calls an operator that depends on the shapes."""
    if min(map(len, layer.call.inputs)) < 2:
        raise Untold
    return layer.macs


def _attention(layer: Countable) -> Dim:
    """Those of attention unless it is fused, which requires four axes and values of the size of the keys."""
    query, _, value, *_ = layer.call.inputs
    if len(query) != 4:
        return layer.macs
    fused = equal(query[-1], value[-1])
    if not isinstance(fused, bool):
        raise Untold
    return 0 if fused else layer.macs


# An LSTM is one kernel unless it has a projection.
COUNTED = {
    **over((*PRODUCTS, *CELLS), TWICE_MACS),
    "matrix product": CountingRule("2M", lambda layer: 2 * _product(layer)),
}

TORCH = tool(
    "torch",
    "FLOPs",
    "as torch.utils.flop_counter counts on a GPU: two per multiply-accumulate; recurrent layers are not counted",
    COUNTED,
    as_is="recurrent layers count nothing",
)
TORCH_CPU = tool(
    "torch-cpu",
    "FLOPs",
    "as torch.utils.flop_counter counts on a CPU in eval mode: two per multiply-accumulate outside fused kernels",
    {
        **COUNTED,
        "attention": CountingRule("0 where fused, else 2M", lambda layer: 2 * _attention(layer)),
        **over(("rnn", "gru"), TWICE_MACS),
        "lstm": CountingRule("2M projected, else 0", lambda layer: 2 * layer.macs if layer.is_projected else 0),
    },
    attention={},
    as_is="an LSTM, the core of attention and all of nn.MultiheadAttention count nothing",
)
PTFLOPS_ATEN = tool(
    "ptflops-aten",
    "MACs",
    "as ptflops 0.7.5 counts (backend aten; the tool runs one sample): multiply-accumulates and biases",
    {
        **over(("convolution", "transposed convolution", "linear"), MACS_AND_BIAS),
        **over(("connected convolution", "einsum"), MACS),
        "matrix product": CountingRule("M", _product),
        "attention": CountingRule("0 where fused, else M", _attention),
        **over(("rnn", "gru", *CELLS), MACS_AND_BIAS),
        "lstm": CountingRule(
            "M + b projected, else 0", lambda layer: layer.macs + layer.bias if layer.is_projected else 0
        ),
    },
    attention={
        "linear": MACS_AND_BIAS,
        "einsum": MACS,
        "arithmetic": CountingRule("a bias", lambda layer: layer.cost.add),
    },
    as_is="an LSTM and the core of attention count nothing",
)
