"""The graph of a network, and the one way to walk it.

To users it is a `networkx.MultiDiGraph`. A node is a layer, named by its dotted path, in an order in which every layer
stands after those that it reads. Its attributes:

    call        the operation applied to its input shapes, with every fact that follows from these (`archcalc.op.Call`)
    op          the operation, `call.op`
    times       how often the node stands for itself: the product of the counts of its repeats
    repeats     the symbolic repeats that it is in, outermost first, by their places in `graph.graph["repeats"]`
    frozen      whether its weights are not trained
    weights_of  the path of the layer whose weights it uses, or None for its own
    dtype       the element type of its outputs
    place       where it stands in the spec

An edge holds `slot`, the number of the reader's input, and `port`, the number of the source's output. An input of the
network is a node whose operation is `Input`. The scopes (blocks, stages) are told by the paths; `graph.graph["scopes"]`
maps each scope's path to the name of its block.

Where the number of copies of a body is a symbol, its layers stand once, with no other between them in the order of the
nodes, and `graph.graph["repeats"]` holds a `Repeat`. The edges that go into it or come out of it as the chain of copies
does also hold `repeat`, its place there. Inside, such an edge stands for what the copy before gives, in the first copy
for what the edge names; outside, for what the last copy gives. Any other edge from outside reads the same in each copy.

While it is built and folded it is a `Graph`: the few tables of a MultiDiGraph that this needs, by the same names, so
that every function here and in `analyse` takes either. To import networkx takes longer than all else that `archcalc
summary` does.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    import networkx as nx

from archcalc.algebra.assumptions import Assumptions
from archcalc.dim import Shape, show, total
from archcalc.errors import Place, Refused
from archcalc.op import Call, Cost, Field, Op
from archcalc.setting import Sizes, Text

V = TypeVar("V")


class Input(Op):
    """An input of the network; costs nothing and reads nothing."""

    shape: Sizes
    element: Annotated[str, Text()] = "float32"
    layout: Annotated[str, Text()] = ""
    """A letter for each axis; N is the batch, C the channels, any other letter a place in space or time."""

    arity = (0, 0)
    view = True

    def out(self) -> Shape:
        return self.shape

    def weights(self) -> dict[str, Shape]:
        return {}

    def cost(self) -> Cost:
        return Cost()

    def field(self) -> Field:
        return ()

    def dtype(self, *dtypes: str) -> str:
        return self.element

    def torch(self, torch: Any) -> Any:
        raise NotImplementedError("an input is handed in")


LAYOUTS = {1: "N", 2: "NC", 3: "NCL", 4: "NCHW", 5: "NCDHW"}
"""What the axes of an input are where the spec does not say, by their number; whole numbers of rank 2 are NL."""


def axis_letters(own: Sequence[str], slot: int, rank: int, whole_numbers: bool = False) -> tuple[str, ...]:
    """A letter for each axis of an input: the operation's own, counted from the last axis, or the usual ones."""
    usual = LAYOUTS.get(rank, "N" + "ABCDEF"[: rank - 1]) if 0 < rank < 8 else ""
    if whole_numbers and rank == 2:
        usual = "NL"
    mine = own[slot] if slot < len(own) else "..."
    tail = mine.removeprefix("...")
    if mine != tail:
        # As many of the usual letters as are left, in their order: N, H, W, C where the channels come last.
        mine = "".join([c for c in usual if c not in tail][: max(rank - len(tail), 0)]) + tail
    letters = mine[len(mine) - rank :] if len(mine) >= rank else usual
    return tuple(letters) if len(letters) == rank else tuple(f"x{axis}" for axis in range(rank))


class Source(NamedTuple):
    """One output of a layer."""

    path: str
    port: int = 0
    repeat: int | None = None
    """The symbolic repeat that it goes into or comes out of, by its place in `graph.graph["repeats"]`."""


class Repeat:
    """A body that stands once for a symbolic number of copies in a row, each of which reads the one before."""

    __slots__ = ("before", "count", "place", "result")

    def __init__(self, place: int, count: Any, before: Source):
        self.place, self.count = place, count
        self.before = before
        """What the first copy reads."""
        self.result = before
        """What one copy gives, as it is called inside."""

    def passed(self, source: Source) -> Source:
        """A source as it is called on the other side of the border."""
        return source._replace(repeat=self.place)


class Nodes(dict[str, dict[str, Any]]):
    """The attributes of every node; like networkx's view, it gives the pairs when called."""

    def __call__(self, data: bool = True) -> Iterable[tuple[str, dict[str, Any]]]:
        return self.items()


