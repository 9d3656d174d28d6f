"""What every format of a derivation shows: its lines, tables and headings as texts, not yet laid out."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from archcalc.derive.derivation import Cell, Derivation, Row, Section, Step, Table
from archcalc.derive.tree import Number, numbers
from archcalc.errors import Refused, nearest
from archcalc.render import words
from archcalc.render.formulas import Writer

FORMATS = {
    "text": "archcalc.render.derivation_text:text",
    "markdown": "archcalc.render.derivation_markdown:markdown",
    "latex": "archcalc.render.derivation_latex:latex",
}
"""Where the function of each format is; all take a derivation."""
COLUMNS = ("layer", "operation", "jump", "first", "last", "size", "")
"""The heads of the columns of a receptive field's table; the last one is a note."""


def renderer(name: str) -> Callable[[Derivation], str]:
    """The function of a format; raises Refused when there is none of this name."""
    if name not in FORMATS:
        raise Refused(f"there is no format {name!r}", nearest(name, FORMATS))
    module, function = FORMATS[name].split(":")
    found: Callable[[Derivation], str] = getattr(import_module(module), function)
    return found


def title(derivation: Derivation) -> str:
    """Which layer of which network it is."""
    of = f" of {derivation.network}" if derivation.network else ""
    return words.visible(f"{derivation.path}{of}: {type(derivation.op).__name__}")


def heading(derivation: Derivation) -> list[str]:
    """What stands above the sections: what the operation does, its settings, what is assumed."""
    given = words.pairs(words.settings(derivation.op))
    lines = [sourced(derivation.doc.text, derivation.doc.source), f"Settings: {given}." if given else ""]
    lines += [words.visible(note) for note in derivation.notes]
    lines += [f"Assumed: {words.visible(text)}." for text in derivation.assumptions]
    return [line for line in lines if line]


def sourced(text: str, source: str) -> str:
    """A rule with its source."""
    return f"{text} Source: {source}." if source else text


def rule(section: Section) -> list[str]:
    """What stands above the lines of a section."""
    return [sourced(section.rule.text, section.rule.source)] if section.rule.text else []


def forms(step: Step, writer: Writer) -> list[str]:
    """The right sides of a step: the formula in names, with the numbers put in, and the result."""
    result = _result(step.value, writer)
    if step.formula is None:
        return [result]
    named, put_in = (_written(f, writer) for f in (step.formula, _numbers(step.formula)))
    plain = _written(_known(step.value), writer)
    found = [named] if named != plain else []
    found += [put_in] if put_in not in (plain, named) else []
    return [*found, result]


def _numbers(formula: Any) -> Any:
    return tuple(map(numbers, formula)) if _is_shape(formula) else numbers(formula)


def _known(value: Any) -> Any:
    return tuple(map(Number, value)) if _is_shape(value) else Number(value)


def _is_shape(formula: Any) -> bool:
    return type(formula) is tuple


def _written(formula: Any, writer: Writer) -> str:
    return writer.shape(formula) if _is_shape(formula) else writer.write(formula)


def _result(value: Any, writer: Writer) -> str:
    return _written(_known(value), writer) if _is_shape(value) else writer.result(value)


def table_title(table: Table) -> str:
    """Of which axes a table tells."""
    along = " and ".join(table.axes)
    return words.visible(f"Along {along} of {table.input}")


def cells(row: Row, writer: Writer) -> list[str]:
    """The columns of a row from its jump on, in mathematics mode."""
    size = cell(row.size, writer)
    return [cell(c, writer) for c in (row.jump, row.first, row.last)] + [
        writer.at_most(size) if row.phases and size else size
    ]


def cell(given: Cell, writer: Writer) -> str:
    """A number with the arithmetic that gives it."""
    if given.value is None:
        return ""
    value = writer.result(given.value)
    made = writer.write(given.formula) if given.formula is not None else value
    return value if made == value else f"{made} = {value}"


def operation(row: Row) -> str:
    """The operation of a row, and how its window lies."""
    return " ".join(filter(None, (type(row.op).__name__, words.kernel(row.op))))
