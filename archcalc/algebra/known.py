"""Symbols that carry what is known of them.

The shapes and facts of a network hold plain symbols. While a formula runs, or a claim is judged, each symbol of which
something is assumed is replaced by one that carries its `Domain`. What can be proved of an expression then follows from
the expression alone, whoever asks and whenever.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sympy import Basic, Expr, Symbol

from archcalc.algebra.builtin import declared
from archcalc.algebra.domain import Domain

T = TypeVar("T")


class Known(Symbol):
    """A symbol with the numbers that it may stand for."""

    __slots__ = ("domain", "plain")

    def __new__(cls, plain: Expr, domain: Domain) -> "Known":
        made: Known = Symbol.__xnew__(cls, plain.name, **plain._assumptions_orig)
        made.plain, made.domain = plain, domain
        return made

    def _hashable_content(self) -> tuple[Any, ...]:
        return (*super()._hashable_content(), repr(self.domain))


@functools.lru_cache(maxsize=1 << 12)
def _symbol(plain: Expr, domain: Domain) -> Known:
    return Known(plain, domain)


@functools.lru_cache(maxsize=1 << 14)
def domains_of(value: Expr) -> Mapping[str, Domain]:
    """What an expression's symbols carry, by name."""
    return {s.name: s.domain for s in value.free_symbols if isinstance(s, Known)}


def knowing(value: T, domains: Mapping[str, Domain]) -> T:
    """Sizes, shapes and whatever holds them, with symbols that carry these domains."""
    found: T = mapped(value, lambda of: _swapped(of, _carrying(of, domains)))
    return found


def plain(value: T) -> T:
    """Sizes, shapes and whatever holds them, with plain symbols."""
    found: T = mapped(value, lambda of: _swapped(of, {s: s.plain for s in of.free_symbols if isinstance(s, Known)}))
    return found


def _carrying(value: Expr, domains: Mapping[str, Domain]) -> dict[Expr, Expr]:
    return {s: _symbol(s, domains[s.name]) for s in value.free_symbols if s.name in domains}


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


def _swapped(value: Expr, swaps: Mapping[Expr, Expr]) -> Expr:
    return _again(value, swaps) if swaps else value


def _again(value: Expr, swaps: Mapping[Expr, Expr]) -> Expr:
    if isinstance(value, Symbol):
        return swaps.get(value, value)
    if not value.args:
        return value
    parts = [_again(part, swaps) for part in value.args]
    if all(a is b for a, b in zip(parts, value.args, strict=True)):
        return value
    return declared(value).rebuilt(parts)
