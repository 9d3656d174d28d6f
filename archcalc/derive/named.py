"""Integers that remember how they were computed.

A method that runs on these gives its numbers and its formulas at once, so each formula is written only once, in the
operation's declaration. They are true integers: the number decides every branch and every claim.
"""

from collections.abc import Iterable
from typing import Any

from archcalc.derive.tree import ARITHMETIC, Made, Number, Tree, neg, quotient

Noted = set[tuple[Tree, Tree]]
"""Dividends and divisors that a requirement found to leave no remainder."""


def _noted(*of: object) -> Noted | None:
    """The set that the first of some numbers with one carries."""
    return next((n.noted for n in of if isinstance(n, Named) and n.noted is not None), None)


def _both(how: str) -> Any:
    """A method of Named and its reflection."""

    def forward(self: "Named", other: Any) -> Any:
        return _done(how, self, other) if isinstance(other, int) else NotImplemented

    def backward(self: "Named", other: Any) -> Any:
        return _done(how, other, self) if isinstance(other, int) else NotImplemented

    return forward, backward


def _done(how: str, a: int, b: int) -> Any:
    """The result of an operator on two numbers, one of them with a formula."""
    done, written = ARITHMETIC[how]
    noted, trees = _noted(a, b), (tree_of(a), tree_of(b))
    if how == "floor" and trees in (noted or ()):
        written = quotient
    return _made(done(int(a), int(b)), written(*trees), noted)


class Named(int):
    """A number with the formula that gives it."""

    tree: Tree
    noted: Noted | None
    """Divisions known to be exact, which are written as quotients; None if nobody asks."""

    def __new__(cls, value: int, tree: Tree, noted: Noted | None = None) -> "Named":
        self = super().__new__(cls, value)
        self.tree, self.noted = tree, noted
        return self

    # Any: the type checker knows these as methods of int that give an int, which they do.
    __add__, __radd__ = _both("+")
    __sub__, __rsub__ = _both("-")
    __mul__, __rmul__ = _both("*")
    __floordiv__, __rfloordiv__ = _both("floor")
    __pow__, __rpow__ = _both("**")
    _mod, __rmod__ = _both("%")

    def __mod__(self, other: Any) -> Any:
        found, noted = self._mod(other), _noted(self, other)
        if noted is not None and found is not NotImplemented and found == 0:
            noted.add((self.tree, tree_of(other)))
        return found

    def __neg__(self) -> Any:
        return _made(-int(self), neg(self.tree), self.noted)

    def __ceil__(self) -> int:
        return self

    def __floor__(self) -> int:
        return self

    def made(self, how: str, value: int, of: Iterable[Any]) -> Any:
        """The result of a function of `archcalc.dim` on some sizes, this one among them."""
        return _made(value, ARITHMETIC[how].made(*map(tree_of, of)), self.noted)


def _made(value: Any, tree: Tree, noted: Noted | None) -> Any:
    """A result with its formula; a plain number if it depends on no name."""
    return value if isinstance(tree, Number) or not isinstance(value, int) else Named(value, tree, noted)


def tree_of(value: Any) -> Tree:
    """The formula of a number or a shape; a number without one is its own formula."""
    if isinstance(value, tuple):
        return Made("shape", tuple(map(tree_of, value)))
    return value.tree if isinstance(value, Named) else Number(int(value) if isinstance(value, int) else value)
