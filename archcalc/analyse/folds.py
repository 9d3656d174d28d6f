"""Many layers in few lines: whole scopes, copies numbered one after the other, and one change of many layers."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.analyse.difference import Change, Kept
from archcalc.analyse.summary import LayerSummary, Summary, counted
from archcalc.dim import Dim
from archcalc.network import scopes_above


class Fold(NamedTuple):
    """A layer, a scope, or copies of one of these."""

    path: str
    """Of copies the first and the last: layer3.6-22."""
    copies: int
    op: str
    """The operation, or the block's name; nothing for a scope that is no block."""
    layers: int
    parameters: Dim
    work: Dim
    unknown: bool
    """Whether the work of a layer in it is not known."""


class Renaming(NamedTuple):
    """A layer or scope under another name, or several that are numbered one after the other."""

    before: str
    after: str
    layers: int
    op: str
    """The operation where it is one layer."""


def folded(layers: Sequence[LayerSummary], summary: Summary) -> list[Fold]:
    """Some layers of a network, whole scopes of them as one, and equal neighbours as one."""
    whole = _whole(layers, summary)
    parts: dict[str, list[LayerSummary]] = {}
    for layer in layers:
        parts.setdefault(next((s for s in scopes_above(layer.path) if s in whole), layer.path), []).append(layer)
    runs: list[list[str]] = []
    for path in parts:
        if runs and _follows(runs[-1][-1], path) and _shape(parts, runs[-1][-1]) == _shape(parts, path):
            runs[-1].append(path)
        else:
            runs.append([path])
    return [_fold(run, [layer for path in run for layer in parts[path]], summary) for run in runs]


def _whole(layers: Sequence[LayerSummary], summary: Summary) -> set[str]:
    """The scopes of which all layers are among some."""
    mine = {layer.path for layer in layers}
    left = {scope for layer in summary.layers if layer.path not in mine for scope in scopes_above(layer.path)}
    return {scope for path in mine for scope in scopes_above(path)} - left


def _shape(parts: dict[str, list[LayerSummary]], path: str) -> Any:
    return [(layer.path[len(path) :], layer.structure) for layer in parts[path]]


def _follows(before: str, after: str) -> bool:
    """Whether a path is the next of numbered ones."""
    (stem, number), (other, following) = _numbered(before), _numbered(after)
    return stem == other and "" not in (number, following) and int(following) == int(number) + 1


def _numbered(path: str) -> tuple[str, str]:
    stem = path.rstrip("0123456789")
    return stem, path[len(stem) :]


def _span(first: str, last: str) -> str:
    """The name of numbered ones: layer3.6-22, conv1-conv3."""
    if first == last:
        return first
    name = last.rpartition(".")[2]
    return f"{first}-{name}"


def _fold(run: list[str], layers: list[LayerSummary], summary: Summary) -> Fold:
    work = counted(layers, summary.convention)
    single = len(layers) == len(run) and layers[0].path == run[0]
    return Fold(
        path=_span(run[0], run[-1]),
        copies=len(run),
        op=layers[0].kind if single else summary.scopes.get(run[0], ""),
        layers=len(layers),
        parameters=dim.total(layer.times * layer.parameters for layer in layers),
        work=work.value,
        unknown=bool(work.unknown),
    )


def renamings(kept: Iterable[Kept]) -> list[Renaming]:
    """Layers under other names, those of one scope together, and numbers that moved together."""
    found: list[list[Renaming]] = []
    for layer in kept:
        before, after = _stripped(layer.before.path, layer.after.path)
        op = layer.after.kind if before == layer.before.path else ""
        one = Renaming(before, after, 1, op)
        last = found[-1][-1] if found else None
        if last is not None and last[:2] == one[:2]:
            found[-1][-1] = last._replace(layers=last.layers + 1)
        elif last is not None and _follows(last.before, before) and _follows(last.after, after):
            found[-1].append(one)
        else:
            found.append([one])
    return [_joined(run) for run in found]


def _joined(run: list[Renaming]) -> Renaming:
    first, last = run[0], run[-1]
    layers = sum(renaming.layers for renaming in run)
    return Renaming(
        _span(first.before, last.before), _span(first.after, last.after), layers, first.op if layers == 1 else ""
    )


def _stripped(before: str, after: str) -> tuple[str, str]:
    """Two paths without the names at their ends that are the same."""
    mine, theirs = before.split("."), after.split(".")
    while len(mine) > 1 and len(theirs) > 1 and mine[-1] == theirs[-1]:
        del mine[-1], theirs[-1]
    return ".".join(mine), ".".join(theirs)


def alike(kept: Iterable[Kept]) -> list[tuple[tuple[Change, ...], list[Kept]]]:
    """Changed layers, those of one operation with the same changes together."""
    found: dict[Any, list[Kept]] = {}
    for layer in kept:
        found.setdefault((layer.before.kind, *map(repr, layer.changes)), []).append(layer)
    return [(layers[0].changes, layers) for layers in found.values()]
