"""The exact value of an expression whose symbols are numbers."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from sympy import Symbol

from archcalc.algebra.builtin import declared
from archcalc.algebra.declared import number_of


def number(value: Any, values: Mapping[str, Any]) -> Any:
    """An int, or a Fraction if it is not an integer; raises KeyError for a symbol without a value."""
    found = _number(value, values)
    return found.numerator if isinstance(found, Fraction) and found.denominator == 1 else found


def _number(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, (int, Fraction)):
        return value
    if value.is_Rational:
        return number_of(value)
    if isinstance(value, Symbol):
        return values[value.name]
    return declared(value).value(*(_number(part, values) for part in value.args))
