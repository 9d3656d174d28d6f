"""Limits against runaway and hostile specs. Each can be raised by name.

Limits are a value: the spec that is read with them carries them, and no other file is affected.
"""

from collections.abc import Mapping
from typing import NamedTuple

from archcalc.errors import require


class Limits(NamedTuple):
    """The largest size of a spec and of its expansion."""

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
    """Rounds of the comprehensions in an expression; nested ones are counted together."""

    def raised(self, changes: Mapping[str, int]) -> "Limits":
        """These limits with some of them changed."""
        for name in changes:
            require("limit", name, self._fields)
        return self._replace(**changes)


DEFAULT = Limits()
