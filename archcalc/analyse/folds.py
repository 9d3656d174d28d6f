"""Differences in few lines: whole scopes, numbered copies, and layers with equal changes are one item."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from archcalc import dim
from archcalc.analyse.changes import Kept
from archcalc.analyse.summary import LayerSummary, Summary, counted
from archcalc.analyse.tree import is_next, runs, span
from archcalc.network import scopes_above
from archcalc.render import words
from archcalc.render.document import Item, Mark


def folded(layers: Sequence[LayerSummary], summary: Summary, mark: Mark) -> list[Item]:
    """Some layers of a network, with whole scopes and with equal numbered neighbours as one item."""
    whole = _whole(layers, summary)
    parts: dict[str, list[LayerSummary]] = {}
    for layer in layers:
        parts.setdefault(next((s for s in scopes_above(layer.path) if s in whole), layer.path), []).append(layer)

    def follows(before: str, after: str) -> bool:
        return is_next(before, after) and _structure(before, parts[before]) == _structure(after, parts[after])

    return [_fold(run, [la for path in run for la in parts[path]], summary, mark) for run in runs(parts, follows)]


def _whole(layers: Sequence[LayerSummary], summary: Summary) -> set[str]:
    """The scopes that have no other layers."""
    mine = {layer.path for layer in layers}
    left = {scope for layer in summary.layers if layer.path not in mine for scope in scopes_above(layer.path)}
    return {scope for path in mine for scope in scopes_above(path)} - left


def _structure(path: str, layers: list[LayerSummary]) -> Any:
    return [(layer.path[len(path) :], layer.structure) for layer in layers]


def _fold(run: list[str], layers: list[LayerSummary], summary: Summary, mark: Mark) -> Item:
    work = counted(layers, summary.convention)
    parameters = dim.total(layer.times * layer.parameters for layer in layers)
    counts = [(parameters, "parameter"), (work.value, summary.convention.unit.removesuffix("s"))]
    note = [f"{len(layers):,} layers"] * (len(layers) > 1)
    note += [words.count_of(n, what) for n, what in counts if n != 0] + ["work not known"] * bool(work.unknown)
    copies = f" x {len(run)}" if len(run) > 1 else ""
    single = len(layers) == len(run) and layers[0].path == run[0]
    op = layers[0].kind if single else summary.scopes.get(run[0], "")
    return Item(span(run[0], run[-1]) + copies, mark, op, ", ".join(note))


Renaming = tuple[tuple[str, str], list[Kept]]
"""Both names of a layer or scope, without the equal parts at their ends, and the layers."""


def renamings(kept: Iterable[Kept]) -> list[Item]:
    """Renamed layers, with those of one scope and those with consecutive numbers as one item."""
    renamed = [
        (names, list(layers)) for names, layers in groupby(kept, lambda la: _stripped(la.before.path, la.after.path))
    ]
    return list(map(_renaming, runs(renamed, lambda x, y: all(map(is_next, x[0], y[0])))))


def _renaming(run: list[Renaming]) -> Item:
    layers = [layer for _, some in run for layer in some]
    before, after = map(span, run[0][0], run[-1][0])
    single = len(layers) == 1 and layers[0].before.path == before
    note = f"{len(layers)} layers" if len(layers) > 1 else ""
    return Item(f"{before} -> {after}", ">", layers[0].after.kind if single else "", note)


def _stripped(before: str, after: str) -> tuple[str, str]:
    """Two paths without the equal names at their ends."""
    mine, theirs = before.split("."), after.split(".")
    while len(mine) > 1 and len(theirs) > 1 and mine[-1] == theirs[-1]:
        del mine[-1], theirs[-1]
    return ".".join(mine), ".".join(theirs)


def alike(kept: Iterable[Kept]) -> list[list[Kept]]:
    """Changed layers, grouped by operation and changes."""
    found: dict[Any, list[Kept]] = {}
    for layer in kept:
        found.setdefault((layer.before.kind, *map(repr, layer.changes)), []).append(layer)
    return list(found.values())
