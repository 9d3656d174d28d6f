"""The exact number that an expression is where all its symbols are numbers."""

import functools
import math
import operator
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sympy import Add, Max, Min, Mod, Mul, Pow, Symbol, ceiling, floor

from archcalc.algebra.functions import Opaque, exact


def number(value: Any, values: Mapping[str, Any]) -> Any:
    """An int, or a Fraction where it is no whole number; raises KeyError for a symbol that has no value."""
    found = _number(value, values)
    return found.numerator if isinstance(found, Fraction) and found.denominator == 1 else found


def _number(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, (int, Fraction)):
        return value
    if value.is_Rational:
        return exact(value)
    if isinstance(value, Symbol):
        return values[value.name]
    parts = [_number(part, values) for part in value.args]
    if isinstance(value, Opaque):
        return type(value).body(*parts)
    return _APPLY[type(value)](*parts)


def _power(base: Any, exponent: Any) -> Any:
    return Fraction(base) ** exponent if exponent < 0 else base**exponent


_APPLY: dict[Any, Any] = {
    Add: lambda *v: sum(v),
    Mul: lambda *v: functools.reduce(operator.mul, v),
    Pow: _power,
    floor: math.floor,
    ceiling: math.ceil,
    Mod: lambda a, b: a - b * math.floor(Fraction(a) / b),
    Max: max,
    Min: min,
}
