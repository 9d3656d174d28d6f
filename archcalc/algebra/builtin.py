"""The declarations of SymPy's functions: sums, products, powers, roundings, remainders and extremes."""

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sympy import Add, Expr, Integer, Max, Min, Mod, Mul, Pow, Symbol, ceiling, expand, floor, together
from sympy.printing.printer import Printer

from archcalc.algebra.declared import (
    EVERYWHERE,
    INFINITE,
    Bound,
    Bounds,
    BuiltIn,
    Declaration,
    Growth,
    Number,
    Ratio,
    SizeFunction,
    Trend,
    agreed,
    fraction,
    raised,
)
from archcalc.algebra.linear import linear, over
from archcalc.algebra.names import rank
from archcalc.errors import Refused

if TYPE_CHECKING:
    from archcalc.algebra.exactcode import ExactCode


def _together(parts: Iterable[Growth | None]) -> tuple[int, tuple[Fraction, ...]] | None:
    """A period that several expressions share, and the slope of each."""
    found = list(parts)
    known = [part for part in found if part is not None]
    if len(known) < len(found):
        return None
    return math.lcm(*(part.period for part in known)), tuple(part.slope for part in known)


class Addition(BuiltIn):
    """a + b + ..."""

    direction = 1

    @staticmethod
    def value(*numbers: Number) -> Number:
        return sum(numbers)

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        found = _together(map(of, self.args))
        return None if found is None else Growth(found[0], sum(found[1], Fraction(0)))

    def exact(self, code: "ExactCode") -> Ratio:
        return code.sum(map(code.part, self.args))

    def _sympystr(self, printer: Printer, order: str | None = None) -> str:
        is_size = all(rest == 1 or rest.is_Symbol for rest in self.expression.as_coefficients_dict())
        return self._written(printer, order, "/" if is_size else "")  # (H - 124)/16

    def _pythoncode(self, printer: Printer, order: str | None = None) -> str:
        return self._written(printer, order, "//")  # the whole sum is an integer

    def _written(self, printer: Printer, order: str | None, over: str) -> str:
        step = math.lcm(*(int(number.q) for number in self.expression.as_coefficients_dict().values()))
        if step == 1 or not over:
            return str(printer._print_Add(self.expression, order))
        return f"({printer._print(expand(self.expression * step))}){over}{step}"


class Multiplication(BuiltIn):
    """a * b * ..."""

    @staticmethod
    def value(*numbers: Number) -> Number:
        return math.prod(numbers)

    def bounds(self, *parts: Bounds) -> Bounds:
        low: Bound = 1
        high: Bound = 1
        for part in parts:
            ends = [0 if 0 in (a, b) else a * b for a in (low, high) for b in part]
            low, high = min(ends), max(ends)
        return low, high

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        share, rest = self.expression.as_coeff_Mul()
        found = of(rest) if share.is_Rational and not rest.is_Mul else None
        return None if found is None else Growth(found.period, Fraction(int(share.p), int(share.q)) * found.slope)

    def trend(self, of: Callable[[Expr], Trend | None], least: Callable[[Expr], Bound]) -> Trend | None:
        share, rest = self.expression.as_coeff_Mul()
        factors = Mul.make_args(rest)
        if any(least(factor) < 0 for factor in factors):
            return None
        return agreed(map(of, factors), 1 if share > 0 else -1)

    def exact(self, code: "ExactCode") -> Ratio:
        return code.product(map(code.part, self.args))

    def _sympystr(self, printer: Printer) -> str:
        number, factors = self._ordered()
        if not number.is_Rational or any(f.as_base_exp()[1].is_negative for f in factors):
            return str(printer._print_Mul(self.expression))
        above = "*".join([*_beside(number), *(printer.parenthesize(f, 50) for f in factors)])
        return ("-" if number < 0 else "") + above + (f"/{number.q}" if number.q != 1 else "")

    def _pythoncode(self, printer: Printer) -> str:
        above, below = self.expression.as_numer_denom()
        if below != 1:
            return f"({printer._print(above)})//({printer._print(below)})"
        return self._sympystr(printer)

    def _latex(self, printer: Printer) -> str:
        number, factors = self._ordered()
        if not number.is_Rational or any(f.is_Add or f.as_base_exp()[1].is_negative for f in factors):
            return str(printer._print_Mul(self.expression))
        above = " ".join([*_beside(number), *map(printer._print, factors)])
        return ("- " if number < 0 else "") + (above if number.q == 1 else rf"\frac{{{above}}}{{{number.q}}}")

    def _ordered(self) -> tuple[Expr, list[Expr]]:
        """The number, and the other factors in the order of formulas."""
        number, rest = self.expression.as_coeff_Mul()
        return number, sorted(Mul.make_args(rest), key=_factor_rank)


def _beside(number: Expr) -> list[str]:
    """The numerator that is written before other factors."""
    return [] if abs(number.p) == 1 else [str(abs(number.p))]


def _factor_rank(factor: Expr) -> tuple[int, int, str]:
    base = factor.as_base_exp()[0]
    return rank(base.name) if isinstance(base, Symbol) else (2, 0, "")


