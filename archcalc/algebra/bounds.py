"""Facts that follow from the form of an expression: its bounds, and whether it rises or falls with a symbol."""

import functools
import math
from typing import Any

from sympy import Add, Dummy, Expr, Integer, Symbol, expand, floor
from sympy.core.function import Application

from archcalc.algebra import periodic
from archcalc.algebra.builtin import declared
from archcalc.algebra.declared import INFINITE, Bound, Bounds, Trend, number_of
from archcalc.algebra.known import Known
from archcalc.algebra.linear import linear
from archcalc.algebra.normal import reduced


def bounds(value: Expr) -> Bounds:
    """The least and the greatest value of an expression, from those of its parts; infinite if none was found."""
    if value.is_Rational:
        return number_of(value), number_of(value)
    if isinstance(value, Symbol):
        return _symbol_bounds(value)
    return declared(value).bounds(*map(bounds, value.args))


def _symbol_bounds(symbol: Expr) -> Bounds:
    low, high = (symbol.domain.least, symbol.domain.most) if isinstance(symbol, Known) else (None, None)
    if low is None and symbol.is_nonnegative:
        low = 1 if symbol.is_integer and symbol.is_positive else 0
    return -INFINITE if low is None else low, INFINITE if high is None else high


def trend(value: Any, name: str) -> Trend | None:
    """Whether an expression rises (1), falls (-1) or does not change (0) with a symbol; None if it does not follow."""
    if not hasattr(type(value), "free_symbols") or all(s.name != name for s in value.free_symbols):
        return 0
    return 1 if isinstance(value, Symbol) else declared(value).trend(lambda part: trend(part, name), least)


@functools.lru_cache(maxsize=1 << 14)
def least(value: Expr) -> Bound:
    """The greatest lower bound that was found; minus infinity if none was."""
    if periodic.growth(value) is not None:
        (symbol,) = value.free_symbols
        found = periodic.least(value, *_symbol_bounds(symbol))
        if found is not None:
            return found
    low = bounds(value)[0]  # before it is expanded, which takes remainders apart
    if low >= 0:
        return low
    value = reduced(value)
    return max(low, bounds(value)[0], _relaxed(value))


# -- lower bounds without floors, so that what they round can cancel ---------------------------------------------------


def _relaxed(value: Expr) -> Bound:
    others = value.atoms(Application) - value.atoms(floor)
    value = value.xreplace({found: _unbounded(found) for found in others})
    parts = linear(value)
    whole = parts is not None and parts[2] == 1
    for _ in range(20):  # each round removes the outermost floors
        found = value.atoms(floor)
        outer = [f for f in found if not any(f is not g and g.has(f) for g in found)]
        if not outer:
            break
        value = expand(Add(*(_without(term, outer) for term in Add.make_args(value))))
    shifted: dict[Expr, Expr] = {}
    for symbol in value.free_symbols:
        low, high = _symbol_bounds(symbol)
        if low == -INFINITE:
            return -INFINITE
        share = value.coeff(symbol)
        falls = high != INFINITE and share.is_number and share < 0 and not (value - share * symbol).has(symbol)
        shifted[symbol] = high - symbol if falls else low + symbol
    numbers = expand(value.xreplace(shifted)).as_coefficients_dict()
    constant = numbers.pop(Integer(1), Integer(0))
    if not constant.is_Rational:
        return -INFINITE
    if all(n.is_nonnegative and rest.free_symbols and _is_product(rest) for rest, n in numbers.items()):
        return math.ceil(constant) if whole else number_of(constant)
    return -INFINITE


def _is_product(value: Expr) -> bool:
    """Whether a term is a product of powers of symbols: not negative if the symbols are not."""
    return all(base.is_Symbol and power.is_nonnegative for base, power in value.as_powers_dict().items())


def _without(term: Expr, outer: list[Expr]) -> Expr:
    """A lower bound of a term without its outermost floors; symbols without bounds replace floors that have none."""
    share, rest = term.as_coeff_Mul()
    inside = [found for found in outer if rest.has(found)]
    if not inside:
        return term
    factors = rest.as_powers_dict()
    rounded = [base for base in factors if base in inside]
    if len(rounded) != len(inside) or any(factors[base] != 1 for base in rounded):
        return term.xreplace({found: _unbounded(found) for found in inside})
    if len(rounded) > 1:
        # If none of several floors is negative, zero alone bounds their product.
        both = share > 0 and all(found.is_nonnegative for found in rounded)
        return Integer(0) if both else term.xreplace({found: _unbounded(found) for found in inside})
    (found,) = rounded
    parts = linear(found.args[0])
    slack = Integer(1) if parts is None else Integer(parts[2] - 1) / parts[2]
    return expand(share * rest.xreplace({found: found.args[0] - (slack if share > 0 else 0)}))


def _unbounded(found: Expr) -> Expr:
    """A symbol without bounds, in place of an expression without bounds."""
    return Dummy(found.func.__name__, integer=True)
