"""The difference between two networks: layers removed, added, renamed and changed, and every total."""

from collections.abc import Iterator
from dataclasses import dataclass

from archcalc import dim
from archcalc.analyse.changes import Change, End, Ends, Kept, Reader, Total, changes, inputs, outputs, totals
from archcalc.analyse.folds import alike, folded, renamings
from archcalc.analyse.pairing import paired
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.analyse.told import settings, shape
from archcalc.convention import Convention
from archcalc.dim import Size, show
from archcalc.errors import some
from archcalc.render import document as blocks
from archcalc.render import words
from archcalc.render.result import Plain, Result
from archcalc.render.text import LONG
from archcalc.render.words import count_of

NAMED = 3
"""The most layers with equal changes that are named."""
HEADS = tuple(blocks.Head(text, text != "total") for text in ("total", "before", "after", "difference", "percent"))


@dataclass(frozen=True)
class Difference(Result):
    """The difference between two networks; every layer of both is in one of its parts. Prints as a list."""

    before: Summary
    after: Summary
    kept: tuple[Kept, ...]
    removed: tuple[LayerSummary, ...]
    added: tuple[LayerSummary, ...]
    inputs: tuple[Ends, ...]
    """Those that differ."""
    outputs: tuple[Ends, ...]
    totals: tuple[Total, ...]
    lists = ("removed", "added", "changed", "renamed")

    @property
    def changed(self) -> list[Kept]:
        """The layers with changes."""
        return [kept for kept in self.kept if kept.changes]

    @property
    def renamed(self) -> list[Kept]:
        """The layers that differ only in name."""
        return [kept for kept in self.kept if kept.renamed and not kept.changes]

    @property
    def counts(self) -> dict[str, int]:
        """The number of layers of each kind."""
        changed, renamed = len(self.changed), len(self.renamed)
        numbers = {"the same": len(self.kept) - changed - renamed, "removed": len(self.removed)}
        return numbers | {"added": len(self.added), "changed": changed, "renamed": renamed}

    @property
    def same(self) -> bool:
        """Whether the networks have the same layers with the same names, read in the same way."""
        parts = (self.removed, self.added, self.changed, self.renamed, self.inputs, self.outputs)
        return not any(parts) and not any(total.before != total.after for total in self.totals)

    def document(self) -> blocks.Document:
        names = f"{self.before.name} -> {self.after.name}"
        if self.same:
            return (blocks.Note(f"{names}: no difference in {count_of(len(self.before.layers), 'layer')}"),)
        items = lines(self)
        return (
            blocks.Title(names),
            blocks.Pairs(_heading(self)),
            *([blocks.Items(items)] if items else []),
            *_totals(self),
        )

    def record(self) -> Plain:
        before, after = self.before, self.after
        return {
            "same": self.same,
            "before": _network(before),
            "after": _network(after),
            "convention": before.convention.name,
            "layers_the_same": self.counts["the same"],
            "totals": {total.name: _total(total) for total in self.totals},
            "inputs": [_ends(*ends) for ends in self.inputs],
            "outputs": [_ends(*ends) for ends in self.outputs],
            "removed": [_layer(layer, before) for layer in self.removed],
            "added": [_layer(layer, after) for layer in self.added],
            "changed": [_kept(kept) | {"changes": list(map(_change, kept.changes))} for kept in self.changed],
            "renamed": list(map(_kept, self.renamed)),
        }


def difference(before: Summary, after: Summary) -> Difference:
    """The difference between two networks."""
    pairs, removed, added = paired(before.layers, after.layers)
    ends = inputs(before, after)
    mine = Reader(before, [x.path for x, _ in pairs], [x.name for x, _ in ends if x is not None])
    theirs = Reader(after, [y.path for _, y in pairs], [y.name if y else "" for x, y in ends if x is not None])
    return Difference(
        before,
        after,
        kept=tuple(Kept(*pair, tuple(changes(pair, mine, theirs, before.convention))) for pair in pairs),
        removed=tuple(removed),
        added=tuple(added),
        inputs=tuple((x, y) for x, y in ends if x != y),
        outputs=tuple(outputs(before, after, mine, theirs)),
        totals=tuple(totals(before, after)),
    )


# -- for readers -------------------------------------------------------------------------------------------------------


def _heading(found: Difference) -> tuple[blocks.Pair, ...]:
    """The files, the settings that differ, the numbers of layers, and the assumptions."""
    before, after = found.before, found.after
    files = dict.fromkeys(filter(None, [before.file, after.file]))
    entries = [(k, v, after.config[k]) for k, v in before.config.items() if k in after.config]
    config = [f"{words.visible(k)}: {Change(k, x, y, 'setting').told()}" for k, x, y in entries if x != y]
    counts = ", ".join(f"{count:,} {what}" for what, count in found.counts.items() if count)
    assumed = dict.fromkeys([*before.assumptions, *after.assumptions])
    texts = {"file": " -> ".join(files), "config": ", ".join(config), "layers": counts}
    pairs = [blocks.Pair(name, text) for name, text in texts.items() if text]
    return (*pairs, *(blocks.Pair("assumes", text) for text in assumed))


