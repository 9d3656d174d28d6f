"""The main line of a view: the chain of boxes that a figure in one row can show, and what goes beside it.

It is the heaviest path from an input of the network to an output. A box weighs more if it works and if its output has
spatial axes; a path through a gate, which has none, weighs less than the path past it. Boxes beside the line are either
a skip from one of its boxes to a later one, or a branch as heavy as the line there. Such a part of the line is drawn as
one block by its output.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple

from archcalc.errors import Refused
from archcalc.picture.graph.view import Box, View, generations

BRANCH = 0.2
"""The share of the line's work from which a branch beside it makes a block."""
BLOCK = 8
"""The most working boxes in a block; branches beside longer parts are omitted."""


Piece = tuple[Box, ...]
"""A box of the main line, or several as one block in the order of the line; its output is that of the last."""


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
    shown = {box.key: box for box in view.all_boxes() if not box.is_open}
    ways = _Ways(shown, [(a.source, a.target) for a in view.arrows])
    line = ways.heaviest(weight)
    if not line:
        raise Refused(f"{view.summary.name} has no way from an input to an output", "draw --style graph")
    return _Beside(ways, line, work).trunk()


class _Ways:
    """The arrows between boxes in both directions."""

    def __init__(self, shown: Mapping[str, Box], arrows: Collection[tuple[str, str]]):
        self.boxes = shown
        self.after: dict[str, list[str]] = {key: [] for key in shown}
        self.before: dict[str, list[str]] = {key: [] for key in shown}
        for source, target in arrows:
            self.after[source].append(target)
            self.before[target].append(source)
        self.order = [key for keys in generations(arrows) for key in keys]

    def heaviest(self, weight: Callable[[Box], float]) -> list[str]:
        """The heaviest path from an input to an output."""
        best: dict[str, tuple[float, str | None]] = {}
        for key in self.order:
            box = self.boxes[key]
            if box.row is None and key.startswith("i"):
                best[key] = (0.0, None)
                continue
            come = [(best[source][0], source) for source in self.before[key] if source in best]
            if come:
                most, source = max(come, key=lambda pair: pair[0])
                best[key] = (most + (weight(box) if box.row is not None else 0.0), source)
        ends = [key for key in best if key.startswith("o")]
        at: str | None = max(ends, key=lambda key: best[key][0]) if ends else None
        found: list[str] = []
        while at is not None:
            found.append(at)
            at = best[at][1]
        return found[::-1]


_Span = tuple[int, int, tuple[Box, ...]]
"""Two places on the line, and the boxes beside it between them."""


class _Beside:
    """The connected parts beside a line."""

    def __init__(self, ways: _Ways, line: list[str], work: Callable[[Box], float]):
        self.ways, self.line, self.work = ways, line, work
        self.place = {key: i for i, key in enumerate(line)}

    def trunk(self) -> Trunk:
        boxes, inner = self.ways.boxes, self.line[1:-1]
        skips, blocks, left_out = self._sorted()
        pieces: list[Piece] = []
        piece_of = {0: -1}
        for i, key in enumerate(inner, start=1):
            if any(start + 1 < i <= stop for start, stop, _ in blocks):
                pieces[-1] = (*pieces[-1], boxes[key])
            else:
                pieces.append((boxes[key],))
            piece_of[i] = len(pieces) - 1
        seen = [Skip(piece_of[a], piece_of[b], over) for a, b, over in skips if b in piece_of]
        return Trunk(boxes[self.line[0]], tuple(pieces), tuple(s for s in seen if s.source < s.target), left_out)

    def _sorted(self) -> tuple[list[_Span], list[_Span], tuple[Box, ...]]:
        """The skips, the blocks, and the omitted boxes."""
        skips: list[_Span] = [
            (i, self.place[target], ())
            for i, key in enumerate(self.line)
            for target in self.ways.after[key]
            if self.place.get(target, 0) > i + 1
        ]
        spans: dict[tuple[int, int], list[tuple[Box, ...]]] = {}
        left_out: list[Box] = []
        for part in self._parts():
            span = self._span(part)
            boxes = tuple(self.ways.boxes[key] for key in part)
            if span is None:
                left_out += [box for box in boxes if self.work(box)]
            else:
                spans.setdefault(span, []).append(boxes)
        blocks: list[_Span] = []
        for (a, b), parts in spans.items():
            over = tuple(box for part in parts for box in part)
            on_line = [box for key in self.line[a + 1 : b + 1] if self.work(box := self.ways.boxes[key])]
            if sum(map(self.work, over)) < BRANCH * sum(map(self.work, on_line)):
                skips += [(a, b, part) for part in parts]
            elif len(on_line) <= BLOCK:
                blocks.append((a, b, over))
            else:
                left_out += [box for box in over if self.work(box)]
        return sorted(skips, key=lambda s: s[:2]), _joined(blocks), tuple(left_out)

    def _span(self, part: list[str]) -> tuple[int, int] | None:
        """The places where a part leaves the line and returns; None unless it does both."""
        sources = [self.place[s] for key in part for s in self.ways.before[key] if s in self.place]
        targets = [self.place[t] for key in part for t in self.ways.after[key] if t in self.place]
        if not sources or not targets or max(targets) <= min(sources):
            return None
        return min(sources), max(targets)

    def _parts(self) -> list[list[str]]:
        """The boxes beside the line in connected parts."""
        found: list[list[str]] = []
        known = set(self.line)
        for start in self.ways.order:
            if start in known:
                continue
            part = [start]
            known.add(start)
            for key in part:
                for other in (*self.ways.after[key], *self.ways.before[key]):
                    if other not in known:
                        known.add(other)
                        part.append(other)
            found.append(part)
        return found


def _joined(blocks: list[_Span]) -> list[_Span]:
    """Merge overlapping blocks."""
    found: list[_Span] = []
    for start, stop, boxes in sorted(blocks, key=lambda b: b[:2]):
        if found and start < found[-1][1]:
            first, last, before = found[-1]
            found[-1] = (first, max(last, stop), (*before, *boxes))
        else:
            found.append((start, stop, boxes))
    return found
