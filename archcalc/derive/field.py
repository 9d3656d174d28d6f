"""The receptive field derived layer by layer from the input: the analysis's own steps, run on named numbers."""

import inspect
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.analyse import receptive_fields as analysis
from archcalc.analyse.receptive_fields import Extent, Gates, State, ungated
from archcalc.call import Call
from archcalc.derive.derivation import Cell, FieldRow, Section, Table
from archcalc.derive.facts import Facts
from archcalc.derive.named import Named, tree_of
from archcalc.derive.rules import Rule, rule, split
from archcalc.derive.tree import Leaf, Made, numbers
from archcalc.network import Layer, Network, Source
from archcalc.op import UNKNOWN, WHOLE, Field, Op
from archcalc.walk import fold_back

States = Mapping[str, Sequence[State]]


def section(network: Network, path: str, gates: Gates, known: Mapping[str, Any] | None = None) -> Section:
    """The receptive field of a layer's first output along every axis of every input of the network."""
    found = analysis.states(network, gates)
    walk = _Walk(network, found, gates, known)
    tables = [
        table
        for name in found[path][0]
        for table in _told_once(name, [walk.along(path, name, axis) for axis in range(len(found[path][0][name]))])
        if table.axes
    ]
    notes = () if tables else ("No axis of an input that it depends on is a place in space or time.",)
    return Section("Receptive field", _rule(network.layers[path].op), tables=tuple(tables), notes=notes)


def _rule(op: Op) -> Rule:
    """What the operation reads, then how fields are composed, which is what the analysis says of itself."""
    reads = rule(op, "fields", "field")
    _, _, composed = (inspect.getdoc(analysis) or "").partition("\n\n")
    general = split(composed)
    sources = "; ".join(filter(None, (reads.source, general.source)))
    return Rule(" ".join(filter(None, (reads.text, general.text))), sources)


def _told_once(name: str, along: list[Table]) -> list[Table]:
    """Tables that agree in everything but the axis as one."""
    merged: dict[tuple[FieldRow, ...], list[str]] = {}
    for table in along:
        merged.setdefault(table.rows, []).extend(table.axes)
    return [Table(name, tuple(axes), rows) for rows, axes in merged.items()]


class _Path(NamedTuple):
    """One way into a layer: where from, and what is read there along one axis of the network's input."""

    source: Source
    axis: Any


class _Walk:
    """The ways from an input of the network to a layer."""

    def __init__(self, network: Network, states: States, gates: Gates, known: Mapping[str, Any] | None):
        self.network, self.states, self.gates, self.known = network, states, gates, known
        self._facts: dict[Call, Facts] = {}

    def along(self, path: str, name: str, axis: int) -> Table:
        """What is read along one axis of an input, from the input to the layer."""
        op = self.network.input_op(name)
        letter = op.layout[analysis.spatial_axes(op)[axis]]
        rows = [
            row for source in self._needed(Source(path), name) if (row := self._row(source, name, axis)) is not None
        ]
        return Table(name, (letter,), tuple(rows))

    def _needed(self, last: Source, name: str) -> list[Source]:
        """The outputs that lie on a way from the input to a layer's output, in order."""
        asked = fold_back(
            self.network,
            {last: True},
            lambda layer, _: [(source, True) for source in self._sources(layer, name)],
            lambda a, b: True,
        )
        order = {path: i for i, path in enumerate(self.network.layers)}
        return sorted(asked, key=lambda source: (order[source.path], source.port))

    def _sources(self, layer: Layer, name: str) -> list[Source]:
        """The outputs that a layer reads and that depend on the input; gates that are ignored are not among them."""
        found = [s for s in layer.reads if name in self._state(s)]
        if self.gates == "ignore" and layer.op.gate:
            return ungated(found, [all(axis is WHOLE for axis in self._state(s)[name]) for s in found])
        return found

    def _state(self, source: Source) -> State:
        return self.states[source.path][source.port]

    def _row(self, source: Source, name: str, axis: int) -> FieldRow | None:
        """What an output changes; None where it changes nothing."""
        layer, after = self.network.layers[source.path], self._state(source)[name][axis]
        if layer.is_input:
            return _numbers(source, layer.op, after, after, "")
        paths = [_Path(s, self._state(s)[name][axis]) for s in self._sources(layer, name)]
        if all(_same(p.axis, after) for p in paths):
            return None
        made = after if dim.equal(layer.times, 1) is not True else self._made(source, name, axis)
        return _numbers(source, layer.op, made if made == after else after, after, self._note(layer, paths, after))

    def _made(self, source: Source, name: str, axis: int) -> Any:
        """The field of an output made of named numbers, by the analysis's own step."""
        layer = self.network.layers[source.path]
        facts = self._facts.get(layer.call)
        if facts is None:
            facts = self._facts[layer.call] = Facts(layer.call, self.known)
        field: Field = (facts.named or facts.call).fields[source.port]
        before = [self._state(s) for s in layer.reads]
        named: list[State] = [{name: (_named(state[name][axis]),)} if name in state else {} for state in before]
        return analysis.meet(named, field, self.gates == "ignore" and layer.op.gate)[name][0]

    def _note(self, layer: Layer, paths: list[_Path], after: Any) -> str:
        if after is WHOLE:
            return "reads the whole axis"
        if after is UNKNOWN:
            many = dim.equal(layer.times, 1) is not True
            return "stands for several layers, so that it cannot be told" if many else "cannot be told from here on"
        if after.first is None:
            return "how many positions are read differs from one to the next"
        if after.depends_on_phase:
            return "differs from one position to the next"
        if len({p.axis for p in paths}) > 1:
            apart = "" if after.aligned else ", whose centres are apart"
            return f"the hull of {' and '.join(str(p.source) for p in paths)}{apart}"
        return "moves in uneven steps" if after.base is None and paths[0].axis.base is not None else ""


def _same(a: Any, b: Any) -> bool:
    """Whether two fields have the same numbers, though perhaps along another axis of the layer's output."""
    if not (isinstance(a, Extent) and isinstance(b, Extent)):
        return a is b
    return a._replace(axes=(), aligned=True) == b._replace(axes=(), aligned=True)


def _named(axis: Any) -> Any:
    """A field whose numbers have names."""
    if not isinstance(axis, Extent):
        return axis
    numbered = {"base": ("jump", axis.base), "first": ("first", axis.first), "last": ("last", axis.last)}
    return axis._replace(**{key: _leaf(name, size) for key, (name, size) in numbered.items()})


def _leaf(name: str, size: Any) -> Any:
    return Named(size, Leaf(name, size)) if isinstance(size, int) else size


def _numbers(source: Source, op: Op, made: Any, fact: Any, note: str) -> FieldRow:
    """The numbers of a field and their arithmetic."""
    none = Cell(None, None)
    if not isinstance(fact, Extent):
        return FieldRow(str(source), op, none, none, none, none, False, note)
    jump = _cell(made.jump, fact.jump)
    if fact.depends_on_phase:
        return FieldRow(str(source), op, jump, none, none, Cell(None, fact.size), True, note)
    size = _cell(_named(fact).size, fact.size)
    return FieldRow(
        str(source), op, jump, _cell(made.first, fact.first), _cell(made.last, fact.last), size, False, note
    )


def _cell(made: Any, fact: Any) -> Cell:
    tree = tree_of(made) if isinstance(made, Named) else None
    return Cell(numbers(tree) if isinstance(tree, Made) else None, fact)
