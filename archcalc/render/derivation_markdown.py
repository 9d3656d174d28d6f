"""A derivation in Markdown as GitHub reads it: headings, the formulas as code, tables."""

from collections.abc import Iterator

from archcalc.derive.derivation import Derivation, Section, Step, Table
from archcalc.render import derivations
from archcalc.render.derivation_text import equations
from archcalc.render.derivations import COLUMNS, cells, operation, table_title
from archcalc.render.formulas import Text
from archcalc.render.markdown import escaped
from archcalc.render.words import visible

_WRITER = Text()


def markdown(derivation: Derivation) -> str:
    """All sections under headings."""
    parts = [f"## {escaped(derivations.title(derivation))}"]
    parts += [escaped(note) for note in derivations.heading(derivation)]
    parts += _code(derivation.inputs)
    for section in derivation.sections:
        parts += [f"### {section.title}", *_section(section)]
    return "\n\n".join(parts) + "\n"


def _section(section: Section) -> Iterator[str]:
    yield from map(escaped, derivations.rule(section))
    yield from (escaped(visible(note)) for note in section.notes)
    yield from _code(section.steps)
    for table in section.tables:
        yield f"{escaped(table_title(table))}:"
        yield "\n".join(_table(table))


def _code(steps: tuple[Step, ...]) -> list[str]:
    texts = ["\n".join(equations(step)) for step in steps]
    return ["```text\n" + "\n\n".join(texts) + "\n```"] if texts else []


def _table(table: Table) -> Iterator[str]:
    yield _row([head or "note" for head in COLUMNS])
    yield _row(["---"] * len(COLUMNS))
    for row in table.rows:
        yield _row(
            [escaped(text) for text in (visible(row.path), operation(row), *cells(row, _WRITER), visible(row.note))]
        )


def _row(entries: list[str]) -> str:
    return f"| {' | '.join(entries)} |"
