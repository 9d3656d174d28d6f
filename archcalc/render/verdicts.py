"""Verdicts on printed numbers as text, Markdown and JSON."""

import json as _json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from archcalc.render.words import visible
from archcalc.verify.cells import CheckedDocument
from archcalc.verify.judge import Finding
from archcalc.verify.unknown import Unknown, shown

HEAD = ("about", "fact", "printed", "computed", "verdict", "reading")


def text(checked: CheckedDocument) -> str:
    """A row for each printed number, those with another verdict than the recorded one marked with `!`."""
    return _laid_out(checked, "simple", str)


def markdown(checked: CheckedDocument) -> str:
    """The same as a table in Markdown."""
    from archcalc.render.markdown import escaped

    return _laid_out(checked, "github", escaped)


def _laid_out(checked: CheckedDocument, style: str, escape: Callable[[str], str]) -> str:
    from tabulate import tabulate

    rows = [[escape(visible(c)) for c in _row(found)] for found in checked.findings]
    align = ("left", "left", "right", "right", "left", "left")
    table = tabulate(rows, headers=HEAD, tablefmt=style, colalign=align, disable_numparse=True)
    return f"{escape(visible(checked.title))} ({escape(visible(checked.file))})\n\n{table}"


def _row(found: Finding) -> list[str]:
    mark = "" if found.as_recorded else "! "
    return [found.about, found.fact, found.printed, _computed(found.computed), mark + _kind(found), _why(found)]


def _kind(found: Finding) -> str:
    return f"{found.verdict}, {found.agreement}" if found.agreement in ("cut off", "about") else found.verdict


def _why(found: Finding) -> str:
    chance = "" if found.chance is None else f"by chance in {max(1, round(100 * found.chance))} of 100"
    note = found.note if found.verdict in ("differs", "agrees under") else ""
    return "; ".join(filter(None, (found.reading, found.reason, found.needed, chance, note)))


def _computed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{float(value):,.2f}"
    return f"{int(value):,}" if isinstance(value, (int, Fraction)) else str(value)


def left(found: Unknown) -> str:
    """The values that each number leaves, and those left by all."""
    from tabulate import tabulate

    rows = [[one.about, one.fact, one.printed, visible(one.reason) or shown(one.runs)] for one in found.left]
    table = tabulate(rows, headers=("about", "fact", "printed", found.entry), tablefmt="simple", disable_numparse=True)
    return f"{table}\n\n{visible(found.entry)} is {shown(found.common)}"


def json(checked: list[CheckedDocument]) -> str:
    """Everything for machines."""
    documents = [
        {
            "title": one.title,
            "file": one.file,
            "surprises": len(one.surprises),
            "findings": [found._asdict() for found in one.findings],
        }
        for one in checked
    ]
    return _json.dumps(documents, indent=2, ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Fraction) else str(value)
