"""The declarations of sums, products and powers."""

import functools
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from sympy import Expr, Mul, Symbol, expand
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
    Trend,
    agreed,
    times,
    together_grown,
)
from archcalc.algebra.names import rank
from archcalc.errors import Refused


class Addition(BuiltIn):
    """a + b + ..."""

    direction = 1

    @staticmethod
    def value(*numbers: Number) -> Number:
        return sum(numbers)

    def bounds(self, *parts: Bounds) -> Bounds:
        return sum(low for low, _ in parts), sum(high for _, high in parts)

    def growth(self, of: Callable[[Expr], Growth | None]) -> Growth | None:
        found = together_grown(map(of, self.args))
        return None if found is None else (found[0], sum(found[1], Fraction(0)))

    def exact(self, code: Code) -> Ratio:
        return code.sum(map(code.part, self.args))

    def _sympystr(self, printer: Printer, order: str | None = None) -> str:
        if (step := self._step()) > 1 and all(rest == 1 or rest.is_Symbol for _, rest in self._terms()):
            return f"({printer._print(expand(self.expression * step))})/{step}"  # a size, such as (H - 124)/16
        return str(printer._print_Add(self.expression, order))

    def _pythoncode(self, printer: Printer, order: str | None = None) -> str:
        if (step := self._step()) > 1:  # the sum as a whole is an integer
            return f"({printer._print(expand(self.expression * step))})//{step}"
        return str(printer._print_Add(self.expression, order))

    def _terms(self) -> list[tuple[Expr, Expr]]:
        return [term.as_coeff_Mul() for term in self.args]

    def _step(self) -> int:
        return math.lcm(*(int(share.q) for share, _ in self._terms()))


class Multiplication(BuiltIn):
    """a * b * ..."""

    @staticmethod
    def value(*numbers: Number) -> Number:
        return functools.reduce(operator.mul, numbers)

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
        return None if found is None else (found[0], Fraction(int(share.p), int(share.q)) * found[1])

    def trend(self, of: Callable[[Expr], Trend | None], least: Callable[[Expr], Bound]) -> Trend | None:
        share, rest = self.expression.as_coeff_Mul()
        factors = Mul.make_args(rest)
        if any(least(factor) < 0 for factor in factors):
            return None
        return times(agreed(map(of, factors)), 1 if share > 0 else -1)

    def exact(self, code: Code) -> Ratio:
        return code.product(map(code.part, self.args))

    def _sympystr(self, printer: Printer) -> str:
        number, factors = self._ordered()
        if not number.is_Rational or any(f.as_base_exp()[1].is_negative for f in factors):
            return str(printer._print_Mul(self.expression))
        shown = [printer.parenthesize(f, 50) for f in factors]
        if abs(number.p) != 1:
            shown.insert(0, str(abs(number.p)))
        return ("-" if number < 0 else "") + "*".join(shown) + (f"/{number.q}" if number.q != 1 else "")

    def _pythoncode(self, printer: Printer) -> str:
        above, below = self.expression.as_numer_denom()
        if below != 1:
            return f"({printer._print(above)})//({printer._print(below)})"
        return self._sympystr(printer)

    def _latex(self, printer: Printer) -> str:
        number, factors = self._ordered()
        if not number.is_Rational or any(f.is_Add or f.as_base_exp()[1].is_negative for f in factors):
            return str(printer._print_Mul(self.expression))
        shown = [printer._print(f) for f in factors]
        if abs(number.p) != 1:
            shown.insert(0, str(abs(number.p)))
        above = " ".join(shown)
        return ("- " if number < 0 else "") + (above if number.q == 1 else rf"\frac{{{above}}}{{{number.q}}}")

    def _ordered(self) -> tuple[Expr, list[Expr]]:
        """The number, and the other factors in the order in which formulas have them."""
        number, rest = self.expression.as_coeff_Mul()
        return number, sorted(Mul.make_args(rest), key=_factor_rank)


class Power(BuiltIn):
    """a ** n."""

    @staticmethod
    def value(*numbers: Number) -> Any:
        base, exponent = numbers
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
        return times(of(base), 1 if exponent > 0 else -1)

    def exact(self, code: Code) -> Ratio:
        base, exponent = self.args
        if not exponent.is_Integer:
            raise Refused("a power with an open exponent cannot be written as code")
        return code.power(code.part(base), int(exponent), bool(base.is_positive))


def _factor_rank(factor: Expr) -> tuple[int, int, str]:
    base = factor.as_base_exp()[0]
    return rank(base.name) if isinstance(base, Symbol) else (2, 0, "")
