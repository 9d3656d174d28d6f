"""Closed forms: a quantity of a network and of its parts, with what they assume."""

from typing import Any, NamedTuple

from archcalc import dim
from archcalc.algebra.names import ordered
from archcalc.analyse.quantities import Part, Quantity, stages
from archcalc.analyse.summary import Summary


class Line(NamedTuple):
    """The quantity of one part of a network."""

    label: str
    value: Any
    unknown: tuple[str, ...]
    """The layers whose work is not known: then the number is at least so large."""


class Formulas(NamedTuple):
    """A quantity of a network, in closed form."""

    name: str
    """The network's, with its variant."""
    quantity: Quantity
    lines: tuple[Line, ...]
    symbols: tuple[str, ...]
    """The names of everything that is free, whether it is in a formula or not."""
    assumptions: tuple[str, ...]


def formulas(summary: Summary, quantity: Quantity, where: Part, by_stage: bool = False) -> Formulas:
    """The quantity of a part of a network, or one for each of its outermost scopes and layers."""
    parts = stages(where) if by_stage else [where]
    lines = tuple(Line(part.path or quantity.name, part.value(quantity), part.unknown(quantity)) for part in parts)
    names = {*summary.given.defaults, *(name for line in lines for name in _symbols(line.value))}
    return Formulas(summary.name, quantity, lines, tuple(ordered(names)), summary.assumptions)


def _symbols(value: Any) -> set[str]:
    if isinstance(value, tuple):
        return {name for v in value for name in _symbols(v)}
    return dim.free_symbols([value])
