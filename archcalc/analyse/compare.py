"""Networks side by side, as a result."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from archcalc.analyse.columns import Column
from archcalc.analyse.comparison import Broken, Compared
from archcalc.analyse.comparison_columns import DEFAULT, header, in_order, named, notes
from archcalc.analyse.records import field, shape
from archcalc.convention import Convention
from archcalc.errors import Refused
from archcalc.render.document import Document, Grid, GridRow, Head
from archcalc.render.result import Plain, Result
from archcalc.render.words import plain, size

SCHEMA = 1
"""Raised when a key changes its meaning or goes; a new key does not raise it."""
_NUMBERS = ("layers", "depth", "parameters", "trainable", "buffers", "activations", "memory")


@dataclass(frozen=True)
class Comparison(Result):
    """Networks side by side, under one counting convention; prints as a table."""

    convention: Convention
    networks: tuple[Compared | Broken, ...]
    names: tuple[str, ...] = ()
    """The columns that are shown; the usual ones where there are none."""
    lists = ("networks",)

    @property
    def told(self) -> list[Compared]:
        """The networks that could be made."""
        return [n for n in self.networks if isinstance(n, Compared)]

    @property
    def status(self) -> int:
        """The exit status of the first network that could not be made; 0 where all could."""
        return next((n.status for n in self.networks if isinstance(n, Broken)), 0)

    @property
    def columns(self) -> list[Column[Compared]]:
        """The columns that are shown: those asked for, or the usual ones and known accuracies."""
        accurate = any(n.accuracy is not None for n in self.told)
        return [named(name, self.convention) for name in self.names or (*DEFAULT, *["top-1"] * accurate)]

    def shown(self, columns: Sequence[str] | None) -> "Comparison":
        """The comparison with other columns; raises Refused for an unknown one."""
        found = replace(self, names=tuple(columns or ()))
        _ = found.columns
        return found

    def in_order(self, by: str, reverse: bool = False) -> "Comparison":
        """The networks sorted by a column, those that could not be made last."""
        done = in_order(self.told, named(by, self.convention), reverse)
        return replace(self, networks=(*done, *(n for n in self.networks if isinstance(n, Broken))))

    def document(self) -> Document:
        columns = self.columns
        heads = tuple(Head(header(c, self.convention), c.right, self._key(c)) for c in columns)
        rows = tuple(_row(network, columns) for network in self.networks)
        return (Grid(heads, rows, foot=tuple(notes(columns, self.convention, self.told)), note="error"),)

    def _key(self, column: Column[Compared]) -> str:
        return self.convention.name if column.name == "work" else column.name

    def record(self) -> Plain:
        if self.names:
            raise Refused("json has no columns", "it always holds every fact; leave --columns out")
        networks = [_record(network, self.convention) for network in self.networks]
        return {"schema": SCHEMA, "convention": self.convention.name, "networks": networks}


def _row(network: Compared | Broken, columns: Sequence[Column[Compared]]) -> GridRow:
    """A network; of one that could not be made the name and the first line of why."""
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
        "config": plain(network.config),
        "inputs": [shape(sizes) for sizes in network.inputs],
        **{name: size(getattr(network, name)) for name in _NUMBERS},
        convention.name: size(network.work),
        "unknown": list(network.unknown),
        "receptive_field": field(network.field),
        "accuracy": network.accuracy and {"top_1": network.accuracy, "where": network.accuracy_source},
    }
