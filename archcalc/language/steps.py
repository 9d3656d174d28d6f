"""The steps of an expansion: the copies that `for` and `repeat` make of an entry, each with its scope and context.

An entry that represents a symbolic number of consecutive copies is expanded once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from archcalc import dim
from archcalc.dim import Dim
from archcalc.errors import LimitReached, Refused
from archcalc.language.evaluate import Round, count_of, rounds_of
from archcalc.language.scope import Bound, Outputs, Poisoned, Root, Scope
from archcalc.language.spec import Block, Body, LayerEntry, locate
from archcalc.language.tree import Node
from archcalc.language.value import Value, numbers_for

ENOUGH = 10**12
"""Counting ends here: more is beyond every limit, and 2**80000 takes long to print."""


class Context(NamedTuple):
    """The state that an entry inherits from the scopes around it."""

    prefix: str = ""
    """The path of the scope, with a dot at its end."""
    frozen: bool = False
    shared: tuple[str, str] | None = None
    """A path, and the path of the layer or scope that it takes its weights from."""
    blocks: tuple[str, ...] = ()
    """The names of the blocks around, outermost first."""
    copies: int = 1
    """The product of the counts of all loops around."""


class Site(NamedTuple):
    """The surroundings of the entries of a body."""

    scope: Scope
    """The scope that binds their names."""
    inner: Scope
    """The scope of their expressions."""
    context: Context
    first: bool = True
    """Whether they are the first in their scope."""


@dataclass(slots=True)
class Cursor:
    """The progress through the entries of a body."""

    last: Bound
    """The outputs of the last entry."""
    number: int = 0
    """The next free number."""


class Copy(NamedTuple):
    """One copy of an entry."""

    entry: LayerEntry
    scope: Scope
    """The scope that binds its name."""
    inner: Scope
    """The scope of its expressions, with the variables of `for` and `let`."""
    context: Context
    round: Round
    """The round of `for`."""
    copies: Dim
    """The number of copies that it represents; only of interest if symbolic."""
    first: bool
    """Whether it is the first in its scope."""

    def read(self, last: Bound, takes_nothing: bool) -> Outputs:
        """The outputs that it reads: those that `from` lists, or that of the entry before."""
        if self.entry.source is not None:
            return tuple([self.inner.read(reference) for reference in self.entry.source])
        if takes_nothing:
            return ()
        found = last.made()
        if self.first and len(found) > 1:
            raise Refused(f"{len(found)} inputs come in here", "say with `from` which the layer reads")
        return found[:1]

    def symbolic(self) -> tuple[str, Node]:
        """The symbolic `for` or `repeat`, in words, and its node."""
        loop, repeat = self.entry.loop, self.entry.repeat
        if self.round.over is not None and loop:
            ((names, run),) = loop
            return f"`for: {{{names[0]}: {self.round.over}}}`", run.node
        assert repeat is not None
        return f"`repeat: {dim.text(self.copies)}`", repeat.node


ONCE = Round({})
"""The only round of an entry without `for`."""


class Steps:
    """Makes and counts the copies of entries, within the limit on layers."""

    def __init__(self, limit: int) -> None:
        self.limit, self.made = limit, 0

    def count(self, entry: LayerEntry) -> None:
        """Count a copy; raises LimitReached if there are too many."""
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
        counted = [(each, _count(entry, around, each)) for each in rounds]
        number = sum(_written(count) for _, count in counted)
        copies = context.copies * max(1, number)
        self.require(max(copies, self.made + number), entry.node)
        mine = context._replace(copies=copies)
        written = [one for one in counted for _ in range(_written(one[1]))]
        return [
            Copy(entry, scope, inside(around, entry, each.variables), mine, each, count, first and place == 0)
            for place, (each, count) in enumerate(written)
        ]


def _written(count: Dim) -> int:
    """The number of copies that are written out: one for a symbolic count."""
    return 1 if dim.is_symbolic(count) else count


def _count(entry: LayerEntry, around: Scope, each: Round) -> Dim:
    """The number of copies of an entry that a round of `for` represents."""
    if entry.repeat is None:
        return each.times
    with each.running(around):
        counted: Dim = dim.tidy(each.times * count_of(entry.repeat, inside(around, entry, each.variables)))
        return counted


def inside(around: Scope, entry: LayerEntry, variables: Mapping[str, Value]) -> Scope:
    """The scope of an entry's own expressions: the scope around it, with its variables of `for` and its `let`."""
    return Scope(around, dict(variables), pending=entry.let)


# -- symbolic repeats --------------------------------------------------------------------------------------------------


def repeated(step: Copy, read: Outputs | None, make: Callable[[Outputs], Outputs | None], root: Root) -> Outputs:
    """The outputs of the last of a symbolic number of copies; `make` makes one copy."""
    if read is None:
        raise Poisoned
    said, node = step.symbolic()
    if step.entry.source is not None or not read:
        what = "and `from` cannot say otherwise" if read else f"but {step.entry.static} reads nothing"
        message = f"each copy of {said} reads the one before, {what}"
        raise locate(Refused(message, numbers_for(step.copies)), node)
    builder, (source, shape) = root.builder, read[0]
    with builder.repeat(step.copies, source) as repeat:
        made = make(((repeat.passed(source), shape),))
        if made is None:
            raise Poisoned
        try:
            builder.ends(repeat, [output for output, _ in made])
        except Refused as error:
            raise locate(error.changed(message=f"{said} is symbolic, but {error.message}"), node) from None
    result = made[0][0]
    if result == repeat.passed(source):
        return read[:1]
    if repeat.place in builder.layers[result.path].repeats:
        return ((repeat.passed(result), shape),)
    # An empty body returns another layer from outside than it reads, and so does any number of copies except zero.
    root.require(dim.at_least(step.copies, 1), f"{said} must be at least 1 if the body returns a layer from outside")
    return made


# -- limits ------------------------------------------------------------------------------------------------------------


def fewest_entries(body: Body, blocks: Mapping[str, Block], known: dict[str, int] | None = None) -> int:
    """The fewest entries that a body expands to, up to ENOUGH; conditional entries and loops count as zero.

    Blocks that call blocks double at each level, so this is known before anything is expanded.
    """
    known = {} if known is None else known

    def fewest(entry: LayerEntry) -> int:
        if entry.when is not None or entry.loop is not None or entry.repeat is not None:
            return 0
        name, inner = entry.static or "", entry.body
        if inner is not None:
            return 1 + fewest_entries(inner, blocks, known)
        if name in blocks and name not in known:
            known[name] = 0  # a block within itself counts as zero; expanding it gives the error
            known[name] = fewest_entries(blocks[name].body, blocks, known)
        return 1 + known.get(name, 0)

    return min(ENOUGH, sum(map(fewest, body.entries)))
