"""Networks side by side, as a result: its columns, sorting and formats."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from archcalc import dim
from archcalc.analyse import told
from archcalc.analyse.columns import Column, chosen, same
from archcalc.analyse.comparison import Broken, Compared
from archcalc.convention import Convention
from archcalc.errors import Refused
from archcalc.op import UNKNOWN, WHOLE
from archcalc.render import words
from archcalc.render.document import Document, Grid, GridRow, Head, Pair
from archcalc.render.result import Plain, Result

DEFAULT = ("network", "year", "depth", "parameters", "work", "activations", "memory", "field")
_NUMBERS = ("layers", "depth", "parameters", "trainable", "buffers", "activations", "memory")


def _number(name: str, doc: str, value: Callable[[Compared], Any]) -> Column[Compared]:
    return Column(name, doc, value, lambda n: words.number(value(n)), right=True)


def _work(network: Compared) -> Any:
    return f">= {dim.text(network.work)}" if network.unknown else network.work


def _shown_work(network: Compared) -> str:
    return ">= " * bool(network.unknown) + words.number(network.work)


def _field_rank(network: Compared) -> Any:
    """The size along the first axis; the whole input is larger than any number."""
    axis = (network.field or (UNKNOWN,))[0]
    if axis is WHOLE:
        return float("inf")
    return None if axis is UNKNOWN else axis.size


_DEPTH = "layers with weights that multiply and accumulate, on the longest path; gates are left out"
_WORK = "the work, in the unit of the counting convention"
_MEMORY = "of parameters, buffers and all activations kept, as float32"
_FIELD = "the receptive field of the last layer that distinguishes positions, before global pooling or flattening"
_ACCURACY = "the published top-1 accuracy on ImageNet in percent"
_ALL: tuple[Column[Compared], ...] = (
    same("network", "the name, with its variant", lambda n: n.name),
    Column("year", "the year of the source", lambda n: n.year, lambda n: str(n.year or ""), right=True),
    _number("depth", _DEPTH, lambda n: n.depth),
    _number("parameters", "the parameters, trained or not", lambda n: n.parameters),
    Column("work", _WORK, _work, _shown_work, right=True, rank=lambda n: n.work),
    _number("activations", "elements written in one pass", lambda n: n.activations),
    Column("memory", _MEMORY, lambda n: n.memory, lambda n: words.megabytes(n.memory), right=True),
    same("field", _FIELD, lambda n: told.field(n.field), right=True, rank=_field_rank),
    Column(
        "top-1", _ACCURACY, lambda n: n.accuracy or "", lambda n: f"{n.accuracy:.1f}" if n.accuracy else "", right=True
    ),
    _number("layers", "all layers, with weights or without", lambda n: n.layers),
    _number("trainable", "the parameters that are trained", lambda n: n.trainable),
    _number("buffers", "elements kept beside the parameters", lambda n: n.buffers),
    same("input", "the shapes of the inputs", lambda n: words.shapes(n.inputs)),
    same("title", "the title", lambda n: n.title),
    same("family", "the family", lambda n: n.family),
    same("source", "where it was published", lambda n: n.source),
    same("file", "the file that was read", lambda n: n.file),
    same("config", "the settings", lambda n: words.pairs(n.config)),
)
COLUMNS = {column.name: column for column in _ALL}
"""Every column by name."""
EXPLAINED = ("depth", "work", "activations", "memory", "field", "top-1")
"""The columns that the foot of the table explains."""


def named(name: str, convention: Convention) -> Column[Compared]:
    """A column; the convention's name also stands for work. Raises Refused for an unknown name."""
    return chosen([name], COLUMNS | {convention.name: COLUMNS["work"]})[0]


