"""Values from Python as values of the language: what a program gives for a config entry or as a name."""

import math
from fractions import Fraction
from numbers import Integral, Rational, Real
from typing import Any

from archcalc.errors import LimitReached, Refused
from archcalc.language.limits import DEFAULT, Limits

TAKEN = "give a finite number, a string, true, false, or a list of these"


def exact(value: Any, limits: Limits = DEFAULT, above: int = 0) -> Any:
    """A value of the language: lists are tuples, floats the fractions that they print as.

    Numbers of NumPy and SymPy are numbers. `above` is the number of lists around it. Raises Refused for any other
    value, LimitReached for a number with too many digits.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)  # a plain one: NumPy's prints in another way
    if isinstance(value, (list, tuple)):
        if above >= limits.nesting:
            raise Refused("a list is nested too deeply", TAKEN)
        return tuple(exact(v, limits, above + 1) for v in value)
    return _number(value, limits)


def _number(value: Any, limits: Limits) -> int | Fraction:
    number: int | Fraction | None = None
    if isinstance(value, Integral):
        number = int(value)
    elif isinstance(value, Rational):
        number = Fraction(int(value.numerator), int(value.denominator))
    elif isinstance(value, Real) and math.isfinite(value):
        number = Fraction(str(value))  # as it prints: 0.1 is a tenth
    if number is None:
        raise Refused(f"{described(value)} is not a value of the language", TAKEN)
    if (size := max(number.numerator.bit_length(), number.denominator.bit_length())) > limits.bits:
        raise LimitReached("bits", limits.bits, f"a number of {size:,} binary digits is too large")
    return number


def strings(given: object, what: str) -> list[str]:
    """The strings of an argument; one may stand alone. Raises Refused for anything else."""
    try:
        items = iter([given] if isinstance(given, str) else given)  # type: ignore[call-overload]  # that is the question
    except TypeError:
        items = iter([given])
    found = [*items]
    for item in found:
        if not isinstance(item, str):
            raise Refused(f"`{what}` takes strings, not {described(item)}")
    return found


def described(value: object) -> str:
    """A value that the language does not have, in words; it may be too large or too deep to print."""
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    return str(value) if isinstance(value, float) else f"a Python object of type {name}"
