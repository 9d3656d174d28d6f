"""The normal form of sizes: nested floors become one, integers move out of a floor, and constants beside it move in.

The identities, for integers q > 0 and e and real y (Graham, Knuth & Patashnik 1994, Concrete Mathematics, 3.2):

    floor((floor(y) + e)/q) = floor((y + e)/q)      floor(y) + e = floor(y + e)
    ceil(y) = -floor(-y)                            e - floor((e + r)/2) = floor((e - r + 1)/2)

So a size that was halved five times, ``(((H - 1)//2 + 1 - 1)//2 + 1 ...``, is ``floor((H + 31)/32)``, which is written
``ceil(H/32)``.
"""

import functools
from typing import Any

from sympy import Add, Expr, Integer, Mod, ceiling, expand, floor, sympify

from archcalc.algebra.builtin import declared
from archcalc.algebra.linear import Terms, floor_over, linear, over

ROUNDED = (floor, ceiling, Mod)


@functools.lru_cache(maxsize=1 << 16)
def normal(value: Expr) -> Expr:
    """An expression with every floor in normal form."""
    if not value.args or not value.has(*ROUNDED):
        return value
    parts = [normal(part) for part in value.args]
    if isinstance(value, floor):
        return rounded_down(parts[0])
    if isinstance(value, ceiling):
        return -rounded_down(-parts[0])
    same = all(a is b for a, b in zip(parts, value.args, strict=True))
    made = value if same else declared(value).rebuilt(parts)
    return _sum(made) if made.is_Add else made


@functools.lru_cache(maxsize=1 << 16)
def reduced(value: Expr) -> Expr:
    """An expanded expression in which the constant of every floor lies within one step, so that like floors meet."""
    value = normal(value)
    while remainders := value.atoms(Mod):
        value = normal(value.xreplace({m: _remainder(*m.args) for m in remainders}))
    swaps = {}
    for found in value.atoms(floor):
        if (parts := linear(found.args[0])) is not None:
            terms, constant, step = parts
            swaps[found] = floor_over(terms, constant % step, step) + constant // step
    return expand(value.xreplace(swaps))


@functools.lru_cache(maxsize=1 << 14)
def floor_of_quotient(a: Expr, b: Expr) -> Expr:
    """floor(a/b) in normal form."""
    return rounded_down(normal(sympify(a) / b))


def rounded_down(inside: Expr) -> Expr:
    """The floor of an expression whose parts are in normal form, in normal form."""
    inside = expand(inside)
    while remainders := inside.atoms(Mod):
        inside = normal(expand(inside.xreplace({m: _remainder(*m.args) for m in remainders})))
    if (parts := linear(inside)) is None:
        return floor(inside)
    terms, constant, step = parts
    whole = {rest: number // step for rest, number in terms.items() if not 0 <= number < step}
    if step > 1 and all(number < 0 for number in terms.values()):
        mirrored = {rest: -number for rest, number in terms.items()}
        return -rounded_down(over(mirrored, step - 1 - constant, step))
    terms = {rest: left for rest, number in terms.items() if (left := number % step)}
    if step == 1:
        return normal(over(whole, constant, 1))
    inner = [rest for rest, number in terms.items() if number == 1 and isinstance(rest, floor)]
    if len(inner) == 1 and linear(inner[0].args[0]) is not None:
        del terms[inner[0]]
        found = rounded_down(over(terms, constant, step) + inner[0].args[0] / step)
    else:
        found = floor_over(terms, constant, step)
    return _sum(found + over(whole, 0, 1)) if whole else found


def _remainder(value: Expr, divisor: Expr) -> Expr:
    return value - divisor * rounded_down(value / divisor)


def _sum(value: Expr) -> Expr:
    """A sum in which a constant beside a single floor has moved into it."""
    constant, rest = value.as_coeff_Add()
    if constant.is_Integer and constant != 0 and not rest.is_Add:
        number, found = rest.as_coeff_Mul()
        if isinstance(found, floor) and number.is_Integer and constant % number == 0:
            return number * rounded_down(found.args[0] + constant // number)
    return _mirrored(_met(value)) if rest.is_Add else value


def _met(value: Expr) -> Expr:
    """A sum in which floors that differ by an integer have become one."""
    groups: dict[Any, Terms] = {}
    for term in value.args:
        found = term.as_coeff_Mul()[1]
        if isinstance(found, floor) and (parts := linear(found.args[0])) is not None:
            terms, constant, step = parts
            groups.setdefault((frozenset(terms.items()), step, constant % step), {})[found] = constant
    swaps: dict[Expr, Expr] = {}
    for (_, step, _), like in groups.items():
        best = min(like, key=lambda found: (abs(like[found]), like[found]))
        swaps |= {found: best + (like[found] - like[best]) // step for found in like if found != best}
    return Add(*(_swapped(term, swaps) for term in value.args)) if swaps else value


def _swapped(term: Expr, swaps: dict[Expr, Expr]) -> Expr:
    number, rest = term.as_coeff_Mul()
    return expand(number * swaps[rest]) if rest in swaps else term


def _mirrored(value: Expr) -> Expr:
    """A sum in which e - floor((e + r)/2) has become floor((e - r + 1)/2), even if e is itself a floor."""
    numbers = value.as_coefficients_dict()
    for found, number in numbers.items():
        if not isinstance(found, floor) or (parts := linear(found.args[0])) is None:
            continue
        terms, constant, step = parts
        if step % 2:
            continue
        for half, count in numbers.items():
            if count == -number and (rest := _halved(half, terms, constant, step // 2)) is not None:
                mirror = rounded_down((half - rest + 1) / Integer(2))
                return normal(value - number * (found - half) - number * mirror)
    return value


def _halved(half: Expr, terms: Terms, constant: int, step: int) -> int | None:
    """The r of floor((half + r)/2) = floor((terms + constant)/(2*step)); None if it is not of this form."""
    if step == 1:
        return constant if terms == {half: 1} else None
    parts = linear(half.args[0]) if isinstance(half, floor) else None
    if parts is None or (parts[0], parts[2]) != (terms, step) or (constant - parts[1]) % step:
        return None
    return (constant - parts[1]) // step
