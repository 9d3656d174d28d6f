"""Small networks whose depth is a symbol, drawn at random, and what must be the same as in the unrolled network."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

import archcalc
from archcalc.algebra.evaluate import number
from archcalc.algebra.known import mapped
from archcalc.analyse.extent import Extent, Fractional, Irregular, stands_still
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.op import UNKNOWN, WHOLE

CHANNELS, SIZE = 4, 16


def conv(kernel: int, dilation: int = 1) -> str:
    padding = dilation * (kernel - 1) // 2
    settings = f"out_channels: {CHANNELS}, kernel_size: {kernel}, dilation: {dilation}, padding: {padding}"
    return f"{{Conv2d: {{{settings}}}}}"


def shifted(kernel: int, before: int) -> str:
    """A convolution that reads other numbers of positions on the two sides."""
    after = kernel - 1 - before
    pad = f"{{Pad: [{before}, {after}, {after}, {before}]}}"
    return f"{{layers: [{pad}, {{Conv2d: {{out_channels: {CHANNELS}, kernel_size: {kernel}}}}}]}}"


def residual(inner: str) -> str:
    return f"{{layers: {{f: {inner}, sum: {{Add: , from: [f, input]}}}}}}"


def branches(one: str, other: str) -> str:
    head = f"a: {one}, b: {{from: input, layers: [{other}]}}"
    return f"{{layers: {{{head}, all: {{Concat: , from: [a, b]}}, back: {conv(1)}}}}}"


def gated(inner: str) -> str:
    gate = f"pool: {{AdaptiveAvgPool2d: 1}}, squeeze: {conv(1)}, gate: Sigmoid"
    return f"{{layers: {{f: {inner}, {gate}, scale: {{Multiply: , from: [f, gate]}}}}}}"


def down_and_up(inner: str) -> str:
    """A way through half the size and back: what is read depends on the phase."""
    return f"{{layers: [{{AvgPool2d: 2}}, {inner}, {{Upsample: {{scale_factor: 2}}}}]}}"


def fed(inner: str) -> str:
    """What also reads a layer outside of all repeats."""
    return f"{{layers: {{f: {inner}, sum: {{Add: , from: [f, stem]}}}}}}"


def repeated(inner: str) -> str:
    return f"{{layers: {{copies: {{repeat: m, layers: [{inner}]}}}}}}"


def leaning(inner: str) -> str:
    """Copies that all read a layer before them in the copy around."""
    copies = f"{{repeat: m, layers: {{f: {inner}, sum: {{Add: , from: [f, a]}}}}}}"
    return f"{{layers: {{a: {conv(3)}, copies: {copies}}}}}"


def sequence(parts: list[str]) -> str:
    return f"[{', '.join(parts)}]"


LEAVES = st.one_of(
    st.builds(conv, st.sampled_from([1, 3, 5]), st.integers(1, 2)),
    st.integers(1, 4).flatmap(lambda k: st.builds(shifted, st.just(k), st.integers(-1, k))),
    st.sampled_from(["ReLU", "BatchNorm2d"]),
)
FLAT = st.recursive(
    st.builds(conv, st.sampled_from([1, 3, 5]), st.integers(1, 2)) | st.sampled_from(["ReLU", "BatchNorm2d"]),
    lambda inner: st.one_of(
        st.builds(residual, inner),
        st.builds(branches, inner, inner),
        st.lists(inner, min_size=1, max_size=2).map(sequence),
    ),
    max_leaves=4,
)
ALIKE = st.recursive(
    FLAT,
    lambda inner: st.one_of(
        st.builds(residual, inner), st.builds(repeated, inner), st.lists(inner, min_size=1, max_size=2).map(sequence)
    ),
    max_leaves=3,
)
"""Bodies that only widen what is read, and of whose ways the longest is known: of them everything can be told."""
ANY = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(residual, inner),
        st.builds(branches, inner, inner),
        st.builds(gated, inner),
        st.builds(fed, inner),
        st.builds(leaning, inner),
        st.builds(down_and_up, LEAVES),
        st.builds(repeated, inner),
        st.lists(inner, min_size=1, max_size=2).map(sequence),
    ),
    max_leaves=4,
)
REPEAT, FOR = "repeat", "for"


def spec(body: str, how: str = REPEAT) -> str:
    """A network with the body n times in a row."""
    entry = {REPEAT: f"[{{layers: [{body}], repeat: n}}]", FOR: f"[{{layers: [{body}], for: {{i: range(n)}}}}]"}[how]
    return (
        f"config: {{n: 2, m: 2}}\ninputs: {{x: [1, {CHANNELS}, {SIZE}, {SIZE}]}}\n"
        f"layers:\n  stem: {conv(3)}\n  body: {{layers: {entry}}}\n"
        f"  both: {{Add: , from: [body, stem]}}\n  after: {conv(3)}\n"
    )


def loaded(path: Any, text: str, **options: Any) -> Summary:
    path.write_text(text)
    return archcalc.load(path, **options).summary()


def same_totals(symbolic: Summary, numbers: Summary, values: Mapping[str, int]) -> None:
    """All sums of a network with symbols are those of the network with numbers."""
    pairs = [("parameters", symbolic.totals.parameters, numbers.totals.parameters)]
    pairs += [
        (fact, getattr(symbolic.totals, fact), getattr(numbers.totals, fact))
        for fact in ("trainable", "frozen", "buffers", "activations")
    ]
    costs = zip(symbolic.totals.cost._fields, symbolic.totals.cost, numbers.totals.cost, strict=True)
    for fact, formula, wanted in [*pairs, *costs]:
        assert number(formula, values) == wanted, fact
    shapes = [tuple(number(size, values) for size in shape) for shape in symbolic.outputs.values()]
    assert shapes == [*numbers.outputs.values()]


def same_field(symbolic: LayerSummary, numbers: LayerSummary, values: Mapping[str, int]) -> bool:
    """A field with symbols is that with numbers wherever it is told; gives whether it is."""
    if symbolic.field is None or numbers.field is None:
        assert symbolic.field is numbers.field
        return True
    for formula, wanted in zip(symbolic.field, numbers.field, strict=True):
        if wanted is WHOLE and stands_still(formula):
            continue  # a formula need not tell that all that is held is all of the input
        if isinstance(formula, Extent):
            # Paths of symbolic lengths may be aligned without its being known.
            assert not formula.aligned or wanted.aligned, symbolic.path
            found = mapped(formula, lambda value: number(value, values))
            assert found._replace(aligned=wanted.aligned) == wanted, (symbolic.path, formula, wanted)
        elif isinstance(formula, Fractional | Irregular):
            told = (formula.size, formula.jump, formula.padding)
            pairs = zip(told, (wanted.size, wanted.jump, wanted.padding), strict=True)
            assert all(number(a, values) == b for a, b in pairs if a is not None), (symbolic.path, formula, wanted)
        elif formula is not UNKNOWN:
            assert formula is wanted, symbolic.path
    return UNKNOWN not in symbolic.field
