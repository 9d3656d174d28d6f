"""Everything that is known about a network, layer by layer and in total: what the renderers show."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.algebra.assumptions import Assumptions, assuming
from archcalc.analyse.activations import activations, total_activations
from archcalc.analyse.costs import costs, total_cost
from archcalc.analyse.memory import memory
from archcalc.analyse.parameters import parameters, total_parameters
from archcalc.analyse.receptive_fields import Extent, Gates, State, receptive_fields
from archcalc.convention import CONVENTIONS, Convention, Countable
from archcalc.convention.countable import ATTENTION
from archcalc.dim import Dim, Shape, total
from archcalc.errors import Place
from archcalc.graph import Input, collector_paused, reads
from archcalc.op import WHOLE, Call, Cost, Op
from archcalc.render.document import Document, Grid
from archcalc.render.result import Plain, Result

if TYPE_CHECKING:
    from archcalc.analyse.shown import Depth, Shown


@dataclass(slots=True)  # not frozen: that would make building one three times as slow
class Layer:
    """One layer with its facts; numbers are for one of its `times`."""

    path: str
    op: Op
    sources: tuple[str, ...]
    """The paths that it reads, with [port] where that is not the first output."""
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    times: Dim
    weights: dict[str, Shape]
    buffers: dict[str, Shape]
    trainable: Dim
    frozen: Dim
    buffer_elements: Dim
    weights_of: str | None
    cost: Cost | None
    countable: Countable
    """What conventions count its work from."""
    activations: Dim
    fields: "_Fields | _Renamed"
    """The receptive fields of the network."""
    place: Place | None
    doc: str

    @property
    def field(self) -> tuple[Any, ...] | None:
        """Per spatial axis of the first input that it reads: Extent, WHOLE or UNKNOWN; None where there is none."""
        return next(iter(self.fields.states[self.path].values()), None) or None

    def renamed(self, path: str, sources: tuple[str, ...]) -> "Layer":
        """The same layer as it is called in a network that was put together from others."""
        return replace(self, path=path, sources=sources, fields=_Renamed(self.fields, self.path, path))

    @property
    def kind(self) -> str:
        """The operation's name."""
        return type(self.op).__name__

    @property
    def parameters(self) -> Dim:
        """The elements of its weights."""
        return self.trainable + self.frozen

    @property
    def macs(self) -> Dim | None:
        """Its multiply-accumulates; None where not known."""
        return None if self.cost is None else self.cost.macs

    @property
    def sees_everything(self) -> bool:
        """Whether it reads its input whole."""
        return bool(self.field) and all(axis is WHOLE for axis in self.field or ())


def maker(source: str) -> str:
    """The layer, or input of the network, that a source is an output of: relu of relu, split of split[2]."""
    return source.partition("[")[0]


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over a network, every repeat counted."""

    trainable: Dim
    frozen: Dim
    buffers: Dim
    cost: Cost
    unknown: tuple[str, ...]
    """The layers whose work is not known; where there are any, the work is at least what `cost` says."""
    activations: Dim

    @property
    def parameters(self) -> Dim:
        """All parameters, trained or not."""
        return self.trainable + self.frozen

    @property
    def memory(self) -> Dim:
        """The bytes of parameters, buffers and all activations kept, as float32."""
        return memory(self.parameters, self.buffers, self.activations).total


class Work(NamedTuple):
    """The work of a network under a convention: the sum of what is known, and the layers whose work is not."""

    value: Dim
    unknown: tuple[str, ...]


@dataclass(frozen=True)
class Summary(Result):
    """A network's facts; prints as a table."""

    name: str
    title: str
    file: str
    config: Mapping[str, Any]
    convention: Convention
    inputs: Mapping[str, Shape]
    outputs: Mapping[str, Shape]
    given: Assumptions
    """What is taken to hold of the symbols."""
    scopes: Mapping[str, str]
    """The block's name of every scope that stands for one, by path."""
    layers: tuple[Layer, ...]
    totals: Totals
    lists = ("layers",)

    def shown(
        self, depth: "Depth | None" = None, unroll: bool | None = None, columns: Sequence[str] | None = None
    ) -> "Shown":
        """The summary with the scopes open that lie above a depth (2 for readers, all for machines).

        `unroll` shows repeated blocks one by one, as machines have them by default. Raises Refused for an unknown
        column.
        """
        from archcalc.analyse.shown import Shown

        return Shown(self, depth, unroll, columns)

    def document(self) -> Document:
        """The heading, the table of layers, and the totals."""
        return self.shown().document()

    def table(self) -> Grid:
        """Every layer with its numbers."""
        return self.shown().table()

    def record(self) -> Plain:
        """Every fact of every layer; `docs/json.md` describes it."""
        return self.shown().record()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What is taken to hold of the symbols, in words."""
        return tuple(self.given)

    def made_from(self, path: str) -> set[str]:
        """A layer, and all layers and inputs that its output is made from."""
        found = {path}
        for layer in reversed(self.layers):
            if layer.path in found:
                found.update(map(maker, layer.sources))
        return found

    def __getitem__(self, path: str) -> Layer:
        """The layer of this path."""
        return next(layer for layer in self.layers if layer.path == path)

    def work(self, convention: Convention | None = None) -> Work:
        """The work of one pass under a convention, the summary's own unless given."""
        with assuming(self.given):
            return counted(self.layers, self.convention if convention is None else convention)


