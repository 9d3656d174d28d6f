"""A summary as a result: a heading, chosen rows and columns, and the totals."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from archcalc.analyse.columns import COLUMNS, DEFAULT, chosen, heads
from archcalc.analyse.outline import Row, rows
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.analyse.told import field_record, field_records, settings, shape, shapes
from archcalc.analyse.totals import BYTES, Totals
from archcalc.convention import CONVENTIONS, Convention
from archcalc.dim import Dim, Shape
from archcalc.errors import Refused, some
from archcalc.render.document import Document, Grid, GridRow, Pair, Pairs, Title
from archcalc.render.result import Plain, Result
from archcalc.render.words import arrays, megabytes, number, pairs, plain, size

Depth = int | Literal["all"]
LONGEST = 60
"""The most characters of one value of the config."""


class Shown(Result):
    """A network as a table between its heading and its totals."""

    lists = ("layers",)
    schema = 2

    def __init__(
        self, summary: Summary, depth: Depth | None, unroll: bool | None, columns: Sequence[str] | None
    ) -> None:
        self.summary, self.depth, self.unroll = summary, depth, unroll
        self.asked = bool(columns)
        self.columns = chosen(columns or DEFAULT, COLUMNS)

    def document(self) -> Document:
        summary = self.summary
        title = f"{summary.name} - {summary.title}" if summary.title else summary.name
        grid = self._grid(2, bool(self.unroll))
        return Title(title), Pairs(_heading(summary)), grid._replace(foot=tuple(_foot(summary)))

    def table(self) -> Grid:
        """Every layer unless a depth is given; no row repeats what another one counts."""
        return self._grid(None, self.unroll is not False)

    def _grid(self, depth: int | None, unroll: bool) -> Grid:
        if self.depth is not None:
            depth = None if self.depth == "all" else self.depth
        found = rows(self.summary, depth, unroll)
        return Grid(heads(self.columns, self.summary.convention, ranked=not self.asked), tuple(map(self._row, found)))

    def _row(self, row: Row) -> GridRow:
        cells = tuple(column.cell(row) for column in self.columns)
        level = row.level if self.columns[0].name == "layer" else 0
        return GridRow(cells, level, "strong" if row.open else "", sums=row.open)

    def record(self) -> Plain:
        if self.asked:
            raise Refused("json has no columns", "it always holds every fact; leave --columns out")
        summary = self.summary
        return {
            "name": summary.name,
            "title": summary.title,
            "file": summary.file,
            "config": plain(summary.config),
            "convention": summary.convention.name,
            "inputs": shapes(summary.inputs),
            "outputs": shapes(_outputs(summary)),
            "assumptions": list(summary.assumptions),
            "totals": _totals(summary),
            "layers": [_layer(layer, summary.convention, len(summary.inputs) > 1) for layer in summary.layers],
        }


def _outputs(summary: Summary) -> Mapping[str, Shape]:
    return {str(source): shape for source, shape in summary.outputs.items()}


# -- for readers -------------------------------------------------------------------------------------------------------


def _heading(summary: Summary) -> tuple[Pair, ...]:
    """The file and its settings, inputs and outputs."""
    lines = [Pair("file", summary.file), Pair("config", pairs(summary.config, LONGEST))]
    lines += [Pair("input", arrays(summary.inputs)), Pair("output", arrays(_outputs(summary)))]
    return tuple(line for line in lines if line.text)


def _foot(summary: Summary) -> Iterator[Pair]:
    """The sums over the network, the layers of unknown work, and the assumptions."""
    sums = summary.totals
    yield Pair("parameters", _trained(sums.trainable, sums.frozen), number(sums.parameters))
    if sums.buffers != 0:
        yield Pair("buffers", "kept beside the parameters, not trained", number(sums.buffers))
    for convention in {c.name: c for c in (CONVENTIONS["macs"], CONVENTIONS["flops"], summary.convention)}.values():
        work = summary.work(convention)
        means = convention.doc + "; as-is, its mistakes included" * bool(convention.as_is)
        yield Pair(convention.unit, means, "at least " * bool(work.unknown) + number(work.value))
    yield Pair("activations", "elements written", number(sums.activations))
    yield _size(sums)
    if unknown := _unknown(summary):
        yield Pair("not known", f"the work of {some(unknown)}")
    yield from (Pair("assumes", text) for text in summary.assumptions)


def _unknown(summary: Summary) -> list[str]:
    """The layers of unknown work, in multiply-accumulates or under the summary's convention."""
    paths = {*summary.totals.unknown, *summary.work().unknown}
    return [layer.path for layer in summary.layers if layer.path in paths]


def _trained(trainable: Dim, frozen: Dim) -> str:
    if frozen == 0:
        return "all trained"
    return "all frozen" if trainable == 0 else f"{number(trainable)} trained, {number(frozen)} frozen"


def _size(sums: Totals) -> Pair:
    """The bytes of all arrays kept; those of an expression only for the first element type."""
    held = "parameters" if sums.buffers == 0 else "parameters and buffers"
    kinds: dict[str, list[str]] = {}
    for kind, length in BYTES.items():
        taken = length * (sums.parameters + sums.buffers)
        kinds.setdefault(megabytes(taken), []).append(kind)
    (most, first), *others = kinds.items()
    more = "".join(f", {text} as {' or '.join(names)}" for text, names in others if isinstance(sums.parameters, int))
    return Pair("size", f"{held} as {' or '.join(first)}{more}", most)


# -- for machines ------------------------------------------------------------------------------------------------------


def _totals(summary: Summary) -> Mapping[str, Plain]:
    sums = summary.totals
    return {
        **{name: size(getattr(sums, name)) for name in ("parameters", "trainable", "frozen", "buffers")},
        "macs": size(sums.cost.macs),
        "flops": size(summary.work(CONVENTIONS["flops"]).value),
        "activations": size(sums.activations),
        "unknown": _unknown(summary),
    } | _counted(summary.convention, summary.work().value)


def _counted(convention: Convention, work: Dim | None) -> dict[str, int | str | None]:
    """The work under the chosen convention, unless it is there as `macs` anyway."""
    return {} if convention.name == "macs" else {convention.name: None if work is None else size(work)}


def _layer(layer: LayerSummary, convention: Convention, several: bool) -> Mapping[str, Plain]:
    """The facts of a layer; `several` says whether the network has several inputs."""
    return {
        "path": layer.path,
        "op": layer.kind,
        "settings": plain(settings(layer.op)),
        "from": list(map(str, layer.sources)),
        "inputs": list(map(shape, layer.inputs)),
        "outputs": list(map(shape, layer.outputs)),
        "times": size(layer.times),
        "weights": shapes(layer.weights),
        "buffers": shapes(layer.buffers),
        "weights_of": layer.weights_of,
        **{name: size(getattr(layer, name)) for name in ("parameters", "trainable", "frozen")},
        "macs": None if layer.macs is None else size(layer.macs),
        **_counted(convention, convention.of(layer.countable)),
        "activations": size(layer.activations),
        "receptive_field": field_record(layer.field),
        **({"receptive_fields": field_records(layer.state)} if several else {}),
        "place": None if layer.place is None else str(layer.place),
        "doc": layer.doc,
    }
