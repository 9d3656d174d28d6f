"""Code that computes expressions exactly, with integers only: each part is a numerator over a positive denominator.

Symbols become places in an array, so that the code contains no name of a spec. Every part that expressions share is
computed once. `javascript` and `arraycode` are the two dialects.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import ClassVar

from sympy import Expr, Symbol, sympify

from archcalc.algebra.builtin import declared
from archcalc.algebra.declared import Ratio, SizeFunction


class ExactCode(ABC):
    """Collects the code for expressions; `symbols` are their names in the order of the array of values."""

    modulo: ClassVar[str]
    """The remainder of {0} by {1}, with the sign of {1}."""
    chosen: ClassVar[dict[str, str]]
    """The larger ("max") and the smaller ("min") of two variables."""
    called: ClassVar[str]
    """A call of a function of archcalc's own: {0} is its name, {1} its arguments."""

    def __init__(self, symbols: Sequence[str]):
        self.places = {name: i for i, name in enumerate(symbols)}
        self.lines: list[str] = []
        self.functions: dict[str, type[SizeFunction]] = {}
        """The functions of archcalc's own that the code calls, by name."""
        self._made: dict[Expr, Ratio] = {}

    @abstractmethod
    def literal(self, value: int) -> str:
        """An integer."""

    @abstractmethod
    def symbol(self, symbol: Expr) -> Ratio:
        """The value of a symbol."""

    @abstractmethod
    def raised(self, base: str, exponent: int) -> str:
        """A power with an exponent of at least 0."""

    @abstractmethod
    def divided(self, a: str, b: int | str) -> str:
        """floor(a/b)."""

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
        return Ratio(self._variable(above), below if isinstance(below, int) else self._variable(below))

    def _variable(self, code: str) -> str:
        """A new variable."""
        name = f"t{len(self.lines)}"
        self.lines.append(f"{name} = {code}")
        return name

    # -- what declarations ask for ---------------------------------------------------------------------------------

    def sum(self, parts: Iterable[Ratio]) -> Ratio:
        """The sum of parts."""
        numerators, shared = self._over_one(parts)
        return Ratio(" + ".join(numerators), shared)

    def product(self, parts: Iterable[Ratio]) -> Ratio:
        """The product of parts."""
        above, below = zip(*parts, strict=True)
        return Ratio(self._times(above), self._denominator(below))

    def power(self, part: Ratio, exponent: int, positive: bool) -> Ratio:
        """A part to an integer power; `positive` if the part is known to be."""
        times = abs(exponent)
        above = self.raised(part.above, times)
        below = part.below**times if isinstance(part.below, int) else self.raised(part.below, times)
        if exponent >= 0:
            return Ratio(above, below)
        above, below = self._variable(above), self._code(below)
        if positive:
            return Ratio(below, above)
        # 1/x is x/(x*x), whose denominator is positive.
        return Ratio(self._times([above, below]), self._times([above, above]))

    def rounded_down(self, part: Ratio) -> Ratio:
        """The greatest integer not above a part."""
        return part if part.below == 1 else Ratio(self.divided(part.above, part.below), 1)

    def remainder(self, dividend: Ratio, divisor: Ratio) -> Ratio:
        """Dividend - divisor*floor(dividend/divisor)."""
        numerators, shared = self._over_one([dividend, divisor])
        return Ratio(self.modulo.format(*numerators), shared)

    def extreme(self, parts: Iterable[Ratio], name: str) -> Ratio:
        """The largest ("max") or the smallest ("min") part."""
        (best, *others), shared = self._over_one(parts)
        for other in others:
            best = self.chosen[name].format(self._variable(best), self._variable(other))
        return Ratio(best, shared)

    def call(self, function: type[SizeFunction], parts: Iterable[Ratio]) -> Ratio:
        """An integer that a function of archcalc's own computes from numerators and denominators."""
        self.functions[function.name] = function
        given = [self._code(factor) for part in parts for factor in part]
        return Ratio(self.called.format(function.name, ", ".join(given)), 1)

    # -- denominators ----------------------------------------------------------------------------------------------

    def _over_one(self, parts: Iterable[Ratio]) -> tuple[list[str], int | str]:
        """The numerators of parts over one denominator, and that."""
        parts = list(parts)
        number = math.lcm(*(part.below for part in parts if isinstance(part.below, int)))
        variables = list(dict.fromkeys(part.below for part in parts if isinstance(part.below, str)))
        return [self._widened(part, number, variables) for part in parts], self._denominator([number, *variables])

    def _widened(self, part: Ratio, number: int, variables: Sequence[str]) -> str:
        """A numerator times the factors that its denominator lacks."""
        lacks = number // part.below if isinstance(part.below, int) else number
        return self._times([part.above, lacks, *(name for name in variables if name != part.below)])

    def _denominator(self, factors: Sequence[int | str]) -> int | str:
        number = math.prod(factor for factor in factors if isinstance(factor, int))
        variables = [factor for factor in factors if isinstance(factor, str)]
        return self._times([number, *variables]) if variables else number

    def _times(self, factors: Iterable[int | str]) -> str:
        one = self.literal(1)
        left = [code for code in map(self._code, factors) if code != one]
        return " * ".join(f"({code})" if any(c in code for c in "+-*?: ") else code for code in left) or one

    def _code(self, factor: int | str) -> str:
        return self.literal(factor) if isinstance(factor, int) else factor
