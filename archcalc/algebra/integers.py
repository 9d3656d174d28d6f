"""The declarations of roundings, remainders and extremes."""

import math
from collections.abc import Callable, Iterable
from fractions import Fraction

from sympy import Add, Expr, Integer, together
from sympy.printing.printer import Printer

from archcalc.algebra.declared import (
    EVERYWHERE,
    INFINITE,
    Bound,
    Bounds,
    BuiltIn,
    Code,
    Growth,
    Number,
    Ratio,
    fraction,
    raised,
    rounded,
    together_grown,
)
from archcalc.algebra.linear import linear


class Floor(BuiltIn):
    """The greatest integer not above a number."""

    direction = 1

    @staticmethod
    def value(*numbers: Number) -> int:
        return math.floor(*numbers)

    def bounds(self, *parts: Bounds) -> Bounds:
        ((low, high),) = parts
        return _unless_infinite(math.floor, low), _unless_infinite(math.floor, high)

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        return rounded(of(self.args[0]))

    def exact(self, code: Code) -> Ratio:
        return code.rounded_down(code.part(self.args[0]))

    def _written(self) -> tuple[bool, Expr, Expr]:
        """Whether it is better written as a ceiling; the numerator; the denominator."""
        parts = linear(self.args[0])
        if parts is None:
            return False, *together(self.args[0]).as_numer_denom()
        terms, constant, step = parts
        up = constant - step + 1
        ceiling = abs(up) < abs(constant)
        numerator = Add(*(rest * number for rest, number in terms.items()), Integer(up if ceiling else constant))
        return ceiling, numerator, Integer(step)

    def _sympystr(self, printer: Printer) -> str:
        ceiling, numerator, step = self._written()
        return f"{'ceil' if ceiling else 'floor'}({_ratio(printer, numerator, step)})"

    def _pythoncode(self, printer: Printer) -> str:
        parts = linear(self.args[0])
        if parts is None:
            return f"floor({fraction(self.args[0], printer)})"
        terms, constant, step = parts
        numerator = Add(*(rest * number for rest, number in terms.items()), Integer(constant))
        if step & (step - 1) == 0:
            return f"({printer.parenthesize(numerator, 50)} >> {step.bit_length() - 1})"
        return f"({_ratio(printer, numerator, Integer(step), '//')})"

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        ceiling, numerator, step = self._written()
        above = printer._print(numerator)
        inside = rf"\frac{{{above}}}{{{printer._print(step)}}}" if step != 1 else above
        side = "ceil" if ceiling else "floor"
        return raised(rf"\left\l{side} {inside} \right\r{side}", exp)


class Ceiling(BuiltIn):
    """The least integer not below a number; the normal form has floors in its place."""

    direction = 1

    @staticmethod
    def value(*numbers: Number) -> int:
        return math.ceil(*numbers)

    def bounds(self, *parts: Bounds) -> Bounds:
        ((low, high),) = parts
        return _unless_infinite(math.ceil, low), _unless_infinite(math.ceil, high)

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        return rounded(of(self.args[0]))

    def exact(self, code: Code) -> Ratio:
        minus = code.number(-1)
        return code.product([minus, code.rounded_down(code.product([minus, code.part(self.args[0])]))])


class Remainder(BuiltIn):
    """a - b*floor(a/b)."""

    @staticmethod
    def value(*numbers: Number) -> Number:
        a, b = numbers
        return a - b * math.floor(Fraction(a) / b)

    def bounds(self, *parts: Bounds) -> Bounds:
        _, (low, high) = parts
        return (0, high - 1) if low > 0 else EVERYWHERE

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        inside = of(self.args[0])
        if inside is None or not self.args[1].is_Integer:
            return None
        found = rounded((inside[0], inside[1] / int(self.args[1])))
        return None if found is None else (found[0], Fraction(0))

    def exact(self, code: Code) -> Ratio:
        return code.remainder(*map(code.part, self.args))

    def _sympystr(self, printer: Printer) -> str:
        number, divisor = (printer.parenthesize(part, 51) for part in self.args)
        return f"{number} % {divisor}"

    _pythoncode = _sympystr


class _Extreme(BuiltIn):
    direction = 1
    name: str
    sign: str

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        found = together_grown(map(of, self.args))
        return (found[0], found[1][0]) if found is not None and len(set(found[1])) == 1 else None

    def rebuilt(self, parts: Iterable[Expr]) -> Expr:
        # SymPy takes minutes to order parts that hold floors.
        return self.expression.func(*parts, evaluate=False)

    def exact(self, code: Code) -> Ratio:
        return code.extreme(map(code.part, self.args), self.sign)

    def _sympystr(self, printer: Printer) -> str:
        shown = sorted(map(printer._print, self.args), key=lambda text: (len(text), text))
        return f"{self.name}({', '.join(shown)})"

    _pythoncode = _sympystr


class Largest(_Extreme):
    """The largest of numbers."""

    name, sign = "max", ">"

    @staticmethod
    def value(*numbers: Number) -> Number:
        return max(numbers)

    def bounds(self, *parts: Bounds) -> Bounds:
        return max(low for low, _ in parts), max(high for _, high in parts)


class Smallest(_Extreme):
    """The smallest of numbers."""

    name, sign = "min", "<"

    @staticmethod
    def value(*numbers: Number) -> Number:
        return min(numbers)

    def bounds(self, *parts: Bounds) -> Bounds:
        return min(low for low, _ in parts), min(high for _, high in parts)


def _unless_infinite(function: Callable[[Bound], int], bound: Bound) -> Bound:
    return bound if abs(bound) == INFINITE else function(bound)


def _ratio(printer: Printer, numerator: Expr, step: Expr, sign: str = "/") -> str:
    above: str = printer._print(numerator)
    if step == 1:
        return above
    above = f"({above})" if numerator.is_Add else above
    below = printer._print(step)
    return f"{above}{sign}({below})" if step.args else f"{above}{sign}{below}"