class Graph:
    """The tables of a `networkx.MultiDiGraph` that archcalc itself needs; `to_networkx` gives the whole."""

    def __init__(self, **attributes: Any):
        self.graph: dict[str, Any] = attributes
        self.nodes = Nodes()
        self.pred: dict[str, dict[str, dict[int, dict[str, int]]]] = {}
        """For each reader, for each layer that it reads, the edges between them."""
        self.readers: dict[str, int] = {}
        """How many edges leave each node."""

    def __len__(self) -> int:
        return len(self.nodes)

    def __iter__(self) -> Iterator[str]:
        return iter(self.nodes)

    def __contains__(self, path: object) -> bool:
        return path in self.nodes

    def add(self, path: str, sources: Iterable[Source], attributes: dict[str, Any]) -> None:
        """Add a node and the edges from what it reads, in the order of its inputs."""
        self.nodes[path] = attributes
        self.readers[path] = 0
        edges = self.pred[path] = {}
        for slot, source in enumerate(sources):
            between = edges.setdefault(source.path, {})
            edge = between[len(between)] = {"slot": slot, "port": source.port}
            if source.repeat is not None:
                edge["repeat"] = source.repeat
            self.readers[source.path] += 1

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """The same graph with all that networkx can do."""
        import networkx as nx

        made: nx.MultiDiGraph[str] = nx.MultiDiGraph(**self.graph)
        made.add_nodes_from((path, dict(node)) for path, node in self.nodes.items())
        for path, sources in self.pred.items():
            for source, edges in sources.items():
                for key, edge in edges.items():
                    made.add_edge(source, path, key, **edge)
        return made


class Builder:
    """Makes a graph, layer by layer. Equal (operation, input shapes) pairs share one Call."""

    def __init__(self, assumptions: Assumptions | None = None) -> None:
        self.assumptions = Assumptions() if assumptions is None else assumptions
        self.graph = Graph(inputs=[], outputs=[], scopes={}, repeats=[], assumptions=self.assumptions)
        self._calls: dict[tuple[Op, tuple[Shape, ...]], Call] = {}
        self.open: tuple[Repeat, ...] = ()
        """The symbolic repeats whose bodies are being made, outermost first."""
        self.times: Any = 1
        """The product of their counts."""

    def input(self, name: str, shape: Shape, dtype: str, layout: str | None, place: Place | None = None) -> Source:
        """Add an input of the network; `layout` has a letter for each axis."""
        usual = "NL" if len(shape) == 2 and dtype.startswith("int") else LAYOUTS.get(len(shape), "N" + "?" * len(shape))
        op = Input(shape=shape, element=dtype, layout=layout or usual)
        node = {"call": Call(op, ()), "op": op, "times": 1, "repeats": (), "frozen": False}
        self.graph.add(name, (), node | {"weights_of": None, "dtype": dtype, "place": place})
        self.graph.graph["inputs"].append(name)
        return Source(name)

    def layer(
        self,
        path: str,
        op: Op,
        sources: Sequence[Source],
        *,
        frozen: bool = False,
        weights_of: str | None = None,
        place: Place | None = None,
        doc: str = "",
    ) -> Call:
        """Add a layer; raises Refused when the operation does not take its inputs."""
        nodes = self.graph.nodes
        call = self._call(op, tuple(nodes[s.path]["call"].outputs[s.port] for s in sources))
        dtype = _dtype(op, [nodes[s.path]["dtype"] for s in sources])
        if weights_of is not None:
            weights_of = nodes[weights_of]["weights_of"] or weights_of
            _same_weights(weights_of, nodes[weights_of]["call"], call)
        node = {"call": call, "op": op, "times": self.times, "repeats": tuple([r.place for r in self.open])}
        node |= {"frozen": frozen, "weights_of": weights_of, "dtype": dtype, "place": place}
        self.graph.add(path, sources, node | {"doc": doc} if doc else node)
        return call

    def _call(self, op: Op, inputs: tuple[Shape, ...]) -> Call:
        call = self._calls.get((op, inputs))
        if call is None:
            call = self._calls[op, inputs] = Call(op, inputs)
        return call

    @contextmanager
    def repeat(self, count: Any, before: Source) -> Iterator[Repeat]:
        """Put the layers that are added meanwhile into a body that stands for `count` copies in a row."""
        made = Repeat(len(self.graph.graph["repeats"]), count, before)
        self.graph.graph["repeats"].append(made)
        around = self.open, self.times
        self.open, self.times = (*self.open, made), self.times * count
        try:
            yield made
        finally:
            self.open, self.times = around

    def finish(self, outputs: Iterable[Source]) -> Graph:
        """The graph with its outputs named."""
        self.graph.graph["outputs"] = list(outputs)
        return self.graph


