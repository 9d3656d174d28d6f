"""A derivation for a terminal: lines under each other at their equals signs."""

import textwrap
from collections.abc import Iterator

from archcalc.derive.derivation import Derivation, Section, Step, Table
from archcalc.render import derivations
from archcalc.render.derivations import COLUMNS, cells, operation, table_title
from archcalc.render.formulas import Text
from archcalc.render.words import visible

WIDTH = 110
"""So long may a line of words or of a formula be."""
_WRITER = Text()


def text(derivation: Derivation) -> str:
    """All sections, one under the other."""
    lines = [derivations.title(derivation)]
    for note in derivations.heading(derivation):
        lines += wrapped(note, "  ")
    for step in derivation.inputs:
        lines += ["", *equations(step, "    ")]
    for section in derivation.sections:
        lines += ["", section.title, *_section(section)]
    return "\n".join(lines) + "\n"


def _section(section: Section) -> Iterator[str]:
    for line in derivations.rule(section):
        yield from wrapped(line, "  ")
    for note in section.notes:
        yield from wrapped(visible(note), "  ")
    for step in section.steps:
        yield ""
        yield from equations(step, "    ")
    for table in section.tables:
        yield from ("", f"  {table_title(table)}:", "")
        yield from (f"    {line}".rstrip() for line in grid(table))


def wrapped(line: str, indent: str) -> list[str]:
    """A line of words on as many as it needs."""
    return textwrap.wrap(line, WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False)


def equations(step: Step, indent: str = "") -> list[str]:
    """A step with its equals signs under each other."""
    lines: list[str] = []
    left, margin = f"{indent}{visible(step.name)}", indent + " " * len(visible(step.name))
    for form in derivations.forms(step, _WRITER):
        head = f"{margin if lines else left} = "
        lines += textwrap.wrap(
            form,
            max(WIDTH, len(head) + 40),
            initial_indent=head,
            subsequent_indent=" " * len(head),
            break_long_words=False,
            break_on_hyphens=False,
        )
    return lines


def grid(table: Table) -> list[str]:
    """A receptive field's table in columns."""
    rows = [list(COLUMNS)] + [
        [visible(row.path), operation(row), *cells(row, _WRITER), visible(row.note)] for row in table.rows
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
