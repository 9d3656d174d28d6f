"""A network: layers that read each other's outputs.

A body that is repeated a symbolic number of times occurs once, as a `Repeat`. Sources that cross its border name it in
`repeat`. Inside the body such a source carries the previous copy's output (in the first copy, `Repeat.before`). Outside
it carries the last copy's output. Any other source from outside is the same for each copy.
"""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NamedTuple

if TYPE_CHECKING:
    import networkx as nx

from archcalc.algebra.assumptions import Assumptions
from archcalc.call import Call
from archcalc.dim import Dim, Shape, total
from archcalc.errors import Place, Refused
from archcalc.op import Cost, Field, Op, Torch
from archcalc.setting import Choice, Sizes, Text

DTYPES = ("float32", "float64", "float16", "bfloat16", "int64", "int32", "bool", "complex64", "complex128")
"""The element types of inputs."""


class Input(Op):
    """An input of the network; costs nothing and reads nothing."""

    shape: Sizes
    dtype: Annotated[str, Choice(*DTYPES)] = "float32"
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
        return self.dtype

    def torch(self, torch: Torch) -> Torch:
        raise NotImplementedError("an input is handed in")


LAYOUTS = {1: "N", 2: "NC", 3: "NCL", 4: "NCHW", 5: "NCDHW"}
"""The axes of an input without a layout, by their number; an input of integers with two axes is NL."""


def check_layout(layout: str, rank: int) -> None:
    """Raise Refused for a layout that does not have its own letter for each axis."""
    if not len(layout) == rank == len(set(layout)):
        message = f"layout {layout!r} must have one letter for each of the {rank} axes"
        raise Refused(message, "such as NCHW, or NLC for a sequence")


def axis_letters(own: Sequence[str], slot: int, rank: int, integers: bool = False) -> tuple[str, ...]:
    """A letter for each axis of an input: the operation's own, counted from the last axis, or the usual ones."""
    usual = LAYOUTS.get(rank, "N" + "ABCDEF"[: rank - 1]) if 0 < rank < 8 else ""
    if integers and rank == 2:
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
    """A body that occurs once but is repeated a symbolic number of times; each copy reads the previous one."""

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
    dtypes: tuple[str, ...]
    """The element type of each output."""
    times: Dim = 1
    """The number of times that it is repeated: the product of the counts of its repeats."""
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
    """Every input and layer by its dotted path; each follows the layers that it reads."""
    inputs: tuple[str, ...]
    outputs: tuple[Source, ...]
    scopes: Mapping[str, str]
    """The block's name of each scope (block, stage) by the scope's path; empty for a scope that is not a block."""
    repeats: tuple[Repeat, ...]
    given: Assumptions
    """What is assumed of the symbols."""
    name: str = ""

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


def scopes_above(path: str) -> list[str]:
    """The scopes around a layer or scope, outermost first."""
    parts = path.split(".")
    return [".".join(parts[:i]) for i in range(1, len(parts))]


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
