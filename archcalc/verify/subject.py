"""What a published number is about, taken apart into what readings of it leave out or count again."""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, NamedTuple

from archcalc.analyse.quantities import QUANTITIES, Part, part
from archcalc.dim import prod
from archcalc.errors import Refused
from archcalc.op import Call
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


class Array(NamedTuple):
    """Some elements that a layer holds."""

    elements: int
    tags: Tags


class Work(NamedTuple):
    """What a layer does, so often."""

    call: Call
    times: int
    tags: Tags


class Subject:
    """A network or a part of it."""

    def __init__(self, model: Any, layers: str | None = None):
        self.model, self.layers = model, layers
        self.whole: Part = model.part()
        self.part = self._part(layers)
        self._paths = {layer.path for layer in self.part.layers}

    def _part(self, layers: str | None) -> Part:
        if layers is None:
            return self.whole
        if not any(c in layers for c in "*?,"):
            return part(self.whole.summary, layers)
        patterns = [pattern.strip() for pattern in layers.split(",")]
        found = tuple(la for la in self.whole.layers if any(_matches(la.path, p) for p in patterns))
        if not found:
            raise Refused(f"{self.whole.summary.name} has no layer like {layers!r}")
        return Part(self.whole.summary, layers, found)

    @cached_property
    def arrays(self) -> list[Array]:
        """Every array that the part holds or uses."""
        return list(self._arrays())

    @cached_property
    def work(self) -> list[Work]:
        """Everything that the part does."""
        nodes = self.model.graph.nodes
        tags = self._tags()
        return [Work(nodes[la.path]["call"], la.times, frozenset(tags[la.path])) for la in self.part.layers]

    def fact(self, name: str) -> Any:
        """A quantity of the part that no reading changes."""
        return self.part.value(QUANTITIES[name])

    def _arrays(self) -> Iterator[Array]:
        nodes, tags = self.model.graph.nodes, self._tags()
        for layer in self.part.layers:
            node = nodes[layer.path]
            mine = tags[layer.path] | ({SHARED} if node["weights_of"] is not None else set())
            mine |= {FROZEN} if node["frozen"] else set()
            for name, shape in node["call"].weights.items():
                called = name or layer.path  # an array of the network's own has the layer's name
                bias = {BIAS} if len(shape) == 1 and "bias" in called.rpartition(".")[2] and NORM not in mine else set()
                yield Array(layer.times * prod(shape), frozenset(mine | bias))
            for shape in filter(None, node["call"].buffers.values()):  # a counter of batches is PyTorch's own
                yield Array(layer.times * prod(shape), frozenset(mine | {BUFFER}))

    def _tags(self) -> dict[str, set[str]]:
        """The tags of every layer of the network."""
        if not hasattr(self.model, "_tags"):
            self.model._tags = _tagged(self.model)
        return self.model._tags  # type: ignore[no-any-return]


def _matches(path: str, pattern: str) -> bool:
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}.*")


def _tagged(model: Any) -> dict[str, set[str]]:
    graph, summary = model.graph, model.part().summary
    tags: dict[str, set[str]] = {layer.path: set() for layer in summary.layers}
    first = graph.graph["outputs"][0].path
    main = _before(graph, first)
    holders = [la.path for la in summary.layers if la.path in main and la.parameters and _family(la) != "norm"]
    for layer in summary.layers:
        mine = tags[layer.path]
        if _family(layer) == "norm":
            mine.add(NORM)
        if layer.op.integers:
            mine.add(EMBEDDING)
        elif _family(layer) == "learned" and any(w in layer.path.rpartition(".")[2] for w in ("token", "pos")):
            mine.add(ARRAY)  # by its name: an array alone does not say what it is for
        if layer.path not in main:
            mine.add(AUXILIARY)
    if holders:
        tags[holders[-1]].add(CLASSIFIER)
    return tags


def _before(graph: Any, path: str) -> set[str]:
    """A layer and all that it is made from."""
    found, waiting = {path}, [path]
    while waiting:
        new = [source for source in graph.pred[waiting.pop()] if source not in found]
        found.update(new)
        waiting += new
    return found


def _family(layer: Any) -> str:
    return OPS.family(layer.kind) if layer.kind in OPS else ""
