"""Formulas as they are written: a tree of names, numbers and what is done with them, in the order in which it is done.

SymPy would put a formula in its own order; a reader should see the one that stands in the operation's declaration. Only
what a method's way of writing leaves over is taken out: `0 + x`, `1*x`, `x + x`, and the factors that all terms share.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any, NamedTuple

from archcalc import dim


class Leaf(NamedTuple):
    """A size or a setting by its name."""

    name: str
    value: Any
    """A number, or where a symbol is free, an expression."""
    usual: bool = False
    """Whether it is a setting left at its default."""


class Number(NamedTuple):
    """A number that depends on no name."""

    value: Any


class Made(NamedTuple):
    """What is done with other formulas; `how` is a key of DONE."""

    how: str
    of: "tuple[Tree, ...]"


Tree = Leaf | Number | Made

# What each `how` does with numbers, integers and symbols alike: `/` leaves no remainder, `floor` and `ceil` round.
DONE: Mapping[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": dim.ratio,
    "floor": operator.floordiv,
    "ceil": dim.ceil_div,
    "%": operator.mod,
    "**": operator.pow,
    "neg": operator.neg,
    "max": dim.maximum,
    "min": dim.minimum,
    "gcd": dim.gcd,
}
ZERO, ONE = Number(0), Number(1)


def value(tree: Tree) -> Any:
    """What a formula comes to."""
    if isinstance(tree, Made):
        return dim.tidy(DONE[tree.how](*map(value, tree.of)))
    return tree.value


def replaced(tree: Tree, names: Mapping[Tree, Leaf]) -> Tree:
    """A formula in which some parts are called by a name."""
    if tree in names:
        return names[tree]
    return Made(tree.how, tuple(replaced(t, names) for t in tree.of)) if isinstance(tree, Made) else tree


def numbers(tree: Tree) -> Tree:
    """A formula with the numbers put in."""
    if not isinstance(tree, Made):
        return Number(tree.value)
    of = tuple(map(numbers, tree.of))
    return Number(-of[0].value) if tree.how == "neg" and isinstance(of[0], Number) else Made(tree.how, of)


# --- Making a formula, without what leaves a number as it is ----------------------------------------------------------


def add(a: Tree, b: Tree) -> Tree:
    """A + b."""
    if ZERO in (a, b):
        return b if a == ZERO else a
    if isinstance(b, Number) and b.value < 0:
        return sub(a, Number(-b.value))
    if isinstance(b, Made) and b.how == "-" and b.of[1] == a:
        return b.of[0]
    (n, x), (m, y) = _coefficient(a), _coefficient(b)
    if x == y:
        return mul(Number(n + m), x)
    if isinstance(a, Made) and a.how == "+" and not isinstance(b, Number) and _coefficient(a.of[1])[1] == y:
        return add(a.of[0], add(a.of[1], b))
    return Made("+", (a, b))


def _coefficient(tree: Tree) -> tuple[int, Tree]:
    if isinstance(tree, Made) and tree.how == "*" and isinstance(tree.of[0], Number):
        return tree.of[0].value, tree.of[1]
    return 1, tree


def sub(a: Tree, b: Tree) -> Tree:
    """A - b."""
    if ZERO in (a, b):
        return a if b == ZERO else neg(b)
    return ZERO if a == b else Made("-", (a, b))


def mul(a: Tree, b: Tree) -> Tree:
    """A * b."""
    if ZERO in (a, b):
        return ZERO
    if ONE in (a, b):
        return b if a == ONE else a
    return Made("*", (a, b))


def neg(a: Tree) -> Tree:
    """Minus a; a rounded down quotient of -a is a rounded up quotient."""
    if isinstance(a, Made) and a.how == "neg":
        return a.of[0]
    if isinstance(a, Made) and a.how == "floor" and isinstance(a.of[0], Made) and a.of[0].how == "neg":
        return Made("ceil", (a.of[0].of[0], a.of[1]))
    return Made("neg", (a,))


def floor(a: Tree, b: Tree) -> Tree:
    """A / b rounded down."""
    return a if b == ONE else Made("floor", (a, b))


def quotient(a: Tree, b: Tree) -> Tree:
    """A / b without remainder; to divide by a setting that was left at 1 is not worth a word."""
    nothing = b == ONE or (isinstance(b, Leaf) and b.usual and b.value == 1)
    return a if nothing else Made("/", (a, b))


def applied(how: str, of: Iterable[Tree]) -> Tree:
    """A function of several formulas; of equal ones the greatest, the least and the common divisor are that one."""
    args = tuple(of)
    if how == "/":
        return quotient(*args)
    return args[0] if how in ("max", "min", "gcd") and len(set(args)) == 1 else Made(how, args)


# --- Common factors ---------------------------------------------------------------------------------------------------


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
    of = list(of)
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
            count, base = (term.value, ONE) if isinstance(term, Number) else _coefficient(term)
            counts[base] = counts.get(base, 0) + (count if sign == inner else -count)
    number = counts.pop(ONE, 0)
    shared = math.gcd(number, *counts.values()) or 1
    made: Tree = ZERO
    for base, count in counts.items():
        term = mul(Number(abs(count) // shared), base)
        made = add(made, term) if count >= 0 else sub(made, term)
    return mul(Number(shared), add(made, Number(number // shared)))
