"""Expressions of one whole symbol in which only sums are rounded: they are linear along each remainder by some period.

Where E(x + P) = E(x) + s*P for all x, evaluating P points determines E everywhere: its least value, where it is zero,
and whether it is a single floor((a*x + c)/q) that is only written in a longer way.
"""

import functools
import math
from fractions import Fraction
from typing import NamedTuple

from sympy import Expr, Integer, Symbol, floor
from sympy.core.function import Application

from archcalc.algebra.builtin import declared
from archcalc.algebra.declared import Bound, Number
from archcalc.algebra.evaluate import number

PERIOD = 2048
"""The longest period that is tried value by value."""


class Periodic(NamedTuple):
    """How an expression grows: E(x + period) = E(x) + slope*period."""

    symbol: str
    period: int
    slope: Fraction

    @property
    def step(self) -> Fraction:
        """By how much it grows in one period."""
        return self.slope * self.period


@functools.lru_cache(maxsize=1 << 14)
def growth(value: Expr) -> Periodic | None:
    """How an expression grows; None where it is of several symbols, of no whole one, or no such sum."""
    symbols = value.free_symbols
    if len(symbols) != 1:
        return None
    (symbol,) = symbols
    found = _growth(value) if symbol.is_integer else None
    return None if found is None or found[0] > PERIOD else Periodic(symbol.name, *found)


def _growth(value: Expr) -> tuple[int, Fraction] | None:
    """Period and slope."""
    if value.is_Rational:
        return 1, Fraction(0)
    return (1, Fraction(1)) if isinstance(value, Symbol) else declared(value).growth(_growth)


@functools.lru_cache(maxsize=1 << 12)
def values(value: Expr, start: int, count: int) -> tuple[Number, ...]:
    """The values of an expression of one symbol at `count` numbers from `start` on."""
    (symbol,) = value.free_symbols
    return tuple(number(value, {symbol.name: start + i}) for i in range(count))


def least(value: Expr, low: Bound, high: Bound) -> Bound | None:
    """The least value of an expression where its symbol lies between bounds, which may be infinite; None: unknown."""
    found = growth(value)
    if found is None or found.period > 512:
        return None
    if found.slope < 0:
        return None if high == math.inf else min(values(value, high - found.period + 1, found.period))
    return None if low == -math.inf else min(values(value, low, found.period))


@functools.lru_cache(maxsize=1 << 12)
def remainders(value: Expr, relation: str) -> tuple[int, frozenset[int]] | None:
    """A period, and the remainders by it at which an expression is 0 ("="), or whole ("divides"), from 0 on.

    None where that depends on more than the remainder.
    """
    found = growth(value)
    if found is None:
        return None
    if relation == "divides":
        period = found.period * found.step.denominator
        whole = [i for i, v in enumerate(values(value, 0, period)) if Fraction(v).denominator == 1]
        return period, frozenset(whole)
    kept = []
    for start, first in enumerate(values(value, 0, found.period)):
        if found.step == 0:
            if first == 0:
                kept.append(start)
        elif _meets_zero(first, found.step):
            return None
    return found.period, frozenset(kept)


def _meets_zero(first: Number, step: Fraction) -> bool:
    """Whether a sequence that goes on in equal steps is zero somewhere."""
    place = -first / step
    return bool(place >= 0 and place.denominator == 1)


@functools.lru_cache(maxsize=1 << 12)
def threshold(value: Expr) -> int | None:
    """The number from which on an expression is never negative, where it is negative before; None: there is none."""
    found = growth(value)
    if found is None or found.slope <= 0:
        return None
    first = values(value, 0, found.period)
    # Along each remainder the first place that is not negative
    edges = [i + math.ceil(Fraction(-v) / found.step) * found.period for i, v in enumerate(first)]
    start = min(edges)
    return start if sorted(edges) == list(range(start, start + found.period)) else None


@functools.lru_cache(maxsize=1 << 14)
def shortened(value: Expr) -> Expr:
    """An expression that is floor((a*x + c)/q) written in a longer way, as that; any other as it is."""
    floors, functions = value.atoms(floor), value.atoms(Application)
    if len(floors) < 2 and functions <= floors:
        return value
    found = growth(value)
    if found is None or found.period > 512:
        return value
    rise, run = found.slope.numerator, found.slope.denominator
    found_values = values(value, 0, found.period)
    gaps = [run * v - rise * i for i, v in enumerate(found_values)]
    low, high = max(gaps), min(gaps) + run - 1
    if low > high or not all(isinstance(v, int) for v in found_values):
        return value
    (symbol,) = value.free_symbols
    return floor((rise * symbol + low) / Integer(run))
