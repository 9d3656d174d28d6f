"""A layer's facts derived, as a result: sections with a rule, its source, and steps from a formula to a number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.analyse.told import kernel, settings
from archcalc.derive.named import tree_of
from archcalc.derive.notation import SPELLINGS, Spelling
from archcalc.derive.rules import Rule
from archcalc.derive.tree import Tree, numbers
from archcalc.op import Op
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
    Paragraph,
    Title,
    number,
)
from archcalc.render.result import Plain, Result
from archcalc.render.words import pairs, plain

HEADS = tuple(map(Head, ("layer", "operation", "jump", "first", "last", "size", "note")))


class Step(NamedTuple):
    """One fact, a number or a shape, with the formula that gives it."""

    name: str
    formula: Tree | None
    """None if the fact is known but has no formula."""
    value: Any

    def forms(self) -> Iterator[Formula]:
        """The formula in names, the formula with numbers, and the result; each once."""
        if self.formula is not None:
            named, put_in, known = map(_written, (self.formula, numbers(self.formula), tree_of(self.value)))
            if str(named) != str(known):
                yield named
            if str(put_in) not in (str(named), str(known)):
                yield put_in
        yield _formula(lambda spelling: spelling.result(self.value))

    def equation(self) -> Derived:
        """The step as an equation; a symbol such as H_out is a formula, any other name is words."""
        symbol = _formula(lambda spelling: spelling.name(self.name))
        return Derived(symbol if self.name.endswith("_out") else self.name, tuple(self.forms()))

    def row(self, section: str) -> GridRow:
        """The step as a row of a table."""
        formula = self.formula
        forms = ("", "") if formula is None else (_written(formula), _written(numbers(formula)))
        return GridRow((section, self.name, *forms, number(self.value, dim.say(self.value))))

    def record(self) -> Plain:
        """The step in the types of JSON."""
        return {"name": self.name, "forms": list(map(str, self.forms())), "value": plain(self.value)}


class Cell(NamedTuple):
    """A number of a table, with the arithmetic that gives it; empty without a value."""

    value: Any = None
    formula: Tree | None = None

    def written(self, spelling: Spelling) -> str:
        """The arithmetic and the number."""
        if self.value is None:
            return ""
        result = spelling.result(self.value)
        made = result if self.formula is None else spelling.write(self.formula)
        return result if made == result else f"{made} = {result}"


class FieldRow(NamedTuple):
    """The receptive field along an axis after one layer."""

    path: str
    op: Op
    jump: Cell = Cell()
    first: Cell = Cell()
    last: Cell = Cell()
    size: Cell = Cell()
    phases: bool = False
    """Whether positions differ in what they read; the size is then the largest that any has."""
    note: str = ""

    @property
    def operation(self) -> str:
        """The operation and its window."""
        return " ".join(filter(None, (type(self.op).__name__, kernel(self.op))))

    def cells(self) -> tuple[str | Formula, ...]:
        """The row, in the order of HEADS."""
        numbers = (_formula(cell.written) for cell in (self.jump, self.first, self.last))
        return self.path, self.operation, *numbers, _formula(self._size), self.note

    def _size(self, spelling: Spelling) -> str:
        size = self.size.written(spelling)
        return spelling.upper_bound.format(size) if self.phases and size else size

    def record(self) -> Plain:
        """The row in the types of JSON."""
        numbers = {name: plain(getattr(self, name).value) for name in ("jump", "first", "last", "size")}
        return {"layer": self.path, "operation": self.operation, **numbers, "phases": self.phases, "note": self.note}


class Table(NamedTuple):
    """The receptive field along axes that agree, layer by layer from the input."""

    input: str
    axes: tuple[str, ...]
    """The letters of the axes."""
    rows: tuple[FieldRow, ...]

    def grid(self) -> Grid:
        """The table as a reader sees it, without notes if no row has one."""
        columns = len(HEADS) if any(row.note for row in self.rows) else len(HEADS) - 1
        rows = tuple(GridRow(row.cells()[:columns]) for row in self.rows)
        return Grid(HEADS[:columns], rows, caption=f"Along {' and '.join(self.axes)} of {self.input}")

    def record(self) -> Plain:
        """The table in the types of JSON."""
        return {"input": self.input, "axes": list(self.axes), "rows": [row.record() for row in self.rows]}


class Section(NamedTuple):
    """One fact of a layer."""

    title: str
    rule: Rule
    steps: tuple[Step, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()

    def blocks(self) -> Iterator[Block]:
        """The rule, the notes, the steps and the tables."""
        yield from map(Paragraph, (*self.rule.sourced(), *self.notes))
        yield from _equations(self.steps)
        yield from (table.grid() for table in self.tables)

    def record(self) -> Plain:
        """The section in the types of JSON."""
        return {
            "title": self.title,
            "rule": self.rule.text,
            "source": self.rule.source,
            "notes": list(self.notes),
            "steps": [step.record() for step in self.steps],
            "tables": [table.record() for table in self.tables],
        }


@dataclass(frozen=True)
class Derivation(Result):
    """All facts of one layer, derived; prints as text, and shows as text in a notebook."""

    network: str
    path: str
    op: Op
    doc: Rule
    """What the operation does, and where it was published."""
    inputs: tuple[Step, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    """What is assumed of the symbolic sizes."""

    def document(self) -> Document:
        of = f" of {self.network}" if self.network else ""
        title = Title(f"{self.path}{of}: {type(self.op).__name__}")
        chapters = (Chapter(section.title, tuple(section.blocks())) for section in self.sections)
        return title, *map(Paragraph, self._heading()), *_equations(self.inputs), *chapters

    def _heading(self) -> Iterator[str]:
        yield from self.doc.sourced()
        if given := settings(self.op):
            yield f"Settings: {pairs(given)}."
        yield from self.notes
        yield from (f"Assumed: {text}." for text in self.assumptions)

    def table(self) -> Grid:
        """A row for each step: its formula in names, with the numbers put in, and its value."""
        heads = tuple(map(Head, ("section", "name", "formula", "numbers", "value")))
        sections = (("Input", self.inputs), *((section.title, section.steps) for section in self.sections))
        return Grid(heads, tuple(step.row(title) for title, steps in sections for step in steps))

    def record(self) -> Plain:
        return {
            "network": self.network,
            "path": self.path,
            "op": type(self.op).__name__,
            "doc": self.doc.text,
            "source": self.doc.source,
            "settings": plain(settings(self.op)),
            "notes": list(self.notes),
            "assumptions": list(self.assumptions),
            "inputs": [step.record() for step in self.inputs],
            "sections": [section.record() for section in self.sections],
        }


def _equations(steps: tuple[Step, ...]) -> list[Equations]:
    return [Equations(tuple(step.equation() for step in steps))] if steps else []


def _written(formula: Tree) -> Formula:
    return _formula(lambda spelling: spelling.write(formula))


def _formula(write: Callable[[Spelling], str]) -> Formula:
    return Formula(lambda notation: write(SPELLINGS[notation]))
