"""A network: layers that read each other's outputs, and the one way to walk them.

A `Network` is immutable and typed. A `Builder` makes it layer by layer, from a spec or from a program::

    build = Builder()
    image = build.input("image", (1, 3, 224, 224))
    conv, = build.layer("conv", Conv2d(out_channels=64, kernel_size=3), [image])
    network = build.finish([conv])

A symbolic number of copies of a body stands once, as a `Repeat`. Sources that cross its border name it in `repeat`.
Inside the body such a source carries the previous copy's output (in the first copy, `Repeat.before`). Outside it
carries the last copy's output. Any other source from outside is the same for each copy.
"""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any, Generic, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    import networkx as nx

from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.dim import Dim, Shape, show, total
from archcalc.errors import Place, Refused, Undecidable
from archcalc.op import Call, Cost, Field, Op
from archcalc.setting import Sizes, Text

V = TypeVar("V")


class Input(Op):
    """An input of the network; costs nothing and reads nothing."""

    shape: Sizes
    element: Annotated[str, Text()] = "float32"
    layout: Annotated[str, Text()] = ""
    """A letter for each axis: N is the batch, C the channels, any other letter an axis of space or time."""

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

    def out_dtype(self, *dtypes: str) -> str:
        return self.element

    def torch(self, torch: Any) -> Any:
        raise NotImplementedError("an input is handed in")


LAYOUTS = {1: "N", 2: "NC", 3: "NCL", 4: "NCHW", 5: "NCDHW"}
"""The axes of an input without a layout, by their number; whole numbers of rank 2 are NL."""


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
    """The symbolic repeat whose border it crosses, by its place in `Network.repeats`."""

    def __str__(self) -> str:
        return self.path if self.port == 0 else f"{self.path}[{self.port}]"


@dataclass(frozen=True)
class Repeat:
    """A body that stands once for a symbolic number of copies in a row, each of which reads the previous one."""

    place: int
    count: Dim
    before: Source
    """What the first copy reads."""
    result: Source
    """What one copy gives, as it is called inside the body."""

    def passed(self, source: Source) -> Source:
        """A source as it is called on the other side of the border."""
        return source._replace(repeat=self.place)


class Layer(NamedTuple):
    """One operation of a network in its place."""

    path: str
    call: Call
    """The operation applied to its input shapes."""
    reads: tuple[Source, ...]
    """What each of its inputs reads."""
    dtype: str
    """The element type of its outputs."""
    times: Dim = 1
    """How often it stands for itself: the product of the counts of its repeats."""
    repeats: tuple[int, ...] = ()
    """The symbolic repeats around it, outermost first, by their places in `Network.repeats`."""
    frozen: bool = False
    """Whether its weights are not trained."""
    weights_of: str | None = None
    """The path of the layer whose weights it uses; None for its own."""
    place: Place | None = None
    """Its place in a file, if it has one."""
    doc: str = ""

    @property
    def op(self) -> Op:
        """The operation."""
        return self.call.op

    @property
    def is_input(self) -> bool:
        """Whether it is an input of the network."""
        return isinstance(self.call.op, Input)


@dataclass(frozen=True, eq=False, repr=False)  # each method that it makes takes time at every start
class Network:
    """An immutable network."""

    layers: Mapping[str, Layer]
    """Every input and layer by its dotted path; each stands after the layers that it reads."""
    inputs: tuple[str, ...]
    outputs: tuple[Source, ...]
    scopes: Mapping[str, str]
    """The block's name of each scope (block, stage) by the scope's path; empty for a scope that is no block."""
    repeats: tuple[Repeat, ...]
    given: Assumptions
    """What is assumed of the symbols."""

    def __len__(self) -> int:
        return len(self.layers)

    def shape(self, source: Source) -> Shape:
        """The shape of an output of a layer."""
        return self.layers[source.path].call.outputs[source.port]

    def input_op(self, name: str) -> Input:
        """The operation of an input."""
        op = self.layers[name].op
        assert isinstance(op, Input)
        return op

    def unread(self) -> list[Layer]:
        """The layers that neither another layer nor the network's outputs read."""
        read = {source.path for layer in self.layers.values() for source in layer.reads}
        read.update(source.path for source in self.outputs)
        return [layer for path, layer in self.layers.items() if path not in read]

    def tally(self, counts: Callable[[Layer], bool] | None = None) -> list[tuple[Call, Dim]]:
        """Each distinct call of the layers that count, all unless told, with the number of times it is made."""
        found: dict[Call, list[Dim]] = {}
        for layer in self.layers.values() if counts is None else filter(counts, self.layers.values()):
            found.setdefault(layer.call, []).append(layer.times)
        return [(call, total(times)) for call, times in found.items()]

    def to_networkx(self) -> "nx.MultiDiGraph[str]":
        """The network as a `networkx.MultiDiGraph`.

        A node has the attributes of its `Layer` and `op`. An edge has `slot`, the number of the reader's input, `port`,
        the number of the source's output, and `repeat` where it crosses the border of a symbolic repeat. The graph has
        `inputs`, `outputs`, `scopes`, `repeats` and `assumptions`.
        """
        import networkx as nx

        made: nx.MultiDiGraph[str] = nx.MultiDiGraph(
            inputs=list(self.inputs),
            outputs=list(self.outputs),
            scopes=dict(self.scopes),
            repeats=list(self.repeats),
            assumptions=self.given,
        )
        for path, layer in self.layers.items():
            made.add_node(path, **{k: v for k, v in layer._asdict().items() if k not in ("path", "reads")}, op=layer.op)
        for path, layer in self.layers.items():
            for slot, source in enumerate(layer.reads):
                crossing = {} if source.repeat is None else {"repeat": source.repeat}
                made.add_edge(source.path, path, slot=slot, port=source.port, **crossing)
        return made


