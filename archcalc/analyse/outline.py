"""The tree of scopes as rows: folded below a depth, and equal neighbours shown once.

A row is a layer, or a scope that stands for everything below it. Every number of a row is a sum over all that it stands
for, every copy and every repeat counted: a row `1-35 x 35` holds the parameters of all 35, and so does each row below
it. So the rows directly below a scope add up to the row of the scope, and the outermost rows add up to the totals.

Neighbours become one row when they are numbered one after the other (0, 1, 2 or conv1, conv2) and are equal in their
operations, settings, shapes, weights and the names inside them; their receptive fields may differ. So `query`, `key`
and `value` keep their rows.
"""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.analyse.memory import memory
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.convention import Convention
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
    """Whether the work of a layer in it is not known, so that it is at least `cost`."""

    @property
    def parameters(self) -> Dim:
        """All parameters, trained or not."""
        return self.trainable + self.frozen

    @property
    def memory(self) -> Dim:
        """The bytes of parameters, buffers and activations, as float32."""
        return memory(self.parameters, self.buffers, self.activations).total

    def times(self, count: Dim) -> "Sums":
        """The numbers of `count` copies."""
        once = isinstance(count, int) and count == 1
        return self if once else Sums._make([*(dim.tidy(n * count) for n in self[:-1]), self.unknown])


def _total(parts: list[Sums]) -> Sums:
    *numbers, unknown = zip(*parts, strict=True)
    return Sums._make([*map(dim.total, numbers), any(unknown)])


NOTHING = Sums(0, 0, 0, 0, 0, False)


class Row(NamedTuple):
    """A layer, or a scope that stands for what is below it."""

    name: str
    """The last part of the path, or of several copies the first and the last: 1-35."""
    copies: Dim
    """How many of them the row itself stands for; the scopes around it may be copied again."""
    path: str
    level: int
    op: str
    """The operation, or the block's name; nothing for a scope that is no block."""
    layer: LayerSummary | None
    """The layer, or the first of its copies; None for a scope."""
    open: bool
    """Whether the rows of what is inside follow."""
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    sums: Sums
    share: float | None
    """Its part of all parameters in percent; None where it has none, or where that depends on a symbol."""
    field: tuple[Any, ...] | None
    """The receptive field of its last layer, in the last of its copies."""
    times: Dim
    """How often it stands in the network: its copies times those of the scopes around it."""
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
        """The name, and how many there are of it."""
        if isinstance(self.copies, int):
            return self.name if self.copies == 1 else f"{self.name} x {self.copies}"
        count = dim.text(self.copies)
        return (
            f"{self.name} x {count}"
            if count.replace("[", "").replace("]", "").isidentifier()
            else f"{self.name} x ({count})"
        )


class _Node:
    """A layer or scope of the tree."""

    def __init__(self, name: str, path: str, parent: "_Node | None"):
        self.name, self.path, self.parent = name, path, parent
        self.layer: LayerSummary | None = None
        self.children: list[_Node] = []
        self.inputs: dict[Source, Shape] = {}  # what comes from outside, by source
        self.outputs: dict[Source, Shape] = {}  # what is read outside, by source
        self.structure = 0  # equal for equal structures
        self.sums = NOTHING
        self.times: Dim = 1  # the symbolic repeats that all of it shares
        self.last: LayerSummary | None = None

    def holds(self, path: str) -> bool:
        """Whether a path is inside."""
        return path.startswith(self.path + ".")


class _Shown(NamedTuple):
    """What becomes one row: copies of one structure."""

    nodes: tuple[_Node, ...]
    """The copies, in the first copies of all scopes around them."""
    last: _Node
    """The last of the copies, in the last copies of all scopes around it."""
    name: str
    path: str
    copies: int
    level: int
    around: int
    """How often the scopes around are copied."""
    repeats: Dim
    """The symbolic repeats around."""

    @property
    def first(self) -> _Node:
        """The first of the copies."""
        return self.nodes[0]


Opened = Callable[[str, int], bool]
"""Whether the rows of what is inside a scope follow, by the path of its first copy and its level."""


def rows(summary: Summary, depth: int | None = 2, unroll: bool = False) -> list[Row]:
    """The rows of a network, scopes folded below `depth` parts of a path; `unroll` shows each copy by itself."""
    if depth is not None and depth < 1:
        raise Refused(f"the depth must be at least 1, not {depth}")
    return outline(summary, lambda path, level: depth is None or level + 1 < depth, unroll)


def outline(
    summary: Summary, opened: Opened, unroll: bool = False, marks: Mapping[str, Any] = MappingProxyType({})
) -> list[Row]:
    """The rows of a network with the scopes opened that are wanted; layers with different marks are never copies."""
    found: list[Row] = []
    root = _tree(summary, marks)
    waiting = list(_inside(_Shown((root,), root, "", "", 1, -1, 1, 1), unroll))[::-1]
    while waiting:
        shown = waiting.pop()
        is_open = bool(shown.first.children) and opened(shown.first.path, shown.level)
        found.append(_row(shown, is_open, summary))
        if is_open:
            waiting.extend(list(_inside(shown, unroll))[::-1])
    return found


