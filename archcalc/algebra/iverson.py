"""Claims as numbers: Iverson's brackets, and choices by them."""

from typing import Any

from sympy import Expr, Mod, Mul, sympify

from archcalc.algebra.claim import Several, Undecided
from archcalc.algebra.functions import AtLeast0, Is0


def rational(value: Any) -> Expr:
    """A Python number as SymPy's; an expression as it is."""
    return sympify(value)


def bracket(claim: Undecided) -> Expr:
    """1 if an open claim holds, else 0."""
    if isinstance(claim, Several):
        parts = [bracket(part) for part in claim.claims]
        return Mul(*parts) if claim.every else 1 - Mul(*(1 - part for part in parts))
    if claim.relation in ("divides", "does not divide"):
        held = Is0(Mod(rational(claim.right), rational(claim.left)))
    else:
        difference = rational(claim.left) - rational(claim.right)
        held = AtLeast0(difference) if claim.relation in (">=", "<") else Is0(difference)
    return held if claim.relation in (">=", "=", "divides") else 1 - held
