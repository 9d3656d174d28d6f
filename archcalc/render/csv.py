"""Comma-separated values: the table of a result for machines."""

import csv as csv_module
import io

from archcalc.render.result import Result, machine
from archcalc.render.words import visible

FORMULA = ("=", "+", "-", "@", "'")
"""A spreadsheet would run a cell that begins with one of these, or drop the quote."""
Value = int | float | str | None


def csv(result: Result) -> str:
    """The table of a result, with cells that a spreadsheet would run made inert by a quote."""
    heads, rows = machine(result.table())
    file = io.StringIO()
    write = csv_module.writer(file, lineterminator="\n")
    write.writerow(map(_inert, heads))
    write.writerows(map(_inert, row) for row in rows)
    return file.getvalue()


def _inert(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    text = visible(value)
    return "'" + text if text.startswith(FORMULA) else text
