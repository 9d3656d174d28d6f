"""ptflops with its PyTorch backend: hooks on modules, and functions that it patches while it runs.

A module that calls a patched function counts twice.
"""

from archcalc.convention.countable import Countable, Untold
from archcalc.convention.products import local_response_norm
from archcalc.convention.rules import MACS, MACS_AND_BIAS, READ, TWICE_READ, CountingRule, Table, affine, over, tool
from archcalc.dim import Dim

POOLS = ("max pool", "average pool", "adaptive max pool", "adaptive average pool")


def _resize(layer: Countable) -> Dim:
    # ptflops multiplies the input by the factor, which need not give an integer.
    if not layer.scales_exactly:
        raise Untold
    return layer.written


def _recurrent(gates: int, elementwise: int) -> CountingRule:
    def count(layer: Countable) -> Dim:
        if layer.is_projected:
            raise Untold
        return layer.macs + layer.bias + elementwise * (layer.gates // gates)

    return CountingRule(f"M + b + {elementwise if elementwise > 1 else ''}u", count)


RECURRENT: Table = {"rnn": _recurrent(1, 1), "gru": _recurrent(3, 7), "lstm": _recurrent(4, 10)}
FUNCTIONS: Table = {
    **over(("relu", "prelu", "elu", "relu6", "gelu", "silu", "softmax", "subsampling"), READ),
    **over(POOLS, READ),
    "local response norm": local_response_norm,
    "resize": CountingRule("o", _resize),
}


def _attention_module(layer: Countable) -> Dim:
    # The query is scaled, and the softmax counts one per score; the cost has one multiplication per score.
    return layer.read + layer.macs + layer.cost.mul


PTFLOPS = tool(
    "ptflops",
    "MACs",
    "as ptflops 0.7.5 counts (backend pytorch; the tool runs one sample): M and biases, norms, activations, pools",
    {
        **over(("convolution", "transposed convolution", "linear"), MACS_AND_BIAS),
        **over(("batch norm", "instance norm", "group norm"), affine(2, 1)),
        "layer norm": READ,
        "local response norm": local_response_norm,
        **over(("relu", "prelu", "elu", "gelu"), TWICE_READ),
        **over(("leaky relu", "relu6", "silu", "softmax", "subsampling"), READ),
        **over(POOLS, TWICE_READ),
        "resize": CountingRule("2o", lambda layer: 2 * _resize(layer)),
        **RECURRENT,
    },
    functions=FUNCTIONS,
    attention={
        "linear": MACS_AND_BIAS,
        "einsum": MACS,
        "arithmetic": CountingRule("a bias", lambda layer: layer.cost.add),
        "attention": CountingRule("i + M + scores", _attention_module),
    },
    as_is="most activations, pools and resizings are counted twice, as modules and as the functions that these call; "
    "operators (`@`, `+`), einsum and the core of attention are not seen",
)
