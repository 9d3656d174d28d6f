"""A summary as a result: which rows and columns of it are shown."""

from collections.abc import Mapping, Sequence
from typing import Literal

from archcalc.analyse.columns import COLUMNS, DEFAULT, chosen, heads
from archcalc.analyse.heading import heading, title, totals, untold
from archcalc.analyse.outline import Row, rows
from archcalc.analyse.records import field, shape, shapes
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.analyse.told import settings
from archcalc.convention import CONVENTIONS, Convention
from archcalc.dim import Dim
from archcalc.errors import Refused
from archcalc.render.document import Document, Grid, GridRow, Pairs, Title
from archcalc.render.result import Plain, Result
from archcalc.render.words import plain, size

Depth = int | Literal["all"]
SCHEMA = 1
"""Raised when a key changes its meaning or goes; a new key does not raise it."""


class Shown(Result):
    """A network as a table between its heading and its totals."""

    lists = ("layers",)

    def __init__(
        self, summary: Summary, depth: Depth | None, unroll: bool | None, columns: Sequence[str] | None
    ) -> None:
        self.summary, self.depth, self.unroll = summary, depth, unroll
        self.asked = bool(columns)
        self.columns = chosen(columns or DEFAULT, COLUMNS)

    def document(self) -> Document:
        grid = self._grid(rows(self.summary, _levels(self.depth, 2), bool(self.unroll)))
        foot = tuple(totals(self.summary))
        return Title(title(self.summary)), Pairs(heading(self.summary)), grid._replace(foot=foot)

    def table(self) -> Grid:
        """Every layer by itself unless told otherwise; no row repeats what another one counts."""
        return self._grid(rows(self.summary, _levels(self.depth, None), self.unroll is not False))

    def _grid(self, found: Sequence[Row]) -> Grid:
        heads_ = heads(self.columns, self.summary.convention, ranked=not self.asked)
        return Grid(heads_, tuple(map(self._row, found)))

    def _row(self, row: Row) -> GridRow:
        cells = tuple(column.cell(row) for column in self.columns)
        level = row.level if self.columns[0].name == "layer" else 0
        return GridRow(cells, level, "strong" if row.open else "", sums=row.open)

    def record(self) -> Plain:
        if self.asked:
            raise Refused("json has no columns", "it always holds every fact; leave --columns out")
        return record(self.summary)


def _levels(depth: Depth | None, usual: int | None) -> int | None:
    if depth is None:
        return usual
    return None if depth == "all" else depth


def record(summary: Summary) -> dict[str, Plain]:
    """A network as lists, mappings, numbers and texts."""
    return {
        "schema": SCHEMA,
        "name": summary.name,
        "title": summary.title,
        "file": summary.file,
        "config": plain(summary.config),
        "convention": summary.convention.name,
        "inputs": shapes(summary.inputs),
        "outputs": shapes(summary.named_outputs),
        "assumptions": list(summary.assumptions),
        "totals": _totals(summary),
        "layers": [_layer(layer, summary.convention) for layer in summary.layers],
    }


def _totals(summary: Summary) -> Mapping[str, Plain]:
    sums = summary.totals
    return {
        "parameters": size(sums.parameters),
        "trainable": size(sums.trainable),
        "frozen": size(sums.frozen),
        "buffers": size(sums.buffers),
        "macs": size(sums.cost.macs),
        "flops": size(summary.work(CONVENTIONS["flops"]).value),
        "activations": size(sums.activations),
        "unknown": untold(summary),
    } | _counted(summary.convention, summary.work().value)


def _counted(convention: Convention, work: Dim | None) -> dict[str, int | str | None]:
    """The number of the chosen convention, where it is not there under `macs` anyway."""
    return {} if convention.name == "macs" else {convention.name: None if work is None else size(work)}


def _layer(layer: LayerSummary, convention: Convention) -> Mapping[str, Plain]:
    return {
        "path": layer.path,
        "op": layer.kind,
        "settings": plain(settings(layer.op)),
        "from": list(map(str, layer.sources)),
        "inputs": [shape(sizes) for sizes in layer.inputs],
        "outputs": [shape(sizes) for sizes in layer.outputs],
        "times": size(layer.times),
        "weights": shapes(layer.weights),
        "buffers": shapes(layer.buffers),
        "weights_of": layer.weights_of,
        "parameters": size(layer.parameters),
        "trainable": size(layer.trainable),
        "frozen": size(layer.frozen),
        "macs": None if layer.macs is None else size(layer.macs),
        **_counted(convention, convention.of(layer.countable)),
        "activations": size(layer.activations),
        "receptive_field": field(layer.field),
        "place": None if layer.place is None else str(layer.place),
        "doc": layer.doc,
    }
