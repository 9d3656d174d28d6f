"""Conventions of exact work: our own, and those under which model libraries publish."""

from archcalc.convention.rules import CONVOLUTIONS, TWICE_MACS, Convention, over, tool
from archcalc.dim import Dim, total


def flops(macs: Dim) -> Dim:
    """The FLOPs of multiply-accumulates: a multiplication and an addition each."""
    return 2 * macs


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
    lambda layer: total([*layer.cost, layer.macs]),
)
TORCHVISION = Convention(
    "torchvision",
    "FLOPs (torchvision)",
    "multiply-accumulates, as in the metadata of torchvision's weights, which call them GFLOPS",
    MACS.count,
)
TIMM = Convention(
    "timm",
    "MACs (timm)",
    "multiply-accumulates, as in timm's tables; where attention was fused its cards leave out the core (see fvcore)",
    MACS.count,
)
KERAS = tool(
    "keras",
    "FLOPs",
    "two for each multiply-accumulate of convolutions and dense layers, as is usual for Keras and TensorFlow",
    over((*CONVOLUTIONS, "linear"), TWICE_MACS),
)
