"""What every format of a difference shows: its lines as texts, not yet laid out."""

from collections.abc import Callable
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.analyse.difference import Change, Difference, End, Kept, Total
from archcalc.convention import Convention
from archcalc.dim import show
from archcalc.errors import some
from archcalc.render import words
from archcalc.render.folds import Fold, Renaming, alike, folded, renamings

NAMED = 3
"""So many layers are named that change in the same way."""
MARKS = {"-": "removed", "+": "added", "~": "changed", ">": "renamed"}
"""What stands before a line."""


class Line(NamedTuple):
    """One entry: what happened to it, what it is, and the details."""

    mark: str
    name: str
    op: str
    note: str = ""
    details: tuple[tuple[str, str], ...] = ()


def lines(found: Difference) -> list[Line]:
    """Everything that is different but the totals."""
    convention = found.before.convention
    return [
        *(_end("input", *ends) for ends in found.inputs),
        *(_fold("-", fold, convention.unit) for fold in folded(found.removed, found.before)),
        *(_fold("+", fold, convention.unit) for fold in folded(found.added, found.after)),
        *(_changed(changes, layers, convention) for changes, layers in alike(found.changed)),
        *map(_renamed, renamings(found.renamed)),
        *(_end("output", *ends) for ends in found.outputs),
    ]


def _end(what: str, before: End | None, after: End | None) -> Line:
    mark = "+" if before is None else "-" if after is None else "~"
    texts = [f"{words.visible(end.name)} {show(end.shape)}" for end in (before, after) if end is not None]
    return Line(mark, what, "", " -> ".join(texts))


def _fold(mark: str, fold: Fold, unit: str) -> Line:
    copies = f" x {fold.copies}" if fold.copies > 1 else ""
    counts = [(fold.layers, "layers" if fold.layers > 1 else ""), (fold.parameters, "parameters"), (fold.work, unit)]
    note = [f"{words.number(n)} {what}" for n, what in counts if what and not (isinstance(n, int) and n == 0)]
    note += ["work not known"] if fold.unknown else []
    return Line(mark, words.visible(fold.path) + copies, words.visible(fold.op), ", ".join(note))


def _renamed(renaming: Renaming) -> Line:
    name = words.visible(f"{renaming.before} -> {renaming.after}")
    return Line(">", name, renaming.op, f"{renaming.layers} layers" if renaming.layers > 1 else "")


def _changed(changes: tuple[Change, ...], layers: list[Kept], convention: Convention) -> Line:
    names = words.visible(some([layer.after.path for layer in layers], NAMED))
    before, after = layers[0].before, layers[0].after
    moved = (
        [("name", words.visible(f"{before.path} -> {after.path}"))] if len(layers) == 1 and layers[0].renamed else []
    )
    names_of = {convention.name: convention.unit}
    details = (*moved, *((words.visible(names_of.get(c.what, c.what)), told(c)) for c in changes))
    return Line("~", names, words.visible(after.kind), details=details)


def told(change: Change) -> str:
    """Both values of a change, of numbers in percent too."""
    text = f"{_value(change, change.before)} -> {_value(change, change.after)}"
    grown = words.growth(change.before, change.after) if change.kind == "number" else ""
    return f"{text} ({grown})" if grown else text


def _value(change: Change, value: Any) -> str:
    if value is None and change.kind != "setting":
        return "not known" if change.kind == "number" else "none"
    if change.kind == "settings":
        return words.pairs(value) or "none"
    return _TELL[change.kind](value) or "none"


_TELL: dict[str, Callable[[Any], str]] = {
    "number": words.number,
    "shapes": words.shapes,
    "setting": words.value,
    "text": words.visible,
}


def counts(found: Difference) -> str:
    """How many layers there are of each kind."""
    same = len(found.kept) - len(found.changed) - len(found.renamed)
    numbers = {
        "the same": same,
        "removed": len(found.removed),
        "added": len(found.added),
        "changed": len(found.changed),
        "renamed": len(found.renamed),
    }
    return ", ".join(f"{number:,} {what}" for what, number in numbers.items() if number)


def heading(found: Difference) -> list[tuple[str, str]]:
    """What was compared: files, settings that are different, how many layers, what is assumed."""
    before, after = found.before, found.after
    files = [before.file] if before.file == after.file else [before.file, after.file]
    config = ", ".join(f"{words.visible(c.what)}: {told(c)}" for c in found.config)
    assumed = dict.fromkeys([*before.assumptions, *after.assumptions])
    pairs = [("file", words.visible(" -> ".join(filter(None, files)))), ("config", config), ("layers", counts(found))]
    pairs += [("assumes", words.visible(text)) for text in assumed]
    return [(name, text) for name, text in pairs if text]


def title(found: Difference) -> str:
    """The names of both."""
    return words.visible(f"{found.before.name} -> {found.after.name}")


def totals(found: Difference) -> list[list[str]]:
    """Every total of both, the difference and what it is in percent; those that neither has are left out."""
    return [_total(t) for t in found.totals if not _is_nought(t.before) or not _is_nought(t.after)]


def _total(total: Total) -> list[str]:
    values = [
        ">= " * least + words.number(n) for n, least in zip((total.before, total.after), total.least, strict=True)
    ]
    return [total.unit, *values, signed(total.difference), words.growth(total.before, total.after)]


def signed(number: Any) -> str:
    """A difference with its sign."""
    if not isinstance(number, int):
        return dim.text(number)
    return f"{number:+,}" if number else "0"


def _is_nought(value: Any) -> bool:
    return isinstance(value, int) and value == 0


def same(found: Difference) -> str:
    """That there is no difference, in one line."""
    return f"{title(found)}: no difference in {len(found.before.layers):,} layers"