class Move:
    """Renames what stands under one path to what a copy of it under another path is called.

    `swaps` says what the copy reads instead of the sources outside.
    """

    def __init__(self, old: str, new: str, swaps: dict[Source, Source]) -> None:
        self.old, self.new, self.swaps = old, new, swaps

    def path(self, path: str) -> str:
        """The path of a layer or scope in the copy."""
        return self.new + path[len(self.old) :] if path.startswith(self.old) else path

    def source(self, source: Source) -> Source:
        """What the copy has in the place of a source."""
        found = self.swaps.get(source)
        if found is None:
            found = self.swaps[source] = Source(self.path(source.path), source.port, source.repeat)
        return found


class Builder:
    """Makes a network, layer by layer. Equal (operation, input shapes) pairs share one Call."""

    def __init__(self, given: Assumptions = NOTHING) -> None:
        self.given = given
        """What is assumed so far; each layer's requirements may add to it."""
        self.layers: dict[str, Layer] = {}
        self.inputs: list[str] = []
        self.scopes: dict[str, str] = {}
        self.repeats: list[Repeat] = []
        self.open: tuple[int, ...] = ()
        """The symbolic repeats whose bodies are being made, outermost first."""
        self.times: Dim = 1
        """The product of their counts."""
        self._calls: dict[tuple[Op, tuple[Shape, ...]], Call] = {}

    def input(
        self, name: str, shape: Shape, dtype: str = "float32", layout: str | None = None, place: Place | None = None
    ) -> Source:
        """Add an input of the network; `layout` has a letter for each axis."""
        usual = "NL" if len(shape) == 2 and dtype.startswith("int") else LAYOUTS.get(len(shape), "N" + "?" * len(shape))
        op = Input(shape=shape, element=dtype, layout=layout or usual)
        self.layers[name] = Layer(name, Call(op, ()), (), op.out_dtype(), place=place)
        self.inputs.append(name)
        return Source(name)

    def layer(
        self,
        path: str,
        op: Op,
        reads: Sequence[Source],
        *,
        frozen: bool = False,
        weights_of: str | None = None,
        place: Place | None = None,
        doc: str = "",
    ) -> tuple[Source, ...]:
        """Add a layer and give its outputs; raises Refused when the operation does not take its inputs."""
        layers = self.layers
        call = self._call(op, tuple([layers[s.path].call.outputs[s.port] for s in reads]))
        dtype = _dtype(op, [layers[s.path].dtype for s in reads])
        if weights_of is not None:
            weights_of = layers[weights_of].weights_of or weights_of
            _same_weights(weights_of, layers[weights_of].call, call)
        layers[path] = Layer(path, call, tuple(reads), dtype, self.times, self.open, frozen, weights_of, place, doc)
        return tuple([Source(path, port) for port in range(len(call.outputs))])

    def _call(self, op: Op, inputs: tuple[Shape, ...]) -> Call:
        call = self._calls.get((op, inputs))
        if call is None:
            call = self._calls[op, inputs] = self._made(op, inputs)
        return call

    def _made(self, op: Op, inputs: tuple[Shape, ...]) -> Call:
        """The operation applied; what it leaves open is assumed, or decided near the defaults."""
        while True:
            try:
                call = Call(op, inputs, self.given)
            except Undecidable as error:
                self.given = self.given.decided(error)
            else:
                self.given = call.given
                return call

    def copy(self, layers: Iterable[Layer], scopes: Mapping[str, str], move: "Move") -> None:
        """Add layers and scopes once more under another path; what held of them holds of the copy."""
        for layer in layers:
            path, call, reads, dtype, times, repeats, frozen, owner, place, doc = layer
            path, reads = move.path(path), tuple([move.source(source) for source in reads])
            owner = None if owner is None else move.path(owner)
            self.layers[path] = Layer(path, call, reads, dtype, times, repeats, frozen, owner, place, doc)
        self.scopes.update({move.path(path): block for path, block in scopes.items()})

    @contextmanager
    def repeat(self, count: Dim, before: Source) -> Iterator[Repeat]:
        """Put the layers that are added meanwhile into a body that stands for `count` copies in a row.

        The body must end with `ends`, which says what one copy gives.
        """
        made = Repeat(len(self.repeats), count, before, before)
        self.repeats.append(made)
        around = self.open, self.times
        self.open, self.times = (*self.open, made.place), self.times * count
        try:
            yield made
        finally:
            self.open, self.times = around

    def ends(self, repeat: Repeat, result: Source) -> None:
        """Say what one copy of a repeat gives."""
        self.repeats[repeat.place] = replace(repeat, result=result)

    def finish(self, outputs: Iterable[Source]) -> Network:
        """The network with these outputs; every fact of its layers holds under all that was assumed on the way."""
        layers, given = self.layers, self.given
        if given is not NOTHING:
            calls = {id(call): call.under(given) for call in self._calls.values()}
            layers = {p: la._replace(call=calls.get(id(la.call), la.call)) for p, la in layers.items()}
        return Network(layers, tuple(self.inputs), tuple(outputs), self.scopes, tuple(self.repeats), given)


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


