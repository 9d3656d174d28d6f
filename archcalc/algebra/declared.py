"""The declaration of a function of sizes: everything that archcalc knows of it, in one class.

The interpreters (evaluate, bounds, periodic, monotone, normal, the printers, the compilers) ask an expression's
declaration and list no functions. A function of archcalc's own is a class that inherits `SizeFunction`; SymPy's
functions have theirs in `builtin`.
"""

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, TypeAlias

from sympy import Expr, Function, Integer, together
from sympy.printing.printer import Printer

from archcalc.algebra.names import escaped
from archcalc.errors import Refused

Number: TypeAlias = int | Fraction
"""An exact number."""
Bound: TypeAlias = int | Fraction | float
"""An exact number, or a float that is infinite."""
Bounds: TypeAlias = tuple[Bound, Bound]
"""The least and the greatest value; infinite where there is none."""
Integers: TypeAlias = Any
"""An integer, a NumPy array of integers, or a bound of them (`magnitude`)."""
Trend = Literal[-1, 0, 1]
"""Falling, constant, rising; neither need be strict."""
Growth: TypeAlias = tuple[int, Fraction]
"""The period and the slope of an E with E(x + period) = E(x) + slope*period."""

INFINITE = math.inf
EVERYWHERE: Bounds = (-INFINITE, INFINITE)


class Ratio(NamedTuple):
    """A computed part of an expression: a numerator over a positive denominator."""

    above: str
    """Code."""
    below: int | str
    """A number, or a variable of the code."""


class Code(Protocol):
    """What a declaration may ask of the code that it becomes part of; `exactcode` implements it."""

    def number(self, value: int) -> Ratio:
        """An integer."""

    def part(self, value: Expr) -> Ratio:
        """An expression."""

    def sum(self, parts: Iterable[Ratio]) -> Ratio:
        """The sum of parts."""

    def product(self, parts: Iterable[Ratio]) -> Ratio:
        """The product of parts."""

    def power(self, part: Ratio, exponent: int, positive: bool) -> Ratio:
        """A part to an integer power; `positive` where the part is known to be."""

    def rounded_down(self, part: Ratio) -> Ratio:
        """The greatest integer not above a part."""

    def remainder(self, dividend: Ratio, divisor: Ratio) -> Ratio:
        """Dividend - divisor*floor(dividend/divisor)."""

    def extreme(self, parts: Iterable[Ratio], sign: str) -> Ratio:
        """The largest (">") or the smallest ("<") part."""

    def call(self, function: "type[SizeFunction]", parts: Iterable[Ratio]) -> Ratio:
        """An integer that a function computes from numerators and denominators."""


class Declaration:
    """What archcalc knows of a function applied to `args`."""

    args: tuple[Expr, ...]
    direction: ClassVar[Trend | None] = None
    """Whether the function rises or falls with each of its arguments."""

    @staticmethod
    def value(*numbers: Any) -> Any:
        """The exact value for exact numbers."""
        raise Refused("a function without a declaration has no value")

    def bounds(self, *parts: Bounds) -> Bounds:
        """The bounds of the value, from those of the arguments."""
        return EVERYWHERE

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        """The period and slope, from those of the arguments; None where the function is not periodic."""
        return None

    def trend(self, of: Callable[[Expr], Trend | None], least: Callable[[Expr], Bound]) -> Trend | None:
        """The trend, from those of the arguments and the lower bounds of expressions."""
        return None if self.direction is None else times(agreed(map(of, self.args)), self.direction)

    def rebuilt(self, parts: Iterable[Expr]) -> Expr:
        """The function of other arguments."""
        return self.func(*parts)  # type: ignore[attr-defined]

    def exact(self, code: Code) -> Ratio:
        """The code that computes the function exactly."""
        raise Refused(f"{self.args} of a function without a declaration cannot be written as code")


class BuiltIn(Declaration):
    """A declaration that stands beside an expression, whose class is SymPy's."""

    def __init__(self, expression: Expr):
        self.expression = expression
        self.args = expression.args

    def rebuilt(self, parts: Iterable[Expr]) -> Expr:
        return self.expression.func(*parts)


class SizeFunction(Declaration, Function):
    """A function of archcalc's own with an integer value, which stays as it is until its arguments are numbers."""

    name: ClassVar[str]
    """What formulas and code call it."""
    definition: ClassVar[str] = ""
    """Its definition in Python, where it is no built-in function of Python."""
    javascript: ClassVar[str]
    """Its definition in JavaScript, of a numerator and a denominator (BigInts) for each argument."""
    is_integer = True
    is_real = True
    is_commutative = True

    @classmethod
    def eval(cls, *args: Expr) -> Expr:
        if all(a.is_Rational for a in args):
            return Integer(cls.value(*map(number_of, args)))
        return None

    @staticmethod
    def integers(numpy: Any, *parts: Integers) -> Integers:
        """The value for arrays: a numerator and a denominator for each argument.

        Only + - * // % >> and comparisons, and `maximum`, `minimum` and `where` of `numpy`, which may also be the
        `magnitude.Bounding` of these: a bound of all intermediate values follows from the code itself.
        """
        raise NotImplementedError

    def exact(self, code: Code) -> Ratio:
        return code.call(type(self), map(code.part, self.args))

    def _sympystr(self, printer: Printer) -> str:
        return f"{self.name}({', '.join(map(printer._print, self.args))})"

    def _pythoncode(self, printer: Printer) -> str:
        return f"{self.name}({', '.join(fraction(value, printer) for value in self.args)})"

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        inside = ", ".join(map(printer._print, self.args))
        return raised(rf"\operatorname{{{escaped(self.name)}}}\left({inside}\right)", exp)


def fraction(value: Expr, printer: Printer) -> str:
    """A number that need not be an integer, as Python: a fraction of integers."""
    above, below = together(value).as_numer_denom()
    shown: str = printer._print(value) if below == 1 else f"fraction({printer._print(above)}, {printer._print(below)})"
    return shown


def raised(latex: str, exponent: str | None) -> str:
    """LaTeX to a power, as SymPy's printer asks functions for it."""
    return latex if exponent is None else rf"{latex}^{{{exponent}}}"


def number_of(value: Expr) -> Number:
    """A SymPy number as Python's: an int, or a Fraction where it is not whole."""
    return int(value) if value.is_Integer else Fraction(int(value.p), int(value.q))


def agreed(trends: Iterable[Trend | None]) -> Trend | None:
    """The trend that all parts share; None where one rises and another falls, or one is not known."""
    found: set[Trend | None] = {t for t in trends if t != 0}
    return 0 if not found else found.pop() if len(found) == 1 else None


def times(trend: Trend | None, sign: Trend) -> Trend | None:
    """A trend, turned round by a negative sign."""
    return trend if trend is None or sign > 0 else -trend


def rounded(inside: Growth | None) -> Growth | None:
    """The growth of a rounding: where its argument grows by an integer in a period, it grows by the same."""
    if inside is None:
        return None
    period, slope = inside
    return period * (slope * period).denominator, slope


def together_grown(parts: Iterable[Growth | None]) -> tuple[int, tuple[Fraction, ...]] | None:
    """A period that several expressions share, and the slope of each."""
    found = list(parts)
    known = [part for part in found if part is not None]
    if len(known) < len(found):
        return None
    return math.lcm(*(period for period, _ in known)), tuple(slope for _, slope in known)
