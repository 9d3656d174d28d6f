"""Functions of sizes that have no closed form: they stay as they are until their arguments are numbers.

`at_least_0(d)` and `is_0(d)` are Iverson's brackets [d >= 0] and [d = 0], 1 where the claim holds and 0 where it does
not (Graham, Knuth & Patashnik 1994, Concrete Mathematics, 2.2), so that a choice between two numbers is a sum.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from sympy import Function, Integer, Mod, Mul, Rational

from archcalc.algebra.claim import Several, Undecided
from archcalc.algebra.rounding import round_half_even, round_to


def exact(value: Any) -> Any:
    """A SymPy number as Python's: an int, or a Fraction where it is none."""
    return int(value) if value.is_Integer else Fraction(int(value.p), int(value.q))


class Opaque(Function):  # type: ignore[misc]
    """A function whose value is a whole number, computed by `body` from numbers."""

    body: Callable[..., Any]
    is_integer = True
    is_real = True
    is_commutative = True

    @classmethod
    def eval(cls, *args: Any) -> Any:
        if all(a.is_Rational for a in args):
            return Integer(cls.body(*map(exact, args)))
        return None

    def bounds(self, args: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        """The least and the greatest value for arguments within bounds; infinite where there is none."""
        raise NotImplementedError


class RoundTo(Opaque):
    """`round_to(value, divisor)` of the language."""

    body = staticmethod(round_to)
    is_positive = True

    def bounds(self, args: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        (low, high), (divisor, _) = args
        least = divisor if low == -float("inf") else max(divisor, round_to(low, divisor))
        return least, high if high == float("inf") else round_to(high, divisor) + divisor


class Round(Opaque):
    """`round(value)` of the language: to the nearest whole number, halves to the even one."""

    body = staticmethod(round_half_even)

    def bounds(self, args: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        return tuple(v if abs(v) == float("inf") else round_half_even(v) for v in args[0])


class _Bracket(Opaque):
    is_nonnegative = True

    def bounds(self, args: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        return 0, 1


class AtLeast0(_Bracket):
    """[value >= 0]."""

    body = staticmethod(lambda value: int(value >= 0))

    def bounds(self, args: list[tuple[Any, Any]]) -> tuple[Any, Any]:
        low, high = args[0]
        return int(low >= 0), int(high >= 0)


class Is0(_Bracket):
    """[value = 0]."""

    body = staticmethod(lambda value: int(value == 0))


OPAQUE: dict[str, type[Opaque]] = {"round_to": RoundTo, "round": Round, "at_least_0": AtLeast0, "is_0": Is0}
"""Every function by the name under which a compiled formula calls it."""


def rational(value: Any) -> Any:
    """A Python number as SymPy's; an expression as it is."""
    return Rational(value.numerator, value.denominator) if isinstance(value, (int, Fraction)) else value


def bracket(claim: Undecided) -> Any:
    """1 where an open claim holds, 0 where it does not."""
    if isinstance(claim, Several):
        parts = [bracket(part) for part in claim.claims]
        return Mul(*parts) if claim.every else 1 - Mul(*(1 - part for part in parts))
    if claim.relation in ("divides", "does not divide"):
        held = Is0(Mod(rational(claim.right), rational(claim.left)))
    else:
        difference = rational(claim.left) - rational(claim.right)
        held = AtLeast0(difference) if claim.relation in (">=", "<") else Is0(difference)
    return held if claim.relation in (">=", "=", "divides") else 1 - held
