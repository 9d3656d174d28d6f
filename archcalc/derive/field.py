"""The receptive field derived layer by layer from the input: the analysis's own steps, run on named numbers."""

from collections.abc import Mapping
from typing import Any

from archcalc import dim
from archcalc.analyse import receptive_fields as analysis
from archcalc.analyse.extent import Axis, Extent, Extents, stands_still
from archcalc.analyse.receptive_fields import Gates, Paths, State, spatial_sizes, without_gates
from archcalc.analyse.told import phase_sizes
from archcalc.call import Call
from archcalc.derive.derivation import Cell, FieldRow, Section, Table
from archcalc.derive.facts import Facts
from archcalc.derive.named import Named, tree_of
from archcalc.derive.rules import Rule, rule
from archcalc.derive.tree import Leaf, Made, numbers
from archcalc.network import Layer, Network, Source
from archcalc.op import UNKNOWN, WHOLE, Op
from archcalc.render.words import number
from archcalc.walk import fold_back

COMPOSED = Rule(
    "Per axis of the input, output position i reads the input positions jump*i + first ... jump*i + last. A window of "
    "kernel k, stride s, left padding p and dilation d gives (jump*s, first - jump*p, last + jump*(d*(k-1) - p)); the "
    "size is last - first + 1, the effective padding -first. Where paths meet, equal jumps give the hull of both.",
    "Araujo, Norris & Sim 2019, Computing Receptive Fields of Convolutional Neural Networks",
)
"""How the receptive fields of layers compose."""
MOST_PHASES = 8
"""The most phases whose sizes a note lists."""


def section(network: Network, path: str, gates: Gates, known: Mapping[str, Any] = {}) -> Section:
    """The receptive field of a layer's first output along every axis of every input of the network."""
    walk = _Walk(network, gates, known)
    tables = tuple(table for name in walk.states[path][0] for table in walk.tables(path, name))
    notes = () if tables else ("No axis of an input that it depends on is a place in space or time.",)
    return Section("Receptive field", _rule(network.layers[path].op), tables=tables, notes=notes)


def _rule(op: Op) -> Rule:
    """What the operation reads, then how fields compose."""
    reads = rule(op, "fields", "field")
    texts, sources = (filter(None, part) for part in zip(reads, COMPOSED, strict=True))
    return Rule(" ".join(texts), "; ".join(sources))


class _Walk:
    """The paths from an input of the network to a layer."""

    def __init__(self, network: Network, gates: Gates, known: Mapping[str, Any]):
        self.network, self.paths, self.known = network, Paths.of(gates), known
        self.states = analysis.states(network, gates)
        self._facts: dict[Call, Facts] = {}

    def tables(self, path: str, name: str) -> list[Table]:
        """The field along each axis of an input, from the input to a layer; axes with the same rows share a table."""
        needed, op = self._needed(Source(path), name), self.network.input_op(name)
        letters = [op.layout[axis] for axis in analysis.spatial_axes(op)]
        merged: dict[tuple[FieldRow, ...], list[str]] = {}
        for axis, letter in enumerate(letters):
            rows = (self._row(source, name, axis) for source in needed)
            merged.setdefault(tuple(row for row in rows if row is not None), []).append(letter)
        return [Table(name, tuple(axes), rows) for rows, axes in merged.items()]

    def _needed(self, last: Source, name: str) -> list[Source]:
        """The outputs on a path from the input to a layer's output, in order."""
        asked = fold_back(
            self.network,
            {last: True},
            lambda layer, _: [(source, True) for source in self._sources(layer, name)],
            lambda a, b: True,
        )
        order = {path: i for i, path in enumerate(self.network.layers)}
        return sorted(asked, key=lambda source: (order[source.path], source.port))

    def _sources(self, layer: Layer, name: str) -> list[Source]:
        """The outputs that a layer reads and that depend on the input, without gates that are ignored."""
        found = [s for s in layer.reads if name in self._state(s)]
        if self.paths.ignores_gates(layer.op):
            return without_gates(found, [all(map(stands_still, self._state(s)[name])) for s in found])
        return found

    def _state(self, source: Source) -> State:
        return self.states[source.path][source.port]

    def _row(self, source: Source, name: str, axis: int) -> FieldRow | None:
        """The field after an output; None if the output does not change it."""
        layer, after = self.network.layers[source.path], self._state(source)[name][axis]
        if layer.is_input:
            return _numbers(FieldRow(str(source), layer.op), after, after)
        before = {s: self._state(s)[name][axis] for s in self._sources(layer, name)}
        if all(_same(field, after) for field in before.values()):
            return None
        alone = dim.equal(layer.times, 1) is True
        made = self._made(source, name, axis) if alone else after
        row = FieldRow(str(source), layer.op, note=_note(before, after, alone))
        return _numbers(row, made if made == after else after, after)

    def _made(self, source: Source, name: str, axis: int) -> Axis:
        """The field of an output made of named numbers, by the analysis's own step."""
        layer = self.network.layers[source.path]
        if layer.call not in self._facts:
            self._facts[layer.call] = Facts(layer.call, self.known)
        call = self._facts[layer.call].named or layer.call
        before = [self._state(s) for s in layer.reads]
        named: list[State] = [{name: (_named(state[name][axis]),)} if name in state else {} for state in before]
        sizes = {name: (spatial_sizes(self.network.input_op(name))[axis],)}
        return analysis.through(call, (source.path, source.port), named, sizes, self.paths)[name][0]


