"""The rows of a table as texts, for the formats that the library tabulate lays out."""

from collections.abc import Callable, Sequence

from archcalc.analyse.summary import Summary
from archcalc.render.columns import Column, choose, header
from archcalc.render.rows import Row, rows


def tabulated(
    summary: Summary,
    depth: int | None,
    unroll: bool,
    columns: Sequence[str] | None,
    *,
    style: str,
    escape: Callable[[str], str],
    indent: str,
) -> str:
    """The table in a style of tabulate; `escape` makes a text inert, `indent` stands before a name for each level."""
    from tabulate import tabulate

    chosen = choose(columns)

    def cell(column: Column, row: Row) -> str:
        return (indent * row.level if column.name == "layer" else "") + escape(column.show(row))

    return tabulate(
        [[cell(column, row) for column in chosen] for row in rows(summary, depth, unroll)],
        headers=[escape(header(column, summary)) for column in chosen],
        tablefmt=style,
        colalign=["right" if column.right else "left" for column in chosen],
        disable_numparse=True,
    )
