"""Closed forms: a quantity of a network and of its parts, with what they assume."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.algebra.names import ordered
from archcalc.analyse.quantities import Part, Quantity, stages
from archcalc.analyse.summary import Summary
from archcalc.errors import some
from archcalc.render.document import Derived, Document, Forms, Formula, Grid, GridRow, Head, Note, number
from archcalc.render.result import Plain, Result
from archcalc.render.words import plain, visible

Value = Any
"""A size, a text where there is no number, or a tuple of these."""


class Line(NamedTuple):
    """The quantity of one part of a network."""

    label: str
    value: Any
    unknown: tuple[str, ...]
    """The layers whose work is not known: then the number is at least so large."""


@dataclass(frozen=True)
class Formulas(Result):
    """A quantity of a network, in closed form; prints as a formula for each part."""

    name: str
    """The network's, with its variant."""
    quantity: Quantity
    lines: tuple[Line, ...]
    symbols: tuple[str, ...]
    """The names of everything that is free, whether it is in a formula or not."""
    assumptions: tuple[str, ...]

    def document(self) -> Document:
        forms = Forms(tuple(Derived(line.label, (_formula(line.value),), bool(line.unknown)) for line in self.lines))
        unknown = [Note(f"the work of {some(line.unknown)} is not known") for line in self.lines if line.unknown]
        return (forms, *unknown, *map(Note, self.provided()))

    def table(self) -> Grid:
        """A row for each part."""
        cells = [(line.label, number(line.value, spelled(line.value, dim.text))) for line in self.lines]
        return Grid((Head("part"), Head(self.quantity.name, right=True)), tuple(map(GridRow, cells)))

    def provided(self) -> list[str]:
        """What has to hold, in one line; nothing where nothing has to."""
        return [f"provided {'; '.join(map(visible, self.assumptions))}"] if self.assumptions else []

    def python(self) -> str:
        """A Python function for each part, exact for whole numbers."""
        from archcalc.analyse.code import python

        return python(self)

    def record(self) -> Plain:
        return {
            "name": self.name,
            "of": self.quantity.name,
            "unit": self.quantity.unit,
            "means": self.quantity.doc,
            "symbols": list(self.symbols),
            "assumptions": list(self.assumptions),
            "formulas": [{"part": n.label} | _record(n.value) | {"unknown": list(n.unknown)} for n in self.lines],
        }


def formulas(summary: Summary, quantity: Quantity, where: Part, by_stage: bool = False) -> Formulas:
    """The quantity of a part of a network, or one for each of its outermost scopes and layers."""
    parts = stages(where) if by_stage else [where]
    lines = tuple(Line(part.path or quantity.name, part.value(quantity), part.unknown(quantity)) for part in parts)
    names = {*summary.given.defaults, *(name for line in lines for name in _symbols(line.value))}
    return Formulas(summary.name, quantity, lines, tuple(ordered(names)), summary.assumptions)


def spelled(value: Value, one: Callable[[Value], str]) -> str:
    """A value, each number of a tuple written by itself."""
    return f"[{', '.join(spelled(v, one) for v in value)}]" if isinstance(value, tuple) else one(value)


def _formula(value: Value) -> Formula:
    return Formula(lambda notation: spelled(value, _latex if notation == "latex" else dim.text))


def _latex(value: Value) -> str:
    from archcalc.algebra.names import escaped
    from archcalc.algebra.write import latex

    if isinstance(value, str):
        return rf"\text{{{escaped(visible(value))}}}"
    return latex(value) if dim.is_symbolic(value) else str(value)


def _record(value: Value) -> dict[str, Plain]:
    """A formula as text, Python and LaTeX; a number as it is."""
    from archcalc.analyse.code import expression

    if not _symbols(value):
        return {"value": plain(value)}
    texts = {"text": dim.text, "python": expression(), "latex": _latex}
    return {name: spelled(value, one) for name, one in texts.items()}


def _symbols(value: Value) -> set[str]:
    if isinstance(value, tuple):
        return {name for v in value for name in _symbols(v)}
    return dim.free_symbols([value])
