"""The main line of a view: the chain of boxes that a figure in one row can show, and what goes beside it.

It is the heaviest path from an input of the network to an output. A box weighs more if it works and if its output has
spatial axes; a path through a gate, which has none, weighs less than the path past it. Boxes beside the line are either
a skip from one of its boxes to a later one, or a branch as heavy as the line there. Such a part of the line is drawn as
one block by its output.
"""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import NamedTuple

from archcalc.errors import Refused
from archcalc.picture.graph.view import Box, View, generations

BRANCH = 0.2
"""The share of the line's work from which a branch beside it makes a block."""
BLOCK = 8
"""The most working boxes in a block; branches beside longer parts are omitted."""


Piece = tuple[Box, ...]
"""A box of the main line, or several as one block in the order of the line; its output is that of the last."""

_Span = tuple[int, int]
"""Two places on the line."""


class Skip(NamedTuple):
    """A path past some of the line, from one piece to a later one."""

    source: int
    target: int
    over: tuple[Box, ...] = ()
    """The boxes on this path."""


class Trunk(NamedTuple):
    """The main line, from an input to an output."""

    start: Box
    pieces: tuple[Piece, ...]
    skips: tuple[Skip, ...]
    """Sources count from -1, the input."""
    left_out: tuple[Box, ...]
    """The boxes neither on the line nor on a skip, such as further outputs."""


def trunk(view: View, weight: Callable[[Box], float], work: Callable[[Box], float]) -> Trunk:
    """The main line of a view, given the weight of each box on the line and its work.

    Raises Refused if no output depends on an input.
    """
    return _Line(view, weight, work).trunk()


class _Line:
    """The main line, and the connected parts beside it."""

    def __init__(self, view: View, weight: Callable[[Box], float], work: Callable[[Box], float]):
        self.work = work
        self.boxes = {box.key: box for box in view.all_boxes() if not box.is_open}
        self.after: dict[str, list[str]] = {key: [] for key in self.boxes}
        self.before: dict[str, list[str]] = {key: [] for key in self.boxes}
        for arrow in view.arrows:
            self.after[arrow.source].append(arrow.target)
            self.before[arrow.target].append(arrow.source)
        self.order = [key for keys in generations([arrow[:2] for arrow in view.arrows]) for key in keys]
        self.line = self._heaviest(weight)
        if not self.line:
            raise Refused(f"{view.summary.name} has no way from an input to an output", "draw --style graph")
        self.place = {key: i for i, key in enumerate(self.line)}

    def _heaviest(self, weight: Callable[[Box], float]) -> list[str]:
        """The heaviest path from an input to an output."""
        best: dict[str, tuple[float, str]] = {}
        for key in self.order:
            come = [(best[source][0], source) for source in self.before[key] if source in best]
            if come or key.startswith("i"):
                most, source = max(come, key=itemgetter(0), default=(0.0, ""))
                best[key] = most + weight(self.boxes[key]), source
        at = max((key for key in best if key.startswith("o")), key=lambda key: best[key][0], default="")
        found: list[str] = []
        while at:
            found.append(at)
            at = best[at][1]
        return found[::-1]

    def trunk(self) -> Trunk:
        skips, blocks, left_out = self._sorted()
        pieces: list[Piece] = []
        piece_of = {0: -1}
        for i, box in enumerate(self._boxes(self.line[1:-1]), start=1):
            if any(start + 1 < i <= stop for start, stop in blocks):
                pieces[-1] = (*pieces[-1], box)
            else:
                pieces.append((box,))
            piece_of[i] = len(pieces) - 1
        seen = [Skip(piece_of[a], piece_of[b], self._boxes(over)) for (a, b), over in skips if b in piece_of]
        beside = tuple(box for box in self._boxes(left_out) if self.work(box))
        kept = tuple(skip for skip in seen if skip.source < skip.target)
        return Trunk(self.boxes[self.line[0]], tuple(pieces), kept, beside)

    def _sorted(self) -> tuple[list[tuple[_Span, list[str]]], list[_Span], set[str]]:
        """The skips with what is on them, the blocks, and the omitted boxes."""
        leading = _connected(self.line[-1], self.before.__getitem__, set())
        left_out = set(self.boxes).difference(leading)  # it leads to other outputs
        skips: list[tuple[_Span, list[str]]] = [
            ((i, self.place[target]), [])
            for i, key in enumerate(self.line)
            for target in self.after[key]
            if self.place.get(target, 0) > i + 1
        ]
        blocks = []
        for (start, stop), parts in self._spans().items():
            over = [key for part in parts for key in part]
            on_line = [key for key in self.line[start + 1 : stop + 1] if self._work([key])]
            if stop > start and self._work(over) < BRANCH * self._work(on_line):
                skips += [((start, stop), part) for part in parts]
            elif stop > start and len(on_line) <= BLOCK:
                blocks.append((start, stop))
            else:
                left_out.update(over)
        return sorted(skips, key=itemgetter(0)), blocks, left_out

    def _spans(self) -> dict[_Span, list[list[str]]]:
        """The parts beside the line by the places where they leave it and return, in this order if they do both."""
        found: dict[_Span, list[list[str]]] = {}
        known = set(self.line)
        for start in self.order:
            if start not in known:
                part = _connected(start, lambda key: self.after[key] + self.before[key], known)
                sources = [self.place[s] for key in part for s in self.before[key] if s in self.place]
                targets = [self.place[t] for key in part for t in self.after[key] if t in self.place]
                span = min(sources, default=len(self.line)), max(targets, default=0)
                found.setdefault(span, []).append(part)
        return found

    def _boxes(self, keys: Iterable[str]) -> tuple[Box, ...]:
        return tuple(self.boxes[key] for key in keys)

    def _work(self, keys: Iterable[str]) -> float:
        return sum(map(self.work, self._boxes(keys)))


def _connected(start: str, near: Callable[[str], list[str]], known: set[str]) -> list[str]:
    """The boxes connected to one, the nearest first; all of them become known."""
    found = [start]
    known.add(start)
    for key in found:
        for other in near(key):
            if other not in known:
                known.add(other)
                found.append(other)
    return found
