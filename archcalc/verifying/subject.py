"""The subject of a published number, split into parts that ways of counting leave out or count again."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import cached_property
from typing import Self

from archcalc.analyse.depth import depth
from archcalc.analyse.quantities import QUANTITIES, Part, part
from archcalc.analyse.summary import LayerSummary
from archcalc.analyse.verbs import part as network_part
from archcalc.convention import CONVENTIONS, Convention
from archcalc.dim import prod
from archcalc.errors import ArchcalcError, Refused
from archcalc.language.loaded import Loaded
from archcalc.language.spec import Spec
from archcalc.language.value import Value
from archcalc.role import Role
from archcalc.verifying.reading import HELD, PLAIN, WORK, Reading, Tag

Tags = frozenset[str]
Amount = int | Fraction | str | None
"""A computed number; a string or None if there is none."""
Tally = Mapping[Tags, int]
"""The amount by tags: a reading takes all of an amount or nothing."""
Again = Callable[[Mapping[str, Value]], "Subject"]


class Subject:
    """A network or a part of one; `whole` is the network that it is a part of."""

    def __init__(self, spec: Spec, of: Part, again: Again, layers: str | None = None, whole: "Subject | None" = None):
        self.spec, self.part, self.network = spec, of, of.summary.network
        self.config: Mapping[str, Value] = of.summary.config
        self.layers, self.whole, self._again = layers, whole or self, again
        self._parts: dict[str, Subject] = {}
        self._done: dict[str, Tally | None] = {}

    @classmethod
    def of(cls, network: Loaded, again: Again | None = None) -> Self:
        """A network as a subject; `again` may make the one with some config entries changed, or raise ArchcalcError."""
        return cls(network.spec, network_part(network), again or (lambda changes: cls.of(network.changed(changes))))

    def narrowed(self, layers: str | None) -> "Subject":
        """Some layers of the network, by a path or by patterns such as `*.conv1, stem`; None: all of them.

        Raises Refused if there are none.
        """
        if layers is None:
            return self.whole
        if layers not in self._parts:
            self._parts[layers] = Subject(self.spec, self._part(layers), self._again, layers, self.whole)
        return self._parts[layers]

    def value(self, fact: str, reading: Reading = PLAIN) -> Amount:
        """A fact under a reading; None if it is unknown or the network cannot be loaded."""
        if reading.config:
            try:
                again = self._again(dict(reading.config)).narrowed(self.layers)
            except ArchcalcError:
                return None
            return again.value(fact, reading._replace(config=()))
        if fact in HELD:
            without = {Tag.BUFFER, Tag.SHARED, *reading.without}.difference(reading.also)
            return _left(self.held, without) * (4 if fact == "size" else 1)
        if fact in WORK:
            done = self.done(CONVENTIONS[reading.convention or fact])
            return None if done is None else _left(done, set(reading.without))
        return self.fact(fact)

    def share(self, fact: str, reading: Reading = PLAIN) -> Amount:
        """A fact in percent of that of the whole network."""
        mine, whole = self.value(fact, reading), self.whole.value(fact, reading)
        if not isinstance(mine, (int, Fraction)) or not isinstance(whole, (int, Fraction)) or not whole:
            return None
        return Fraction(100 * mine) / whole

    def _part(self, layers: str) -> Part:
        summary = self.part.summary
        if not any(c in layers for c in "*?,"):
            return part(summary, layers)
        patterns = [pattern.strip() for pattern in layers.split(",")]
        found = tuple(la for la in summary.layers if any(_matches(la.path, p) for p in patterns))
        if not found:
            raise Refused(f"{summary.name} has no layer like {layers!r}")
        return Part(summary, layers, found)

    @cached_property
    def held(self) -> Tally:
        """The number of elements of all arrays that the part holds or uses."""
        return _tally(self._arrays())

    def done(self, convention: Convention) -> Tally | None:
        """The work of the part under a convention; None if unknown."""
        if convention.name not in self._done:
            self._done[convention.name] = self._work(convention)
        return self._done[convention.name]

    def _work(self, convention: Convention) -> Tally | None:
        numbers = {layer: convention.of(layer.countable) for layer in self.part.layers}
        tags = self.whole.tags
        amounts = [(frozenset(tags[la.path]), la.times * n) for la, n in numbers.items() if n is not None]
        return _tally(amounts) if len(amounts) == len(numbers) else None

    @cached_property
    def tags(self) -> dict[str, set[str]]:
        """The tags of every layer."""
        summary = self.part.summary
        layers, main = self.part.layers, summary.made_from(next(iter(summary.outputs)).path)
        tags = {layer.path: set(_tags(layer, layer.path in main)) for layer in layers}
        holders = [la.path for la in layers if la.path in main and la.parameters and la.op.role != Role.NORMALISATION]
        if holders:
            tags[holders[-1]].add(Tag.CLASSIFIER)
        return tags

    def fact(self, name: str) -> Amount:
        """A quantity of the part with only one way to count it; or a string that says why there is none."""
        if name == "depth":
            return depth(self.network) if self is self.whole else "that of whole networks only"
        value: Amount = self.part.value(QUANTITIES[name])
        return value

    def _arrays(self) -> Iterator[tuple[Tags, int]]:
        layers, tags = self.network.layers, self.whole.tags
        for layer in self.part.layers:
            made = layers[layer.path]
            mine = tags[layer.path] | ({Tag.SHARED} if made.weights_of is not None else set())
            mine |= {Tag.FROZEN} if made.frozen else set()
            for name, shape in made.call.weights.items():
                called = name or layer.path  # a learned array has the layer's name
                bias = (
                    {Tag.BIAS}
                    if len(shape) == 1 and "bias" in called.rpartition(".")[2] and Tag.NORM not in mine
                    else set()
                )
                yield frozenset(mine | bias), layer.times * prod(shape)
            for shape in filter(None, made.call.buffers.values()):  # PyTorch's batch counter is a scalar
                yield frozenset(mine | {Tag.BUFFER}), layer.times * prod(shape)


def _left(tally: Tally, without: set[str]) -> int:
    return sum(number for own, number in tally.items() if not own & without)


def _tally(amounts: Iterable[tuple[Tags, int]]) -> Tally:
    found: dict[Tags, int] = {}
    for tags, number in amounts:
        found[tags] = found.get(tags, 0) + number
    return found


def _matches(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}.*")


def _tags(layer: LayerSummary, main: bool) -> Iterator[str]:
    """The tags of a layer; `main` says whether the first output depends on it."""
    if layer.op.role == Role.NORMALISATION:
        yield Tag.NORM
    if layer.op.integers:
        yield Tag.EMBEDDING
    elif layer.op.role == Role.LEARNED and _is_named_table(layer):
        yield Tag.ARRAY
    if not main:
        yield Tag.AUXILIARY


def _is_named_table(layer: LayerSummary) -> bool:
    """Whether an array is a token or a position table, by its name: `class_token`, `pos_embedding`.

    Only the name says so. A spec declares the shape of an array, not its purpose, and its use is no evidence: position
    tables and biases are both added.
    """
    name = layer.path.rpartition(".")[2]
    return "token" in name or "pos" in name
