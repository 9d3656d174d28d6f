"""What model libraries publish: multiply-accumulates under other names, or twice their number."""

from archcalc.convention.own import MACS
from archcalc.convention.rules import CONVOLUTIONS, TWICE_MACS, Convention, over, tool

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
