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
    chosen = choose(columns)

    def cell(column: Column, row: Row) -> str:
        return (indent * row.level if column.name == "layer" else "") + escape(column.show(row))

    lines = [[cell(column, row) for column in chosen] for row in rows(summary, depth, unroll)]
    return laid_out([escape(header(c, summary)) for c in chosen], lines, [c.right for c in chosen], style)


def laid_out(head: Sequence[str], lines: Sequence[Sequence[str]], right: Sequence[bool], style: str) -> str:
    """Lines of texts below their heads, in a style of tabulate."""
    from tabulate import tabulate

    return tabulate(
        lines,
        headers=head,
        tablefmt=style,
        colalign=["right" if r else "left" for r in right],
        disable_numparse=True,
    )