@dataclass(frozen=True)
class Comparison(Result):
    """Networks side by side, under one counting convention; prints as a table."""

    convention: Convention
    networks: tuple[Compared | Broken, ...]
    names: tuple[str, ...] = ()
    """The columns to show; empty for the default ones."""
    lists = ("networks",)

    @property
    def told(self) -> list[Compared]:
        """The networks that can be made."""
        return [n for n in self.networks if isinstance(n, Compared)]

    @property
    def status(self) -> int:
        """The exit status of the first network that cannot be made; 0 without any."""
        return next((n.status for n in self.networks if isinstance(n, Broken)), 0)

    @property
    def columns(self) -> list[Column[Compared]]:
        """The columns to show: those asked for, or the default ones and known accuracies."""
        accurate = any(n.accuracy is not None for n in self.told)
        return [named(name, self.convention) for name in self.names or (*DEFAULT, *["top-1"] * accurate)]

    def shown(self, columns: Sequence[str] | None) -> "Comparison":
        """The comparison with other columns; raises Refused for an unknown one."""
        found = replace(self, names=tuple(columns or ()))
        _ = found.columns
        return found

    def in_order(self, by: str, reverse: bool = False) -> "Comparison":
        """Sorted by a column: numbers, expressions, networks without a value, networks that cannot be made."""
        column = named(by, self.convention)
        rank = column.rank or column.value
        has = [n for n in self.told if rank(n) not in (None, "")]
        has.sort(key=lambda n: _key(rank(n)), reverse=reverse)
        lacks = [n for n in self.told if rank(n) in (None, "")]
        return replace(self, networks=(*has, *lacks, *(n for n in self.networks if isinstance(n, Broken))))

    def document(self) -> Document:
        columns = self.columns
        heads = tuple(map(self._head, columns))
        rows = tuple(_row(network, columns) for network in self.networks)
        sources = dict.fromkeys(n.accuracy_source for n in self.told if n.accuracy_source)
        docs = {"work": self.convention.doc, "top-1": _ACCURACY + (f" ({'; '.join(sources)})" if sources else "")}
        noted = [c for c in dict.fromkeys(columns) if c.name in EXPLAINED]
        foot = tuple(Pair(self._head(c).text, docs.get(c.name, c.doc)) for c in noted)
        return (Grid(heads, rows, foot=foot, note="error"),)

    def _head(self, column: Column[Compared]) -> Head:
        """The head of a column; that of work is the unit."""
        if column.name == "work":
            return Head(self.convention.unit, column.right, self.convention.name)
        return Head(column.name, column.right, column.name)

    def record(self) -> Plain:
        if self.names:
            raise Refused("json has no columns", "it always holds every fact; leave --columns out")
        networks = [_record(network, self.convention) for network in self.networks]
        return {"schema": self.schema, "convention": self.convention.name, "networks": networks}


def _key(value: Any) -> tuple[int, Any]:
    """Sorts numbers before expressions and words."""
    if isinstance(value, str):
        return 1, value.casefold()
    return (1, dim.text(value)) if dim.is_symbolic(value) else (0, value)


def _row(network: Compared | Broken, columns: Sequence[Column[Compared]]) -> GridRow:
    """The row of a network; one that cannot be made has its name and the first line of its error."""
    if isinstance(network, Compared):
        return GridRow(tuple(column.cell(network) for column in columns))
    error = network.error.partition("\n")[0]
    cells = tuple(network.name if column.name == "network" else "" for column in columns)
    return GridRow(cells, note=error) if any(cells) else GridRow((), note=f"{network.name}: {error}")


def _record(network: Compared | Broken, convention: Convention) -> Plain:
    if isinstance(network, Broken):
        return {"name": network.name, "error": network.error}
    return {
        **{name: getattr(network, name) for name in ("name", "title", "family", "source", "year", "file")},
        "config": words.plain(network.config),
        "inputs": list(map(told.shape, network.inputs)),
        **{name: words.size(getattr(network, name)) for name in _NUMBERS},
        convention.name: words.size(network.work),
        "unknown": list(network.unknown),
        "receptive_field": told.field_record(network.field),
        "accuracy": network.accuracy and {"top_1": network.accuracy, "where": network.accuracy_source},
    }
