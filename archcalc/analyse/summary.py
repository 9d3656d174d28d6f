"""All facts of a network, layer by layer and in total."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

from archcalc.algebra.assumptions import Assumptions
from archcalc.analyse.receptive_fields import Gates, State, receptive_fields
from archcalc.analyse.totals import Totals, totals
from archcalc.call import Call
from archcalc.convention import CONVENTIONS, Convention, Countable
from archcalc.convention.countable import ATTENTION
from archcalc.dim import Dim, Shape, total
from archcalc.errors import Place, choose, require
from archcalc.network import Network, Source, collector_paused
from archcalc.op import WHOLE, Cost, Op
from archcalc.render.document import Document, Grid
from archcalc.render.result import Plain, Result
from archcalc.walk import fold_back

if TYPE_CHECKING:
    from archcalc.analyse.shown import Depth, Shown


class LazyFields:
    """The receptive field of every layer by path, computed on first use because few questions need it."""

    def __init__(self, find: Callable[[], Mapping[str, State]]):
        self._find = find

    @cached_property
    def values(self) -> Mapping[str, State]:
        """The fields of all layers."""
        with collector_paused():
            return self._find()

    def __getitem__(self, path: str) -> State:
        return self.values[path]


@dataclass(slots=True, eq=False, repr=False)  # not frozen: that would make building one three times as slow
class LayerSummary:
    """One layer with its facts; each number is for one of its `times`."""

    path: str
    op: Op
    sources: tuple[Source, ...]
    """The source of each input."""
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
    """The facts that conventions count."""
    activations: Dim
    fields: LazyFields
    """The receptive fields of its network."""
    origin: str
    """Its path in that network."""
    place: Place | None
    doc: str

    @property
    def field(self) -> tuple[Any, ...] | None:
        """Extent, WHOLE or UNKNOWN for each spatial axis of the first input that it depends on; None without any."""
        return next(iter(self.fields[self.origin].values()), None) or None

    def renamed(self, path: str, sources: tuple[Source, ...]) -> "LayerSummary":
        """The same layer under its name in a network merged from several."""
        return replace(self, path=path, sources=sources)

    @property
    def structure(self) -> tuple[object, ...]:
        """The key that layers share if they differ only in name; the weights follow from operation and inputs."""
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
        """Its multiply-accumulates; None if unknown."""
        return None if self.cost is None else self.cost.macs

    @property
    def sees_everything(self) -> bool:
        """Whether it reads the whole input."""
        return bool(self.field) and all(axis is WHOLE for axis in self.field or ())


class Work(NamedTuple):
    """Work under a convention: the sum over the layers of known work, and the paths of the others."""

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
    """The block's name of every scope by path; empty for a scope that is not a block."""
    layers: tuple[LayerSummary, ...]
    totals: Totals
    network: Network
    fields: LazyFields
    """The receptive field of every layer's first output."""
    gates: Gates

    @property
    def given(self) -> Assumptions:
        """The assumptions on the symbols."""
        return self.network.given

    lists = ("layers",)

    def shown(
        self, depth: "Depth | None" = None, unroll: bool | None = None, columns: Sequence[str] | None = None
    ) -> "Shown":
        """The summary with scopes opened down to a depth: by default 2 for readers, all for machines.

        `unroll` shows repeated blocks one by one, the default for machines. Raises Refused for an unknown column.
        """
        from archcalc.analyse.shown import Shown

        return Shown(self, depth, unroll, columns)

    def document(self) -> Document:
        """The heading, the table of layers, and the totals."""
        return self.shown().document()

    def table(self) -> Grid:
        """The layers with their numbers."""
        return self.shown().table()

    def record(self) -> Plain:
        """Every fact of every layer; `docs/json.md` describes it."""
        return self.shown().record()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions on the symbols, in words."""
        return tuple(self.given)

    def made_from(self, path: str) -> set[str]:
        """A layer, and all layers and inputs that its output depends on."""
        asked = {Source(path): True}
        found = fold_back(self.network, asked, lambda layer, _: [(s, True) for s in layer.reads], lambda a, b: True)
        return {source.path for source in found}

    def __getitem__(self, path: str) -> LayerSummary:
        """The layer of this path; raises UnknownName, which is a KeyError, for any other."""
        found = {layer.path: layer for layer in self.layers}
        require("layer", path, found)
        return found[path]

    def work(self, convention: Convention | None = None) -> Work:
        """The work of one pass under a convention, by default the summary's own."""
        return counted(self.layers, self.convention if convention is None else convention)


def counted(layers: Collection[LayerSummary], convention: Convention) -> Work:
    """The work of some layers under a convention, every repeat counted."""
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
    """All facts of a network; raises Refused for an unknown way to treat gates."""
    choose("gates", gates, get_args(Gates))
    fields = LazyFields(lambda: receptive_fields(network, gates))
    with collector_paused():
        layers, sums = tuple(_layers(network, fields)), totals(network)
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
        totals=sums,
        network=network,
        fields=fields,
        gates=gates,
    )


def _layers(network: Network, fields: LazyFields) -> Iterator[LayerSummary]:
    attention = tuple(f"{path}." for path, block in network.scopes.items() if block == ATTENTION)
    countables: dict[tuple[Call, bool], Countable] = {}
    for path, layer in network.layers.items():
        if layer.is_input:
            continue
        call, own = layer.call, layer.weights_of is None
        parameters = call.parameters if own else 0
        countable = call, path.startswith(attention)
        if countable not in countables:
            countables[countable] = Countable(*countable)
        yield LayerSummary(
            path=path,
            op=call.op,
            sources=tuple([Source(s.path, s.port) for s in layer.reads]) if network.repeats else layer.reads,
            inputs=call.inputs,
            outputs=call.outputs,
            times=layer.times,
            weights=call.weights if own else {},
            buffers=call.buffers if own else {},
            trainable=0 if layer.frozen else parameters,
            frozen=parameters if layer.frozen else 0,
            buffer_elements=call.buffer_elements if own else 0,
            weights_of=layer.weights_of,
            cost=call.cost,
            countable=countables[countable],
            activations=call.activations,
            fields=fields,
            origin=path,
            place=layer.place,
            doc=layer.doc,
        )
