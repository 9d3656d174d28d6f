"""ptflops with its PyTorch backend: hooks on modules, and functions that it patches while it runs.

A module that calls a patched function counts twice.
"""

from archcalc.convention.countable import Countable, Untold
from archcalc.convention.products import local_response_norm, recurrent
from archcalc.convention.rules import (
    MACS,
    MACS_AND_BIAS,
    POOLS,
    READ,
    READ_AND_TWICE_WRITTEN,
    TWICE_READ,
    CountingRule,
    Table,
    affine,
    over,
    tool,
)
from archcalc.dim import Dim


def _resize(layer: Countable) -> Dim:
    # ptflops multiplies the input by the factor, which need not give an integer.
    if not layer.scales_exactly:
        raise Untold
    return layer.written


FUNCTIONS: Table = {
    **over(("relu", "prelu", "elu", "relu6", "gelu", "silu", "softmax", "subsampling"), READ),
    **over(POOLS, READ),
    "power pool": READ_AND_TWICE_WRITTEN,
    "local response norm": local_response_norm,
    "resize": CountingRule("o", _resize),
}


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
        "power pool": READ_AND_TWICE_WRITTEN,
        "resize": CountingRule("2o", lambda layer: 2 * _resize(layer)),
        **recurrent(1, 7, 10),
    },
    functions=FUNCTIONS,
    attention={
        "linear": MACS_AND_BIAS,
        "einsum": MACS,
        "arithmetic": CountingRule("a bias", lambda layer: layer.cost.add),
        # The query is scaled, and the softmax counts one per score; the cost has one multiplication per score.
        "attention": CountingRule("i + M + scores", lambda layer: layer.read + layer.macs + layer.cost.mul),
    },
    as_is="most activations, pools and resizings are counted twice, as modules and as the functions that these call; "
    "operators (`@`, `+`), einsum and the core of attention are not seen",
)
