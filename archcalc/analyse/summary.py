"""Everything that is known about a network, layer by layer and in total: what the renderers show."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from archcalc.algebra.assumptions import Assumptions
from archcalc.analyse.activations import total_activations
from archcalc.analyse.costs import total_cost
from archcalc.analyse.memory import memory
from archcalc.analyse.parameters import Parameters, held, total_parameters
from archcalc.analyse.receptive_fields import Extent, Gates, State, receptive_fields
from archcalc.call import Call
from archcalc.convention import CONVENTIONS, Convention, Countable
from archcalc.convention.countable import ATTENTION
from archcalc.dim import Dim, Shape, total
from archcalc.errors import Place
from archcalc.network import Network, Source, collector_paused
from archcalc.op import WHOLE, Cost, Op
from archcalc.render.document import Document, Grid
from archcalc.render.result import Plain, Result
from archcalc.walk import fold_back

if TYPE_CHECKING:
    from archcalc.analyse.shown import Depth, Shown

V = TypeVar("V")


class LazyColumn(Generic[V]):
    """A fact of every layer by path, found when first asked for: many questions do not need it."""

    def __init__(self, find: Callable[[], Mapping[str, V]]):
        self._find = find

    @cached_property
    def values(self) -> Mapping[str, V]:
        """The fact of every layer."""
        return self._find()

    def __getitem__(self, path: str) -> V:
        return self.values[path]


@dataclass(slots=True, eq=False, repr=False)  # not frozen: that would make building one three times as slow
class LayerSummary:
    """One layer with its facts; numbers are for one of its `times`."""

    path: str
    op: Op
    sources: tuple[Source, ...]
    """What each of its inputs reads."""
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
    fields: LazyColumn[State]
    """The receptive fields of its network."""
    origin: str
    """Its path in that network."""
    place: Place | None
    doc: str

    @property
    def field(self) -> tuple[Any, ...] | None:
        """Per spatial axis of the first input that it reads: Extent, WHOLE or UNKNOWN; None where there is none."""
        return next(iter(self.fields[self.origin].values()), None) or None

    def renamed(self, path: str, sources: tuple[Source, ...]) -> "LayerSummary":
        """The same layer as it is called in a network that was put together from others."""
        return replace(self, path=path, sources=sources)

    @property
    def structure(self) -> tuple[object, ...]:
        """What is equal of two layers that differ only in name; their weights follow from operation and inputs."""
        held = (self.trainable, self.frozen, self.weights_of is None)
        return (self.op, self.inputs, self.outputs, self.times, held)

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


class Totals(NamedTuple):
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


@dataclass(frozen=True, eq=False)
class Summary(Result):
    """A network's facts; prints as a table."""

    name: str
    title: str
    file: str
    config: Mapping[str, Any]
    convention: Convention
    inputs: Mapping[str, Shape]
    outputs: Mapping[Source, Shape]
    scopes: Mapping[str, str]
    """The block's name of every scope that stands for one, by path."""
    layers: tuple[LayerSummary, ...]
    totals: Totals
    network: Network
    fields: LazyColumn[State]
    """The receptive field of every layer's first output."""
    gates: Gates

    @property
    def named_outputs(self) -> Mapping[str, Shape]:
        """The shapes of the outputs by name: `fc`, or `split[2]` for another output than the first."""
        return {str(source): shape for source, shape in self.outputs.items()}

    @property
    def given(self) -> Assumptions:
        """What is assumed of the symbols."""
        return self.network.given

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
        asked = {Source(path): True}
        found = fold_back(self.network, asked, lambda layer, _: [(s, True) for s in layer.reads], lambda a, b: True)
        return {source.path for source in found}

    def __getitem__(self, path: str) -> LayerSummary:
        """The layer of this path."""
        return next(layer for layer in self.layers if layer.path == path)

    def work(self, convention: Convention | None = None) -> Work:
        """The work of one pass under a convention, the summary's own unless given."""
        return counted(self.layers, self.convention if convention is None else convention)


def counted(layers: Collection[LayerSummary], convention: Convention) -> Work:
    """The work of some layers under a convention, every repeat counted; equal ones are counted once and multiplied."""
    times: dict[Countable, list[Dim]] = {}
    for layer in layers:
        times.setdefault(layer.countable, []).append(layer.times)
    known = {of: number for of in times if (number := convention.of(of)) is not None}
    value = total(number * total(times[of]) for of, number in known.items())
    return Work(value, tuple(layer.path for layer in layers if layer.countable not in known))


def summarize(
    network: Network,
    *,
    name: str = "",
    title: str = "",
    file: str = "",
    config: Mapping[str, Any] | None = None,
    convention: Convention = CONVENTIONS["macs"],
    gates: Gates = "count",
) -> Summary:
    """All facts of a network."""
    fields = _fields(network, gates)
    with collector_paused():
        layers, totals = tuple(_layers(network, fields)), _totals(network)
    return Summary(
        name=name,
        title=title,
        file=file,
        config=dict(config or {}),
        convention=convention,
        inputs={path: network.shape(Source(path)) for path in network.inputs},
        outputs={Source(s.path, s.port): network.shape(s) for s in network.outputs},
        scopes=network.scopes,
        layers=layers,
        totals=totals,
        network=network,
        fields=fields,
        gates=gates,
    )


def _layers(network: Network, fields: LazyColumn[State]) -> Iterator[LayerSummary]:
    countables = _Countables(network.scopes)
    of_call: dict[tuple[Call, bool, bool], Parameters] = {}
    for path, layer in network.layers.items():
        if layer.is_input:
            continue
        call, key = layer.call, (layer.call, layer.frozen, layer.weights_of is None)
        mine = of_call.get(key)
        if mine is None:
            mine = of_call[key] = held(layer)
        yield LayerSummary(
            path=path,
            op=call.op,
            sources=tuple([Source(s.path, s.port) for s in layer.reads]) if network.repeats else layer.reads,
            inputs=call.inputs,
            outputs=call.outputs,
            times=layer.times,
            weights=mine.weights,
            buffers=mine.buffers,
            trainable=mine.trainable,
            frozen=mine.frozen,
            buffer_elements=mine.buffer_elements,
            weights_of=layer.weights_of,
            cost=call.cost,
            countable=countables.of(path, call),
            activations=call.activations,
            fields=fields,
            origin=path,
            place=layer.place,
            doc=layer.doc,
        )


def _fields(network: Network, gates: Gates) -> LazyColumn[State]:
    """The receptive fields of a network."""

    def find() -> Mapping[str, State]:
        with collector_paused():
            return receptive_fields(network, gates)

    return LazyColumn(find)


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


def _totals(network: Network) -> Totals:
    sums, spent = total_parameters(network), total_cost(network)
    return Totals(
        trainable=sums.trainable,
        frozen=sums.frozen,
        buffers=sums.buffer_elements,
        cost=spent.cost,
        unknown=spent.unknown,
        activations=total_activations(network),
    )


__all__ = ["Extent", "LayerSummary", "LazyColumn", "Summary", "Totals", "Work", "counted", "summarize"]
