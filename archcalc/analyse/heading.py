"""What stands above and below the layers of a summary: where the network comes from, and its totals."""

from collections.abc import Iterator

from archcalc.analyse.memory import weight_bytes
from archcalc.analyse.summary import Summary, Totals
from archcalc.convention import CONVENTIONS, Convention
from archcalc.dim import Dim, text
from archcalc.errors import some
from archcalc.render.document import Pair
from archcalc.render.words import arrays, megabytes, number, pairs

LONGEST = 60
"""The most characters of one value of the config."""


def title(summary: Summary) -> str:
    """The name and the title in one line."""
    return f"{summary.name} - {summary.title}" if summary.title else summary.name


def heading(summary: Summary) -> tuple[Pair, ...]:
    """What was read, with which settings, and what goes in and out."""
    lines = [Pair("file", summary.file), Pair("config", pairs(summary.config, LONGEST))]
    lines += [Pair("input", arrays(summary.inputs)), Pair("output", arrays(summary.named_outputs))]
    return tuple(line for line in lines if line.text)


def totals(summary: Summary) -> Iterator[Pair]:
    """The sums over the network, the layers whose work is not known, and what is assumed."""
    sums = summary.totals
    yield Pair("parameters", _trained(sums.trainable, sums.frozen), number(sums.parameters))
    if not _is_zero(sums.buffers):
        yield Pair("buffers", "kept beside the parameters, not trained", number(sums.buffers))
    yield from _work(summary)
    yield Pair("activations", "elements written", number(sums.activations))
    yield _size(sums)
    if unknown := untold(summary):
        yield Pair("not known", f"the work of {some(unknown)}")
    yield from (Pair("assumes", text) for text in summary.assumptions)


def untold(summary: Summary) -> list[str]:
    """The layers whose work is not known, as multiply-accumulates or under the summary's convention."""
    paths = {*summary.totals.unknown, *summary.work().unknown}
    return [layer.path for layer in summary.layers if layer.path in paths]


def _trained(trainable: Dim, frozen: Dim) -> str:
    if _is_zero(frozen):
        return "all trained"
    return "all frozen" if _is_zero(trainable) else f"{number(trainable)} trained, {number(frozen)} frozen"


def _work(summary: Summary) -> Iterator[Pair]:
    conventions = {c.name: c for c in (CONVENTIONS["macs"], CONVENTIONS["flops"], summary.convention)}
    for convention in conventions.values():
        work = summary.work(convention)
        yield Pair(convention.unit, _means(convention), "at least " * bool(work.unknown) + number(work.value))


def _means(convention: Convention) -> str:
    return convention.doc + "; as-is, its mistakes included" * bool(convention.as_is)


def _size(sums: Totals) -> Pair:
    """The memory of all that is kept; of an expression only that of the first element type."""
    held = "parameters" if _is_zero(sums.buffers) else "parameters and buffers"
    kinds: dict[str, list[str]] = {}
    for kind, size in weight_bytes(sums.parameters + sums.buffers).items():
        kinds.setdefault(megabytes(size) if isinstance(size, int) else f"{text(size)} bytes", []).append(kind)
    (most, first), *others = kinds.items()
    more = "".join(f", {text} as {' or '.join(names)}" for text, names in others if isinstance(sums.parameters, int))
    return Pair("size", f"{held} as {' or '.join(first)}{more}", most)


def _is_zero(value: Dim) -> bool:
    return isinstance(value, int) and value == 0
