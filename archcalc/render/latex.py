"""LaTeX: a tabular in the style of the package booktabs."""

import re
from collections.abc import Sequence

from archcalc.analyse.summary import Summary
from archcalc.render import facts
from archcalc.render.cells import tabulated

INDENT = "\ue000"
"""Stands for an indentation until tabulate has escaped the rest; no name holds it, since it is not printable."""
_AFTER = str.maketrans(
    {INDENT: r"\quad ", "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}"}
)
_OPTION = re.compile(r"(?m)^(\s*)(?=[\[*])")


def latex(
    summary: Summary, *, depth: int | None = 2, unroll: bool = False, columns: Sequence[str] | None = None
) -> str:
    r"""A network as a tabular; needs `\usepackage{booktabs}`. The totals stand above it as comments."""
    grid = tabulated(summary, depth, unroll, columns, style="latex_booktabs", escape=str, indent=INDENT)
    # A row that begins with [ or * would be an option of the \\ before it.
    grid = _OPTION.sub(r"\1{}", grid.translate(_AFTER))
    notes = [facts.title(summary), *(f"{name}: {text}" for name, text in facts.heading(summary))]
    notes += [f"{t.name}: {t.number} ({t.note})" for t in facts.totals(summary)]
    unknown = facts.unknown(summary)
    notes += [f"not known: the work of {unknown}"] if unknown else []
    notes += [f"assumes: {text}" for text in facts.assumptions(summary)]
    return "\n".join([*(f"% {note}" for note in notes), grid]) + "\n"
