"""What can be proved of whole expressions from what is known of their symbols."""

import functools
import math
from collections.abc import Mapping
from typing import Any

from sympy import Dummy, Integer, Max, Min, Symbol, expand, floor

from archcalc.algebra.normal import linear, reduced

Known = Mapping[str, tuple[int | None, int | None]]
"""The least and the greatest value of symbols by name, where more is known than the symbol itself says."""


def least(value: Any, known: Known) -> int | None:
    """A lower bound of an expression; None where none was found."""
    return _least(reduced(value), tuple(sorted(known.items())))


@functools.lru_cache(maxsize=1 << 14)
def _least(value: Any, known: tuple[tuple[str, tuple[int | None, int | None]], ...]) -> int | None:
    if unordered := value.atoms(Max, Min):
        value = value.xreplace({found: _unbounded(found) for found in unordered})
    parts = linear(value)
    whole = parts is not None and parts[2] == 1
    for _ in range(20):  # each round takes away the outermost floors
        found = value.atoms(floor)
        outer = [f for f in found if not any(f is not g and g.has(f) for g in found)]
        if not outer:
            break
        value = expand(sum(_without(term, outer) for term in value.as_ordered_terms()))
    bounds = dict(known)
    shifted: dict[Any, Any] = {}
    for symbol in value.free_symbols:
        low, high = bounds.get(symbol.name, (None, None))
        low = _own_least(symbol) if low is None else low
        if low is None:
            return None
        number = value.coeff(symbol)
        falls = high is not None and number.is_number and number < 0 and not (value - number * symbol).has(symbol)
        shifted[symbol] = high - symbol if falls else low + symbol
    numbers = expand(value.xreplace(shifted)).as_coefficients_dict()
    constant = numbers.pop(Integer(1), Integer(0))
    if not constant.is_Rational:
        return None
    if all(n.is_nonnegative and rest.free_symbols and _is_product(rest) for rest, n in numbers.items()):
        return math.ceil(constant) if whole else math.floor(constant)
    return None


def _own_least(symbol: Any) -> int | None:
    return 1 if symbol.is_positive else 0 if symbol.is_nonnegative else None


def _is_product(value: Any) -> bool:
    """Whether a term is a product of powers of symbols, which is not negative where the symbols are not."""
    return all(base.is_Symbol and power.is_nonnegative for base, power in value.as_powers_dict().items())


def _without(term: Any, outer: list[Any]) -> Any:
    """A lower bound of a term without its outermost floors; the term itself where its sign is not known."""
    number, rest = term.as_coeff_Mul()
    inside = [found for found in outer if rest.has(found)]
    if not inside:
        return term
    factors = rest.as_powers_dict()
    rounded = [base for base in factors if base in inside]
    if len(rounded) != len(inside) or any(power != 1 for base, power in factors.items() if base in rounded):
        return term.xreplace({found: _unbounded(found) for found in inside})
    if len(rounded) > 1:
        # A product of several floors is bounded by nought alone, where none of them is negative.
        both = number > 0 and all(found.is_nonnegative for found in rounded)
        return Integer(0) if both else term.xreplace({found: _unbounded(found) for found in inside})
    (found,) = rounded
    parts = linear(found.args[0])
    slack = Integer(1) if parts is None else Integer(parts[2] - 1) / parts[2]
    return expand(number * rest.xreplace({found: found.args[0] - (slack if number > 0 else 0)}))


def _unbounded(found: Any) -> Any:
    """A symbol of which nothing is known, for what cannot be bounded."""
    return Dummy(found.func.__name__, integer=True)


def bound(difference: Any) -> tuple[str, str, int] | None:
    """The claim that an expression is at least 0, solved: a symbol, ">=" or "<=", a number. None where it cannot be."""
    value = reduced(difference)
    constant, rest = value.as_coeff_Add()
    if rest.is_Add or not constant.is_Integer:
        return None
    number, what = rest.as_coeff_Mul()
    if not number.is_Rational:
        return None
    while isinstance(what, floor):
        parts = linear(what.args[0])
        if parts is None or len(parts[0]) != 1:
            return None
        ((inner, share),), offset, step = parts[0].items(), parts[1], parts[2]
        # number * floor(y) + constant >= 0 bounds the floor by a whole number, from below or from above
        if number > 0:
            number, constant = share, offset - step * math.ceil(-constant / number)
        else:
            number, constant = -share, step * (math.floor(-constant / number) + 1) - 1 - offset
        what = inner
        constant, number = Integer(constant), Integer(number)
    if not isinstance(what, Symbol):
        return None
    edge = -constant / number
    return (what.name, ">=", math.ceil(edge)) if number > 0 else (what.name, "<=", math.floor(edge))


def divisor(quotient: Any) -> tuple[int, str] | None:
    """The claim that an expression is whole, solved: a number that must divide a symbol. None where it cannot be."""
    number, rest = quotient.as_coeff_Mul()
    if not number.is_Rational or not isinstance(rest, Symbol):
        return None
    return int(number.q), rest.name
