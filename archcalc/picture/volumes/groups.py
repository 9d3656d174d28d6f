"""The main line of a view as groups: the pieces that become one volume each.

Each working layer (a convolution, product, attention, ...) makes a volume, its output; norms, activations and reshaping
belong to it. Similar neighbours with the same channels and nearly the same resolution form one group of slabs. A change
of resolution alone, such as pooling, is a group of its own: a transition.
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

    pieces: tuple[Piece, ...]
    working: tuple[Piece, ...]
    """The pieces that are counted and named."""
    tensor: Features
    colour: str
    transition: bool = False
    joined: int = 0


class Grouping:
    """The volumes of one view."""

    def __init__(self, summary: Summary, axes: Axes, depth: int):
        self.summary, self.axes, self.depth = summary, axes, depth
        self.view = view(summary, depth, unroll=True)
        self.trunk = trunk(self.view, self._weight, self._work)
        self.start = axes.given(self.trunk.start.name, self.trunk.start.shape or ())
        self.groups: list[Group] = []
        self.group_of: list[int] = []
        """The group of each piece, counted from 1; 0 is the input."""
        for piece in self.trunk.pieces:
            self._put(piece)
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
        if box.colour == "plain":
            return 0.0
        worth = 1.0 if self._works(box) else 0.01
        return worth if self.tensor(box).kind != "bar" else -worth

    def _works(self, box: Box) -> bool:
        return box.colour in WORKING or any(layer.op.integers for layer in box.layers)

    # --- from boxes to groups ----------------------------------------------------------------------------------------

    def _put(self, piece: Piece) -> None:
        box = piece.boxes[-1]
        tensor, colour = self.tensor(box), _colour(piece)
        now = self.groups[-1] if self.groups else None
        before = self.start if now is None else now.tensor
        changed = tensor.kind != before.kind or tensor != before
        if any(self._works(b) for b in piece.boxes):
            self._work_on(piece, tensor, colour)
        elif colour == "resolution" and changed:
            moves = tensor.kind == before.kind and tensor.channels == before.channels
            self._new(Group((piece,), (piece,), tensor, colour, transition=moves))
        elif _joins(box) and (tensor.kind, tensor.channels) != (before.kind, before.channels):
            self._join(piece, tensor)
        elif tensor.kind == "bar" != before.kind and colour == "join":
            self._new(Group((piece,), (piece,), tensor, colour))
        else:
            self._belongs(piece)

    def _work_on(self, piece: Piece, tensor: Features, colour: str) -> None:
        now = self.groups[-1] if self.groups else None
        if now is None or not self._continues(now, piece, tensor, colour):
            self._new(Group((piece,), (piece,), tensor, colour))
            return
        self._grow(now, piece, tensor)

    def _continues(self, now: Group, piece: Piece, tensor: Features, colour: str) -> bool:
        """Whether a piece is another slab of a group: layers follow layers, and blocks follow blocks of their kind."""
        if now.transition or now.joined or now.colour != colour or not _alike(now.tensor, tensor):
            return False
        scopes, last = self.summary.scopes, now.working[-1]
        mine, theirs = layer_of(piece), layer_of(last)
        return (mine is None) == (theirs is None) and (mine is not None or op_of(piece, scopes) == op_of(last, scopes))

    def _join(self, piece: Piece, tensor: Features) -> None:
        """Put the last output and what a skip brings side by side."""
        now = self.groups[-1] if self.groups else None
        more = tensor.channels - now.tensor.channels if now is not None else 0
        if now is None or len(now.working) > 1 or now.tensor.kind != tensor.kind or more <= 0 or now.transition:
            self._new(Group((piece,), (piece,), tensor, "join"))
            return
        self._grow(now, piece, tensor, more)

    def _grow(self, now: Group, piece: Piece, tensor: Features, joined: int = 0) -> None:
        pieces, working = (*now.pieces, piece), (*now.working, piece)
        self.groups[-1] = now._replace(pieces=pieces, working=working, tensor=tensor, joined=joined)
        self.group_of.append(len(self.groups))

    def _new(self, group: Group) -> None:
        self.groups.append(group)
        self.group_of.append(len(self.groups))

    def _belongs(self, piece: Piece) -> None:
        """Add a piece that makes no volume to the volume before it, or to the input."""
        if self.groups:
            self.groups[-1] = self.groups[-1]._replace(pieces=(*self.groups[-1].pieces, piece))
        self.group_of.append(len(self.groups))

    def _end(self) -> None:
        """Make sure that the network's output is shown."""
        if not self.trunk.pieces:
            return
        last = self.trunk.pieces[-1]
        tensor = self.tensor(last.boxes[-1])
        now = self.groups[-1] if self.groups else None
        if now is not None and _alike(now.tensor, tensor):
            self.groups[-1] = now._replace(tensor=tensor)
        elif now is None or now.tensor != tensor:
            self.groups.append(Group((last,), (last,), tensor, _colour(last)))
            self.group_of[-1] = len(self.groups)


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
    colours = [box.colour for box in piece.boxes]
    return next((colour for colour in colours if colour in WORKING), colours[-1])


def _joins(box: Box) -> bool:
    """Whether a box only joins tensors or takes them apart."""
    return box.colour == "join" and all(layer.op.role == Role.JOIN for layer in box.layers)


def layer_of(piece: Piece) -> LayerSummary | None:
    """The layer of a piece, or the only working one in it."""
    box = piece.boxes[-1]
    if len(piece.boxes) > 1 or box.row is None:
        return None
    working = [layer for layer in box.layers if layer.macs]
    return box.row.layer or (working[0] if len(working) == 1 else None)


def op_of(piece: Piece, scopes: Mapping[str, str]) -> tuple[str, str]:
    """The operation of a piece with its window, and its stride; for a scope, the name of the block around it."""
    row, layer = piece.boxes[-1].row, layer_of(piece)
    assert row is not None
    if layer is None:
        return next((scopes[scope] for scope in scopes_of(row.first)[::-1] if scopes.get(scope)), ""), ""
    window, *more = told.kernel(layer.op).replace("x", "×").split() or [""]
    stride = next((part for part in more if part.startswith("/")), "")
    return f"{layer.kind} {window}".strip(), stride


def scopes_of(path: str) -> list[str]:
    """The scopes around a layer or scope, outermost first, then the path itself."""
    return [*scopes_above(path), path]
