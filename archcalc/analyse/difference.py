"""What is different between two networks: layers removed, added, renamed and changed, and every total."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from archcalc import dim
from archcalc.analyse.pairing import Pair, paired
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.convention import CONVENTIONS, Convention
from archcalc.dim import Dim, Size
from archcalc.network import Source
from archcalc.render.document import Document, Item, Items, Note, Pairs, Title
from archcalc.render.result import Plain, Result

Kind = Literal["text", "number", "shapes", "setting", "settings"]


class Change(NamedTuple):
    """Something that has another value."""

    what: str
    before: Size
    after: Size
    """None, as `before`, where there is none, or where it is not known."""
    kind: Kind


class Kept(NamedTuple):
    """A layer that both networks have, perhaps under two names."""

    before: LayerSummary
    after: LayerSummary
    changes: tuple[Change, ...]

    @property
    def renamed(self) -> bool:
        """Whether its path is another."""
        return self.before.path != self.after.path


class End(NamedTuple):
    """An input or output of a network."""

    name: str
    shape: tuple[Dim, ...]


class Total(NamedTuple):
    """A sum over each of two networks."""

    name: str
    unit: str
    before: Dim
    after: Dim
    least: tuple[bool, bool] = (False, False)
    """Whether each is at least so much, since the work of a layer is not known."""

    @property
    def difference(self) -> Dim:
        """How much larger the second one is."""
        return dim.total([self.after, -self.before])


@dataclass(frozen=True)
class Difference(Result):
    """What is different between two networks; every layer of both is in one of its parts. Prints as a list."""

    before: Summary
    after: Summary
    kept: tuple[Kept, ...]
    removed: tuple[LayerSummary, ...]
    added: tuple[LayerSummary, ...]
    inputs: tuple[tuple[End | None, End | None], ...]
    """Those that are different."""
    outputs: tuple[tuple[End | None, End | None], ...]
    totals: tuple[Total, ...]
    lists = ("removed", "added", "changed", "renamed")

    def document(self) -> Document:
        from archcalc.analyse.edits import heading, lines, same, title, totals

        if self.same:
            return (Note(same(self)),)
        return Title(title(self)), Pairs(heading(self)), *_listed(lines(self)), *totals(self)

    def record(self) -> Plain:
        from archcalc.analyse.edits_record import record

        return record(self)

    @property
    def changed(self) -> list[Kept]:
        """The layers that have something that is different."""
        return [kept for kept in self.kept if kept.changes]

    @property
    def renamed(self) -> list[Kept]:
        """The layers that differ in nothing but the name."""
        return [kept for kept in self.kept if kept.renamed and not kept.changes]

    @property
    def config(self) -> list[Change]:
        """The settings of both that have another value; no difference by themselves."""
        mine, theirs = self.before.config, self.after.config
        return [Change(k, v, theirs[k], "setting") for k, v in mine.items() if k in theirs and theirs[k] != v]

    @property
    def same(self) -> bool:
        """Whether the networks have the same layers with the same names, read in the same way."""
        parts = (self.removed, self.added, self.changed, self.renamed, self.inputs, self.outputs)
        return not any(parts) and not any(total.before != total.after for total in self.totals)


def _listed(items: tuple[Item, ...]) -> tuple[Items, ...]:
    return (Items(items),) if items else ()


def difference(before: Summary, after: Summary) -> Difference:
    """What is different in the second of two networks."""
    pairs, removed, added = paired(before.layers, after.layers)
    ends = _ends_paired(before, after)
    mine = _Reader(before, [x.path for x, _ in pairs], [x.name for x, _ in ends if x is not None])
    theirs = _Reader(after, [y.path for _, y in pairs], [y.name if y else "" for x, y in ends if x is not None])
    return Difference(
        before,
        after,
        kept=tuple(Kept(*pair, tuple(_changes(pair, mine, theirs, before.convention))) for pair in pairs),
        removed=tuple(removed),
        added=tuple(added),
        inputs=tuple((x, y) for x, y in ends if x != y),
        outputs=tuple(_outputs(before, after, mine, theirs)),
        totals=tuple(_totals(before, after)),
    )


def _ends_paired(before: Summary, after: Summary) -> list[tuple[End | None, End | None]]:
    """The inputs with their partners: of one name, and of those that are left in their order."""
    mine, theirs = before.inputs, after.inputs
    left = [name for name in mine if name not in theirs]
    new = [name for name in theirs if name not in mine]
    partner = {name: name for name in mine if name in theirs} | dict(zip(left, new, strict=False))
    found: list[tuple[End | None, End | None]] = [
        (End(name, shape), End(partner[name], theirs[partner[name]]) if name in partner else None)
        for name, shape in mine.items()
    ]
    return found + [(None, End(name, theirs[name])) for name in new[len(left) :]]


class _Reader:
    """What the layers of a network read, told by the layers that both networks have.

    A layer that only one of them has is looked through: that it was put in between is no change of the one behind it.
    """

    def __init__(self, summary: Summary, layers: Iterable[str], inputs: Iterable[str]):
        self.labels: dict[str, Any] = {path: ("layer", place) for place, path in enumerate(layers)}
        self.labels |= {name: ("input", place) for place, name in enumerate(inputs)}
        self.through: dict[str, frozenset[Any]] = {}
        for layer in summary.layers:
            if layer.path not in self.labels:
                self.through[layer.path] = frozenset().union(*map(self.roots, layer.sources))

    def roots(self, source: Source) -> frozenset[Any]:
        """The outputs of layers of both networks that an output depends on."""
        if source.path in self.labels:
            return frozenset({(self.labels[source.path], source.port)})
        return self.through.get(source.path, frozenset({source.path}))

    def reads(self, layer: LayerSummary) -> list[frozenset[Any]]:
        """What a layer reads, input by input."""
        return [self.roots(source) for source in layer.sources]


def _changes(pair: Pair, mine: _Reader, theirs: _Reader, convention: Convention) -> Iterator[Change]:
    """What is different of a layer that both networks have."""
    x, y = pair
    yield from _settings(x, y)
    if mine.reads(x) != theirs.reads(y):
        yield Change("reads", ", ".join(map(str, x.sources)), ", ".join(map(str, y.sources)), "text")
    if _owner(x, mine) != _owner(y, theirs):
        yield Change("weights of", x.weights_of, y.weights_of, "text")
    spent = [convention.of(layer.countable) for layer in pair]
    facts: list[tuple[str, Any, Any, Kind]] = [
        ("input", x.inputs, y.inputs, "shapes"),
        ("output", x.outputs, y.outputs, "shapes"),
        ("times", x.times, y.times, "number"),
        ("parameters", x.parameters, y.parameters, "number"),
        ("frozen", x.frozen, y.frozen, "number"),
        ("buffers", x.buffer_elements, y.buffer_elements, "number"),
        (convention.name, spent[0], spent[1], "number"),
    ]
    yield from (Change(*fact) for fact in facts if fact[1] != fact[2])


def _settings(x: LayerSummary, y: LayerSummary) -> Iterator[Change]:
    mine, theirs = x.op.settings(), y.op.settings()
    if type(x.op) is not type(y.op):
        yield Change("operation", x.kind, y.kind, "text")
        if mine or theirs:
            yield Change("settings", mine, theirs, "settings")
        return
    yield from (Change(name, v, theirs[name], "setting") for name, v in mine.items() if v != theirs[name])


def _owner(layer: LayerSummary, reader: _Reader) -> Any:
    return None if layer.weights_of is None else reader.labels.get(layer.weights_of, layer.weights_of)


def _outputs(
    before: Summary, after: Summary, mine: _Reader, theirs: _Reader
) -> Iterator[tuple[End | None, End | None]]:
    """The outputs that are different, side by side as they stand."""
    for (a, x), (b, y) in zip(before.outputs.items(), after.outputs.items(), strict=False):
        if x != y or mine.roots(a) != theirs.roots(b):
            yield End(str(a), x), End(str(b), y)
    xs, ys = ([End(str(s), shape) for s, shape in of.outputs.items()] for of in (before, after))
    yield from ((x, None) for x in xs[len(ys) :])
    yield from ((None, y) for y in ys[len(xs) :])


def _totals(before: Summary, after: Summary) -> Iterator[Total]:
    mine, theirs = _sums(before), _sums(after)
    for (name, unit), value in mine.items():
        yield Total(name, unit, value, theirs[name, unit])
    for convention in {c.name: c for c in (CONVENTIONS["macs"], CONVENTIONS["flops"], before.convention)}.values():
        mine_work, theirs_work = before.work(convention), after.work(convention)
        least = (bool(mine_work.unknown), bool(theirs_work.unknown))
        yield Total(convention.name, convention.unit, mine_work.value, theirs_work.value, least)


def _sums(summary: Summary) -> Mapping[tuple[str, str], Dim]:
    sums = summary.totals
    return {
        ("layers", "layers"): len(summary.layers),
        ("parameters", "parameters"): sums.parameters,
        ("trainable", "trained"): sums.trainable,
        ("frozen", "frozen"): sums.frozen,
        ("buffers", "buffers"): sums.buffers,
        ("activations", "activations"): sums.activations,
        ("memory", "memory (bytes)"): sums.memory,
    }
