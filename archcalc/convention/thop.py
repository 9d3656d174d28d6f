"""thop, as published by Lyken17 and as continued by Ultralytics: hooks on modules."""

from archcalc.convention.countable import Countable, Untold
from archcalc.convention.products import recurrent
from archcalc.convention.rules import MACS, NORMS, READ, WRITTEN, CountingRule, Table, affine, over, tool
from archcalc.dim import Dim

RESIZED = {"nearest": 1, "linear": 5, "bilinear": 11, "bicubic": 259}
RESIZED_BY_ULTRALYTICS = RESIZED | {"nearest": 0, "trilinear": 31}
NORM = affine(4, 2)
SOFTMAX = CountingRule("rows(3f - 1)", lambda layer: layer.rows * (3 * layer.length - 1))


def _transposed(layer: Countable) -> Dim:
    # thop counts it as a convolution: over the output, with all kernels of a group.
    return layer.written * (layer.channels // layer.groups) * layer.kernel


def _resize(each: dict[str, int], words: str) -> CountingRule:
    return CountingRule(words, lambda layer: each.get(layer.setting("mode"), 0) * layer.written)


THOP = tool(
    "thop",
    "MACs",
    "as thop 0.1.1 counts modules: multiply-accumulates, and norms, softmax, average pools and resizings",
    {
        "convolution": MACS,
        "transposed convolution": CountingRule("o k Cin/g", _transposed),
        "linear": MACS,
        **over(("batch norm", "instance norm", "layer norm"), NORM),
        "prelu": READ,
        "softmax": SOFTMAX,
        "average pool": WRITTEN,
        # thop assumes that each output element reads in/out input elements, wherever the windows are.
        "adaptive average pool": CountingRule("i + o", lambda layer: layer.read + layer.written),
        "resize": _resize(RESIZED, "o nearest, 5o linear, 11o bilinear, 259o bicubic"),
        **recurrent(1, 7, 8),
    },
    functions={},
    attention={},
    as_is="a transposed convolution is counted over its output; no function is seen, so no product of matrices, "
    "nor the inside of nn.MultiheadAttention",
)


def _average(layer: Countable) -> Dim:
    # A window that overhangs the end is cut off; how many do depends on the sizes.
    padded = any(not (type(p) is int and p == 0) for p in layer.setting("padding"))
    if layer.setting("ceil_mode") or (padded and not layer.setting("count_include_pad")):
        raise Untold
    return layer.written * (layer.kernel + 1)


def _einsum(layer: Countable) -> Dim:
    return layer.cost.macs + layer.cost.mul if layer.operands == 2 else 0


# A softmax over f scores has 3f - 1 operations; the cost has f multiplications and f - 1 comparisons.
ATTENTION = CountingRule("M and softmax", lambda layer: layer.macs + 2 * layer.cost.mul + layer.cost.compare)
PRODUCTS: Table = {
    "linear": MACS,
    "matrix product": MACS,
    "einsum": CountingRule("M of two operands", _einsum),
    "attention": MACS,
}
ULTRALYTICS = tool(
    "ultralytics-thop",
    "MACs",
    "as ultralytics-thop 2.2.3 counts: as thop, and products that are functions",
    {
        **over(("convolution", "transposed convolution"), MACS),
        **PRODUCTS,
        **over(NORMS, NORM),
        "prelu": READ,
        "softmax": SOFTMAX,
        "log softmax": CountingRule("3i", lambda layer: 3 * layer.read),
        "average pool": CountingRule("o(k + 1)", _average),
        # The cost has one addition fewer per window than the window has elements.
        "adaptive average pool": CountingRule("the windows' elements + o", lambda x: x.cost.add + 2 * x.written),
        "resize": _resize(RESIZED_BY_ULTRALYTICS, "5o linear, 11o bilinear, 259o bicubic, 31o trilinear"),
        **recurrent(1, 7, 8, projected=True),
        **recurrent(1, 7, 8, cell=" cell"),
        "bilinear": MACS,
    },
    functions=PRODUCTS,
    attention={**PRODUCTS, "attention": ATTENTION},
    as_is="multiply-accumulates and single operations are added up as if they were alike",
)
