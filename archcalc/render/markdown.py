"""Markdown as GitHub reads it."""

import re
from collections.abc import Sequence

from archcalc.analyse.summary import Summary
from archcalc.render import facts
from archcalc.render.cells import tabulated

# What could begin markup: emphasis, code, HTML, entities, cells, formulas, a link's address, a bare link.
_MARKUP = re.compile(r"[\\`*_<>&|~$#!]|\](?=[(\[:])|:(?=//)|(?<=www)\.", re.IGNORECASE)


def markdown(
    summary: Summary, *, depth: int | None = 2, unroll: bool = False, columns: Sequence[str] | None = None
) -> str:
    """A network as a heading, a table and a list of its totals."""
    grid = tabulated(summary, depth, unroll, columns, style="pipe", escape=escaped, indent="&nbsp;&nbsp;")
    heading = [f"- {name}: {escaped(text)}" for name, text in facts.heading(summary)]
    totals = [f"- {t.name}: **{escaped(t.number)}** ({escaped(t.note)})" for t in facts.totals(summary)]
    unknown = facts.unknown(summary)
    totals += [f"- not known: the work of {escaped(unknown)}"] if unknown else []
    totals += [f"- assumes: {escaped(text)}" for text in facts.assumptions(summary)]
    return "\n".join([f"## {escaped(facts.title(summary))}", "", *heading, "", grid, "", *totals]) + "\n"


def escaped(text: str) -> str:
    """A text without meaning to Markdown."""
    return _MARKUP.sub(lambda found: "\\" + found[0], text)
