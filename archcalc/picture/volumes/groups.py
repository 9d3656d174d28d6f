"""The main line of a view as groups: the pieces that become one volume each.

Each working layer (a convolution, product, attention, ...) makes a volume, its output; norms, activations and reshaping
belong to it. Similar neighbours with the same channels and nearly the same resolution form one group of slabs. A change
of resolution alone, such as pooling, is a separate group: a transition.
"""

from collections.abc import Mapping
from typing import NamedTuple

from archcalc.analyse import told
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.network import scopes_above
from archcalc.picture.graph.view import Box, view
from archcalc.picture.volumes.tensors import Axes, Features
from archcalc.picture.volumes.trunk import Piece, trunk
from archcalc.role import Role

NEAR = 0.85
"""The ratio above which two resolutions are nearly the same: convolutions without padding crop a little."""
WORKING = {"convolution", "product", "attention", "recurrent"}
"""The colours of working layers."""


class Group(NamedTuple):
    """Pieces of the main line that become one volume."""

    working: tuple[Piece, ...]
    """The pieces that are counted and named; none for the input."""
    tensor: Features
    colour: str
    transition: bool = False
    joined: int = 0


class Grouping:
    """The volumes of one view."""

    def __init__(self, summary: Summary, axes: Axes, depth: int):
        self.summary, self.axes, self.depth = summary, axes, depth
        self.trunk = trunk(view(summary, depth, unroll=True), self._weight, self._work)
        start = self.trunk.start
        self.groups = [Group((), axes.given(start.name, start.shape or ()), "end")]
        """The input and the groups of the line."""
        self.group_of: list[int] = []
        """The group of each piece."""
        for piece in self.trunk.pieces:
            self._put(piece)
            self.group_of.append(len(self.groups) - 1)
        self._end()

    # --- what a box is -----------------------------------------------------------------------------------------------

    def tensor(self, box: Box) -> Features:
        """The output of a box; of several, the largest."""
        last = box.layers[-1]
        assert box.row is not None
        if box.row.layer is not None or not box.row.outputs:
            return self.axes.of(last.path)
        shape = box.row.outputs[-1]
        maker = next((layer for layer in box.layers[::-1] if shape in layer.outputs), last)
        return self.axes.of(maker.path, shape)

    def _work(self, box: Box) -> float:
        return float(sum(layer.macs for layer in box.layers if isinstance(layer.macs, int)))

    def _weight(self, box: Box) -> float:
        if box.colour in ("plain", "end"):
            return 0.0
        worth = 1.0 if self._works(box) else 0.01
        return worth if self.tensor(box).kind != "bar" else -worth

    def _works(self, box: Box) -> bool:
        return box.colour in WORKING or any(layer.op.integers for layer in box.layers)

    # --- from boxes to groups ----------------------------------------------------------------------------------------

    def _put(self, piece: Piece) -> None:
        """Start or extend a group; a piece that does neither belongs to the last one."""
        box, before = piece[-1], self.groups[-1].tensor
        mine = Group((piece,), self.tensor(box), _colour(piece))
        alike = (mine.tensor.kind, mine.tensor.channels) == (before.kind, before.channels)
        if any(map(self._works, piece)):
            self._add(mine, self._continues(mine))
        elif mine.colour == "resolution" and mine.tensor != before:
            self._add(mine._replace(transition=alike))
        elif _joins(box) and not alike:
            self._join(mine)
        elif mine.tensor.kind == "bar" != before.kind and mine.colour == "join":
            self._add(mine)

    def _add(self, mine: Group, extends: bool = False, joined: int = 0) -> None:
        """Add a group of one piece, or extend the last one by it."""
        if not extends:
            self.groups.append(mine)
            return
        now = self.groups[-1]
        self.groups[-1] = now._replace(working=now.working + mine.working, tensor=mine.tensor, joined=joined)

    def _continues(self, mine: Group) -> bool:
        """Whether a piece is another slab: layers follow layers, and blocks follow blocks of their kind."""
        now, (piece,) = self.groups[-1], mine.working
        if now.transition or now.joined or now.colour != mine.colour or not _alike(now.tensor, mine.tensor):
            return False
        scopes, last = self.summary.scopes, now.working[-1]
        if (layer_of(piece) is None) != (layer_of(last) is None):
            return False
        return layer_of(piece) is not None or op_of(piece, scopes) == op_of(last, scopes)

    def _join(self, mine: Group) -> None:
        """Put the last output and what a skip brings side by side."""
        now = self.groups[-1]
        more = mine.tensor.channels - now.tensor.channels
        if len(now.working) != 1 or now.tensor.kind != mine.tensor.kind or more <= 0 or now.transition:
            self._add(mine._replace(colour="join"))
        else:
            self._add(mine, extends=True, joined=more)

    def _end(self) -> None:
        """Make sure that the network's output is shown."""
        if not self.trunk.pieces:
            return
        last, now = self.trunk.pieces[-1], self.groups[-1]
        tensor = self.tensor(last[-1])
        if now.working and _alike(now.tensor, tensor):
            self.groups[-1] = now._replace(tensor=tensor)
        elif not now.working or now.tensor != tensor:
            self.groups.append(Group((last,), tensor, _colour(last)))
            self.group_of[-1] = len(self.groups) - 1


def _alike(a: Features, b: Features) -> bool:
    """Whether two volumes may be slabs of one group."""
    if a.kind != b.kind or a.channels != b.channels:
        return False
    if a.kind == "bar":
        return True
    if len(a.places) != len(b.places):
        return False
    return all(min(m, n) >= NEAR * max(m, n) for m, n in zip(a.places, b.places, strict=True))


def _colour(piece: Piece) -> str:
    colours = [box.colour for box in piece]
    return next((colour for colour in colours if colour in WORKING), colours[-1])


def _joins(box: Box) -> bool:
    """Whether a box only joins tensors or takes them apart."""
    return box.colour == "join" and all(layer.op.role == Role.JOIN for layer in box.layers)


def layer_of(piece: Piece) -> LayerSummary | None:
    """The layer of a piece, or the only working one in it."""
    box = piece[-1]
    if len(piece) > 1 or box.row is None:
        return None
    working = [layer for layer in box.layers if layer.macs]
    return box.row.layer or (working[0] if len(working) == 1 else None)


def op_of(piece: Piece, scopes: Mapping[str, str]) -> tuple[str, str]:
    """The operation of a piece with its window, and its stride; for a scope, the name of the block around it."""
    row, layer = piece[-1].row, layer_of(piece)
    assert row is not None
    if layer is None:
        return next((scopes[scope] for scope in scopes_of(row.first)[::-1] if scopes.get(scope)), ""), ""
    window, *more = told.kernel(layer.op).replace("x", "×").split() or [""]
    stride = next((part for part in more if part.startswith("/")), "")
    return f"{layer.kind} {window}".strip(), stride


def scopes_of(path: str) -> list[str]:
    """The scopes around a layer or scope, outermost first, then the path itself."""
    return [*scopes_above(path), path]