def lines(found: Difference) -> tuple[blocks.Item, ...]:
    """All differences except the totals."""
    return (
        *(_end("input", *ends) for ends in found.inputs),
        *folded(found.removed, found.before, "-"),
        *folded(found.added, found.after, "+"),
        *(_changed(layers, found.before.convention) for layers in alike(found.changed)),
        *renamings(found.renamed),
        *(_end("output", *ends) for ends in found.outputs),
    )


def _end(what: str, before: End | None, after: End | None) -> blocks.Item:
    mark: blocks.Mark = "+" if before is None else "-" if after is None else "~"
    texts = [f"{end.name} {show(end.shape)}" for end in (before, after) if end is not None]
    return blocks.Item(what, mark, note=" -> ".join(texts))


def _changed(layers: list[Kept], convention: Convention) -> blocks.Item:
    """Layers with equal changes."""
    before, after, found = layers[0]
    units = {convention.name: convention.unit}
    details = [blocks.Pair(units.get(change.what, change.what), change.told()) for change in found]
    if len(layers) == 1 and layers[0].renamed:
        details = [blocks.Pair("name", f"{before.path} -> {after.path}"), *details]
    return blocks.Item(some([layer.after.path for layer in layers], NAMED), "~", after.kind, details=tuple(details))


def _totals(found: Difference) -> Iterator[blocks.Grid | blocks.Items]:
    """The totals of both networks with their differences, except zeros; long expressions follow the table."""
    rows = [_cells(total) for total in found.totals if total.before != 0 or total.after != 0]
    long = [row for row in rows if max(len(cell.text) for cell in row) > LONG]
    yield blocks.Grid(HEADS, tuple(blocks.GridRow(row) for row in rows if row not in long))
    if long:
        yield blocks.Items(tuple(map(_long, long)))


def _long(row: tuple[blocks.Figure, ...]) -> blocks.Item:
    details = [blocks.Pair(head.text, cell.text) for head, cell in zip(HEADS[1:], row[1:], strict=True) if cell.text]
    return blocks.Item(row[0].text, details=tuple(details))


def _cells(total: Total) -> tuple[blocks.Figure, ...]:
    sides = zip((total.before, total.after), total.least, strict=True)
    values = [blocks.number(n, ">= " * least + words.number(n)) for n, least in sides]
    change = blocks.number(total.difference, _signed(total.difference))
    percent = blocks.number(words.percent_of(total.difference, total.before), words.growth(total.before, total.after))
    return (blocks.number(total.unit, total.unit), *values, change, percent)


def _signed(change: Size) -> str:
    if not isinstance(change, int):
        return dim.text(change)
    return f"{change:+,}" if change else "0"


# -- for machines ------------------------------------------------------------------------------------------------------


def _network(summary: Summary) -> dict[str, Plain]:
    named = {"name": summary.name, "file": summary.file, "config": words.plain(summary.config)}
    return named | {"assumptions": list(summary.assumptions)}


def _total(total: Total) -> Plain:
    values = {name: words.size(getattr(total, name)) for name in ("before", "after", "difference")}
    least = {"least": list(total.least)} if any(total.least) else {}
    return values | {"percent": words.percent_of(total.difference, total.before)} | least


def _ends(before: End | None, after: End | None) -> dict[str, Plain]:
    sides = {"before": before, "after": after}
    return {side: end and {"name": end.name, "shape": shape(end.shape)} for side, end in sides.items()}


def _kept(kept: Kept) -> dict[str, Plain]:
    return {"before": kept.before.path, "after": kept.after.path, "op": kept.after.kind}


def _layer(layer: LayerSummary, summary: Summary) -> dict[str, Plain]:
    work = summary.convention.of(layer.countable)
    return {
        "path": layer.path,
        "op": layer.kind,
        "settings": words.plain(settings(layer.op)),
        "inputs": list(map(shape, layer.inputs)),
        "outputs": list(map(shape, layer.outputs)),
        "times": words.size(layer.times),
        "parameters": words.size(layer.parameters),
        summary.convention.name: None if work is None else words.size(work),
    }


def _change(change: Change) -> dict[str, Plain]:
    before, after = change.before, change.after
    if change.kind == "shapes":
        before, after = list(map(shape, before)), list(map(shape, after))
    return {"what": change.what, "before": words.plain(before), "after": words.plain(after)}
