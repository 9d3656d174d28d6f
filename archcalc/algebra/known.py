"""Symbols that carry their domain.

The shapes and facts of a network hold plain symbols. While a formula runs, or a claim is judged, a symbol with
assumptions is replaced by one that carries its `Domain`. What can be proved of an expression then follows from the
expression alone.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sympy import Basic, Expr, Symbol

from archcalc.algebra.builtin import declared
from archcalc.algebra.declared import Number
from archcalc.algebra.domain import Domain
from archcalc.algebra.evaluate import number

T = TypeVar("T")


class Known(Symbol):
    """A symbol with the numbers that it may represent."""

    __slots__ = ("domain", "plain")

    def __new__(cls, plain: Expr, domain: Domain) -> "Known":
        made: Known = Symbol.__xnew__(cls, plain.name, **plain._assumptions_orig)
        made.plain, made.domain = plain, domain
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), *self.domain.key)


_known = functools.lru_cache(maxsize=1 << 12)(Known)


@functools.lru_cache(maxsize=1 << 14)
def domains_of(value: Expr) -> Mapping[str, Domain]:
    """The domains that an expression's symbols carry, by name."""
    return {s.name: s.domain for s in value.free_symbols if isinstance(s, Known)}


@functools.lru_cache(maxsize=1 << 14)
def fixed(value: Expr) -> Number | None:
    """The number that an expression is if each of its symbols carries a single one; else None."""
    values = {name: domain.least for name, domain in domains_of(value).items() if domain.is_single}
    return number(value, values) if len(values) == len(value.free_symbols) else None


def knowing(value: T, domains: Mapping[str, Domain]) -> T:
    """Sizes, or containers of them, with symbols that carry these domains."""
    return _swapped(value, lambda symbol: _known(symbol, domains[symbol.name]) if symbol.name in domains else symbol)


def plain(value: T) -> T:
    """Sizes, or containers of them, with plain symbols."""
    return _swapped(value, lambda symbol: symbol.plain if isinstance(symbol, Known) else symbol)


def _swapped(value: T, swap: Callable[[Expr], Expr]) -> T:
    """Sizes, or containers of them, with each symbol replaced."""

    def swapped(of: Expr) -> Expr:
        if isinstance(of, Symbol):
            return swap(of)
        parts = [swapped(part) for part in of.args]
        same = all(a is b for a, b in zip(parts, of.args, strict=True))
        return of if same else declared(of).rebuilt(parts)

    found: T = mapped(value, swapped)
    return found


def mapped(value: Any, swap: Callable[[Expr], Expr]) -> Any:
    """A value with each expression in it replaced."""
    if isinstance(value, Basic):
        return swap(value)
    if isinstance(value, tuple):
        parts = [mapped(part, swap) for part in value]
        return type(value)._make(parts) if hasattr(value, "_make") else tuple(parts)
    if isinstance(value, dict):
        return {key: mapped(part, swap) for key, part in value.items()}
    return value
