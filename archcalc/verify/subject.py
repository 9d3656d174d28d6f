"""What a published number is about, taken apart into what readings of it leave out or count again."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from archcalc.analyse.depth import depth
from archcalc.analyse.quantities import QUANTITIES, Part, part
from archcalc.analyse.summary import Layer, maker
from archcalc.analyse.verbs import part as network_part
from archcalc.convention import Convention
from archcalc.dim import prod
from archcalc.errors import Refused
from archcalc.language.loaded import Loaded
from archcalc.language.spec import Spec
from archcalc.ops import OPS

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
Tally = Mapping[Tags, int]
"""How much there is of what has the same tags: a reading takes all of it or nothing."""


def subject(network: Loaded) -> "Subject":
    """A network taken apart into what readings of a published number leave out."""
    return Subject(network._graph, network.spec, network_part(network))


class Subject:
    """A network or a part of it."""

    def __init__(self, graph: Any, spec: Spec, of: Part, whole: "Subject | None" = None):
        self.graph, self.spec, self.part = graph, spec, of
        self.whole = whole or self
        """The network that it is a part of."""
        self._done: dict[str, Tally | None] = {}

    @property
    def config(self) -> Mapping[str, Any]:
        """The config of the network."""
        return self.part.summary.config

    def narrowed(self, layers: str | None) -> "Subject":
        """Some layers of the network, by a path or by patterns such as `*.conv1, stem`; None: all of it.

        Raises Refused where there are none.
        """
        if layers is None:
            return self.whole
        return Subject(self.graph, self.spec, self._part(layers), self.whole)

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
        """The elements of all arrays that the part holds or uses."""
        return _tally(self._arrays())

    def done(self, convention: Convention) -> Tally | None:
        """The work of the part under a convention; None where it is not known."""
        if convention.name not in self._done:
            tags = self.whole.tags
            numbers: list[Any] = [convention.of(layer.countable) for layer in self.part.layers]
            done = zip(self.part.layers, numbers, strict=True)
            self._done[convention.name] = (
                None if None in numbers else _tally((frozenset(tags[la.path]), la.times * n) for la, n in done)
            )
        return self._done[convention.name]

    @cached_property
    def tags(self) -> dict[str, set[str]]:
        """The tags of every layer."""
        summary = self.part.summary
        layers, main = self.part.layers, summary.made_from(maker(next(iter(summary.outputs))))
        tags = {layer.path: set(_tags(layer, layer.path in main)) for layer in layers}
        holders = [la.path for la in layers if la.path in main and la.parameters and _family(la) != "norm"]
        if holders:
            tags[holders[-1]].add(CLASSIFIER)
        return tags

    def fact(self, name: str) -> Any:
        """A quantity of the part that is counted in one way only; a text where there is no such number."""
        if name == "depth":
            return depth(self.graph) if self is self.whole else "that of whole networks only"
        return self.part.value(QUANTITIES[name])

    def _arrays(self) -> Iterator[tuple[Tags, int]]:
        nodes, tags = self.graph.nodes, self.whole.tags
        for layer in self.part.layers:
            node = nodes[layer.path]
            mine = tags[layer.path] | ({SHARED} if node["weights_of"] is not None else set())
            mine |= {FROZEN} if node["frozen"] else set()
            for name, shape in node["call"].weights.items():
                called = name or layer.path  # an array of the network's own has the layer's name
                bias = {BIAS} if len(shape) == 1 and "bias" in called.rpartition(".")[2] and NORM not in mine else set()
                yield frozenset(mine | bias), layer.times * prod(shape)
            for shape in filter(None, node["call"].buffers.values()):  # a counter of batches is PyTorch's own
                yield frozenset(mine | {BUFFER}), layer.times * prod(shape)


def _tally(parts: Iterable[tuple[Tags, int]]) -> Tally:
    found: dict[Tags, int] = {}
    for tags, number in parts:
        found[tags] = found.get(tags, 0) + number
    return found


def _matches(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}.*")


def _tags(layer: Layer, main: bool) -> Iterator[str]:
    """What a layer is by itself; `main` is whether the first output is made from it."""
    if _family(layer) == "norm":
        yield NORM
    if layer.op.integers:
        yield EMBEDDING
    elif _family(layer) == "learned" and any(w in layer.path.rpartition(".")[2] for w in ("token", "pos")):
        yield ARRAY  # by its name: an array alone does not say what it is for
    if not main:
        yield AUXILIARY


def _family(layer: Layer) -> str:
    return OPS.family(layer.kind) if layer.kind in OPS else ""
