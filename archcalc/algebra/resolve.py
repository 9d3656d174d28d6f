"""Floors that known remainders of a symbol decide.

If x = m*k + r, floor((a*x + c)/q) = (a*x + c - (a*r + c) mod q)/q for every q that divides a*m.
"""

import functools
from collections.abc import Mapping

from sympy import Expr, expand, floor

from archcalc.algebra.domain import Domain
from archcalc.algebra.linear import linear, over
from archcalc.algebra.normal import normal

Remainder = tuple[str, int, int]
"""A symbol, a modulus and the remainder by it."""


def resolved(value: Expr, domains: Mapping[str, Domain]) -> Expr:
    """An expression without the floors that the remainders decide."""
    names = {s.name for s in value.free_symbols} if value.has(floor) else set()
    known = tuple(
        (name, domain.modulus, next(iter(domain.remainders)))
        for name, domain in domains.items()
        if name in names and domain.modulus > 1 and len(domain.remainders) == 1
    )
    return _resolved(value, known) if known else value


@functools.lru_cache(maxsize=1 << 14)
def _resolved(value: Expr, known: tuple[Remainder, ...]) -> Expr:
    swaps = {found: exact for found in value.atoms(floor) if (exact := _exact(found, known)) is not None}
    return normal(expand(value.xreplace(swaps))) if swaps else value


def _exact(rounded: Expr, known: tuple[Remainder, ...]) -> Expr:
    parts = linear(rounded.args[0])
    if parts is None or len(parts[0]) != 1:
        return None
    terms, constant, step = parts
    ((inner, share),) = terms.items()
    for name, modulus, remainder in known:
        if getattr(inner, "name", None) == name and share * modulus % step == 0:
            return over(terms, constant - (share * remainder + constant) % step, step)
    return None
