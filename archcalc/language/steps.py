"""Entries on their way through the expander: the copies that `for` and `repeat` make, and where each stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from archcalc import dim
from archcalc.dim import Dim
from archcalc.errors import LimitReached
from archcalc.language.evaluate import Round, count_of, rounds_of
from archcalc.language.scope import Bound, Scope
from archcalc.language.spec import LayerEntry
from archcalc.language.tree import Node
from archcalc.language.value import Value


class Context(NamedTuple):
    """What an entry inherits from the scopes around it."""

    prefix: str = ""
    """The path of the scope, with a dot at its end."""
    frozen: bool = False
    shared: tuple[str, str] | None = None
    """A path, and the path of the layer or scope whose weights are used under it."""
    blocks: tuple[str, ...] = ()
    """The blocks that are being expanded, outermost first."""
    copies: int = 1
    """The product of the counts of all loops around."""


class Site(NamedTuple):
    """Where the entries of a body stand."""

    scope: Scope
    """Where their names are bound."""
    inner: Scope
    """Where their expressions are evaluated."""
    context: Context
    first: bool = True
    """Whether nothing stands before them in the scope."""


@dataclass(slots=True)
class Cursor:
    """How far the entries of a body are expanded."""

    last: Bound
    """What the last entry gives."""
    number: int = 0
    """The next free number."""


class Copy(NamedTuple):
    """One copy of an entry."""

    entry: LayerEntry
    scope: Scope
    """Where its name is bound."""
    inner: Scope
    """Where its expressions are evaluated: the scope with the variables of `for` and `let`."""
    context: Context
    round: Round
    """The round of `for`."""
    copies: Dim
    """How many copies it stands for; only of interest where symbolic."""
    first: bool
    """Whether nothing stands before it in its scope."""

    def symbolic(self) -> tuple[str, Node]:
        """What makes its count symbolic, as written, and where."""
        loop, repeat = self.entry.loop, self.entry.repeat
        if self.round.over is not None and loop:
            ((names, run),) = loop
            return f"`for: {{{names[0]}: {self.round.over}}}`", run.node
        assert repeat is not None
        return f"`repeat: {dim.text(self.copies)}`", repeat.node


ONCE = Round({})
"""The only round of an entry without `for`."""


class Steps:
    """Makes the copies of entries and counts them, within the limit on layers."""

    def __init__(self, limit: int) -> None:
        self.limit, self.made = limit, 0

    def count(self, entry: LayerEntry) -> None:
        """Count a copy; raises LimitReached when there are too many."""
        self.made += 1
        if self.made > self.limit:
            raise LimitReached("layers", self.limit, "the spec expands to too many layers", entry.node.place)

    def require(self, number: int, node: Node) -> None:
        """Raise LimitReached for a spec that is known to expand to more entries than the limit."""
        if number > self.limit:
            raise LimitReached("layers", self.limit, f"the spec expands to at least {number:,} layers", node.place)

    def copies(self, entry: LayerEntry, site: Site) -> list[Copy]:
        """The copies that `for` and `repeat` make of an entry."""
        scope, around, context, first = site
        if entry.loop is None and entry.repeat is None and not entry.let:
            return [Copy(entry, scope, around, context, ONCE, 1, first)]
        rounds = [ONCE] if entry.loop is None else rounds_of(entry, around)
        counts = [_count(entry, around, each) for each in rounds]
        number = sum(map(_written, counts))
        copies = context.copies * max(1, number)
        self.require(max(copies, self.made + number), entry.node)
        mine = context._replace(copies=copies)
        pairs = [pair for pair in zip(rounds, counts, strict=True) for _ in range(_written(pair[1]))]
        return [
            Copy(entry, scope, inside(around, entry, each.variables), mine, each, count, first and place == 0)
            for place, (each, count) in enumerate(pairs)
        ]


def _count(entry: LayerEntry, around: Scope, each: Round) -> Dim:
    """How many copies of an entry a round of `for` stands for."""
    if entry.repeat is None:
        return each.times
    with each.running(around):
        counted: Dim = dim.tidy(each.times * count_of(entry.repeat, inside(around, entry, each.variables)))
        return counted


def _written(count: Dim) -> int:
    """The number of copies that are written out: a symbolic number of them stands once."""
    return 1 if dim.is_symbolic(count) else count


def inside(around: Scope, entry: LayerEntry, variables: Mapping[str, Value]) -> Scope:
    """The scope of an entry's own expressions: that around it, with its variables of `for` and its `let`."""
    inner = Scope(around, dict(variables))
    inner.pending = entry.let
    return inner