def _dtype(op: Op, dtypes: list[str]) -> str:
    for dtype in (dtypes[i] for i in op.integers):
        if not dtype.startswith("int"):
            hint = "declare the input as `{shape: [N, L], dtype: int64}`"
            raise Refused(f"{type(op).__name__} reads whole numbers, but its input is {dtype}", hint)
    return op.out_dtype(*dtypes)


def _same_weights(path: str, owner: Call, sharer: Call) -> None:
    if owner.weights != sharer.weights:
        theirs, ours = _weights(owner), _weights(sharer)
        raise Refused(f"cannot share the weights of {path}: they are {theirs}, needed are {ours}")


def _weights(call: Call) -> str:
    return ", ".join(f"{name} {show(shape)}" for name, shape in call.weights.items()) or "none"


def scopes_above(path: str) -> list[str]:
    """The scopes around a layer or scope, outermost first."""
    parts = path.split(".")
    return [".".join(parts[:i]) for i in range(1, len(parts))]


def reads(graph: Any, path: str) -> list[Source]:
    """The outputs that a layer reads, by input slot."""
    edges = [(name, edge) for name, between in graph.pred[path].items() for edge in between.values()]
    found = [(edge["slot"], Source(name, edge["port"], edge.get("repeat"))) for name, edge in edges]
    if len(found) > 1:
        found.sort()
    return [source for _, source in found]


def tally(graph: Any, counts: Callable[[Any], bool] = lambda node: True) -> list[tuple[Call, Any]]:
    """Every different call of the nodes that count, with how often it is made, every repeat counted."""
    found: dict[Call, list[Any]] = {}
    for _, node in graph.nodes(data=True):
        if counts(node):
            found.setdefault(node["call"], []).append(node["times"])
    return [(call, total(times)) for call, times in found.items()]


class Copies(Protocol[V]):
    """What a fold makes of a symbolic number of copies."""

    def last(self, repeat: Repeat, turn: Callable[[V], V], before: V) -> tuple[list[V], V]:
        """What the last copy may read, and what it gives; `turn` tells what one copy makes of a value."""

    def common(self, values: list[Sequence[V]]) -> Sequence[V]:
        """What is certain of a layer's outputs that may have any of several values."""


def fold(
    graph: Any, step: Callable[[str, dict[str, Any], list[V]], Sequence[V]], copies: Copies[V] | None = None
) -> dict[str, Sequence[V]]:
    """Visit every layer after those that it reads; the only code that walks.

    `step(path, node, inputs)` gets the values of the outputs that the layer reads and gives one value per output. Of a
    symbolic number of copies it sees one, or the last where `copies` can tell what that reads.
    """
    walk = _Walk(graph, step, copies)
    walk.visit(graph, 0)
    return walk.values


class _Walk(Generic[V]):
    """A fold on its way."""

    def __init__(self, graph: Any, step: Callable[[str, dict[str, Any], list[V]], Sequence[V]], copies: Any):
        self.graph, self.step, self.copies = graph, step, copies
        self.values: dict[str, Sequence[V]] = {}
        self.passed: dict[int, V] = {}
        """For each repeat what goes in, and once its body has been visited what comes out."""

    def read(self, source: Source) -> V:
        return self.values[source.path][source.port] if source.repeat is None else self.passed[source.repeat]

    def visit(self, paths: Iterable[str], depth: int) -> None:
        """Visit layers that are all in the same `depth` repeats."""
        nodes = self.graph.nodes
        for inner, run in groupby(paths, lambda path: nodes[path]["repeats"][depth : depth + 1]):
            if inner:
                self.body(self.graph.graph["repeats"][inner[0]], list(run), depth + 1)
                continue
            for path in run:
                self.values[path] = self.step(path, nodes[path], [self.read(s) for s in reads(self.graph, path)])

    def body(self, repeat: Repeat, paths: list[str], depth: int) -> None:
        """Visit the body of a repeat until its layers have the values of the last copy."""

        def turn(value: V) -> V:
            self.passed[repeat.place] = value
            self.visit(paths, depth)
            return self.read(repeat.result)

        before = self.read(repeat.before)
        if self.copies is None:
            self.passed[repeat.place] = turn(before)
            return
        possible, after = self.copies.last(repeat, turn, before)
        found = []
        for value in possible:
            turn(value)
            found.append([self.values[path] for path in paths])
        self.values.update(zip(paths, map(self.copies.common, map(list, zip(*found, strict=True))), strict=True))
        self.passed[repeat.place] = after


@contextmanager
def collector_paused() -> Iterator[None]:
    """Spare the garbage collector: a graph is many small objects that all stay, and to search them doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
