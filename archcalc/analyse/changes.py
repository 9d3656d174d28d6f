"""The changes between two networks: of layers that both have, of inputs and outputs, and of totals."""

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest
from typing import Any, Literal, NamedTuple

from archcalc import dim
from archcalc.analyse.pairing import Pair
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.convention import CONVENTIONS, Convention
from archcalc.dim import Dim, Size
from archcalc.network import Source
from archcalc.render import words

Kind = Literal["text", "number", "shapes", "setting", "settings"]


class Change(NamedTuple):
    """A fact with its two values."""

    what: str
    before: Size
    after: Size
    """None, like `before`, if there is none or it is unknown."""
    kind: Kind

    def told(self) -> str:
        """Both values, and the growth of a number in percent."""
        text = f"{self._value(self.before)} -> {self._value(self.after)}"
        grown = words.growth(self.before, self.after) if self.kind == "number" else ""
        return f"{text} ({grown})" if grown else text

    def _value(self, value: Size) -> str:
        if value is None and self.kind != "setting":
            return "not known" if self.kind == "number" else "none"
        return _WRITE[self.kind](value) or "none"


_WRITE: dict[Kind, Callable[[Any], str]] = {
    "number": words.number,
    "shapes": words.shapes,
    "setting": words.value,
    "settings": words.pairs,
    "text": words.visible,
}


class Kept(NamedTuple):
    """A layer of both networks, perhaps under two names."""

    before: LayerSummary
    after: LayerSummary
    changes: tuple[Change, ...]

    @property
    def renamed(self) -> bool:
        """Whether its paths differ."""
        return self.before.path != self.after.path


class End(NamedTuple):
    """An input or output of a network."""

    name: str
    shape: tuple[Dim, ...]


Ends = tuple[End | None, End | None]
"""The same input or output of two networks; None if one lacks it."""


class Total(NamedTuple):
    """A sum over each of two networks."""

    name: str
    unit: str
    before: Dim
    after: Dim
    least: tuple[bool, bool] = (False, False)
    """Whether each is a lower bound, because the work of a layer is unknown."""

    @property
    def difference(self) -> Dim:
        """The second sum minus the first."""
        return dim.total([self.after, -self.before])


class Reader:
    """The sources of the layers of a network, in terms of the layers that both networks have.

    A layer that only one network has is looked through: inserting it does not change the layers that follow it.
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

    def owner(self, layer: LayerSummary) -> Any:
        """The layer that has the weights; None for the layer itself."""
        return None if layer.weights_of is None else self.labels.get(layer.weights_of, layer.weights_of)


def changes(pair: Pair, mine: Reader, theirs: Reader, convention: Convention) -> Iterator[Change]:
    """The changes of a layer that both networks have."""
    x, y = pair
    yield from _settings(x, y)
    if list(map(mine.roots, x.sources)) != list(map(theirs.roots, y.sources)):
        yield Change("reads", ", ".join(map(str, x.sources)), ", ".join(map(str, y.sources)), "text")
    if mine.owner(x) != theirs.owner(y):
        yield Change("weights of", x.weights_of, y.weights_of, "text")
    facts = [
        Change("input", x.inputs, y.inputs, "shapes"),
        Change("output", x.outputs, y.outputs, "shapes"),
        Change("times", x.times, y.times, "number"),
        Change("parameters", x.parameters, y.parameters, "number"),
        Change("frozen", x.frozen, y.frozen, "number"),
        Change("buffers", x.buffer_elements, y.buffer_elements, "number"),
        Change(convention.name, convention.of(x.countable), convention.of(y.countable), "number"),
    ]
    yield from (fact for fact in facts if fact.before != fact.after)


def _settings(x: LayerSummary, y: LayerSummary) -> Iterator[Change]:
    mine, theirs = x.op.settings(), y.op.settings()
    if type(x.op) is not type(y.op):
        yield Change("operation", x.kind, y.kind, "text")
        if mine or theirs:
            yield Change("settings", mine, theirs, "settings")
        return
    yield from (Change(name, v, theirs[name], "setting") for name, v in mine.items() if v != theirs[name])


def inputs(before: Summary, after: Summary) -> list[Ends]:
    """The inputs of both networks, paired by name, and the others in order."""
    mine, theirs = before.inputs, after.inputs
    left = [name for name in mine if name not in theirs]
    new = [name for name in theirs if name not in mine]
    partner = dict(zip(left, new, strict=False))
    others = {name: End(name, shape) for name, shape in theirs.items()}
    found: list[Ends] = [(End(n, shape), others.get(partner.get(n, n))) for n, shape in mine.items()]
    return found + [(None, others[name]) for name in new[len(left) :]]


def outputs(before: Summary, after: Summary, mine: Reader, theirs: Reader) -> Iterator[Ends]:
    """The outputs that differ, paired in order."""
    for x, y in zip_longest(before.outputs.items(), after.outputs.items()):
        if x is None or y is None or x[1] != y[1] or mine.roots(x[0]) != theirs.roots(y[0]):
            yield x and End(str(x[0]), x[1]), y and End(str(y[0]), y[1])


SUMS = ("parameters", "trainable", "frozen", "buffers", "activations", "memory")
UNITS = {"trainable": "trained", "memory": "memory (bytes)"}
"""The units that differ from the name of the sum."""


def totals(before: Summary, after: Summary) -> Iterator[Total]:
    """The sums over both networks."""
    yield Total("layers", "layers", len(before.layers), len(after.layers))
    for name in SUMS:
        yield Total(name, UNITS.get(name, name), getattr(before.totals, name), getattr(after.totals, name))
    for convention in {c.name: c for c in (CONVENTIONS["macs"], CONVENTIONS["flops"], before.convention)}.values():
        x, y = before.work(convention), after.work(convention)
        yield Total(convention.name, convention.unit, x.value, y.value, (bool(x.unknown), bool(y.unknown)))
