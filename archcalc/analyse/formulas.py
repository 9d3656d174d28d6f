"""Closed forms: a quantity of a network and of its parts, as formulas and as Python, with the assumptions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.algebra.names import escaped, identifier, ordered
from archcalc.analyse.quantities import Part, Quantity, stages
from archcalc.analyse.summary import Summary
from archcalc.errors import some
from archcalc.render import FORMATS
from archcalc.render.document import Derived, Document, Forms, Formula, Grid, GridRow, Head, Note, number
from archcalc.render.result import Plain, Result
from archcalc.render.words import plain, visible

Value = Any
"""A size, a word if there is no number, or a tuple of these."""


class Line(NamedTuple):
    """The quantity of one part of a network."""

    label: str
    value: Any
    unknown: tuple[str, ...]
    """The layers of unknown work, which make the value a lower bound."""


@dataclass(frozen=True)
class Formulas(Result):
    """A quantity of a network in closed form; prints as a formula for each part."""

    name: str
    """The name of the network, with its variant."""
    quantity: Quantity
    lines: tuple[Line, ...]
    symbols: tuple[str, ...]
    """The names of all free symbols, whether they are in a formula or not."""
    assumptions: tuple[str, ...]
    formats = FORMATS | {"python": "archcalc.analyse.formulas:Formulas.python"}

    def document(self) -> Document:
        forms = Forms(tuple(Derived(line.label, (_formula(line.value),), bool(line.unknown)) for line in self.lines))
        unknown = [Note(f"the work of {some(line.unknown)} is not known") for line in self.lines if line.unknown]
        return (forms, *unknown, *map(Note, self.provided()))

    def table(self) -> Grid:
        """A row for each part."""
        cells = [(line.label, number(line.value, spelled(line.value, dim.text))) for line in self.lines]
        return Grid((Head("part"), Head(self.quantity.name, right=True)), tuple(map(GridRow, cells)))

    def provided(self) -> list[str]:
        """The assumptions in one line, if there are any."""
        return [f"provided {'; '.join(map(visible, self.assumptions))}"] if self.assumptions else []

    def python(self) -> str:
        """A Python function for each part, exact on integers, with the functions that they call."""
        from archcalc.algebra.write import preamble

        parameters = ", ".join(map(identifier, self.symbols))
        body = "\n\n".join(_function(line, self, parameters) for line in self.lines)
        return "\n\n".join([*preamble(body, [e for line in self.lines for e in _expressions(line.value)]), body])

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
    symbols = dim.free_symbols(e for line in lines for e in _expressions(line.value))
    names = tuple(ordered({*summary.given.defaults, *symbols}))
    return Formulas(summary.name, quantity, lines, names, summary.assumptions)


def spelled(value: Value, one: Callable[[Value], str]) -> str:
    """A value, with each number of a tuple written by `one`."""
    return f"[{', '.join(spelled(v, one) for v in value)}]" if isinstance(value, tuple) else one(value)


def _formula(value: Value) -> Formula:
    return Formula(lambda notation: spelled(value, _latex if notation == "latex" else dim.text))


def _latex(value: Value) -> str:
    from archcalc.algebra.write import latex

    if isinstance(value, str):
        return rf"\text{{{escaped(visible(value))}}}"
    return latex(value) if dim.is_symbolic(value) else str(value)


def _record(value: Value) -> dict[str, Plain]:
    """A formula as text, Python and LaTeX; a number as it is."""
    if not dim.free_symbols(_expressions(value)):
        return {"value": plain(value)}
    texts = {"text": dim.text, "python": _python(), "latex": _latex}
    return {name: spelled(value, one) for name, one in texts.items()}


def _function(line: Line, found: Formulas, parameters: str) -> str:
    """The definition of a Python function."""
    least = "At least the" if line.unknown else "The"
    where = "" if line.label == found.quantity.name else f", {line.label}"
    said = [f"{least} {found.quantity.name} of {found.name}{where}: {found.quantity.doc}.", *found.provided()]
    doc = "\n\n    ".join(map(_inert, said))
    head = f"def {identifier(line.label)}({parameters}):"
    return f'{head}\n    """{doc}"""\n    return {spelled(line.value, _python())}\n'


def _python() -> Callable[[Value], str]:
    """The function that writes a value as a Python expression."""
    from archcalc.algebra.write import Python

    printer = Python({"order": None})
    return lambda value: str(printer.doprint(value)) if dim.is_symbolic(value) else repr(value)


def _inert(doc: str) -> str:
    return visible(doc).replace("\\", "\\\\").replace('"', "'")


def _expressions(value: Value) -> list[Value]:
    """The expressions in a value."""
    if isinstance(value, tuple):
        return [e for part in value for e in _expressions(part)]
    return [value] if dim.is_symbolic(value) else []
