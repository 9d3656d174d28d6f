"""Claims as numbers: Iverson's brackets."""

from sympy import Expr, Mod, Mul, sympify

from archcalc.algebra.claim import Several, Undecided
from archcalc.algebra.functions import AtLeast0, Is0
from archcalc.algebra.relations import HOLDS


def bracket(claim: Undecided) -> Expr:
    """1 if an open claim holds, else 0."""
    if isinstance(claim, Several):
        parts = [bracket(part) for part in claim.claims]
        return Mul(*parts) if claim.every else 1 - Mul(*(1 - part for part in parts))
    left, right = sympify(claim.left), sympify(claim.right)
    if "divide" in claim.relation:
        held = Is0(Mod(right, left))
    else:
        held = AtLeast0(left - right) if claim.relation in (">=", "<") else Is0(left - right)
    return held if claim.relation in HOLDS else 1 - held
