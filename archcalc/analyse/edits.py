"""What a difference says: every edit as an item, and the totals as a table."""

from collections.abc import Callable, Iterator
from typing import Any

from archcalc import dim
from archcalc.analyse.difference import Change, Difference, End, Kept, Total
from archcalc.analyse.folds import Fold, Renaming, alike, folded, renamings
from archcalc.convention import Convention
from archcalc.dim import Size, show
from archcalc.errors import some
from archcalc.render import words
from archcalc.render.document import Figure, Grid, GridRow, Head, Item, Items, Mark, Pair, number
from archcalc.render.text import LONG

NAMED = 3
"""The most layers with the same change that are named."""
HEADS = (Head("total"), *(Head(text, right=True) for text in ("before", "after", "difference", "percent")))


def lines(found: Difference) -> tuple[Item, ...]:
    """Everything that is different but the totals."""
    convention = found.before.convention
    return (
        *(_end("input", *ends) for ends in found.inputs),
        *(_fold("-", fold, convention.unit) for fold in folded(found.removed, found.before)),
        *(_fold("+", fold, convention.unit) for fold in folded(found.added, found.after)),
        *(_changed(changes, layers, convention) for changes, layers in alike(found.changed)),
        *map(_renamed, renamings(found.renamed)),
        *(_end("output", *ends) for ends in found.outputs),
    )


def _end(what: str, before: End | None, after: End | None) -> Item:
    mark: Mark = "+" if before is None else "-" if after is None else "~"
    texts = [f"{end.name} {show(end.shape)}" for end in (before, after) if end is not None]
    return Item(what, mark, note=" -> ".join(texts))


def _fold(mark: Mark, fold: Fold, unit: str) -> Item:
    copies = f" x {fold.copies}" if fold.copies > 1 else ""
    counts = [(fold.layers, "layers" if fold.layers > 1 else ""), (fold.parameters, "parameters"), (fold.work, unit)]
    note = [f"{words.number(n)} {what}" for n, what in counts if what and not (isinstance(n, int) and n == 0)]
    note += ["work not known"] if fold.unknown else []
    return Item(fold.path + copies, mark, fold.op, ", ".join(note))


def _renamed(renaming: Renaming) -> Item:
    note = f"{renaming.layers} layers" if renaming.layers > 1 else ""
    return Item(f"{renaming.before} -> {renaming.after}", ">", renaming.op, note)


def _changed(changes: tuple[Change, ...], layers: list[Kept], convention: Convention) -> Item:
    names = some([layer.after.path for layer in layers], NAMED)
    before, after = layers[0].before, layers[0].after
    moved = len(layers) == 1 and layers[0].renamed
    units = {convention.name: convention.unit}
    details = [Pair("name", f"{before.path} -> {after.path}")] if moved else []
    details += [Pair(units.get(change.what, change.what), told(change)) for change in changes]
    return Item(names, "~", after.kind, details=tuple(details))


def told(change: Change) -> str:
    """Both values of a change, of numbers in percent too."""
    text = f"{_value(change, change.before)} -> {_value(change, change.after)}"
    grown = words.growth(change.before, change.after) if change.kind == "number" else ""
    return f"{text} ({grown})" if grown else text


def _value(change: Change, value: Size) -> str:
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


def heading(found: Difference) -> tuple[Pair, ...]:
    """What was compared: files, settings that are different, how many layers, what is assumed."""
    before, after = found.before, found.after
    files = [before.file] if before.file == after.file else [before.file, after.file]
    config = ", ".join(f"{words.visible(c.what)}: {told(c)}" for c in found.config)
    assumed = dict.fromkeys([*before.assumptions, *after.assumptions])
    pairs = [Pair("file", " -> ".join(filter(None, files))), Pair("config", config), Pair("layers", counts(found))]
    return tuple(pair for pair in (*pairs, *(Pair("assumes", text) for text in assumed)) if pair.text)


def title(found: Difference) -> str:
    """The names of both."""
    return f"{found.before.name} -> {found.after.name}"


def totals(found: Difference) -> Iterator[Grid | Items]:
    """Every total of both networks and the difference, long expressions below; those that neither has are left out."""
    rows = [_cells(t) for t in found.totals if not _is_zero(t.before) or not _is_zero(t.after)]
    long = [row for row in rows if max(len(cell.text) for cell in row) > LONG]
    yield Grid(HEADS, tuple(GridRow(row) for row in rows if row not in long))
    if long:
        yield Items(tuple(map(_long, long)))


def _long(row: tuple[Figure, ...]) -> Item:
    details = [Pair(head.text, cell.text) for head, cell in zip(HEADS[1:], row[1:], strict=True) if cell.text]
    return Item(row[0].text, details=tuple(details))


def _cells(total: Total) -> tuple[Figure, ...]:
    sides = zip((total.before, total.after), total.least, strict=True)
    values = [number(n, ">= " * least + words.number(n)) for n, least in sides]
    change = number(total.difference, _signed(total.difference))
    percent = number(words.percent_of(total.difference, total.before), words.growth(total.before, total.after))
    return (number(total.unit, total.unit), *values, change, percent)


def _signed(change: Size) -> str:
    """A difference with its sign."""
    if not isinstance(change, int):
        return dim.text(change)
    return f"{change:+,}" if change else "0"


def _is_zero(value: Size) -> bool:
    return isinstance(value, int) and value == 0


def same(found: Difference) -> str:
    """That there is no difference, in one line."""
    return f"{title(found)}: no difference in {len(found.before.layers):,} layers"
