"""The tree of scopes as rows: folded below a depth, with equal neighbours as one row.

A row is a layer or a scope. Its numbers are sums over all copies and repeats: a row `1-35 x 35` has the parameters of
all 35, and so does each row inside it. So the rows directly inside a scope add up to the row of the scope, and the
outermost rows add up to the totals.

Neighbours become one row if they have consecutive numbers (0, 1, 2 or conv1, conv2) and equal operations, settings,
shapes, weights and names inside; their receptive fields may differ. So `query`, `key` and `value` keep their rows.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Self

from archcalc import dim
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.analyse.totals import memory
from archcalc.analyse.tree import ScopeNode, is_next, runs, span, tree
from archcalc.dim import Dim, Shape
from archcalc.errors import Refused
from archcalc.network import Source
from archcalc.render.words import percent


class Sums(NamedTuple):
    """The numbers of a layer or scope."""

    trainable: Dim
    frozen: Dim
    buffers: Dim
    activations: Dim
    cost: Dim
    unknown: bool
    """Whether the work of a layer in it is unknown, which makes `cost` a lower bound."""

    @property
    def parameters(self) -> Dim:
        """All parameters, trained or not."""
        return self.trainable + self.frozen

    @property
    def memory(self) -> Dim:
        """The bytes of parameters, buffers and activations, as float32."""
        return memory(self.parameters, self.buffers, self.activations)

    def times(self, count: Dim) -> "Sums":
        """The numbers of `count` copies."""
        return self if count == 1 else Sums._make([*(dim.tidy(n * count) for n in self[:-1]), self.unknown])


NOTHING = Sums(0, 0, 0, 0, 0, False)


class Row(NamedTuple):
    """A layer or scope, perhaps in several copies."""

    name: str
    """The last part of the path; the first and the last of several copies: 1-35."""
    copies: Dim
    """The number of copies in the scope around it."""
    path: str
    level: int
    op: str
    """The operation, or the block's name; empty for a scope that is not a block."""
    layer: LayerSummary | None
    """The layer, or the first of its copies; None for a scope."""
    open: bool
    """Whether the rows inside it follow."""
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    sums: Sums
    share: float | None
    """Its share of all parameters in percent; None if it has none or symbols occur."""
    field: tuple[Any, ...] | None
    """The receptive field of its last layer, in the last of its copies."""
    times: Dim
    """The number of copies in the network."""
    first: str
    """The path of its first copy, in the first copies of all scopes around it."""
    names: tuple[str, ...]
    """The last parts of the paths of all its copies."""

    @property
    def one(self) -> Sums:
        """The numbers of a single copy."""
        *numbers, unknown = self.sums
        return Sums._make([*(dim.ratio(n, self.times) for n in numbers), unknown])

    @property
    def label(self) -> str:
        """The name and the number of copies."""
        count = dim.text(self.copies)
        if count == "1":
            return self.name
        plain = isinstance(self.copies, int) or count.replace("[", "").replace("]", "").isidentifier()
        return f"{self.name} x {count}" if plain else f"{self.name} x ({count})"


class _Part(ScopeNode):
    """A layer or scope with its facts."""

    def __init__(self, name: str = "", path: str = "", parent: Self | None = None):
        super().__init__(name, path, parent)
        self.inputs: dict[Source, Shape] = {}  # what the inside reads from outside
        self.outputs: dict[Source, Shape] = {}  # what the outside reads
        self.sums = NOTHING
        self.times: Dim = 1  # the symbolic repeats that all of it shares
        self.last: LayerSummary | None = None

    def around(self, path: str) -> Iterator[Self]:
        """The scopes around it that do not hold another path, innermost first."""
        scope = self.parent
        while scope is not None and scope.parent is not None and not path.startswith(f"{scope.path}."):
            yield scope
            scope = scope.parent


class _Shown(NamedTuple):
    """The parts of one row: copies of one structure."""

    copies: tuple[_Part, ...]
    """Those in the first copies of all scopes around."""
    last: _Part
    """The last copy, in the last copies of all scopes around."""
    name: str
    path: str
    level: int
    total: int
    """The number of copies in the network."""
    repeats: Dim
    """The symbolic repeats around."""


Opened = Callable[[str, int], bool]
"""Whether a scope is open, given the path of its first copy and its level."""


def rows(summary: Summary, depth: int | None = 2, unroll: bool = False) -> list[Row]:
    """The rows of a network, with paths of at most `depth` parts; `unroll` gives each copy its own row."""
    if depth is not None and depth < 1:
        raise Refused(f"the depth must be at least 1, not {depth}")
    return outline(summary, lambda path, level: depth is None or level + 1 < depth, unroll)


