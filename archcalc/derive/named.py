"""Integers that remember how they were made.

A method of an operation that runs on these gives its numbers and its formulas at once, so that a formula is written
once, where the operation is declared. They are true integers: every branch and every claim is decided by the number.
"""

import operator
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from archcalc.derive import tree as formulas
from archcalc.derive.tree import Number, Tree

_EXACT: ContextVar[set[tuple[Tree, Tree]] | None] = ContextVar("exact", default=None)
"""Dividends and divisors whose remainder a requirement found to be nought."""


@contextmanager
def remainders_noted() -> Iterator[None]:
    """Write what a requirement found to divide as a quotient without remainder."""
    token = _EXACT.set(set())
    try:
        yield
    finally:
        _EXACT.reset(token)


def _floor(a: Tree, b: Tree) -> Tree:
    exact = (a, b) in (_EXACT.get() or ())
    return formulas.quotient(a, b) if exact else formulas.floor(a, b)


def _both(done: Callable[[int, int], Any], written: Callable[[Tree, Tree], Tree]) -> Any:
    """A method of Named and its reflection."""

    def forward(self: "Named", other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return _made(done(int(self), int(other)), written(self.tree, tree_of(other)))

    def backward(self: "Named", other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return _made(done(int(other), int(self)), written(tree_of(other), self.tree))

    return forward, backward


def _modulo(a: Tree, b: Tree) -> Tree:
    return formulas.Made("%", (a, b))


def _power(a: Tree, b: Tree) -> Tree:
    return formulas.Made("**", (a, b))


class Named(int):
    """A number with the formula that it comes from."""

    tree: Tree

    def __new__(cls, value: int, tree: Tree) -> "Named":
        self = super().__new__(cls, value)
        self.tree = tree
        return self

    # Any: the type checker knows these as methods of int that give an int, which they do.
    __add__, __radd__ = _both(operator.add, formulas.add)
    __sub__, __rsub__ = _both(operator.sub, formulas.sub)
    __mul__, __rmul__ = _both(operator.mul, formulas.mul)
    __floordiv__, __rfloordiv__ = _both(operator.floordiv, _floor)
    __pow__, __rpow__ = _both(operator.pow, _power)
    _mod, __rmod__ = _both(operator.mod, _modulo)

    def __mod__(self, other: Any) -> Any:
        found = self._mod(other)
        noted = _EXACT.get()
        if noted is not None and found is not NotImplemented and found == 0:
            noted.add((self.tree, tree_of(other)))
        return found

    def __neg__(self) -> Any:
        return _made(-int(self), formulas.neg(self.tree))

    def __ceil__(self) -> int:
        return self

    def __floor__(self) -> int:
        return self

    def made(self, how: str, value: int, of: Iterable[Any]) -> Any:
        """What a function of `archcalc.dim` makes of some sizes, this one among them."""
        return _made(value, formulas.applied(how, map(tree_of, of)))


def _made(value: Any, tree: Tree) -> Any:
    """A result with its formula; a plain number where it depends on no name."""
    return value if isinstance(tree, Number) or not isinstance(value, int) else Named(value, tree)


def tree_of(value: Any) -> Tree:
    """The formula of a number; itself where it has none."""
    return value.tree if isinstance(value, Named) else Number(int(value) if isinstance(value, int) else value)
