"""HTML: a fragment that stands by itself, for notebooks and pages."""

from collections.abc import Sequence
from html import escape

from archcalc.analyse.summary import Summary
from archcalc.render import facts
from archcalc.render.cells import tabulated

# No colours but grey lines and the page's own, so that it reads on light and on dark.
STYLE = """
.archcalc { overflow-x: auto; color-scheme: light dark }
.archcalc table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0.8em 0 }
.archcalc th, .archcalc td { padding: 0.15em 0.7em; text-align: left; white-space: nowrap; background: none }
.archcalc thead tr { border-bottom: 1px solid rgba(128, 128, 128, 0.6) }
.archcalc tbody tr { border-bottom: 1px solid rgba(128, 128, 128, 0.15) }
.archcalc dl { display: grid; grid-template-columns: max-content auto; gap: 0.1em 1em; margin: 0 }
.archcalc dt { opacity: 0.65 }
.archcalc dd { margin: 0 }
""".strip()


def html(summary: Summary, *, depth: int | None = 2, unroll: bool = False, columns: Sequence[str] | None = None) -> str:
    """A network as a heading, a table and its totals, in one `div`."""
    grid = tabulated(summary, depth, unroll, columns, style="unsafehtml", escape=escape, indent="&emsp;")
    totals = [(t.name, f"<b>{escape(t.number)}</b> {escape(t.note)}") for t in facts.totals(summary)]
    unknown = facts.unknown(summary)
    totals += [("not known", f"the work of {escape(unknown)}")] if unknown else []
    totals += [("assumes", escape(text)) for text in facts.assumptions(summary)]
    heading = [(name, escape(text)) for name, text in facts.heading(summary)]
    parts = [f"<p><b>{escape(facts.title(summary))}</b></p>", listed(heading), grid, listed(totals)]
    return page(parts)


def page(parts: list[str]) -> str:
    """Pieces of HTML in one `div` with its style."""
    return f'<div class="archcalc">\n<style>\n{STYLE}\n</style>\n' + "\n".join(parts) + "\n</div>\n"


def listed(pairs: list[tuple[str, str]]) -> str:
    """Names and texts; the texts are HTML already."""
    return "\n".join(["<dl>", *(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in pairs), "</dl>"])
