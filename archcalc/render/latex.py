"""LaTeX: a tabular in the style of the package booktabs."""

import re
from collections.abc import Sequence

from archcalc.analyse.summary import Summary
from archcalc.render import facts
from archcalc.render.cells import tabulated

# What tabulate does not escape, or not in every version, passes through it as characters that no name holds, since they
# are not printable. A quote by its number works in every font encoding.
_SPECIAL = {"<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"{\char34}", "indent": r"\quad "}
_STAND_INS = {what: chr(0xE000 + i) for i, what in enumerate(_SPECIAL)}
_BEFORE = str.maketrans({what: stand_in for what, stand_in in _STAND_INS.items() if what != "indent"})
_AFTER = str.maketrans({stand_in: _SPECIAL[what] for what, stand_in in _STAND_INS.items()})
_OPTION = re.compile(r"(?m)^(\s*)(?=[\[*])")


def latex(
    summary: Summary, *, depth: int | None = 2, unroll: bool = False, columns: Sequence[str] | None = None
) -> str:
    r"""A network as a tabular; needs `\usepackage{booktabs}`. The totals stand above it as comments."""
    indent = _STAND_INS["indent"]
    grid = tabulated(summary, depth, unroll, columns, style="latex_booktabs", escape=escaped, indent=indent)
    grid = finished(grid)
    notes = [facts.title(summary), *(f"{name}: {text}" for name, text in facts.heading(summary))]
    notes += [f"{t.name}: {t.number} ({t.note})" for t in facts.totals(summary)]
    unknown = facts.unknown(summary)
    notes += [f"not known: the work of {unknown}"] if unknown else []
    notes += [f"assumes: {text}" for text in facts.assumptions(summary)]
    return "\n".join([*(f"% {note}" for note in notes), grid]) + "\n"


def escaped(text: str) -> str:
    """A text that means nothing to LaTeX once tabulate has laid it out and the table is `finished`."""
    return text.translate(_BEFORE)


def finished(grid: str) -> str:
    r"""A table of tabulate's with what stood in for special characters; no row is an option of the \\ before it."""
    return _OPTION.sub(r"\1{}", grid.translate(_AFTER))