def _inside(shown: _Shown, unroll: bool) -> Iterator[_Shown]:
    """What is directly inside, neighbours of one structure together."""
    first, last = shown.first, shown.last
    repeats = _repeats(first, shown.repeats)
    for start, stop in _runs(first.children, unroll):
        head, tail, end = first.children[start], first.children[stop - 1], last.children[stop - 1]
        name = head.name if head is tail else f"{head.name}-{tail.name}"
        path = f"{shown.path}.{name}" if shown.path else name
        copies = tuple(first.children[start:stop])
        yield _Shown(copies, end, name, path, stop - start, shown.level + 1, shown.around * shown.copies, repeats)


def _runs(nodes: list[_Node], unroll: bool) -> Iterator[tuple[int, int]]:
    """Where each run of copies starts and stops."""
    start = 0
    for i in range(1, len(nodes) + 1):
        if unroll or i == len(nodes) or not _continues(nodes[i - 1], nodes[i]):
            yield start, i
            start = i


def _continues(before: _Node, after: _Node) -> bool:
    """Whether a node is the next copy of the one before."""
    if before.structure != after.structure:
        return False
    (stem, number), (other, following) = _numbered(before.name), _numbered(after.name)
    return stem == other and number is not None and following == number + 1


def _numbered(name: str) -> tuple[str, int | None]:
    """A name and the number at its end."""
    stem = name.rstrip("0123456789")
    return stem, int(name[len(stem) :]) if len(stem) < len(name) else None


def _row(shown: _Shown, is_open: bool, summary: Summary) -> Row:
    first, last = shown.first, shown.last
    copies = shown.around * shown.copies
    own = _repeats(first, shown.repeats)
    sums = first.sums.times(copies)
    assert last.last is not None
    return Row(
        name=shown.name,
        copies=shown.copies * (1 if own == shown.repeats else dim.ratio(own, shown.repeats)),
        path=shown.path,
        level=shown.level,
        op=first.layer.kind if first.layer is not None else summary.scopes.get(first.path, ""),
        layer=first.layer,
        open=is_open,
        inputs=tuple(first.inputs.values()) if first.layer is None else first.layer.inputs,
        outputs=tuple(last.outputs.values()) if first.layer is None else first.layer.outputs,
        sums=sums,
        share=percent(sums.parameters, summary.totals.parameters),
        field=last.last.field,
        times=copies * own,
        first=first.path,
        names=tuple(node.name for node in shown.nodes),
    )


def _repeats(node: _Node, around: Dim) -> Dim:
    """The symbolic repeats that are shown at a node; a scope with one part leaves them to the part, which says more."""
    return around if node.layer is None and len(node.children) == 1 else node.times


def _tree(summary: Summary, marks: Mapping[str, Any]) -> _Node:
    """The tree, every node with its sums and structure."""
    root = _Node("", "", None)
    nodes = {"": root}
    for layer in summary.layers:
        _add(nodes, layer)
    for layer in summary.layers:
        _join(nodes, layer)
    for source, shape in summary.outputs.items():
        _leaves(nodes, source, "", shape)
    known: dict[Any, int] = {}
    for node in reversed(nodes.values()):
        _settle(node, summary, known, marks)
    root.times = 1
    return root


def _add(nodes: dict[str, _Node], layer: LayerSummary) -> None:
    """Add a layer, and the scopes around it that are new."""
    new, path = [], layer.path
    while path not in nodes:
        new.append(path)
        path = path.rpartition(".")[0]
    for inner in reversed(new):
        parent = nodes[path]
        node = nodes[inner] = _Node(inner[len(path) + 1 :] if path else inner, inner, parent)
        parent.children.append(node)
        path = inner
    nodes[layer.path].layer = layer


def _join(nodes: dict[str, _Node], layer: LayerSummary) -> None:
    """Note what goes into the scopes around a layer, and what it reads out of others."""
    for source, shape in zip(layer.sources, layer.inputs, strict=True):
        inside = source.path
        scope = nodes[layer.path].parent
        while scope is not None and scope.parent is not None and not scope.holds(inside):
            scope.inputs[source] = shape
            scope = scope.parent
        _leaves(nodes, source, layer.path, shape)


def _leaves(nodes: dict[str, _Node], source: Source, reader: str, shape: Shape) -> None:
    """Note what leaves the scopes that hold a source, but not its reader."""
    inside = nodes.get(source.path)
    scope = None if inside is None else inside.parent
    while scope is not None and scope.parent is not None and not scope.holds(reader):
        scope.outputs[source] = shape
        scope = scope.parent


def _settle(node: _Node, summary: Summary, known: dict[Any, int], marks: Mapping[str, Any]) -> None:
    """Fill in what follows from the parts of a node; they are settled already."""
    structure: object
    if node.layer is not None:
        node.last, node.times = node.layer, node.layer.times
        node.sums = _layer_sums(node.layer, summary.convention).times(node.times)
        structure = (node.layer.structure, marks.get(node.path))
    elif node.children:
        parts = node.children
        node.last, node.times = parts[-1].last, _common([p.times for p in parts])
        node.sums = _total([p.sums for p in parts])
        structure = (summary.scopes.get(node.path), *[(p.name, p.structure) for p in parts])
    else:
        return
    node.structure = known.setdefault(structure, len(known))


def _layer_sums(layer: LayerSummary, convention: Convention) -> Sums:
    work = convention.of(layer.countable)
    held = (layer.trainable, layer.frozen, layer.buffer_elements)
    return Sums(*held, layer.activations, 0 if work is None else work, work is None)


def _common(repeats: list[Dim]) -> Dim:
    """The repeats that all parts of a scope share."""
    said = dict.fromkeys(repeats)
    return next((r for r in said if all(o is r or dim.divides(r, o) is True for o in said)), 1)
