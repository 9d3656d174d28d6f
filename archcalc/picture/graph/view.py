"""The content of a picture of a network: boxes, the open scopes around them, and arrows.

A scope is open, or closed: one box for everything inside. Numbered neighbours with the same structure are drawn once
with their number, without the arrows from one copy to the next. By default, scopes are closed from the inside out until
there are few enough boxes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType
from typing import NamedTuple

from archcalc.analyse.outline import Row, outline
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.dim import Shape
from archcalc.errors import Refused, nearest
from archcalc.network import scopes_above
from archcalc.picture.theme import colour

MOST = 300
"""The most boxes by default."""


class Box(NamedTuple):
    """A layer, a scope, or an input or output of the network."""

    key: str
    """n0, n1, ...: never made from a name."""
    row: Row | None
    """None for an input or output."""
    name: str
    inside: "tuple[Box, ...]"
    """The boxes in an open scope."""
    layers: tuple[LayerSummary, ...]
    """All layers in it, in every copy."""
    shape: Shape | None = None
    """The shape of an input or output."""

    @property
    def colour(self) -> str:
        """The colour of its layer; of a scope, the colour with the most multiply-accumulates."""
        if self.row is None:
            return "end"
        if self.row.layer is not None:
            return colour(self.row.layer.op)
        done: dict[str, int] = {}
        for layer in self.layers:
            work = layer.macs
            done[colour(layer.op)] = done.get(colour(layer.op), 0) + (work if isinstance(work, int) else 1)
        return max(done, key=lambda name: done[name]) if any(done.values()) else "plain"

    @property
    def is_open(self) -> bool:
        """Whether its inside is shown."""
        return self.row is not None and self.row.open


class Arrow(NamedTuple):
    """A tensor from one box to another."""

    source: str
    target: str
    shape: Shape
    skips: bool
    """Whether there is also a longer path."""
    of: tuple[tuple[str, str], ...]
    """The paths of the layers, inputs and outputs that it connects."""


class View(NamedTuple):
    """A network as a picture shows it."""

    summary: Summary
    boxes: tuple[Box, ...]
    """The outermost boxes, inputs first and outputs last."""
    arrows: tuple[Arrow, ...]
    depth: int | None
    """The number of levels shown if scopes were closed for want of room, else None."""

    def all_boxes(self) -> Iterator[Box]:
        """Every box, each scope before its inside."""
        waiting = list(self.boxes)[::-1]
        while waiting:
            box = waiting.pop()
            yield box
            waiting.extend(box.inside[::-1])

    @property
    def seen(self) -> int:
        """The number of boxes whose inside is not shown."""
        return sum(not box.is_open for box in self.all_boxes())


def view(
    summary: Summary,
    depth: int | None = None,
    fold: Iterable[str] = (),
    unfold: Iterable[str] = (),
    unroll: bool = False,
    marks: Mapping[str, object] = MappingProxyType({}),
    most: int = MOST,
) -> View:
    """A network with scopes open to a depth, except the paths in `fold` and `unfold`.

    Without a depth, scopes are closed until there are at most `most` boxes. Raises Refused for an unknown path.
    """
    closed, opened = set(fold), set(unfold)
    scopes = {scope for layer in summary.layers for scope in scopes_above(layer.path)}
    for path in sorted((closed | opened) - scopes):
        raise Refused(f"{summary.name} has no scope {path!r}", nearest(path, scopes))
    if depth is not None and not (isinstance(depth, int) and depth >= 1):
        raise Refused(f"the depth must be at least 1, not {depth!r:.60}")
    if not unroll and (closed or opened):
        # Any copy may name the one box of all copies.
        every = _Seen(summary, outline(summary, lambda path, level: True, marks=marks))
        closed, opened = ({every.way(path)[-1][0] for path in paths} for paths in (closed, opened))
    around = {scope for path in opened for scope in (path, *scopes_above(path))}

    def rows(deepest: int | None) -> list[Row]:
        def opens(path: str, level: int) -> bool:
            if path in closed or path in around:
                return path not in closed
            return deepest is None or level + 1 < deepest

        return outline(summary, opens, unroll, marks)

    found = rows(depth)
    fitted = None
    if depth is None and _seen(found) > most:
        levels = max(row.level for row in found)
        fitted = next((d for d in range(levels, 1, -1) if _seen(rows(d)) <= most), 1)
        found = rows(fitted)
    return _Seen(summary, found).view(fitted)


def _seen(rows: list[Row]) -> int:
    return sum(not row.open for row in rows)


class _Seen:
    """Finds the box that shows each layer."""

    def __init__(self, summary: Summary, rows: list[Row]):
        self.summary = summary
        self.rows = {row.first: row for row in rows}
        self.keys = {row.first: f"n{i}" for i, row in enumerate(rows)}
        self.copy_of = {
            f"{parent}.{name}".lstrip("."): row.first
            for row in rows
            for parent in [row.first.rpartition(".")[0]]
            for name in row.names
        }
        """The first copy of each scope or layer; one without copies is its own."""
        self.members: dict[str, list[LayerSummary]] = {row.first: [] for row in rows}
        for layer in summary.layers:
            for path, _ in self.way(layer.path):
                self.members[path].append(layer)

    def way(self, path: str) -> list[tuple[str, str]]:
        """The boxes around a layer, outermost first, each with the name of the layer's copy."""
        found: list[tuple[str, str]] = []
        at = ""
        for name in path.split("."):
            at = self.copy_of[f"{at}.{name}".lstrip(".")]
            found.append((at, name))
            if not self.rows[at].open:
                break
        return found

    def view(self, depth: int | None) -> View:
        inputs = _ends("i", self.summary.inputs)
        outputs = _ends("o", {str(source): shape for source, shape in self.summary.outputs.items()})
        inside: dict[str, list[Box]] = {}
        for path, row in reversed(self.rows.items()):
            box = Box(self.keys[path], row, row.name, tuple(inside.get(path, [])[::-1]), tuple(self.members[path]))
            inside.setdefault(path.rpartition(".")[0], []).append(box)
        boxes = (*inputs, *inside.get("", [])[::-1], *outputs)
        return View(self.summary, boxes, tuple(self._arrows(inputs, outputs)), depth)

    def _arrows(self, inputs: tuple[Box, ...], outputs: tuple[Box, ...]) -> list[Arrow]:
        ends = {box.name: box.key for box in inputs}
        found: dict[tuple[str, str], tuple[Shape, list[tuple[str, str]]]] = {}

        def flows(source: str, target: str, shape: Shape, reader: str) -> None:
            key = ends[source] if source in ends else self.keys[self.way(source)[-1][0]]
            if key != target:
                found.setdefault((key, target), (shape, []))[1].append((source, reader))

        for layer in self.summary.layers:
            target = self.way(layer.path)
            for source, shape in zip(layer.sources, layer.inputs, strict=True):
                if source.path in ends or not _between_copies(self.way(source.path), target):
                    flows(source.path, self.keys[target[-1][0]], shape, layer.path)
        for box, source in zip(outputs, self.summary.outputs, strict=True):
            flows(source.path, box.key, box.shape or (), str(source))
        longer = _skipping(found)
        return [Arrow(*ends, shape, ends in longer, tuple(of)) for ends, (shape, of) in found.items()]


