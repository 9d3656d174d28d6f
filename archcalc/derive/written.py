"""What a derivation says: its headings, formulas and tables as a document and as a record."""

from collections.abc import Callable, Iterator
from functools import partial

from archcalc import dim
from archcalc.analyse.told import kernel, settings
from archcalc.derive.derivation import Cell, Derivation, FieldRow, Section, Step, Table
from archcalc.derive.notation import SPELLINGS, Spelling
from archcalc.derive.rules import Rule
from archcalc.derive.tree import Number, Tree, numbers
from archcalc.dim import Dim, Shape
from archcalc.render.document import (
    Block,
    Chapter,
    Derived,
    Document,
    Equations,
    Formula,
    Grid,
    GridRow,
    Head,
    Notation,
    Paragraph,
    Title,
    number,
)
from archcalc.render.result import Plain
from archcalc.render.words import pairs, plain

Tall = Tree | tuple[Tree, ...]
"""A formula; of a shape, one for each axis."""
HEADS = tuple(map(Head, ("layer", "operation", "jump", "first", "last", "size", "note")))


def document(derivation: Derivation) -> Document:
    """All sections, below what the operation does."""
    chapters = (Chapter(section.title, tuple(_section(section))) for section in derivation.sections)
    heading = map(Paragraph, _heading(derivation))
    return Title(_title(derivation)), *heading, *_equations(derivation.inputs), *chapters


def _title(derivation: Derivation) -> str:
    of = f" of {derivation.network}" if derivation.network else ""
    return f"{derivation.path}{of}: {type(derivation.op).__name__}"


def _heading(derivation: Derivation) -> Iterator[str]:
    """What the operation does, its settings, what is assumed."""
    yield from _sourced(derivation.doc)
    if given := settings(derivation.op):
        yield f"Settings: {pairs(given)}."
    yield from derivation.notes
    yield from (f"Assumed: {text}." for text in derivation.assumptions)


def _sourced(rule: Rule) -> list[str]:
    """A rule with its source; nothing where there is no rule."""
    text = f"{rule.text} Source: {rule.source}." if rule.source else rule.text
    return [text] if text else []


def _section(section: Section) -> Iterator[Block]:
    yield from map(Paragraph, (*_sourced(section.rule), *section.notes))
    yield from _equations(section.steps)
    yield from map(_table, section.tables)


def _equations(steps: tuple[Step, ...]) -> list[Equations]:
    return [Equations(tuple(Derived(_left(step.name), _forms(step)) for step in steps))] if steps else []


def _left(name: str) -> str | Formula:
    """The left side of an equation: a symbol such as H_out, or words."""
    base, _, index = name.partition("_out")
    return Formula(lambda notation: SPELLINGS[notation].name(name)) if base != name and not index else name


def _forms(step: Step) -> tuple[Formula, ...]:
    """The right sides of a step: the formula in names, with the numbers put in, and the result; each once."""
    result = _formula(lambda spelling: _result(step.value, spelling))
    if step.formula is None:
        return (result,)
    named, put_in, known = (_tall(f) for f in (step.formula, _numbers(step.formula), _known(step.value)))
    texts = [str(named), str(put_in), str(known)]
    found = [named] if texts[0] != texts[2] else []
    return *found, *([put_in] if texts[1] not in (texts[2], texts[0]) else []), result


def _formula(write: Callable[[Spelling], str]) -> Formula:
    def written(notation: Notation) -> str:
        return write(SPELLINGS[notation])

    return Formula(written)


def _tall(formula: Tall) -> Formula:
    return _formula(lambda spelling: _written(formula, spelling))


def _numbers(formula: Tall) -> Tall:
    return numbers(formula) if isinstance(formula, Tree) else tuple(map(numbers, formula))


def _known(value: Dim | Shape) -> Tall:
    return tuple(map(Number, value)) if isinstance(value, tuple) else Number(value)


def _written(formula: Tall, spelling: Spelling) -> str:
    return spelling.write(formula) if isinstance(formula, Tree) else spelling.shape(formula)


def _result(value: Dim | Shape, spelling: Spelling) -> str:
    return _written(_known(value), spelling) if isinstance(value, tuple) else spelling.result(value)


def _table(table: Table) -> Grid:
    along = " and ".join(table.axes)
    columns = len(HEADS) if any(row.note for row in table.rows) else len(HEADS) - 1
    rows = tuple(GridRow(_cells(row)[:columns]) for row in table.rows)
    return Grid(HEADS[:columns], rows, caption=f"Along {along} of {table.input}")


def _cells(row: FieldRow) -> tuple[str | Formula, ...]:
    numbers = (_formula(partial(_cell, cell)) for cell in (row.jump, row.first, row.last))
    size = _formula(partial(_size, row))
    return row.path, _operation(row), *numbers, size, row.note


def _cell(cell: Cell, spelling: Spelling) -> str:
    """A number with the arithmetic that gives it."""
    if cell.value is None:
        return ""
    value = spelling.result(cell.value)
    made = spelling.write(cell.formula) if cell.formula is not None else value
    return value if made == value else f"{made} = {value}"


def _size(row: FieldRow, spelling: Spelling) -> str:
    size = _cell(row.size, spelling)
    return spelling.at_most(size) if row.phases and size else size


def _operation(row: FieldRow) -> str:
    """The operation of a row, and how its window lies."""
    return " ".join(filter(None, (type(row.op).__name__, kernel(row.op))))


def table(derivation: Derivation) -> Grid:
    """A row for each step: its formula in names, with the numbers put in, and its value."""
    heads = tuple(map(Head, ("section", "name", "formula", "numbers", "value")))
    sections = [("Input", derivation.inputs), *((s.title, s.steps) for s in derivation.sections)]
    return Grid(heads, tuple(_step_row(title, step) for title, steps in sections for step in steps))


def _step_row(title: str, step: Step) -> GridRow:
    named, put_in = ("", "") if step.formula is None else (_tall(step.formula), _tall(_numbers(step.formula)))
    return GridRow((title, step.name, named, put_in, number(step.value, dim.say(step.value))))


def record(derivation: Derivation) -> dict[str, Plain]:
    """The derivation in the types of JSON, its formulas as texts."""
    return {
        "network": derivation.network,
        "path": derivation.path,
        "op": type(derivation.op).__name__,
        "doc": derivation.doc.text,
        "source": derivation.doc.source,
        "settings": plain(settings(derivation.op)),
        "notes": list(derivation.notes),
        "assumptions": list(derivation.assumptions),
        "inputs": list(map(_step, derivation.inputs)),
        "sections": list(map(_section_record, derivation.sections)),
    }


def _section_record(section: Section) -> Plain:
    return {
        "title": section.title,
        "rule": section.rule.text,
        "source": section.rule.source,
        "notes": list(section.notes),
        "steps": list(map(_step, section.steps)),
        "tables": [
            {"input": t.input, "axes": list(t.axes), "rows": list(map(_row_record, t.rows))} for t in section.tables
        ],
    }


def _step(step: Step) -> Plain:
    return {"name": step.name, "forms": list(map(str, _forms(step))), "value": plain(step.value)}


def _row_record(row: FieldRow) -> Plain:
    cells = {"jump": row.jump, "first": row.first, "last": row.last, "size": row.size}
    values = {name: plain(cell.value) for name, cell in cells.items()}
    return {"layer": row.path, "operation": _operation(row), **values, "phases": row.phases, "note": row.note}
