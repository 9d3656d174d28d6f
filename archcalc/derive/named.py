"""Integers that remember how they were made.

A method of an operation that runs on these gives its numbers and its formulas at once, so that a formula is written
once, where the operation is declared. They are true integers: the number decides every branch and every claim.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from archcalc.derive.tree import ARITHMETIC, Number, Tree, floor, neg, quotient

_EXACT: ContextVar[set[tuple[Tree, Tree]] | None] = ContextVar("exact", default=None)
"""Dividends and divisors whose remainder a requirement found to be zero."""


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
    return quotient(a, b) if exact else floor(a, b)


def _both(how: str, written: Callable[[Tree, Tree], Tree] | None = None) -> Any:
    """A method of Named and its reflection."""
    done, made = ARITHMETIC[how]
    written = written or made

    def forward(self: "Named", other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return _made(done(int(self), int(other)), written(self.tree, tree_of(other)))

    def backward(self: "Named", other: Any) -> Any:
        if not isinstance(other, int):
            return NotImplemented
        return _made(done(int(other), int(self)), written(tree_of(other), self.tree))

    return forward, backward


class Named(int):
    """A number with the formula that it comes from."""

    tree: Tree

    def __new__(cls, value: int, tree: Tree) -> "Named":
        self = super().__new__(cls, value)
        self.tree = tree
        return self

    # Any: the type checker knows these as methods of int that give an int, which they do.
    __add__, __radd__ = _both("+")
    __sub__, __rsub__ = _both("-")
    __mul__, __rmul__ = _both("*")
    __floordiv__, __rfloordiv__ = _both("floor", _floor)
    __pow__, __rpow__ = _both("**")
    _mod, __rmod__ = _both("%")

    def __mod__(self, other: Any) -> Any:
        found = self._mod(other)
        noted = _EXACT.get()
        if noted is not None and found is not NotImplemented and found == 0:
            noted.add((self.tree, tree_of(other)))
        return found

    def __neg__(self) -> Any:
        return _made(-int(self), neg(self.tree))

    def __ceil__(self) -> int:
        return self

    def __floor__(self) -> int:
        return self

    def made(self, how: str, value: int, of: Iterable[Any]) -> Any:
        """What a function of `archcalc.dim` makes of some sizes, this one among them."""
        return _made(value, ARITHMETIC[how].made(*map(tree_of, of)))


def _made(value: Any, tree: Tree) -> Any:
    """A result with its formula; a plain number where it depends on no name."""
    return value if isinstance(tree, Number) or not isinstance(value, int) else Named(value, tree)


def tree_of(value: Any) -> Tree:
    """The formula of a number; itself where it has none."""
    return value.tree if isinstance(value, Named) else Number(int(value) if isinstance(value, int) else value)
