"""The bounds of an expression, from those of its parts."""

from collections.abc import Mapping

from sympy import Expr, Symbol

from archcalc.algebra.builtin import declared
from archcalc.algebra.declared import INFINITE, Bounds, number_of
from archcalc.algebra.domain import Domain


def bounds(value: Expr, known: Mapping[str, Domain]) -> Bounds:
    """The least and the greatest value that an expression may have; infinite where none was found."""
    if value.is_Rational:
        return number_of(value), number_of(value)
    if isinstance(value, Symbol):
        return symbol_bounds(value, known)
    return declared(value).bounds(*(bounds(part, known) for part in value.args))


def symbol_bounds(symbol: Expr, known: Mapping[str, Domain]) -> Bounds:
    """The least and the greatest value of a symbol."""
    domain = known.get(symbol.name, Domain())
    low = domain.least if domain.least is not None else _own_least(symbol)
    return -INFINITE if low is None else low, INFINITE if domain.most is None else domain.most


def _own_least(symbol: Expr) -> int | None:
    if symbol.is_integer:
        return 1 if symbol.is_positive else 0 if symbol.is_nonnegative else None
    return 0 if symbol.is_nonnegative else None
