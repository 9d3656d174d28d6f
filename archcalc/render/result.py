"""The base of all results: they print, show in a notebook, and have every format."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, ClassVar

from archcalc.errors import MissingExtra
from archcalc.render import FORMATS, renderer
from archcalc.render.document import Document, Figure, Grid, GridRow, Head, grids, shown

Plain = None | bool | int | float | str | Sequence["Plain"] | Mapping[str, "Plain"]
"""The values of JSON."""


class Result(ABC):
    """A result of archcalc: a document for readers, a record for machines."""

    formats: ClassVar[Mapping[str, str]] = FORMATS
    """The function of each of its formats."""
    lists: ClassVar[tuple[str, ...]] = ()
    """The lists of the record that JSON writes with an item on each line; without any, all of it is indented."""
    schema: ClassVar[int] = 1
    """The version of the record: raised if a key changes its meaning or goes, but not for a new key."""
    ascii: ClassVar[bool] = True
    """Whether JSON escapes characters beyond ASCII."""

    @abstractmethod
    def document(self) -> Document:
        """The result for readers, block by block."""

    @abstractmethod
    def record(self) -> Plain:
        """The whole result in the types of JSON, without the version."""

    def table(self) -> Grid:
        """The table for machines: by default the tables of the document with equal heads, or its lines without any."""
        found = list(grids(self.document()))
        if not found:
            lines = str(self).splitlines()
            return Grid((Head("text"),), tuple(GridRow((line.strip(),)) for line in lines if line.strip()))
        first = found[0]
        return first._replace(rows=tuple(r for g in found if g.heads == first.heads for r in g.rows))

    def render(self, form: str) -> str:
        """The result in a format; raises Refused for an unknown one."""
        return renderer(form, self.formats)(self)

    def to_json(self) -> Plain:
        """The whole result in the types of JSON, with the version of its keys; see `docs/json.md`."""
        record = self.record()
        return {"schema": self.schema, **record} if isinstance(record, Mapping) else record

    def to_csv(self) -> str:
        """The table for machines as comma-separated values."""
        return self.render("csv")

    def to_pandas(self) -> Any:
        """The table for machines as a data frame of pandas, or of polars if only that is installed."""
        heads, rows = machine(self.table())
        columns = {head: [row[i] for row in rows] for i, head in enumerate(heads)}
        for package in ("pandas", "polars"):
            try:
                return import_module(package).DataFrame(columns)
            except ImportError:
                continue
        raise MissingExtra("pandas or polars", "tables", "a data frame")

    def __str__(self) -> str:
        return self.render("text").removesuffix("\n")

    def _repr_html_(self) -> str:
        return self.render("html")


def machine(grid: Grid) -> tuple[list[str], list[list[int | float | str | None]]]:
    """A table for machines: the names of its columns, and the values of every row that is not a sum of others."""
    rows = [cells for row, cells in zip(grid.rows, grid.filled(), strict=True) if not row.sums]
    values = [[cell.value if isinstance(cell, Figure) else shown(cell) for cell in cells] for cells in rows]
    return [head.key or head.text for head in grid.columns()], values
