"""Comma-separated values: the table of a result for machines, numbers as they are."""

import csv as csv_module
import io

from archcalc.render.result import Result, machine
from archcalc.render.words import visible

FORMULA = ("=", "+", "-", "@", "'")
"""A cell that begins so would be read as a formula by a spreadsheet, or lose the quote that keeps it from that."""
Value = int | float | str | None


def csv(result: Result) -> str:
    """The table of a result below the names of its columns; a text that a spreadsheet would run is made inert."""
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
