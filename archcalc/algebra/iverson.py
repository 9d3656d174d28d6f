"""Claims as numbers: Iverson's brackets, and choices by them."""

from fractions import Fraction
from typing import Any

from sympy import Expr, Mod, Mul, Rational

from archcalc.algebra.claim import Several, Undecided
from archcalc.algebra.functions import AtLeast0, Is0


def rational(value: Any) -> Expr:
    """A Python number as SymPy's; an expression as it is."""
    return Rational(value.numerator, value.denominator) if isinstance(value, (int, Fraction)) else value


def bracket(claim: Undecided) -> Expr:
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
