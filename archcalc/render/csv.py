"""Comma-separated values: one row for each row of the table but the scopes whose rows follow; numbers as they are."""

import csv as csv_module
import io
from collections.abc import Iterable, Sequence
from typing import Any

from archcalc.analyse.summary import Summary
from archcalc.render.columns import Column, choose
from archcalc.render.rows import rows

FORMULA = ("=", "+", "-", "@", "'")
"""A cell that begins so would be read as a formula by a spreadsheet, or lose the quote that keeps it from that."""


def csv(
    summary: Summary, *, depth: int | None = None, unroll: bool = True, columns: Sequence[str] | None = None
) -> str:
    """A network as a table for spreadsheets and data frames; every layer by itself unless told otherwise.

    No row repeats what another one counts, so that the columns add up to the totals.
    """
    chosen = choose(columns)
    head = [_name(column, summary) for column in chosen]
    return written(head, [[c.value(row) for c in chosen] for row in rows(summary, depth, unroll) if not row.open])


def written(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    """Lines of values below their names; a text that a spreadsheet would run is made inert."""
    file = io.StringIO()
    write = csv_module.writer(file, lineterminator="\n")
    write.writerow(head)
    write.writerows([map(_cell, line) for line in lines])
    return file.getvalue()


def _name(column: Column, summary: Summary) -> str:
    return summary.convention.name if column.name == "macs" else column.name


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, (int, float)):
        return value
    text = str(value)
    return "'" + text if text.startswith(FORMULA) else text