class Power(BuiltIn):
    """a ** n."""

    @staticmethod
    def value(base: Number, exponent: Number) -> Any:
        return Fraction(base) ** exponent if exponent < 0 else base**exponent

    def bounds(self, *parts: Bounds) -> Bounds:
        (low, high), (power, most) = parts
        if power != most or low < 0 or not isinstance(power, int):
            return EVERYWHERE
        if power >= 0:
            return low**power, high**power
        if low > 0:
            return 0 if high == INFINITE else Fraction(high) ** power, Fraction(low) ** power
        return EVERYWHERE

    def trend(self, of: Callable[[Expr], Trend | None], least: Callable[[Expr], Bound]) -> Trend | None:
        base, exponent = self.args
        if not exponent.is_Integer or least(base) < 0:
            return None
        return agreed([of(base)], 1 if exponent > 0 else -1)

    def exact(self, code: "ExactCode") -> Ratio:
        base, exponent = self.args
        if not exponent.is_Integer:
            raise Refused("a power with an open exponent cannot be written as code")
        return code.power(code.part(base), int(exponent), bool(base.is_positive))


class Rounding(BuiltIn):
    """A function that grows as its argument does in periods in which that grows by an integer."""

    direction = 1

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        found = of(self.args[0])
        return None if found is None else Growth(found.period * found.step.denominator, found.slope)


class Floor(Rounding):
    """The greatest integer not above a number."""

    value = staticmethod(math.floor)

    def exact(self, code: "ExactCode") -> Ratio:
        return code.rounded_down(code.part(self.args[0]))

    def _written(self) -> tuple[str, Expr, Expr]:
        """The rounding as it is better written, floor or ceil; the numerator; the denominator."""
        parts = linear(self.args[0])
        if parts is None:
            return "floor", *together(self.args[0]).as_numer_denom()
        terms, constant, step = parts
        up = constant - step + 1
        name, constant = ("ceil", up) if abs(up) < abs(constant) else ("floor", constant)
        return name, over(terms, constant, 1), Integer(step)

    def _sympystr(self, printer: Printer) -> str:
        name, numerator, step = self._written()
        return f"{name}({_ratio(printer, numerator, step)})"

    def _pythoncode(self, printer: Printer) -> str:
        parts = linear(self.args[0])
        if parts is None:
            return f"floor({fraction(self.args[0], printer)})"
        terms, constant, step = parts
        numerator = over(terms, constant, 1)
        if step & (step - 1) == 0:
            return f"({printer.parenthesize(numerator, 50)} >> {step.bit_length() - 1})"
        return f"({_ratio(printer, numerator, Integer(step), '//')})"

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        name, numerator, step = self._written()
        above = printer._print(numerator)
        inside = rf"\frac{{{above}}}{{{printer._print(step)}}}" if step != 1 else above
        return raised(rf"\left\l{name} {inside} \right\r{name}", exp)


class Ceiling(Rounding):
    """The least integer not below a number; the normal form has floors in its place."""

    value = staticmethod(math.ceil)

    def exact(self, code: "ExactCode") -> Ratio:
        return code.part(-floor(-self.args[0]))


class Remainder(BuiltIn):
    """a - b*floor(a/b)."""

    @staticmethod
    def value(a: Number, b: Number) -> Number:
        return a - b * math.floor(Fraction(a) / b)

    def bounds(self, *parts: Bounds) -> Bounds:
        _, (low, high) = parts
        return (0, high - 1) if low > 0 else EVERYWHERE

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        number, divisor = self.args
        found = of(number) if divisor.is_Integer else None
        return None if found is None else Growth(found.period * (found.step / int(divisor)).denominator, Fraction(0))

    def exact(self, code: "ExactCode") -> Ratio:
        return code.remainder(*map(code.part, self.args))

    def _sympystr(self, printer: Printer) -> str:
        number, divisor = (printer.parenthesize(part, 51) for part in self.args)
        return f"{number} % {divisor}"

    _pythoncode = _sympystr


class Extreme(BuiltIn):
    """The largest or the smallest of numbers."""

    direction = 1

    def __init__(self, expression: Expr):
        super().__init__(expression)
        self.value: Callable[..., Any] = max if isinstance(expression, Max) else min

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        found = _together(map(of, self.args))
        return Growth(found[0], found[1][0]) if found is not None and len(set(found[1])) == 1 else None

    def rebuilt(self, parts: Iterable[Expr]) -> Expr:
        return self.func(*parts, evaluate=False)  # SymPy takes minutes to order parts that hold floors

    def exact(self, code: "ExactCode") -> Ratio:
        return code.extreme(map(code.part, self.args), self.value.__name__)

    def _sympystr(self, printer: Printer) -> str:
        shown = sorted(map(printer._print, self.args), key=lambda text: (len(text), text))
        return f"{self.value.__name__}({', '.join(shown)})"

    _pythoncode = _sympystr


def _ratio(printer: Printer, numerator: Expr, step: Expr, sign: str = "/") -> str:
    above: str = printer._print(numerator)
    if step == 1:
        return above
    above = f"({above})" if numerator.is_Add else above
    below = printer._print(step)
    return f"{above}{sign}({below})" if step.args else f"{above}{sign}{below}"


BUILT_IN: dict[type[Expr], type[BuiltIn]] = {
    Add: Addition,
    Mul: Multiplication,
    Pow: Power,
    floor: Floor,
    ceiling: Ceiling,
    Mod: Remainder,
    Max: Extreme,
    Min: Extreme,
}
"""The declaration of each of SymPy's functions in formulas."""


def declared(value: Expr) -> Declaration:
    """The declaration of an expression that is neither a number nor a symbol."""
    return value if isinstance(value, SizeFunction) else BUILT_IN.get(type(value), BuiltIn)(value)
