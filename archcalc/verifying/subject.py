"""The subject of a published number, split into parts that ways of counting leave out or count again."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from fractions import Fraction
from functools import cached_property

from archcalc.analyse.depth import depth
from archcalc.analyse.quantities import QUANTITIES, Part, part
from archcalc.analyse.summary import LayerSummary
from archcalc.analyse.verbs import part as network_part
from archcalc.convention import Convention
from archcalc.dim import prod
from archcalc.errors import Refused
from archcalc.language.loaded import Loaded
from archcalc.language.spec import Spec
from archcalc.language.value import Value
from archcalc.role import Role

BIAS, NORM, CLASSIFIER, EMBEDDING, ARRAY, AUXILIARY, BUFFER, SHARED, FROZEN = (
    "biases",
    "normalisation",
    "the classifier",
    "embeddings",
    "tokens and position tables",
    "auxiliary heads",
    "buffers",
    "shared weights each time",
    "frozen weights",
)
"""The tags of arrays and layers, in the words of a reading."""
Tags = frozenset[str]
Amount = int | Fraction | str | None
"""A computed number; a string or None if there is none."""
Tally = Mapping[Tags, int]
"""The amount by tags: a reading takes all of an amount or nothing."""


def subject(network: Loaded) -> "Subject":
    """A network as a subject."""
    return Subject(network.spec, network_part(network))


class Subject:
    """A network or a part of one; `whole` is the network that it is a part of."""

    def __init__(self, spec: Spec, of: Part, whole: "Subject | None" = None):
        self.spec, self.part, self.network = spec, of, of.summary.network
        self.config: Mapping[str, Value] = of.summary.config
        self.whole = whole or self
        self._done: dict[str, Tally | None] = {}

    def narrowed(self, layers: str | None) -> "Subject":
        """Some layers of the network, by a path or by patterns such as `*.conv1, stem`; None: all of them.

        Raises Refused if there are none.
        """
        return self.whole if layers is None else Subject(self.spec, self._part(layers), self.whole)

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
            tags[holders[-1]].add(CLASSIFIER)
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
            mine = tags[layer.path] | ({SHARED} if made.weights_of is not None else set())
            mine |= {FROZEN} if made.frozen else set()
            for name, shape in made.call.weights.items():
                called = name or layer.path  # a learned array has the layer's name
                bias = {BIAS} if len(shape) == 1 and "bias" in called.rpartition(".")[2] and NORM not in mine else set()
                yield frozenset(mine | bias), layer.times * prod(shape)
            for shape in filter(None, made.call.buffers.values()):  # PyTorch's batch counter is a scalar
                yield frozenset(mine | {BUFFER}), layer.times * prod(shape)


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
        yield NORM
    if layer.op.integers:
        yield EMBEDDING
    elif layer.op.role == Role.LEARNED and _is_named_table(layer):
        yield ARRAY
    if not main:
        yield AUXILIARY


def _is_named_table(layer: LayerSummary) -> bool:
    """Whether an array is a token or a position table, by its name: `class_token`, `pos_embedding`.

    Only the name says so. A spec declares the shape of an array, not its purpose, and its use is no evidence: position
    tables and biases are both added.
    """
    name = layer.path.rpartition(".")[2]
    return "token" in name or "pos" in name
