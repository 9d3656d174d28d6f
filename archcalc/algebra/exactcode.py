"""Code that computes expressions exactly, with integers only: each part is a numerator over a positive denominator.

The code is made from expressions whose symbols are places in an array, so that no name of a spec is in it. Every part
that expressions share is computed once. `javascript` and `compile` are the two dialects.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence

from sympy import Expr, Symbol, sympify

from archcalc.algebra.builtin import declared
from archcalc.algebra.declared import Ratio, SizeFunction


class ExactCode(ABC):
    """Collects the code for expressions; `symbols` are their names in the order of the array of values."""

    def __init__(self, symbols: Sequence[str]):
        self.places = {name: i for i, name in enumerate(symbols)}
        self.lines: list[str] = []
        self.functions: dict[str, type[SizeFunction]] = {}
        """The functions of archcalc's own that the code calls, by name."""
        self._made: dict[Expr, Ratio] = {}

    def whole(self, value: Expr) -> str:
        """The code for an integer."""
        return self.rounded_down(self.part(sympify(value))).above

    def part(self, value: Expr) -> Ratio:
        """The code for an expression."""
        if value not in self._made:
            self._made[value] = self._written(value)
        return self._made[value]

    def _written(self, value: Expr) -> Ratio:
        if value.is_Rational:
            return Ratio(self.literal(int(value.p)), int(value.q))
        if isinstance(value, Symbol):
            return self.symbol(value)
        above, below = declared(value).exact(self)
        return Ratio(self.variable(above), below if isinstance(below, int) else self.variable(below))

    def variable(self, code: str) -> str:
        """A new variable."""
        name = f"t{len(self.lines)}"
        self.lines.append(f"{name} = {code}")
        return name

    # -- what declarations ask for ---------------------------------------------------------------------------------

    def number(self, value: int) -> Ratio:
        """An integer."""
        return Ratio(self.literal(value), 1)

    def sum(self, parts: Iterable[Ratio]) -> Ratio:
        """The sum of parts."""
        numerators, shared = self._over_one(parts)
        return Ratio(" + ".join(numerators), shared)

    def product(self, parts: Iterable[Ratio]) -> Ratio:
        """The product of parts."""
        above, below = zip(*parts, strict=True)
        return Ratio(self._times(above), self._denominator(below))

    def power(self, part: Ratio, exponent: int, positive: bool) -> Ratio:
        """A part to an integer power; `positive` where the part is known to be."""
        up = Ratio(self.raised(part.above, abs(exponent)), self._raised_denominator(part.below, abs(exponent)))
        if exponent >= 0:
            return up
        above, below = self.variable(up.above), self._literal(up.below)
        if positive:
            return Ratio(below, above)
        # 1/x is x/(x*x), whose denominator is positive.
        return Ratio(self._times([above, below]), self._times([above, above]))

    def rounded_down(self, part: Ratio) -> Ratio:
        """The greatest integer not above a part."""
        return part if part.below == 1 else Ratio(self.divided(part.above, part.below), 1)

    def remainder(self, dividend: Ratio, divisor: Ratio) -> Ratio:
        """Dividend - divisor*floor(dividend/divisor)."""
        (a, b), shared = self._over_one([dividend, divisor])
        return Ratio(self.modulo(a, b), shared)

    def extreme(self, parts: Iterable[Ratio], sign: str) -> Ratio:
        """The largest (">") or the smallest ("<") part."""
        (best, *others), shared = self._over_one(parts)
        for other in others:
            best = self.chosen(self.variable(best), self.variable(other), sign)
        return Ratio(best, shared)

    def call(self, function: type[SizeFunction], parts: Iterable[Ratio]) -> Ratio:
        """An integer that a function of archcalc's own computes from numerators and denominators."""
        self.functions[function.name] = function
        given = [code for part in parts for code in (part.above, self._literal(part.below))]
        return Ratio(self.called(function.name, given), 1)

    # -- what the dialects differ in -------------------------------------------------------------------------------

    @abstractmethod
    def literal(self, value: int) -> str:
        """An integer."""

    @abstractmethod
    def symbol(self, symbol: Expr) -> Ratio:
        """The value of a symbol."""

    @abstractmethod
    def raised(self, base: str, exponent: int) -> str:
        """A power, the exponent not below 0."""

    @abstractmethod
    def divided(self, a: str, b: int | str) -> str:
        """floor(a/b)."""

    @abstractmethod
    def modulo(self, a: str, b: str) -> str:
        """The remainder of a by b, with the sign of b."""

    @abstractmethod
    def chosen(self, a: str, b: str, sign: str) -> str:
        """The larger (">") or smaller ("<") of two variables."""

    @abstractmethod
    def called(self, name: str, given: Sequence[str]) -> str:
        """A call of a function of archcalc's own."""

    # -- denominators ----------------------------------------------------------------------------------------------

    def _over_one(self, parts: Iterable[Ratio]) -> tuple[list[str], int | str]:
        """The numerators of parts over one denominator, and that."""
        parts = list(parts)
        number = math.lcm(*(part.below for part in parts if isinstance(part.below, int)))
        open_ = list(dict.fromkeys(part.below for part in parts if isinstance(part.below, str)))
        return [self._widened(part, number, open_) for part in parts], self._denominator([number, *open_])

    def _widened(self, part: Ratio, number: int, others: Sequence[str]) -> str:
        """A numerator times what its denominator lacks."""
        lacks = number // part.below if isinstance(part.below, int) else number
        return self._times([part.above, self.literal(lacks), *(other for other in others if other != part.below)])

    def _denominator(self, factors: Iterable[int | str]) -> int | str:
        factors = list(factors)
        number = math.prod(f for f in factors if isinstance(f, int))
        others = [f for f in factors if isinstance(f, str)]
        return self._times([self.literal(number), *others]) if others else number

    def _raised_denominator(self, below: int | str, exponent: int) -> int | str:
        return below**exponent if isinstance(below, int) else self.raised(below, exponent)

    def _literal(self, below: int | str) -> str:
        return self.literal(below) if isinstance(below, int) else below

    def _times(self, factors: Iterable[str]) -> str:
        one = self.literal(1)
        left = [factor for factor in factors if factor != one]
        return " * ".join(f"({f})" if any(c in f for c in "+-*?: ") else f for f in left) or one
