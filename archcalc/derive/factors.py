"""Terms and factors: the factors that all terms of a sum share stand before it, and equal terms stand once."""

import math
import operator
from collections.abc import Iterable
from functools import reduce

from archcalc.derive.tree import ONE, ZERO, Made, Number, Tree, add, coefficient, mul, sub


def terms(tree: Tree) -> list[tuple[str, Tree]]:
    """The terms of a sum with their signs; what is subtracted is one term."""
    if isinstance(tree, Made) and tree.how == "+":
        return [*terms(tree.of[0]), *terms(tree.of[1])]
    if isinstance(tree, Made) and tree.how == "-":
        return [*terms(tree.of[0]), ("-", tree.of[1])]
    if isinstance(tree, Made) and tree.how == "neg":
        return [("-", tree.of[0])]
    return [("+", tree)]


def factors(tree: Tree) -> list[Tree]:
    """The factors of a product."""
    if isinstance(tree, Made) and tree.how == "*":
        return [f for part in tree.of for f in factors(part)]
    return [tree]


def factored(tree: Tree) -> Tree:
    """A formula in which every sum has its common factors before it, and every product its number."""
    if not isinstance(tree, Made):
        return tree
    tree = Made(tree.how, tuple(map(factored, tree.of)))
    if tree.how in ("+", "-"):
        return _common(tree)
    return _product(factors(tree)) if tree.how == "*" else tree


def _product(of: Iterable[Tree]) -> Tree:
    of = [f for part in of for f in factors(part)]
    number = reduce(operator.mul, (f.value for f in of if isinstance(f, Number)), 1)
    made: Tree = Number(number)
    for factor in of:
        made = made if isinstance(factor, Number) else mul(made, factor)
    return made


def _common(tree: Tree) -> Tree:
    parts = [(sign, factors(term)) for sign, term in terms(tree)]
    shared: list[Tree] = []
    for factor in parts[0][1]:
        if factor != ONE and all(own.count(factor) > shared.count(factor) for _, own in parts):
            shared.append(factor)
    if not shared:
        return tree
    return _product([*shared, _sum((sign, _without(own, shared)) for sign, own in parts)])


def _without(own: list[Tree], shared: list[Tree]) -> Tree:
    left = list(own)
    for factor in shared:
        left.remove(factor)
    return _product(left)


def _sum(parts: Iterable[tuple[str, Tree]]) -> Tree:
    """A sum in which equal terms stand once, the number that all have before it, the plain number at its end."""
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
