"""Sums of integer quantities over one denominator, which is what sizes of networks round."""

import math
from fractions import Fraction

from sympy import Add, Expr, Rational, floor

Terms = dict[Expr, int]
"""The coefficient of each integer quantity."""


def linear(inside: Expr) -> tuple[Terms, int, int] | None:
    """The argument of a floor as (sum of number * quantity + constant) / step; None if it is not of this form."""
    terms: dict[Expr, Fraction] = {}
    constant = Fraction(0)
    for term in Add.make_args(inside):
        number, rest = term.as_coeff_Mul()
        if not number.is_Rational:
            return None
        share = Fraction(int(number.p), int(number.q))
        if rest == 1:
            constant += share
        elif rest.is_integer:
            terms[rest] = terms.get(rest, Fraction(0)) + share
        else:
            return None
    step = math.lcm(*(share.denominator for share in terms.values()))
    return {rest: int(share * step) for rest, share in terms.items()}, math.floor(constant * step), step


def over(terms: Terms, constant: int, step: int) -> Expr:
    """(terms + constant) / step."""
    return Add(*(rest * Rational(number, step) for rest, number in terms.items()), Rational(constant, step))


def floor_over(terms: Terms, constant: int, step: int) -> Expr:
    """floor((terms + constant) / step) for a step above 1.

    It is SymPy's result without the search for the sign of the argument, which takes ten times as long.
    """
    whole, rest = (constant // step, 0) if constant % step == 0 else (0, constant)
    return floor(over(terms, rest, step), evaluate=False) + whole