def _ends(letter: str, shapes: Mapping[str, Shape]) -> tuple[Box, ...]:
    return tuple(Box(f"{letter}{i}", None, name, (), (), shape) for i, (name, shape) in enumerate(shapes.items()))


def _between_copies(source: list[tuple[str, str]], target: list[tuple[str, str]]) -> bool:
    """Whether an arrow connects two copies of a scope that is drawn once."""
    for (mine, name), (theirs, other) in zip(source, target, strict=False):
        if mine != theirs:
            return False
        if name != other:
            return True
    return False


def generations(arrows: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """The boxes by the length of the longest path to them; boxes on or behind a cycle of scopes are missing."""
    sorter: TopologicalSorter[str] = TopologicalSorter()
    for source, target in arrows:
        sorter.add(target, source)
    with suppress(CycleError):  # it still finds everything before a cycle
        sorter.prepare()
    found = []
    while ready := sorter.get_ready():
        found.append(ready)
        sorter.done(*ready)
    return found


def _skipping(arrows: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """The arrows beside a longer path."""
    known = {key: i for i, keys in enumerate(generations(arrows)) for key in keys}
    rank = dict(known)
    for a, b in arrows:
        if a in known and b not in known:  # on a cycle, by the longest path from before it
            rank[b] = max(rank.get(b, 0), known[a] + 1)
    return {(a, b) for a, b in arrows if a in rank and b in rank and rank[b] - rank[a] > 1}
