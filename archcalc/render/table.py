"""The table for a terminal, in plain text.

It is laid out here and not by rich, which takes 30 ms to import and 25 ms for 45 rows (seconds for thousands); of rich
only the widths of wide characters are used, where there are any.
"""

from collections.abc import Sequence

from archcalc.analyse.summary import Summary
from archcalc.render import facts, layout
from archcalc.render.columns import Column, choose, header
from archcalc.render.layout import GAP, folded, padded
from archcalc.render.rows import Row, rows

BY_IMPORTANCE = ("layer", "parameters", "macs", "op", "output", "field", "share", "kernel", "input")
"""The usual columns; a narrow terminal keeps the first that fit."""
INDENT = "  "
LONG = 24
"""Longer numbers, expressions, do not push the others to the right."""


def table(
    summary: Summary,
    *,
    depth: int | None = 2,
    unroll: bool = False,
    columns: Sequence[str] | None = None,
    color: bool = False,
    width: int | None = None,
) -> str:
    """A network as a table between its heading and its totals.

    `width` is that of the terminal: the usual columns that do not fit are left out, and long lines are folded. Without
    it nothing is left out.
    """
    bold, faint = (layout.bold, layout.faint) if color else (str, str)
    found = rows(summary, depth, unroll)
    chosen, head, rule, *body = _grid(summary, found, columns, width)
    lines = [bold(facts.title(summary)), *folded(facts.heading(summary), width), "", bold(head), faint(rule)]
    lines += [bold(line) if row.open else line for row, line in zip(found, body, strict=True)]
    lines += [faint(rule), *_totals(summary, width)]
    if chosen:
        lines += ["", faint(f"too narrow for: {chosen}")]
    return "\n".join(lines)


def _grid(summary: Summary, found: list[Row], names: Sequence[str] | None, width: int | None) -> list[str]:
    """The names of the columns that are left out, then the lines: header, rule, and one for each row."""
    chosen = choose(names)
    grid = [[header(c, summary), *(_cell(c, row) for row in found)] for c in chosen]
    widths = [max(map(layout.width, column)) for column in grid]
    kept = range(len(chosen)) if names or width is None else _fitting([c.name for c in chosen], widths, width)
    lines = [
        GAP.join(padded(grid[i][line], widths[i], chosen[i].right) for i in kept).rstrip()
        for line in range(len(found) + 1)
    ]
    rule = GAP.join("-" * widths[i] for i in kept)
    left_out = ", ".join(chosen[i].name for i in range(len(chosen)) if i not in kept)
    return [left_out, lines[0], rule, *lines[1:]]


def _cell(column: Column, row: Row) -> str:
    return (INDENT * row.level if column.name == "layer" else "") + column.show(row)


def _fitting(names: list[str], widths: list[int], width: int) -> list[int]:
    """The places of the columns that fit, the important ones first; the layers, their parameters and work always."""
    kept: list[int] = []
    left = width
    for number, name in enumerate(BY_IMPORTANCE):
        place = names.index(name)
        needed = widths[place] + (len(GAP) if kept else 0)
        if needed <= left or number < 3:
            kept.append(place)
            left -= needed
    return sorted(kept)


def _totals(summary: Summary, width: int | None) -> list[str]:
    found = facts.totals(summary)
    edge = max((len(t.number) for t in found if len(t.number) <= LONG), default=0)
    pairs = [(t.name, f"{t.number.rjust(edge)}{GAP}{t.note}") for t in found]
    unknown = facts.unknown(summary)
    pairs += [("not known", f"the work of {unknown}")] if unknown else []
    pairs += [("assumes", text) for text in facts.assumptions(summary)]
    return folded(pairs, width)
