"""fvcore's FlopCountAnalysis: operators in a trace, so that functions count as modules do."""

from archcalc.convention.countable import Countable, Untold
from archcalc.convention.products import NORMS, macs_of_einsum
from archcalc.convention.rules import CELLS, MACS, WRITTEN_FOURFOLD, CountingRule, over, tool
from archcalc.dim import Dim, prod


def _product(layer: Countable) -> Dim:
    # fvcore counts by the elements of the first factor, however it broadcasts.
    first, second = layer.call.inputs
    if len(second) < 2:
        raise Untold
    return prod(first) * second[-1]


def _resize(layer: Countable) -> Dim:
    each = {"nearest": 1, "bilinear": 4} if layer.rank == 4 else {}
    return each.get(layer.setting("mode"), 0) * layer.written


FVCORE = tool(
    "fvcore",
    "FLOPs",
    "as fvcore 0.1.5 counts: one for each multiply-accumulate, and some norms, pools and resizings",
    {
        # A padding given as a word traces to another operator, for which fvcore has no rule.
        "convolution": CountingRule("M", lambda layer: 0 if isinstance(layer.setting("padding"), str) else layer.macs),
        **over(("transposed convolution", "connected convolution", "linear", *CELLS), MACS),
        "matrix product": CountingRule("M", _product),
        "einsum": CountingRule("M of two operands", macs_of_einsum),
        **NORMS,
        "adaptive average pool": CountingRule("i of images", lambda layer: layer.read if layer.rank == 4 else 0),
        "sampling": WRITTEN_FOURFOLD,
        "resize": CountingRule("o nearest, 4o bilinear, of images", _resize),
    },
    as_is="a multiply-accumulate is called a flop; the core of attention, recurrent layers and convolutions whose "
    "padding is a word count nothing; a product of matrices that broadcasts is counted by its first factor; of einsum "
    "only the first four digits are kept",
)
