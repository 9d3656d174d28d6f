"""The core of attention. Shapes: query [..., H, Lq, D], key [..., H, Lk, D], value [..., H, Lk, Dv]."""

from typing import Annotated

from archcalc.dim import Shape, both, divides, equal, prod, ratio, show
from archcalc.op import WHOLE, Before, Cost, Field, Reach, Requirements, Torch, Window, example, refusal
from archcalc.ops.axes import aligned, broadcast, fits, is_one
from archcalc.ops.base import Weightless
from archcalc.role import Role
from archcalc.setting import Flag, Null, Real


class ScaledDotProductAttention(Weightless):
    """Weight the values by the softmax of the scaled products of query and keys, plus an optional mask.

    `is_causal` masks half of the scores, but the products are counted in full: a causal fraction is a separate factor.
    The mask is the fourth input. With `enable_gqa` each head of key and value serves several heads of the query.
    Sources: Vaswani et al. 2017 (arXiv:1706.03762), section 3.2.1; Ainslie et al. 2023 (arXiv:2305.13245).
    """

    role = Role.ATTENTION
    counted_as = "attention"
    channel_axis = -1
    is_causal: Flag = False
    scale: Annotated[float | None, Real() | Null()] = None
    enable_gqa: Flag = False
    arity = (3, 4)
    letters = ("NHLE", "NHSE", "NHSV", "NHLS")  # as in PyTorch's documentation: H heads, V features of a value
    examples = (
        example((2, 3, 5, 8), (2, 3, 6, 8), (2, 3, 6, 7)),
        example((2, 3, 5, 8), (2, 3, 6, 8), (2, 3, 6, 7), (5, 6), scale=0.5),
        example((2, 4, 5, 8), (2, 2, 5, 8), (2, 2, 5, 8), is_causal=True, enable_gqa=True),
        example((2, 5, 8), (2, 6, 8), (2, 6, 4)),
        example((2, 4, 5, 8), (2, 1, 6, 8), (2, 1, 6, 7), (2, 1, 1, 6)),
    )
    refused = (
        refusal("query has 8 features, but key has 7", (2, 3, 5, 8), (2, 3, 6, 7), (2, 3, 6, 8)),
        refusal("key has 6 positions, but value has 5", (2, 3, 5, 8), (2, 3, 6, 8), (2, 3, 5, 8)),
        examples[0].but(
            "shapes [2, 3, 5, 8] and [2, 2, 6, 8] do not fit on axis -3: 3 and 2", (2, 3, 5, 8), *[(2, 2, 6, 8)] * 2
        ),
        examples[2].but("the heads of key (3) must divide those of query (4)", (2, 4, 5, 8), *[(2, 3, 5, 8)] * 2),
        refusal("a mask cannot be given with is_causal", *[(2, 3, 5, 8)] * 3, (5, 5), is_causal=True),
        refusal("the mask [4, 5] does not broadcast to the scores [2, 3, 5, 5]", *[(2, 3, 5, 8)] * 3, (4, 5)),
        refusal("query must have at least 2 axes, not 1: [8]", (8,), (5, 8), (5, 8)),
        refusal("with enable_gqa key must have at least 3 axes", (3, 5, 8), (5, 8), (5, 8), enable_gqa=True),
    )

    def requires(self, query: Shape, key: Shape, value: Shape, *mask: Shape) -> Requirements:
        inputs = {"query": query, "key": key, "value": value}
        least = 3 if self.enable_gqa else 2
        prefix = "with enable_gqa " if self.enable_gqa else ""
        for name, shape in inputs.items():
            message = f"{prefix}{name} must have at least {least} axes, not {len(shape)}: {show(shape)}"
            yield len(shape) >= least, message
        yield equal(query[-1], key[-1]), f"query has {query[-1]} features, but key has {key[-1]}"
        yield equal(key[-2], value[-2]), f"key has {key[-2]} positions, but value has {value[-2]}"
        if self.enable_gqa:
            for name in ("key", "value"):
                heads = inputs[name][-3]
                message = f"the heads of {name} ({heads}) must divide those of query ({query[-3]})"
                yield divides(heads, query[-3]), message
        yield from fits(query, self._repeated(query, key), self._repeated(query, value), tail=2)
        for shape in mask:
            yield not self.is_causal, "a mask cannot be given with is_causal"
            yield from self._masks(shape, self._scores(query, key))

    def _masks(self, mask: Shape, scores: Shape) -> Requirements:
        message = f"the mask {show(mask)} does not broadcast to the scores {show(scores)}"
        yield 2 <= len(mask) <= len(scores), message
        pairs = zip(mask[::-1], scores[::-1], strict=False)
        yield both(*(is_one(a) or equal(a, b) for a, b in pairs)), message

    def _repeated(self, query: Shape, shape: Shape) -> Shape:
        """The shape of key or value with its heads repeated for those of the query."""
        return (*shape[:-3], query[-3], *shape[-2:]) if self.enable_gqa else shape

    def _scores(self, query: Shape, key: Shape) -> Shape:
        return (*broadcast(query[:-2], self._repeated(query, key)[:-2]), query[-2], key[-2])

    def out(self, query: Shape, key: Shape, value: Shape, *mask: Shape) -> Shape:
        """Each query gets one value: the output has the positions of the query and the features of the values."""
        values = self._repeated(query, value)
        return (*broadcast(self._scores(query, key)[:-2], values[:-2]), query[-2], value[-1])

    def cost(self, query: Shape, key: Shape, value: Shape, *mask: Shape) -> Cost:
        """Each query is multiplied with each key, feature by feature, and each value is weighted by its score.

        Source: Vaswani et al. 2017 (arXiv:1706.03762), section 3.2.1.
        """
        shape = self._scores(query, key)
        scores, rows = prod(shape), prod(shape[:-1])
        macs = scores * query[-1] + prod(self.out(query, key, value)) * key[-2]
        # Each score is scaled, and a mask is added. The softmax is exp(s - m) / sum(exp(s - m)) with m the greatest s
        # of the row: each row of k takes k - 1 comparisons and k - 1 additions, each score a subtraction.
        masked = scores if mask else 0
        return Cost(macs, mul=scores, add=masked + 2 * scores - rows, compare=scores - rows, exp=scores, div=scores)

    def field(self, query: Shape, key: Shape, value: Shape, *mask: Shape) -> Field:
        """Each query reads all keys and values; if is_causal, those up to its own position."""
        out = self.out(query, key, value)
        rows, columns = len(out) - 2, len(out) - 1
        keys: Reach = Before(rows) if self.is_causal else WHOLE
        leading = [aligned(query[:-2], out[:-2]), self._leading(query, key, out), self._leading(query, value, out)]
        return (
            (*leading[0], Window(rows), WHOLE),
            (*leading[1], keys, WHOLE),
            (*leading[2], keys, Window(columns)),
            *((*aligned(m[:-1], out[:-1]), WHOLE) for m in mask),
        )

    def _leading(self, query: Shape, shape: Shape, out: Shape) -> tuple[Reach, ...]:
        """The reach of the axes of key or value before its last two."""
        reaches = aligned(self._repeated(query, shape)[:-2], out[:-2])
        if not self.enable_gqa:
            return reaches
        served = query[-3] // shape[-3]
        # Head i of the query is served by head floor(i / served).
        return (*reaches[:-1], Window(len(out) - 3, ratio(1, served), ratio(1 - served, served), 0))

    def torch(self, torch: Torch, query: Shape, key: Shape, value: Shape, *mask: Shape) -> Torch:
        attend = torch.nn.functional.scaled_dot_product_attention

        def run(query: Torch, key: Torch, value: Torch, mask: Torch = None) -> Torch:
            return attend(query, key, value, mask, **self.settings())

        return run
