"""Expressions of one integer symbol that round only sums: they are linear along each remainder by some period.

If E(x + P) = E(x) + s*P for all x, evaluating P points determines E everywhere: its least value, where it is zero, and
whether it is a single floor((a*x + c)/q) written in a longer way.
"""

import functools
import math
from fractions import Fraction

from sympy import Expr, Integer, Symbol, floor
from sympy.core.function import Application

from archcalc.algebra.builtin import declared
from archcalc.algebra.declared import Bound, Growth, Number
from archcalc.algebra.domain import Domain
from archcalc.algebra.evaluate import number

PERIOD = 2048
"""The longest period that is tried value by value."""


@functools.lru_cache(maxsize=1 << 14)
def growth(value: Expr) -> Growth | None:
    """The growth of an expression; None if it has several symbols or a real one, or rounds more than sums."""
    if len(value.free_symbols) != 1:
        return None
    (symbol,) = value.free_symbols
    found = _growth(value) if symbol.is_integer else None
    return None if found is None or found.period > PERIOD else found


def _growth(value: Expr) -> Growth | None:
    if value.is_Rational:
        return Growth(1, Fraction(0))
    return Growth(1, Fraction(1)) if isinstance(value, Symbol) else declared(value).growth(_growth)


@functools.lru_cache(maxsize=1 << 12)
def values(value: Expr, start: int, count: int) -> tuple[Number, ...]:
    """The values of an expression of one symbol at `count` numbers from `start` on."""
    (symbol,) = value.free_symbols
    return tuple(number(value, {symbol.name: start + i}) for i in range(count))


def least(value: Expr, low: Bound, high: Bound) -> Bound | None:
    """The least value of an expression while its symbol lies between bounds, which may be infinite; None: unknown."""
    found = growth(value)
    if found is None or found.period > 512:
        return None
    if found.slope < 0:
        return None if high == math.inf else min(values(value, high - found.period + 1, found.period))
    return None if low == -math.inf else min(values(value, low, found.period))


@functools.lru_cache(maxsize=1 << 12)
def remainders(value: Expr, relation: str) -> Domain | None:
    """The numbers from 0 on at which an expression is 0 ("=") or an integer ("divides"), by their remainders.

    None if that depends on more than the remainder.
    """
    found = growth(value)
    if found is None:
        return None
    period = found.period * (found.step.denominator if relation == "divides" else 1)
    first = values(value, 0, period)
    if relation == "=" and found.step != 0:
        zeros = (-v / found.step for v in first)  # in periods from the first value on
        if any(place >= 0 and place.denominator == 1 for place in zeros):
            return None
    kept = (i for i, v in enumerate(first) if (v == 0 if relation == "=" else Fraction(v).denominator == 1))
    return Domain(modulus=period, remainders=frozenset(kept))


@functools.lru_cache(maxsize=1 << 12)
def nonnegative(value: Expr) -> Domain | None:
    """The numbers at which an expression is not negative, if that is so from some number on and only there."""
    found = growth(value)
    if found is None or found.slope <= 0:
        return None
    # Along each remainder the first place that is not negative
    first = enumerate(values(value, 0, found.period))
    edges = sorted(i + math.ceil(Fraction(-v) / found.step) * found.period for i, v in first)
    return Domain(least=edges[0]) if edges == list(range(edges[0], edges[0] + found.period)) else None


@functools.lru_cache(maxsize=1 << 14)
def shortened(value: Expr) -> Expr:
    """An expression as floor((a*x + c)/q) if it is that, written in a longer way."""
    floors, functions = value.atoms(floor), value.atoms(Application)
    if len(floors) < 2 and functions <= floors:
        return value
    found = growth(value)
    if found is None or found.period > 512:
        return value
    rise, run = found.slope.numerator, found.slope.denominator
    first = values(value, 0, found.period)
    gaps = [run * v - rise * i for i, v in enumerate(first)]
    low, high = max(gaps), min(gaps) + run - 1
    if low > high or not all(isinstance(v, int) for v in first):
        return value
    (symbol,) = value.free_symbols
    return floor((rise * symbol + low) / Integer(run))
