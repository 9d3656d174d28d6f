"""What stands above and below a table: where the network comes from, and its totals."""

from typing import NamedTuple

from archcalc.analyse.memory import weight_bytes
from archcalc.analyse.summary import Summary, Totals
from archcalc.convention import CONVENTIONS, Convention
from archcalc.dim import Dim, text
from archcalc.errors import some
from archcalc.render.words import arrays, number, pairs, visible

LONGEST = 60
"""The most characters of one value of the config."""


class Total(NamedTuple):
    """One total: its name, the number, and what it means."""

    name: str
    number: str
    note: str


def title(summary: Summary) -> str:
    """The name and the title in one line."""
    return visible(f"{summary.name} - {summary.title}" if summary.title else summary.name)


def heading(summary: Summary) -> list[tuple[str, str]]:
    """What was read, with which settings, and what goes in and out: names and texts."""
    lines = [("file", visible(summary.file)), ("config", pairs(summary.config, LONGEST))]
    lines += [
        ("input", arrays(summary.inputs)),
        ("output", arrays({str(source): shape for source, shape in summary.outputs.items()})),
    ]
    return [(name, text) for name, text in lines if text]


def totals(summary: Summary) -> list[Total]:
    """The sums over the network."""
    sums = summary.totals
    found = [Total("parameters", number(sums.parameters), _trained(sums.trainable, sums.frozen))]
    if not _is_nought(sums.buffers):
        found.append(Total("buffers", number(sums.buffers), "kept beside the parameters, not trained"))
    found += _work(summary)
    found.append(Total("activations", number(sums.activations), "elements written"))
    found.append(_size(sums))
    return found


def assumptions(summary: Summary) -> list[str]:
    """What must hold of the free sizes for all this to be right."""
    return [visible(text) for text in summary.assumptions]


def untold(summary: Summary) -> list[str]:
    """The layers whose work is not known, as multiply-accumulates or under the summary's convention."""
    paths = {*summary.totals.unknown, *summary.work().unknown}
    return [layer.path for layer in summary.layers if layer.path in paths]


def unknown(summary: Summary) -> str:
    """The layers whose work is not known, in words; nothing where all is."""
    return visible(some(untold(summary)))


def _trained(trainable: Dim, frozen: Dim) -> str:
    if _is_nought(frozen):
        return "all trained"
    return "all frozen" if _is_nought(trainable) else f"{number(trainable)} trained, {number(frozen)} frozen"


def _work(summary: Summary) -> list[Total]:
    conventions = {c.name: c for c in (CONVENTIONS["macs"], CONVENTIONS["flops"], summary.convention)}
    found = [(c, summary.work(c)) for c in conventions.values()]
    return [Total(c.unit, "at least " * bool(work.unknown) + number(work.value), _means(c)) for c, work in found]


def _means(convention: Convention) -> str:
    return convention.doc + "; as-is, its mistakes included" * bool(convention.as_is)


def _size(sums: Totals) -> Total:
    """The memory of all that is kept; of an expression only that of the first element type."""
    held = "parameters" if _is_nought(sums.buffers) else "parameters and buffers"
    kinds: dict[str, list[str]] = {}
    for kind, size in weight_bytes(sums.parameters + sums.buffers).items():
        kinds.setdefault(megabytes(size) if isinstance(size, int) else f"{text(size)} bytes", []).append(kind)
    (most, first), *others = kinds.items()
    more = "".join(f", {text} as {' or '.join(names)}" for text, names in others if isinstance(sums.parameters, int))
    return Total("size", most, f"{held} as {' or '.join(first)}{more}")


def megabytes(size: int) -> str:
    """A number of bytes in powers of ten, to one decimal."""
    for unit, length in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= (10 * length if unit == "GB" else length):
            tenths = (20 * size + length) // (2 * length)  # whole numbers: a float may overflow
            return f"{tenths // 10:,}.{tenths % 10} {unit}"
    return f"{size} bytes"


def _is_nought(value: Dim) -> bool:
    return isinstance(value, int) and value == 0
