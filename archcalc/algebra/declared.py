"""The declaration of a function of sizes: everything that archcalc knows about it, in one class.

The interpreters (evaluate, bounds, periodic, normal, the printers, the compilers) ask an expression's declaration and
list no functions. A function of archcalc's own is a class that inherits `SizeFunction`; `builtin` declares SymPy's.
"""

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, TypeAlias

from sympy import Expr, Function, Integer, together
from sympy.printing.printer import Printer

from archcalc.algebra.names import escaped
from archcalc.errors import Refused

if TYPE_CHECKING:
    from archcalc.algebra.exactcode import ExactCode

Number: TypeAlias = int | Fraction
"""An exact number."""
Bound: TypeAlias = int | Fraction | float
"""An exact number, or a float that is infinite."""
Bounds: TypeAlias = tuple[Bound, Bound]
"""The least and the greatest value; infinite if there is none."""
Integers: TypeAlias = Any
"""An integer, a NumPy array of integers, or a bound of them (`magnitude`)."""
Trend = Literal[-1, 0, 1]
"""Falling, constant, rising; neither need be strict."""

INFINITE = math.inf
EVERYWHERE: Bounds = (-INFINITE, INFINITE)


class Growth(NamedTuple):
    """The growth of an expression E with E(x + period) = E(x) + slope*period."""

    period: int
    slope: Fraction

    @property
    def step(self) -> Fraction:
        """The growth in one period."""
        return self.slope * self.period


class Ratio(NamedTuple):
    """The code of a part of an expression: a numerator over a positive denominator, a number or a variable."""

    above: str
    below: int | str


class Declaration:
    """Everything that archcalc knows about a function applied to `args`."""

    args: tuple[Expr, ...]
    func: Callable[..., Expr]
    direction: ClassVar[Trend | None] = None
    """Whether the function rises or falls with each of its arguments."""

    @staticmethod
    def value(*numbers: Any) -> Any:
        """The exact value for exact numbers."""
        raise Refused("a function without a declaration has no value")

    def bounds(self, *parts: Bounds) -> Bounds:
        """The bounds of the value, from those of the arguments: for a rising function, its values there."""
        if self.direction != 1:
            return EVERYWHERE
        low, high = map(self._limit, zip(*parts, strict=True))
        return low, high

    def _limit(self, ends: tuple[Bound, ...]) -> Bound:
        """The value at bounds; that of a rounding is infinite if its argument is."""
        limit: Bound = ends[0] if len(ends) == 1 and abs(ends[0]) == INFINITE else self.value(*ends)
        return limit

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        """The growth, from that of the arguments; None if the function is not periodic."""
        return None

    def trend(self, of: Callable[[Expr], Trend | None], least: Callable[[Expr], Bound]) -> Trend | None:
        """The trend, from those of the arguments and the lower bounds of expressions."""
        return None if self.direction is None else agreed(map(of, self.args), self.direction)

    def rebuilt(self, parts: Iterable[Expr]) -> Expr:
        """The function of other arguments."""
        return self.func(*parts)

    def exact(self, code: "ExactCode") -> Ratio:
        """The code that computes the function exactly."""
        raise Refused(f"{self.args} of a function without a declaration cannot be written as code")


class BuiltIn(Declaration):
    """A declaration beside an expression, whose class is SymPy's."""

    def __init__(self, expression: Expr):
        self.expression, self.args, self.func = expression, expression.args, expression.func


class SizeFunction(Declaration, Function):
    """A function of archcalc's own with an integer value, which SymPy evaluates only for numbers."""

    name: ClassVar[str]
    """Its name in formulas and code."""
    definition: ClassVar[str] = ""
    """Its definition in Python, unless Python has the function."""
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

        It may use only + - * // % >> and comparisons, and `maximum`, `minimum` and `where` of `numpy`, which may also
        be `magnitude.Bounding`: the code itself then yields a bound of all intermediate values.
        """
        raise NotImplementedError

    def exact(self, code: "ExactCode") -> Ratio:
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
    """A SymPy number as an int, or as a Fraction if it is not an integer."""
    return int(value) if value.is_Integer else Fraction(int(value.p), int(value.q))


def agreed(trends: Iterable[Trend | None], sign: int) -> Trend | None:
    """The trend that all parts share, reversed by a negative sign; None if they differ or one is unknown."""
    found: set[Trend | None] = {t for t in trends if t != 0}
    shared = 0 if not found else found.pop() if len(found) == 1 else None
    return shared if shared is None or sign > 0 else -shared
