"""Sizes and claims about them: the only module that knows int, SymPy and NumPy apart.

A formula of archcalc is written once, with ``+ - * //`` and the names below, and runs alike on Python integers, on
SymPy expressions (a size that is still free) and on NumPy arrays (many sizes at once). Neither SymPy nor NumPy is
imported here unless a symbol is asked for.
"""

import functools
import math
import operator
import sys
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from archcalc.errors import Undecidable

Dim = int
"""A size. To the type checker an int; at run time also a SymPy expression or a NumPy array."""

Shape = tuple[Dim, ...]


class Undecided:
    """A claim over symbolic sizes that is neither true nor false yet; it becomes an assumption of the result."""

    __slots__ = ("opposite", "text")

    def __init__(self, text: str, opposite: str):
        self.text, self.opposite = text, opposite

    def __bool__(self) -> bool:
        raise Undecidable(f"cannot decide whether {self.text}; fix the symbol or constrain it")

    def __repr__(self) -> str:
        return f"Undecided({self.text!r})"

    def negated(self) -> "Undecided":
        """The claim that this one is false."""
        return Undecided(self.opposite, self.text)


Claim = bool | Undecided


def is_symbolic(value: object) -> bool:
    """Whether a value is a SymPy expression (true also for a SymPy integer)."""
    return hasattr(value, "free_symbols")


def is_array(value: object) -> bool:
    """Whether a value is a NumPy array."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def is_size(value: object) -> bool:
    """Whether a value may stand for a whole number: an int (no bool), an integer expression or an array."""
    if type(value) is int:
        return True
    if is_symbolic(value):
        return getattr(value, "is_integer", None) is not False
    return is_array(value)


@functools.cache
def symbol(name: str, least: int = 1) -> Any:
    """The one symbol of this name: an integer, positive unless `least` is below 1.

    Two SymPy symbols of one name and different assumptions are unequal, so all symbols come from here.
    """
    from sympy import Symbol

    kind = {"positive": True} if least >= 1 else {"nonnegative": True} if least >= 0 else {}
    return Symbol(name, integer=True, **kind)


def free_symbols(values: Iterable[object]) -> set[str]:
    """The names of all symbols in some sizes."""
    return {s.name for v in values if is_symbolic(v) for s in v.free_symbols}  # type: ignore[attr-defined]


def tidy(value: Any) -> Any:
    """A number in its plainest type: a SymPy integer or a whole Fraction becomes an int."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    if is_symbolic(value):
        if value.is_Integer:
            return int(value)
        if value.is_Rational:
            return Fraction(int(value.p), int(value.q))
    return value


def plain(value: Any, what: str) -> int:
    """The one number that a value is; raises Undecidable where it depends on a symbol or on which of many sizes."""
    if is_array(value) and (value == value.flat[0]).all():
        return int(value.flat[0])
    value = tidy(value)
    if type(value) is not int:
        raise Undecidable(f"{what} is {value}, but must be one number; fix the symbols in it")
    return value


def prod(values: Iterable[Dim]) -> Dim:
    """The product of sizes; 1 for none."""
    return functools.reduce(operator.mul, values, 1)


def total(values: Iterable[Dim]) -> Dim:
    """The sum of sizes; one flat SymPy sum where any is symbolic (a running sum is quadratic)."""
    items = list(values)
    if not set(map(type, items)) <= {int} and any(map(is_symbolic, items)):
        from sympy import Add, expand

        return tidy(expand(Add(*items)))  # type: ignore[no-any-return]
    return sum(items)


