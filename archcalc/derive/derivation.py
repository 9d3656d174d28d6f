"""What is derived of one layer: sections of a rule, its source, and steps from a formula to a number."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from archcalc.derive.rules import Rule
from archcalc.derive.tree import Tree
from archcalc.op import Op
from archcalc.render.document import Document, Grid
from archcalc.render.result import Plain, Result


class Step(NamedTuple):
    """One fact with the formula that it comes from; of a shape, a formula for each axis."""

    name: str
    formula: Tree | tuple[Tree, ...] | None
    """None where the fact is known but not by a formula."""
    value: Any


class Cell(NamedTuple):
    """A number of a table, with the arithmetic that gives it."""

    formula: Tree | None
    value: Any
    """None where there is none."""


@dataclass(frozen=True)
class FieldRow:
    """What one layer makes of the receptive field along an axis."""

    path: str
    op: Op
    jump: Cell
    first: Cell
    last: Cell
    size: Cell
    phases: bool
    """Whether positions differ in what they read, so that the size is the most that any has."""
    note: str
    """What there is to say of it beside its numbers."""


@dataclass(frozen=True)
class Table:
    """The receptive field along axes that agree, layer by layer from the input."""

    input: str
    axes: tuple[str, ...]
    """The letters of the axes."""
    rows: tuple[FieldRow, ...]


@dataclass(frozen=True)
class Section:
    """One fact of a layer."""

    title: str
    rule: Rule
    steps: tuple[Step, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Derivation(Result):
    """All facts of one layer, derived; prints as a text, and shows as one in a notebook."""

    network: str
    path: str
    op: Op
    doc: Rule
    """What the operation does, and where it was published."""
    inputs: tuple[Step, ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    """What the symbolic sizes are assumed to be."""

    def document(self) -> Document:
        from archcalc.derive.written import document

        return document(self)

    def table(self) -> Grid:
        """A row for each step."""
        from archcalc.derive.written import table

        return table(self)

    def record(self) -> Plain:
        from archcalc.derive.written import record

        return record(self)
