"""Limits against runaway and hostile specs. Each can be raised by name."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace

from archcalc.errors import Refused, nearest


@dataclass(frozen=True)
class Limits:
    """How large a spec and what it expands to may be."""

    bytes: int = 4 * 1024**2
    """Size of a file."""
    nodes: int = 250_000
    """Scalars, lists and mappings in a file."""
    nesting: int = 60
    """Brackets within brackets in a file, blocks within blocks, and specs that extend specs."""
    layers: int = 60_000
    """Entries that a spec expands to."""
    expression: int = 1_000
    """Characters of an expression."""
    bits: int = 4_096
    """Binary digits of a number."""
    items: int = 100_000
    """Entries of a list that an expression makes."""
    rounds: int = 1_000
    """Rounds of the comprehensions in an expression, those within each other counted together."""

    def raised(self, changes: Mapping[str, int]) -> "Limits":
        """These limits with some of them changed."""
        known = [f.name for f in fields(self)]
        for name in changes:
            if name not in known:
                raise Refused(f"there is no limit {name!r}", nearest(name, known))
        return replace(self, **changes)


DEFAULT = Limits()
_CURRENT: ContextVar[Limits] = ContextVar("limits", default=DEFAULT)


def current() -> Limits:
    """The limits in force. Expressions are read once and evaluated anywhere, so that none could be handed to them."""
    return _CURRENT.get()


@contextmanager
def in_force(limits: Limits) -> Iterator[None]:
    """Put limits into force for a while."""
    token = _CURRENT.set(limits)
    try:
        yield
    finally:
        _CURRENT.reset(token)