def ceil_div(a: Dim, b: Dim) -> Dim:
    """A / b rounded up."""
    return -(-a // b)


def ratio(a: Dim, b: Dim) -> Any:
    """A / b exactly: an int where it is whole, else a Fraction, or an expression of symbols."""
    if is_symbolic(a) or is_symbolic(b):
        return tidy(a / b)
    return tidy(Fraction(a, b))


def maximum(*values: Any) -> Any:
    """The largest of some sizes."""
    return _extreme(values, max, "Max", "maximum")


def minimum(*values: Any) -> Any:
    """The smallest of some sizes."""
    return _extreme(values, min, "Min", "minimum")


def _extreme(values: tuple[Any, ...], plain: Any, symbolic: str, many: str) -> Any:
    if any(is_symbolic(v) for v in values):
        import sympy

        return tidy(getattr(sympy, symbolic)(*values))
    if any(is_array(v) for v in values):
        return functools.reduce(getattr(sys.modules["numpy"], many), values)
    return plain(values)


def gcd(a: Dim, b: Dim) -> Dim:
    """The greatest common divisor; raises Undecidable where it has no formula, for two unrelated symbols."""
    if is_array(a) or is_array(b):
        return sys.modules["numpy"].gcd(a, b)  # type: ignore[no-any-return]
    if not (is_symbolic(a) or is_symbolic(b)):
        return math.gcd(a, b)
    for divisor, size in ((a, b), (b, a)):
        if divides(divisor, size) is True:
            return divisor
        if type(divisor) is int:
            return _gcd_of_symbol(divisor, size)
    raise Undecidable(f"the greatest common divisor of {a} and {b} has no formula; fix one of them")


def _gcd_of_symbol(number: int, size: Dim) -> Dim:
    """Gauss: gcd(n, m) is the sum of Euler's phi(d) over the d that divide both; d divides m iff the floors differ."""
    from sympy import divisors, totient

    return total(int(totient(d)) * (size // d - (size - 1) // d) for d in divisors(number))


def floor(value: Any) -> Any:
    """The greatest whole number not above a number."""
    return tidy(value // 1) if is_symbolic(value) else math.floor(value)


def ceil(value: Any) -> Any:
    """The least whole number not below a number."""
    return tidy(-(-value // 1)) if is_symbolic(value) else math.ceil(value)


def equal(a: Any, b: Any) -> Claim:
    """The claim that two sizes are equal."""
    if not (is_symbolic(a) or is_symbolic(b)):
        return bool(a == b)
    difference = _difference(a, b)
    if difference.is_zero or difference == 0:
        return True
    return False if difference.is_zero is False else Undecided(f"{a} = {b}", f"{a} != {b}")


def at_least(a: Any, b: Any) -> Claim:
    """The claim that a >= b."""
    if not (is_symbolic(a) or is_symbolic(b)):
        return bool(a >= b)
    sign = _difference(a, b).is_nonnegative
    return Undecided(f"{a} >= {b}", f"{a} < {b}") if sign is None else bool(sign)


def divides(a: Any, b: Any) -> Claim:
    """The claim that a divides b without remainder."""
    if not (is_symbolic(a) or is_symbolic(b)):
        return bool(a != 0 and b % a == 0)
    quotient = _difference(b / a, 0)
    if quotient.is_integer is not None:
        return bool(quotient.is_integer)
    return Undecided(f"{a} divides {b}", f"{a} does not divide {b}")


def _difference(a: Any, b: Any) -> Any:
    from sympy import expand, sympify

    # expand() alone: simplify() takes seconds on nested floors. sympify() sees numbers and expressions, never text.
    return expand(sympify(a) - sympify(b))


def both(*claims: Claim) -> Claim:
    """The claim that all of some claims hold."""
    if any(c is False for c in claims):
        return False
    left = [c for c in claims if isinstance(c, Undecided)]
    return Undecided(" and ".join(c.text for c in left), " or ".join(c.opposite for c in left)) if left else True


def show(shape: Iterable[Any]) -> str:
    """A shape as a reader writes it: ``[1, 3, H, W]``."""
    return f"[{', '.join(str(d) for d in shape)}]"


def say(value: Any) -> str:
    """A value as a spec writes it, cut off where it is long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, tuple):
        text = f"[{', '.join(say(v) for v in value[:12])}{', ...' if len(value) > 12 else ''}]"
    elif isinstance(value, Fraction):
        text = f"{float(value):g}"
    else:
        text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
