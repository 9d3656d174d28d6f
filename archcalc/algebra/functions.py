"""The functions of sizes that archcalc adds to SymPy's: roundings as architectures do them, and Iverson's brackets.

`at_least_0(d)` and `is_0(d)` are Iverson's brackets [d >= 0] and [d = 0], 1 where the claim holds and 0 where it does
not (Graham, Knuth & Patashnik 1994, Concrete Mathematics, 2.2), so that a choice between two numbers is a sum.
"""

from collections.abc import Iterable
from typing import Any

from sympy import Add, Expr, preorder_traversal
from sympy.printing.printer import Printer

from archcalc.algebra.declared import INFINITE, Bounds, Integers, Number, SizeFunction, raised
from archcalc.algebra.rounding import round_half_even, round_to


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

    def bounds(self, *parts: Bounds) -> Bounds:
        (low, high), (divisor, _) = parts
        step = int(divisor)
        least = step if low == -INFINITE else max(step, round_to(low, step))
        return least, high if high == INFINITE else round_to(high, step) + step

    @staticmethod
    def integers(numpy: Any, *parts: Integers) -> Integers:
        a, b, c, d = parts
        found = numpy.maximum((2 * a * d + b * c) // (2 * b * c) * c, c)
        return numpy.where(10 * found * b < 9 * a * d, found + c, found) // d


class RoundHalfEven(SizeFunction):
    """`round(value)` of the language: to the nearest integer, halves to the even one."""

    name = "round"
    value = staticmethod(round_half_even)
    direction = 1
    javascript = """\
const round = (a, b) => {
  const up = floor(2n * a + b, 2n * b);
  return (2n * a + b) % (2n * b) === 0n && up % 2n !== 0n ? up - 1n : up;
};
"""

    def bounds(self, *parts: Bounds) -> Bounds:
        low, high = (v if abs(v) == INFINITE else round_half_even(v) for v in parts[0])
        return low, high

    @staticmethod
    def integers(numpy: Any, *parts: Integers) -> Integers:
        a, b = parts
        up = (2 * a + b) // (2 * b)
        return up - numpy.where((2 * a + b) % (2 * b) == 0, up % 2, 0)


class Bracket(SizeFunction):
    """1 where its argument, a difference, has a sign, and 0 where it has not."""

    is_nonnegative = True

    def bounds(self, *parts: Bounds) -> Bounds:
        return 0, 1

    def compared(self) -> tuple[Expr, str, Expr]:
        """The claim: left side, relation, right side, with positive terms on both."""
        terms = Add.make_args(self.args[0])
        left = [term for term in terms if not term.could_extract_minus_sign()]
        right = [-term for term in terms if term.could_extract_minus_sign()]
        return Add(*left), "=", Add(*right)

    def _sympystr(self, printer: Printer) -> str:
        left, relation, right = self.compared()
        return f"[{printer._print(left)} {relation} {printer._print(right)}]"

    def _latex(self, printer: Printer, exp: str | None = None) -> str:
        left, relation, right = self.compared()
        sign = {">=": r"\ge", "<=": r"\le"}.get(relation, relation)
        return raised(rf"\left[{printer._print(left)} {sign} {printer._print(right)}\right]", exp)


class AtLeast0(Bracket):
    """[value >= 0]."""

    name = "at_least_0"
    direction = 1
    definition = "def at_least_0(value):\n    return int(value >= 0)\n"
    javascript = "const at_least_0 = (a, b) => ((a >= 0n) === (b > 0n) || a === 0n ? 1n : 0n);\n"

    @staticmethod
    def value(*numbers: Number) -> int:
        return int(numbers[0] >= 0)

    def bounds(self, *parts: Bounds) -> Bounds:
        low, high = parts[0]
        return int(low >= 0), int(high >= 0)

    @staticmethod
    def integers(numpy: Any, *parts: Integers) -> Integers:
        return numpy.where(parts[0] >= 0, 1, 0)

    def compared(self) -> tuple[Expr, str, Expr]:
        left, _, right = super().compared()
        return (right, "<=", left) if left.is_number else (left, ">=", right)


class Is0(Bracket):
    """[value = 0]."""

    name = "is_0"
    definition = "def is_0(value):\n    return int(value == 0)\n"
    javascript = "const is_0 = (a, b) => (a === 0n ? 1n : 0n);\n"

    @staticmethod
    def value(*numbers: Number) -> int:
        return int(numbers[0] == 0)

    @staticmethod
    def integers(numpy: Any, *parts: Integers) -> Integers:
        return numpy.where(parts[0] == 0, 1, 0)


def functions_in(values: Iterable[Expr]) -> list[type[SizeFunction]]:
    """Archcalc's own functions that expressions hold, by name."""
    found = {type(part) for value in values for part in preorder_traversal(value) if isinstance(part, SizeFunction)}
    return sorted(found, key=lambda function: function.name)
