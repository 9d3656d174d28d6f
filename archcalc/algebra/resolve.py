"""Floors that known remainders of a symbol decide.

If x = m*k + r, floor((a*x + c)/q) = (a*x + c - (a*r + c) mod q)/q for every q that divides a*m.
"""

import functools

from sympy import Expr, expand, floor

from archcalc.algebra.known import Known
from archcalc.algebra.linear import linear, over
from archcalc.algebra.normal import normal


@functools.lru_cache(maxsize=1 << 14)
def resolved(value: Expr) -> Expr:
    """An expression without the floors that the remainders which its symbols carry decide."""
    swaps = {found: exact for found in value.atoms(floor) if (exact := _exact(found)) is not None}
    return normal(expand(value.xreplace(swaps))) if swaps else value


def _exact(rounded: Expr) -> Expr:
    parts = linear(rounded.args[0])
    if parts is None or len(parts[0]) != 1:
        return None
    terms, constant, step = parts
    ((inner, share),) = terms.items()
    domain = inner.domain if isinstance(inner, Known) else None
    if domain is None or len(domain.remainders) != 1 or share * domain.modulus % step != 0:
        return None
    (remainder,) = domain.remainders
    return over(terms, constant - (share * remainder + constant) % step, step)