# -- walking ----------------------------------------------------------------------------------------------------------

Step = Callable[[Layer, list[V]], Sequence[V]]
"""Gets a layer and the values of the outputs that it reads; gives one value per output."""


class Copies(Protocol[V]):
    """What a fold makes of a symbolic number of copies."""

    def last(self, repeat: Repeat, turn: Callable[[V], V], before: V) -> tuple[list[V], V]:
        """What the last copy may read, and what it gives; `turn` tells what one copy makes of a value."""

    def common(self, values: list[Sequence[V]]) -> Sequence[V]:
        """What is certain of a layer's outputs that may have any of several values."""


def fold(network: Network, step: Step[V], copies: Copies[V] | None = None, keep: bool = True) -> dict[str, Sequence[V]]:
    """Visit every layer after those that it reads.

    Of a symbolic number of copies it sees one, or the last where `copies` can tell what that reads. Without `keep`
    the values of a layer are dropped after its last reader, but for those of the network's outputs.
    """
    walk = _Walk(network, step, copies, {} if keep else _last_readers(network))
    walk.visit(network.layers, 0)
    return walk.values


def fold_back(
    network: Network,
    last: Mapping[Source, V],
    step: Callable[[Layer, dict[int, V]], Iterable[tuple[Source, V]]],
    join: Callable[[V, V], V],
) -> dict[Source, V]:
    """Visit layers from the last to the first: what is asked of an output, and so of what it is made from.

    `last` has the values to start from. `step` gets a layer and the values of its outputs, by port, and gives values
    of the outputs that it reads; `join` puts two values of one output together. A symbolic repeat is seen as one copy.
    """
    values = {source._replace(repeat=None): value for source, value in last.items()}
    ports: dict[str, dict[int, V]] = {}
    for source, value in values.items():
        ports.setdefault(source.path, {})[source.port] = value
    for path in reversed([*network.layers]):
        layer = network.layers[path]
        if path not in ports:
            continue
        for source, value in step(layer, ports[path]):
            mine = ports.setdefault(source.path, {})
            mine[source.port] = join(mine[source.port], value) if source.port in mine else value
    return {Source(path, port): value for path, mine in ports.items() for port, value in mine.items()}


class _Walk(Generic[V]):
    """A fold on its way."""

    def __init__(self, network: Network, step: Step[V], copies: Copies[V] | None, drops: Mapping[str, list[str]]):
        self.network, self.step, self.copies, self.drops = network, step, copies, drops
        self.values: dict[str, Sequence[V]] = {}
        self.passed: dict[int, V] = {}
        """For each repeat what goes in, and once its body has been visited what comes out."""

    def read(self, source: Source) -> V:
        return self.values[source.path][source.port] if source.repeat is None else self.passed[source.repeat]

    def visit(self, paths: Iterable[str], depth: int) -> None:
        """Visit layers that are all in the same `depth` repeats."""
        layers = self.network.layers
        for inner, run in groupby(paths, lambda path: layers[path].repeats[depth : depth + 1]):
            if inner:
                self.body(self.network.repeats[inner[0]], list(run), depth + 1)
                continue
            for path in run:
                layer = layers[path]
                self.values[path] = self.step(layer, [self.read(s) for s in layer.reads])
                for read in self.drops.get(path, ()):
                    del self.values[read]

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


def _last_readers(network: Network) -> dict[str, list[str]]:
    """For each layer the layers that it is the last to read; the network's outputs are never dropped."""
    last = {source.path: path for path, layer in network.layers.items() for source in layer.reads}
    kept = {source.path for source in network.outputs}
    drops: dict[str, list[str]] = {}
    for read, reader in last.items():
        if read not in kept:
            drops.setdefault(reader, []).append(read)
    return drops


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector: a network is many small objects that all stay; to scan them doubles the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