def counted(layers: Collection[Layer], convention: Convention) -> Work:
    """The work of some layers under a convention, every repeat counted; equal ones are counted once and multiplied."""
    times: dict[Countable, list[Dim]] = {}
    for layer in layers:
        times.setdefault(layer.countable, []).append(layer.times)
    known = {of: number for of in times if (number := convention.of(of)) is not None}
    value = total(number * total(times[of]) for of, number in known.items())
    return Work(value, tuple(layer.path for layer in layers if layer.countable not in known))


def summarize(
    graph: Any,
    *,
    name: str = "",
    title: str = "",
    file: str = "",
    config: Mapping[str, Any] | None = None,
    convention: Convention = CONVENTIONS["macs"],
    gates: Gates = "count",
) -> Summary:
    """All facts of a graph."""
    nodes = graph.nodes
    return Summary(
        name=name,
        title=title,
        file=file,
        config=dict(config or {}),
        convention=convention,
        inputs={path: nodes[path]["call"].outputs[0] for path in graph.graph["inputs"]},
        outputs={_source(s): nodes[s.path]["call"].outputs[s.port] for s in graph.graph["outputs"]},
        given=graph.graph["assumptions"],
        scopes=dict(graph.graph["scopes"]),
        layers=tuple(_layers(graph, gates)),
        totals=_totals(graph),
    )


def _layers(graph: Any, gates: Gates) -> Iterator[Layer]:
    held, work, fields, written = parameters(graph), costs(graph), _Fields(graph, gates), activations(graph)
    countables = _Countables(graph.graph["scopes"])
    for path, node in graph.nodes(data=True):
        if isinstance(node["op"], Input):
            continue
        mine, call = held[path], node["call"]
        yield Layer(
            path=path,
            op=node["op"],
            sources=tuple([_source(s) for s in reads(graph, path)]),
            inputs=call.inputs,
            outputs=call.outputs,
            times=node["times"],
            weights=mine.weights,
            buffers=mine.buffers,
            trainable=mine.trainable,
            frozen=mine.frozen,
            buffer_elements=mine.buffer_elements,
            weights_of=node["weights_of"],
            cost=work[path],
            countable=countables.of(path, call),
            activations=written[path],
            fields=fields,
            place=node["place"],
            doc=node.get("doc", ""),
        )


class _Fields:
    """The receptive fields of a network of numbers, found when first asked for: many questions are not about them.

    Among symbols they are found at once, since what has to be assumed for them is told with the other assumptions.
    """

    def __init__(self, graph: Any, gates: Gates):
        self.graph, self.gates = graph, gates
        if graph.graph["assumptions"].defaults:
            _ = self.states

    @cached_property
    def states(self) -> Mapping[str, State]:
        """What each layer reads of each input."""
        with collector_paused(), assuming(self.graph.graph["assumptions"]):
            return receptive_fields(self.graph, self.gates)


class _Renamed:
    """The receptive fields of one layer under another name."""

    def __init__(self, fields: "_Fields | _Renamed", before: str, after: str):
        self.fields, self.before, self.after = fields, before, after

    @property
    def states(self) -> Mapping[str, State]:
        """What the layer reads of each input."""
        return {self.after: self.fields.states[self.before]}


class _Countables:
    """What is counted of each layer; equal calls at like places share one."""

    def __init__(self, scopes: Mapping[str, str]):
        self.attention = tuple(f"{path}." for path, block in scopes.items() if block == ATTENTION)
        self.found: dict[tuple[Call, bool], Countable] = {}

    def of(self, path: str, call: Call) -> Countable:
        key = (call, bool(self.attention) and path.startswith(self.attention))
        if key not in self.found:
            self.found[key] = Countable(*key)
        return self.found[key]


def _totals(graph: Any) -> Totals:
    held, spent = total_parameters(graph), total_cost(graph)
    return Totals(
        trainable=held.trainable,
        frozen=held.frozen,
        buffers=held.buffer_elements,
        cost=spent.cost,
        unknown=tuple(spent.unknown),
        activations=total_activations(graph),
    )


def _source(source: Any) -> str:
    return source.path if source.port == 0 else f"{source.path}[{source.port}]"


__all__ = ["Extent", "Layer", "Summary", "Totals", "Work", "counted", "summarize"]
