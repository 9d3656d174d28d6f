"""The functions of sizes that archcalc adds to SymPy: the roundings of architectures, and Iverson's brackets.

`at_least_0(d)` and `is_0(d)` are Iverson's brackets [d >= 0] and [d = 0], 1 if the claim holds and 0 if not (Graham,
Knuth & Patashnik 1994, Concrete Mathematics, 2.2), so that a choice between two numbers is a sum.
"""

import operator
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from sympy import Add, Expr, preorder_traversal
from sympy.printing.printer import Printer

from archcalc.algebra.declared import INFINITE, Bound, Bounds, Integers, Number, SizeFunction, raised
from archcalc.algebra.rounding import round_to


class RoundTo(SizeFunction):
    """`round_to(value, divisor)` of the language."""

    name = "round_to"
    value = staticmethod(round_to)
    direction = 1
    is_positive = True
    definition = '''\
def round_to(value: Any, divisor: int) -> int:
    """The multiple of `divisor` nearest to `value`, but at least `divisor` and never below 90 % of `value`.

    Source: MobileNet's and EfficientNet's released code (`make_divisible`, `round_filters`).
    """
    rounded: int = max(divisor, math.floor((value + Fraction(divisor, 2)) / divisor) * divisor)
    return rounded if 10 * rounded >= 9 * value else rounded + divisor
'''
    javascript = """\
const round_to = (a, b, c, d) => {
  const up = floor(2n * a * d + b * c, 2n * b * c) * c;
  const found = up > c ? up : c;
  return 10n * found * b < 9n * a * d ? (found + c) / d : found / d;
};
"""

    def _limit(self, ends: tuple[Bound, ...]) -> Bound:
        value, divisor = ends
        return max(value, divisor) if abs(value) == INFINITE else round_to(value, int(divisor))

    @staticmethod
    def integers(numpy: Any, *parts: Integers) -> Integers:
        a, b, c, d = parts
        found = numpy.maximum((2 * a * d + b * c) // (2 * b * c) * c, c)
        return numpy.where(10 * found * b < 9 * a * d, found + c, found) // d


class RoundHalfEven(SizeFunction):
    """`round(value)` of the language: the nearest integer; of two, the even one."""

    name = "round"
    value = staticmethod(round)
    direction = 1
    javascript = """\
const round = (a, b) => {
  const up = floor(2n * a + b, 2n * b);
  return (2n * a + b) % (2n * b) === 0n && up % 2n !== 0n ? up - 1n : up;
};
"""

    @staticmethod
    def integers(numpy: Any, *parts: Integers) -> Integers:
        a, b = parts
        up = (2 * a + b) // (2 * b)
        return up - numpy.where((2 * a + b) % (2 * b) == 0, up % 2, 0)


class Bracket(SizeFunction):
    """1 if a relation holds between its argument, a difference, and 0; else 0."""

    is_nonnegative = True
    relation: ClassVar[str]
    holds: ClassVar[Callable[[Any, int], Any]]

    @classmethod
    def value(cls, *numbers: Number) -> int:
        return int(cls.holds(numbers[0], 0))

    @classmethod
    def integers(cls, numpy: Any, *parts: Integers) -> Integers:
        return numpy.where(cls.holds(parts[0], 0), 1, 0)

    def bounds(self, *parts: Bounds) -> Bounds:
        return (int(parts[0][0] >= 0), int(parts[0][1] >= 0)) if self.direction else (0, 1)

    def compared(self) -> tuple[Expr, str, Expr]:
        """The claim: left side, relation, right side, with positive terms on both."""
        terms = Add.make_args(self.args[0])
        left = Add(*(term for term in terms if not term.could_extract_minus_sign()))
        right = Add(*(-term for term in terms if term.could_extract_minus_sign()))
        return (right, "<=", left) if self.relation == ">=" and left.is_number else (left, self.relation, right)

    def _sympystr(self, printer: Printer) -> str:
        left, relation, right = self.compared()
        return f"[{printer._print(left)} {relation} {printer._print(right)}]"

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        left, relation, right = self.compared()
        sign = {">=": r"\ge", "<=": r"\le"}.get(relation, relation)
        return raised(rf"\left[{printer._print(left)} {sign} {printer._print(right)}\right]", exp)


class AtLeast0(Bracket):
    """[value >= 0]."""

    name, relation, holds = "at_least_0", ">=", operator.ge
    direction = 1
    definition = "def at_least_0(value):\n    return int(value >= 0)\n"
    javascript = "const at_least_0 = (a, b) => ((a >= 0n) === (b > 0n) || a === 0n ? 1n : 0n);\n"


class Is0(Bracket):
    """[value = 0]."""

    name, relation, holds = "is_0", "=", operator.eq
    definition = "def is_0(value):\n    return int(value == 0)\n"
    javascript = "const is_0 = (a, b) => (a === 0n ? 1n : 0n);\n"


def functions_in(values: Iterable[Expr]) -> list[type[SizeFunction]]:
    """Archcalc's own functions in expressions, sorted by name."""
    found = {type(part) for value in values for part in preorder_traversal(value) if isinstance(part, SizeFunction)}
    return sorted(found, key=lambda function: function.name)