def _note(before: Mapping[Source, Axis], after: Axis, alone: bool) -> str:
    """A remark on a field; `alone` says that the layer is not repeated symbolically."""
    if after is WHOLE:
        return "reads the whole axis"
    if after is UNKNOWN:
        return "unknown from here on" if alone else "unknown, because it represents several layers"
    if after.size is None:
        return "how many positions are read differs from one to the next"
    if isinstance(after, Extent) and after.most is not None:
        return "each position reads all up to its own"
    if stands_still(after):
        return "reads all that the axis holds"
    if after.depends_on_phase:
        return f"differs from one position to the next{_phases(after)}"
    if len(set(before.values())) > 1:
        apart = "" if after.aligned else ", whose centres are apart"
        return f"the hull of {' and '.join(map(str, before))}{apart}"
    return "moves in uneven steps" if after.jump is None and next(iter(before.values())).jump is not None else ""


def _phases(axis: Axis) -> str:
    """The sizes of the first phases."""
    sizes = phase_sizes(axis)
    more = ", ..." if len(sizes) > MOST_PHASES else ""
    return f": {', '.join(map(number, sizes[:MOST_PHASES]))}{more}" if sizes else ""


def _same(a: Axis, b: Axis) -> bool:
    """Whether two fields have the same numbers, perhaps along another axis of the layer's output."""
    if isinstance(a, Extent) and isinstance(b, Extent):
        return a._replace(axes=(), aligned=True) == b._replace(axes=(), aligned=True)
    if isinstance(a, Extents) and isinstance(b, Extents):
        return (a.size, a.jump, a.padding) == (b.size, b.jump, b.padding)
    return a is b


def _named(axis: Axis) -> Axis:
    """A field with named numbers."""
    if not isinstance(axis, Extent) or not axis.is_even or axis.spans[0] is None:
        return axis
    sizes = {"jump": axis.step, "first": axis.ends[0], "last": axis.ends[1]}
    step, first, last = (Named(n, Leaf(name, n)) if isinstance(n, int) else n for name, n in sizes.items())
    return axis._replace(step=step, spans=((first, last),))


def _numbers(row: FieldRow, made: Axis, fact: Axis) -> FieldRow:
    """A row with the numbers of a field and their arithmetic."""
    if not isinstance(fact, Extents):
        return row
    row = row._replace(jump=_cell(made.jump, fact.jump))
    if not isinstance(fact, Extent) or not fact.is_even or fact.spans[0] is None:
        return row._replace(size=Cell(fact.size), phases=fact.depends_on_phase)
    first, last = map(_cell, made.ends, fact.ends)
    return row._replace(first=first, last=last, size=_cell(_named(fact).size, fact.size))


def _cell(made: Any, fact: Any) -> Cell:
    tree = tree_of(made) if isinstance(made, Named) else None
    return Cell(fact, numbers(tree) if isinstance(tree, Made) else None)
