"""Whether an expression rises or falls with a symbol, where that follows from its form."""

from collections.abc import Mapping
from typing import Any, Literal

from sympy import Add, Max, Min, Mul, Pow, Symbol, floor

from archcalc.algebra.decide import least
from archcalc.algebra.domain import Domain
from archcalc.algebra.functions import AtLeast0, Round, RoundTo

Trend = Literal[-1, 0, 1]
"""Falling, constant, rising; neither need be strict."""
RISING = (floor, Max, Min, RoundTo, Round, AtLeast0)
"""Functions that rise with each of their arguments."""


def trend(value: Any, name: str, known: Mapping[str, Domain]) -> Trend | None:
    """Whether an expression rises (1), falls (-1) or does not change (0) with a symbol; None: it does not follow."""
    if not hasattr(value, "free_symbols") or all(s.name != name for s in value.free_symbols):
        return 0
    if isinstance(value, Symbol):
        return 1
    if isinstance(value, Add):
        return _same(trend(part, name, known) for part in value.args)
    if isinstance(value, RISING):
        return _same(trend(part, name, known) for part in value.args)
    if isinstance(value, Pow) and value.exp.is_Integer and least(value.base, known) >= 0:
        inner = trend(value.base, name, known)
        return inner if value.exp > 0 else _turned(inner)
    if isinstance(value, Mul):
        share, rest = value.as_coeff_Mul()
        factors = Mul.make_args(rest)
        if any(least(factor, known) < 0 for factor in factors):
            return None
        found = trend(rest, name, known) if len(factors) == 1 else _same(trend(f, name, known) for f in factors)
        return found if share > 0 else _turned(found)
    return None


def _same(trends: Any) -> Trend | None:
    found: set[Trend | None] = {t for t in trends if t != 0}
    return 0 if not found else found.pop() if len(found) == 1 else None


def _turned(found: Trend | None) -> Trend | None:
    return None if found is None else -found
