"""Formulas as they are written: a tree of names, numbers and operations, in the order of the operation's declaration.

SymPy would reorder a formula. Only what an implementation leaves over is simplified: `0 + x`, `1*x`, `x + x`, and
factors common to all terms.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from archcalc import dim


class Leaf(NamedTuple):
    """A size or a setting by its name."""

    name: str
    value: Any
    """A number, or an expression of free symbols."""
    usual: bool = False
    """Whether it is a setting left at its default."""


class Number(NamedTuple):
    """A number that depends on no name."""

    value: Any


class Made(NamedTuple):
    """An operation on other formulas; `how` is a key of ARITHMETIC."""

    how: str
    of: "tuple[Tree, ...]"


Tree = Leaf | Number | Made

ZERO, ONE = Number(0), Number(1)


def replaced(tree: Tree, names: Mapping[Tree, Leaf]) -> Tree:
    """A formula with some parts replaced by their names."""
    if tree in names:
        return names[tree]
    return Made(tree.how, tuple(replaced(t, names) for t in tree.of)) if isinstance(tree, Made) else tree


def numbers(tree: Tree) -> Tree:
    """A formula with the numbers put in."""
    if not isinstance(tree, Made):
        return Number(tree.value)
    of = tuple(map(numbers, tree.of))
    return Number(-of[0].value) if tree.how == "neg" and isinstance(of[0], Number) else Made(tree.how, of)


# --- Constructors, which drop neutral elements ------------------------------------------------------------------------


def add(a: Tree, b: Tree) -> Tree:
    """A + b."""
    if ZERO in (a, b):
        return b if a == ZERO else a
    if isinstance(b, Number) and b.value < 0:
        return sub(a, Number(-b.value))
    if isinstance(b, Made) and b.how == "-" and b.of[1] == a:
        return b.of[0]
    (n, x), (m, y) = coefficient(a), coefficient(b)
    if x == y:
        return mul(Number(n + m), x)
    if isinstance(a, Made) and a.how == "+" and not isinstance(b, Number) and coefficient(a.of[1])[1] == y:
        return add(a.of[0], add(a.of[1], b))
    return Made("+", (a, b))


def coefficient(tree: Tree) -> tuple[int, Tree]:
    """The leading number of a product, and the rest."""
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
    """Minus a; minus the floor of -a/b is the ceiling of a/b."""
    match a:
        case Made("neg", (inner,)):
            return inner
        case Made("floor", (Made("neg", (inner,)), divisor)):
            return Made("ceil", (inner, divisor))
    return Made("neg", (a,))


def quotient(a: Tree, b: Tree) -> Tree:
    """A / b without remainder; a divisor that is a setting left at its default 1 is not written."""
    nothing = b == ONE or (isinstance(b, Leaf) and b.usual and b.value == 1)
    return a if nothing else Made("/", (a, b))


def _same(how: str) -> Callable[..., Tree]:
    """A function that returns its argument if all of its arguments are equal."""
    return lambda *of: of[0] if len(set(of)) == 1 else Made(how, of)


def _plain(how: str) -> Callable[..., Tree]:
    return lambda *of: Made(how, of)


class Arithmetic(NamedTuple):
    """One operation on numbers, and on formulas."""

    done: Callable[..., Any]
    """On numbers: integers and symbols alike."""
    made: Callable[..., Tree]
    """On formulas."""


# `/` leaves no remainder, `floor` and `ceil` are rounded quotients, `shape` makes a shape of its sizes.
ARITHMETIC: Mapping[str, Arithmetic] = {
    "+": Arithmetic(operator.add, add),
    "-": Arithmetic(operator.sub, sub),
    "*": Arithmetic(operator.mul, mul),
    "/": Arithmetic(dim.ratio, quotient),
    "floor": Arithmetic(operator.floordiv, lambda a, b: a if b == ONE else Made("floor", (a, b))),
    "ceil": Arithmetic(dim.ceil_div, _plain("ceil")),
    "%": Arithmetic(operator.mod, _plain("%")),
    "**": Arithmetic(operator.pow, _plain("**")),
    "neg": Arithmetic(operator.neg, neg),
    "max": Arithmetic(dim.maximum, _same("max")),
    "min": Arithmetic(dim.minimum, _same("min")),
    "gcd": Arithmetic(dim.gcd, _same("gcd")),
    "shape": Arithmetic(lambda *sizes: sizes, _plain("shape")),
}


def value(tree: Tree) -> Any:
    """The value of a formula: a number, an expression, or a tuple of them for a shape."""
    return dim.tidy(ARITHMETIC[tree.how].done(*map(value, tree.of))) if isinstance(tree, Made) else tree.value
