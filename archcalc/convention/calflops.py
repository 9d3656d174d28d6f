"""calflops: functions that it patches while it runs, and that modules call."""

from archcalc.convention.countable import Countable, Untold
from archcalc.convention.products import NORMS, local_response_norm, macs_of_einsum, recurrent
from archcalc.convention.rules import MACS, POOLS, READ, READ_AND_TWICE_WRITTEN, TWICE_MACS, CountingRule, over, tool
from archcalc.dim import Dim, prod
from archcalc.ops.conv import slide


def _macs(layer: Countable) -> Dim:
    # calflops computes the output with padding / 2 on either side.
    if not layer.pads_evenly:
        raise Untold
    return layer.macs


def _transposed_macs(layer: Countable) -> Dim:
    # calflops takes the weight's second axis, the output channels of a group, for all of them, and divides again.
    _, channels, *kernel = layer.call.weights["weight"]
    return layer.read * prod(kernel) * (channels // layer.groups)


def _transposed(layer: Countable) -> Dim:
    # calflops adds the bias over the output of an ordinary convolution with the channels of one group.
    sizes = layer.call.inputs[0][2:]
    weights, products = layer.call.weights, 2 * _transposed_macs(layer)
    if "bias" not in weights:
        return products
    settings = ("kernel_size", "stride", "padding", "dilation")
    windows = zip(sizes, *(layer.setting(name) for name in settings), strict=True)
    positions = prod(slide(n, k, s, 2 * p, d) for n, k, s, p, d in windows)
    return products + weights["weight"][1] * layer.batch * positions


def _resize(layer: Countable) -> Dim:
    # calflops ignores a scale factor; given a size, it ignores the batch and the channels.
    size: Dim | tuple[Dim, ...] | None = layer.setting("size")
    if size is None:
        return layer.read
    return prod(size if isinstance(size, tuple) else (size,))


# A sum of n products has n - 1 additions: each gate has one fewer for the input and one fewer for the state.
RECURRENT = recurrent(1 - 2 * 1, 7 - 2 * 3, 10 - 2 * 4, each=2)
ACTIVATIONS = ("relu", "prelu", "elu", "leaky relu", "gelu", "silu", "softmax")

CALFLOPS_MACS = tool(
    "calflops-macs",
    "MACs",
    "as calflops 0.3.2 counts: multiply-accumulates of convolutions and dense layers",
    {
        "convolution": CountingRule("M", _macs),
        "transposed convolution": CountingRule("M/g", _transposed_macs),
        **over(("connected convolution", "linear"), MACS),
    },
    attention={"linear": MACS, "einsum": MACS},
    as_is="a transposed convolution is divided by its groups twice; operators (`@`), einsum, the core of attention and "
    "recurrent layers count nothing",
)
CALFLOPS = tool(
    "calflops",
    "FLOPs",
    "as calflops 0.3.2 counts: two for each multiply-accumulate, biases of convolutions, norms, activations, pools",
    {
        "convolution": CountingRule("2M + b", lambda layer: 2 * _macs(layer) + layer.bias),
        "transposed convolution": CountingRule("2M/g + b of a convolution", _transposed),
        "connected convolution": TWICE_MACS,
        "linear": TWICE_MACS,
        "einsum": CountingRule("2M + 1 of two operands", lambda layer: 2 * macs_of_einsum(layer) + 1),
        **NORMS,
        "local response norm": local_response_norm,
        **over(ACTIVATIONS, READ),
        **over((*POOLS, "subsampling"), READ),
        "power pool": READ_AND_TWICE_WRITTEN,
        "resize": CountingRule("i, or the size that is given", _resize),
        **RECURRENT,
    },
    attention={"linear": TWICE_MACS, "einsum": TWICE_MACS},
    as_is="a transposed convolution is divided by its groups twice, a resizing is counted by its input or by the "
    "numbers of its size; operators (`@`, `+`) and the core of attention are not seen; of einsum only the first four "
    "digits are kept",
)
