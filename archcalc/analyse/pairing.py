"""The pairs of layers that correspond in two networks.

Scopes and layers correspond if they have the same name in scopes that correspond. The numbers of a list are not names:
its entries are aligned so that as many as possible are equal in structure, then of the rest in the kinds of their
operations, and then in order. Layers left over correspond, as renamed ones, if they have the same operation, settings
and shapes in the same order.

The order of the two networks does not matter.
"""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from operator import eq
from typing import Any, NamedTuple

from archcalc.analyse.summary import LayerSummary
from archcalc.analyse.tree import ScopeNode, tree

Pair = tuple[LayerSummary, LayerSummary]
Layers = Sequence[LayerSummary]


class Pairing(NamedTuple):
    """Every layer of two networks once, in order."""

    pairs: list[Pair]
    removed: list[LayerSummary]
    added: list[LayerSummary]


class _Part(ScopeNode):
    """A layer or scope."""

    kinds = 0  # equal for equal operations inside

    @property
    def is_list(self) -> bool:
        """Whether its parts have numbers for names."""
        return all(name.isdigit() for name in self.children)


def paired(before: Layers, after: Layers) -> Pairing:
    """The layers of two networks, paired."""
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
    """An order of networks, so that pairing always starts from the same one."""
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
    """The pairs of equal layers among those without a partner, in order."""
    xs, ys = _left(before, after, found)
    keys = [[known[layer.structure] for layer in layers] for layers in (xs, ys)]
    return [pair for i, j, size in _runs(*keys) for pair in zip(xs[i : i + size], ys[j : j + size], strict=True)]


def _tree(layers: Layers, known: dict[Any, int]) -> _Part:
    nodes = tree(layers, _Part())
    for part in reversed(nodes.values()):
        _settle(part, known)
    return nodes[""]


def _settle(part: _Part, known: dict[Any, int]) -> None:
    """Number a part by its own parts; equal parts get equal numbers."""
    full: object
    kinds: object
    if part.layer is not None:
        full, kinds = part.layer.structure, part.layer.kind
    else:
        full = tuple([(p.name, p.structure) for p in part.children.values()])
        kinds = tuple([(p.name, p.kinds) for p in part.children.values()])
    part.structure = known.setdefault(full, len(known))
    part.kinds = known.setdefault(kinds, len(known))


def _inside(x: _Part, y: _Part) -> Iterator[tuple[_Part, _Part]]:
    """The pairs directly inside two scopes that correspond."""
    if x.is_list and y.is_list:
        keys: list[Callable[[_Part], int]] = [lambda part: part.structure, lambda part: part.kinds]
        yield from _aligned(list(x.children.values()), list(y.children.values()), keys)
        return
    for name, part in x.children.items():
        if name in y.children:
            yield part, y.children[name]


def _aligned(xs: list[_Part], ys: list[_Part], keys: list[Callable[[_Part], int]]) -> Iterator[tuple[_Part, _Part]]:
    """The entries of two lists, aligned by the first key, between equal ones by the next, at last by place or name."""
    if not keys:
        others = dict(zip((x.name for x in xs), ys, strict=True)) if len(xs) == len(ys) else {y.name: y for y in ys}
        yield from ((x, others[x.name]) for x in xs if x.name in others)
        return
    i = j = 0
    ends = [(len(xs), len(ys), 0)]
    for left, right, size in [*_runs(*(list(map(keys[0], parts)) for parts in (xs, ys))), *ends]:
        yield from _aligned(xs[i:left], ys[j:right], keys[1:])
        i, j = left + size, right + size
        yield from zip(xs[left:i], ys[right:j], strict=True)


def _runs(xs: list[int], ys: list[int]) -> list[tuple[int, int, int]]:
    """The runs of equal entries in two lists, in order: both starts and the length."""
    head = sum(takewhile(bool, map(eq, xs, ys)))
    most = min(len(xs), len(ys)) - head
    tail = min(most, sum(takewhile(bool, map(eq, reversed(xs), reversed(ys)))))
    inner = (xs[head : len(xs) - tail], ys[head : len(ys) - tail])
    middle = SequenceMatcher(None, *inner, autojunk=False).get_matching_blocks() if all(inner) else []
    found = [(0, 0, head), *((head + i, head + j, size) for i, j, size in middle)]
    return [run for run in [*found, (len(xs) - tail, len(ys) - tail, tail)] if run[2]]
