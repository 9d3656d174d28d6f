"""Terms and factors: factors common to all terms of a sum are factored out, and equal terms are merged."""

import math
import operator
from collections.abc import Iterable
from functools import reduce

from archcalc.derive.tree import ONE, ZERO, Made, Number, Tree, add, coefficient, mul, sub


def terms(tree: Tree) -> list[tuple[str, Tree]]:
    """The terms of a sum with their signs; a subtrahend is one term."""
    match tree:
        case Made("+", (a, b)):
            return [*terms(a), *terms(b)]
        case Made("-", (a, b)):
            return [*terms(a), ("-", b)]
        case Made("neg", (a,)):
            return [("-", a)]
    return [("+", tree)]


def factors(tree: Tree) -> list[Tree]:
    """The factors of a product."""
    if isinstance(tree, Made) and tree.how == "*":
        return [f for part in tree.of for f in factors(part)]
    return [tree]


def factored(tree: Tree) -> Tree:
    """A formula with the common factors of each sum, and the number of each product, in front."""
    if not isinstance(tree, Made):
        return tree
    tree = Made(tree.how, tuple(map(factored, tree.of)))
    if tree.how in ("+", "-"):
        return _common(tree)
    return _product(factors(tree)) if tree.how == "*" else tree


def _product(of: Iterable[Tree]) -> Tree:
    of = [f for part in of for f in factors(part)]
    number = reduce(operator.mul, (f.value for f in of if isinstance(f, Number)), 1)
    start: Tree = Number(number)
    return reduce(mul, (f for f in of if not isinstance(f, Number)), start)


def _common(tree: Tree) -> Tree:
    parts = [(sign, factors(term)) for sign, term in terms(tree)]
    shared: list[Tree] = []
    for factor in parts[0][1]:
        if factor != ONE and all(own.count(factor) > shared.count(factor) for _, own in parts):
            shared.append(factor)
    if not shared:
        return tree
    for _, own in parts:
        for factor in shared:
            own.remove(factor)
    return _product([*shared, _sum((sign, _product(own)) for sign, own in parts)])


def _sum(parts: Iterable[tuple[str, Tree]]) -> Tree:
    """A sum with equal terms merged, their common number in front, the plain number at its end."""
    counts: dict[Tree, int] = {}
    for sign, part in parts:
        for inner, term in terms(part):
            count, base = (term.value, ONE) if isinstance(term, Number) else coefficient(term)
            counts[base] = counts.get(base, 0) + (count if sign == inner else -count)
    number = counts.pop(ONE, 0)
    shared = math.gcd(number, *counts.values()) or 1
    made: Tree = ZERO
    for base, count in counts.items():
        term = mul(Number(abs(count) // shared), base)
        made = add(made, term) if count >= 0 else sub(made, term)
    return mul(Number(shared), add(made, Number(number // shared)))
