"""ptflops with its aten backend on a CPU: matrix products and convolutions, with biases."""

from archcalc.convention.dispatched import attention, product
from archcalc.convention.rules import MACS, MACS_AND_BIAS, CountingRule, over, tool

PTFLOPS_ATEN = tool(
    "ptflops-aten",
    "MACs",
    "as ptflops 0.7.5 counts (backend aten; the tool runs one sample): multiply-accumulates and biases",
    {
        **over(("convolution", "transposed convolution", "linear"), MACS_AND_BIAS),
        **over(("connected convolution", "einsum"), MACS),
        "matrix product": CountingRule("M", product),
        "attention": CountingRule("0 where fused, else M", attention),
        **over(("rnn", "gru"), MACS_AND_BIAS),
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
