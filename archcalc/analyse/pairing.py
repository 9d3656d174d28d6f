"""Which layer of one network is which of another.

Scopes and layers are one where they have one name in scopes that are one. In a list the numbers are no names: there its
entries are put side by side so that as many as possible are equal in structure, then of what is left in the kinds of
their operations, and then as they stand. What still has no partner is one with what has the same operation, settings
and shapes in the same order: it was renamed.

Of two networks in either order the same pairs are found.
"""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from operator import eq
from typing import Any, NamedTuple

from archcalc.analyse.summary import LayerSummary

Pair = tuple[LayerSummary, LayerSummary]
Layers = Sequence[LayerSummary]


class Pairing(NamedTuple):
    """Every layer of two networks once, in the order in which they stand."""

    pairs: list[Pair]
    removed: list[LayerSummary]
    added: list[LayerSummary]


class _Part:
    """A layer or scope."""

    __slots__ = ("inside", "kinds", "layer", "name", "structure")

    def __init__(self, name: str):
        self.name = name
        self.layer: LayerSummary | None = None
        self.inside: dict[str, _Part] = {}
        self.structure = self.kinds = 0  # equal for equal structures, and for equal operations inside

    @property
    def is_list(self) -> bool:
        """Whether what is inside has numbers in place of names."""
        return all(name.isdigit() for name in self.inside)


def paired(before: Layers, after: Layers) -> Pairing:
    """The layers of two networks with their partners."""
    if _comes_later(before, after):
        found = [(mine, theirs) for theirs, mine in _pairs(after, before)]
    else:
        found = _pairs(before, after)
    places = {layer.path: place for place, layer in enumerate(after)}
    found.sort(key=lambda pair: places[pair[1].path])
    return Pairing(found, *_left(before, after, found))


def _left(before: Layers, after: Layers, found: list[Pair]) -> tuple[list[LayerSummary], list[LayerSummary]]:
    """The layers of each network that have no partner."""
    mine, theirs = {x.path for x, _ in found}, {y.path for _, y in found}
    return [x for x in before if x.path not in mine], [y for y in after if y.path not in theirs]


def _comes_later(before: Layers, after: Layers) -> bool:
    """An order of networks, so that the work is always done from the same side."""
    mine, theirs = ([layer.path for layer in layers] for layers in (before, after))
    if mine != theirs:
        return (len(mine), mine) > (len(theirs), theirs)
    return [repr(layer.structure) for layer in before] > [repr(layer.structure) for layer in after]


def _pairs(before: Layers, after: Layers) -> list[Pair]:
    known: dict[Any, int] = {}
    found: list[Pair] = []
    waiting = [(_tree(before, known), _tree(after, known))]
    while waiting:
        x, y = waiting.pop()
        if x.layer is not None and y.layer is not None:
            found.append((x.layer, y.layer))
        elif x.layer is None and y.layer is None:
            waiting.extend(_inside(x, y))
    return found + _renamed(before, after, found, known)


def _renamed(before: Layers, after: Layers, found: list[Pair], known: dict[Any, int]) -> list[Pair]:
    """The layers without a partner that are equal, in their order."""
    xs, ys = _left(before, after, found)
    keys = [[known[layer.structure] for layer in layers] for layers in (xs, ys)]
    return [pair for i, j, size in _runs(*keys) for pair in zip(xs[i : i + size], ys[j : j + size], strict=True)]


def _tree(layers: Layers, known: dict[Any, int]) -> _Part:
    root = _Part("")
    parts = [root]
    for layer in layers:
        part = root
        for name in layer.path.split("."):
            if name not in part.inside:
                part.inside[name] = _Part(name)
                parts.append(part.inside[name])
            part = part.inside[name]
        part.layer = layer
    for part in reversed(parts):
        _settle(part, known)
    return root


def _settle(part: _Part, known: dict[Any, int]) -> None:
    """Number a part by what is inside; equal parts get equal numbers."""
    full: object
    kinds: object
    if part.layer is not None:
        full, kinds = part.layer.structure, part.layer.kind
    else:
        full = tuple([(p.name, p.structure) for p in part.inside.values()])
        kinds = tuple([(p.name, p.kinds) for p in part.inside.values()])
    part.structure = known.setdefault(full, len(known))
    part.kinds = known.setdefault(kinds, len(known))


def _inside(x: _Part, y: _Part) -> Iterator[tuple[_Part, _Part]]:
    """What is directly inside two scopes that are one, with its partners."""
    if x.is_list and y.is_list:
        keys: list[Callable[[_Part], int]] = [lambda part: part.structure, lambda part: part.kinds]
        yield from _aligned(list(x.inside.values()), list(y.inside.values()), keys)
        return
    for name, part in x.inside.items():
        if name in y.inside:
            yield part, y.inside[name]


def _aligned(xs: list[_Part], ys: list[_Part], keys: list[Callable[[_Part], int]]) -> Iterator[tuple[_Part, _Part]]:
    """The entries of two lists side by side, equal in the first key where they can be, else in the next."""
    if not keys:
        yield from _as_they_stand(xs, ys)
        return
    i = j = 0
    ends = [(len(xs), len(ys), 0)]
    for left, right, size in [*_runs(*(list(map(keys[0], parts)) for parts in (xs, ys))), *ends]:
        yield from _aligned(xs[i:left], ys[j:right], keys[1:])
        i, j = left + size, right + size
        yield from zip(xs[left:i], ys[right:j], strict=True)


def _as_they_stand(xs: list[_Part], ys: list[_Part]) -> Iterator[tuple[_Part, _Part]]:
    """By their places where there are as many, else by their numbers."""
    if len(xs) == len(ys):
        yield from zip(xs, ys, strict=True)
        return
    named = {y.name: y for y in ys}
    yield from ((x, named[x.name]) for x in xs if x.name in named)


def _runs(xs: list[int], ys: list[int]) -> list[tuple[int, int, int]]:
    """Where runs of equal entries begin in two lists, and how long they are; both lists are gone through in order."""
    head = sum(takewhile(bool, map(eq, xs, ys)))
    most = min(len(xs), len(ys)) - head
    tail = min(most, sum(takewhile(bool, map(eq, reversed(xs), reversed(ys)))))
    inner = (xs[head : len(xs) - tail], ys[head : len(ys) - tail])
    middle = SequenceMatcher(None, *inner, autojunk=False).get_matching_blocks() if all(inner) else []
    found = [(0, 0, head), *((head + i, head + j, size) for i, j, size in middle)]
    return [run for run in [*found, (len(xs) - tail, len(ys) - tail, tail)] if run[2]]