def outline(
    summary: Summary, opened: Opened, unroll: bool = False, marks: Mapping[str, Any] = MappingProxyType({})
) -> list[Row]:
    """The rows of a network with some scopes opened; layers with different marks are never copies."""
    found: list[Row] = []
    root = _tree(summary, marks)
    waiting = _inside(_Shown((root,), root, "", "", -1, 1, 1), unroll)
    while waiting:
        shown = waiting.pop()
        first = shown.copies[0]
        is_open = bool(first.children) and opened(first.path, shown.level)
        found.append(_row(shown, is_open, summary))
        if is_open:
            waiting += _inside(shown, unroll)
    return found


def _inside(shown: _Shown, unroll: bool) -> list[_Shown]:
    """The rows directly inside, last first; neighbours of one structure are one."""
    first, last = shown.copies[0], shown.last
    repeats = _repeats(first, shown.repeats)
    found = []
    pairs = zip(first.children.values(), last.children.values(), strict=True)
    for run in runs(pairs, lambda x, y: not unroll and _continues(x[0], y[0])):
        copies = tuple(part for part, _ in run)
        name = span(copies[0].name, copies[-1].name)
        path = f"{shown.path}.{name}" if shown.path else name
        found.append(_Shown(copies, run[-1][1], name, path, shown.level + 1, shown.total * len(copies), repeats))
    return found[::-1]


def _continues(before: _Part, after: _Part) -> bool:
    """Whether a part is the next copy of the previous one."""
    return before.structure == after.structure and is_next(before.name, after.name)


def _row(shown: _Shown, is_open: bool, summary: Summary) -> Row:
    first, last = shown.copies[0], shown.last
    layer, own = first.layer, _repeats(first, shown.repeats)
    sums = first.sums.times(shown.total)
    assert last.last is not None
    return Row(
        name=shown.name,
        copies=len(shown.copies) * (1 if own == shown.repeats else dim.ratio(own, shown.repeats)),
        path=shown.path,
        level=shown.level,
        op=summary.scopes.get(first.path, "") if layer is None else layer.kind,
        layer=layer,
        open=is_open,
        inputs=tuple(first.inputs.values()) if layer is None else layer.inputs,
        outputs=tuple(last.outputs.values()) if layer is None else layer.outputs,
        sums=sums,
        share=percent(sums.parameters, summary.totals.parameters),
        field=last.last.field,
        times=shown.total * own,
        first=first.path,
        names=tuple(part.name for part in shown.copies),
    )


def _repeats(part: _Part, around: Dim) -> Dim:
    """The symbolic repeats shown at a part; a scope with one child leaves them to the child, which says more."""
    return around if part.layer is None and len(part.children) == 1 else part.times


def _tree(summary: Summary, marks: Mapping[str, Any]) -> _Part:
    """The tree of scopes, each part with its sums and structure."""
    parts = tree(summary.layers, _Part())
    reads = [(s, x, layer.path) for layer in summary.layers for s, x in zip(layer.sources, layer.inputs, strict=True)]
    for source, shape, reader in [*reads, *((s, x, "") for s, x in summary.outputs.items())]:
        for scope in parts[reader].around(source.path):
            scope.inputs[source] = shape
        if source.path in parts:
            for scope in parts[source.path].around(reader):
                scope.outputs[source] = shape
    known: dict[Any, int] = {}
    for part in reversed(parts.values()):
        _settle(part, summary, known, marks)
    parts[""].times = 1
    return parts[""]


def _settle(part: _Part, summary: Summary, known: dict[Any, int], marks: Mapping[str, Any]) -> None:
    """Fill in the facts that follow from the children, which are settled already."""
    structure: object
    layer, children = part.layer, [*part.children.values()]
    if layer is not None:
        work = summary.convention.of(layer.countable)
        held = (layer.trainable, layer.frozen, layer.buffer_elements, layer.activations)
        part.last, part.times = layer, layer.times
        part.sums = Sums(*held, 0 if work is None else work, work is None).times(part.times)
        structure = (layer.structure, marks.get(part.path))
    elif children:
        part.last, part.times = children[-1].last, _common([p.times for p in children])
        *numbers, unknown = zip(*(p.sums for p in children), strict=True)
        part.sums = Sums._make([*map(dim.total, numbers), any(unknown)])
        structure = (summary.scopes.get(part.path), *[(p.name, p.structure) for p in children])
    else:
        return
    part.structure = known.setdefault(structure, len(known))


def _common(repeats: list[Dim]) -> Dim:
    """The repeats that all children of a scope share."""
    said = dict.fromkeys(repeats)
    return next((r for r in said if all(o is r or dim.divides(r, o) is True for o in said)), 1)
