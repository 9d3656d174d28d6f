"""Two networks in one picture: added, removed, changed with both values, unchanged pale.

Both are merged into one network that has every layer once; a removed layer follows the layer that it came after. Scopes
whose layers are all unchanged, all added or all removed are closed.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from archcalc.analyse.changes import Kept
from archcalc.analyse.difference import Difference
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.network import Source, scopes_above
from archcalc.picture.graph.diagram import FORMATS, Picture, drawn
from archcalc.picture.graph.dot import Appearance
from archcalc.picture.graph.view import Arrow, Box, view
from archcalc.picture.theme import Look, Theme, chosen

SAME, RENAMED, ADDED, REMOVED, CHANGED = "same", "renamed", "added", "removed", "changed"
MOST_NOTES = 4
"""The most changes that a box lists."""


class _Joined(NamedTuple):
    """Both networks merged into one."""

    summary: Summary
    marks: Mapping[str, str]
    """The status of each layer by its path."""
    kept: Mapping[str, Kept]
    gone: set[tuple[str, str]]
    """The arrows of the first network alone, as pairs of paths."""
    new: set[tuple[str, str]]
    """The arrows of the second network alone."""


def compared(
    found: Difference,
    form: str = "svg",
    *,
    depth: int | None = None,
    fold: Iterable[str] = (),
    unfold: Iterable[str] = (),
    unroll: bool = False,
    show: Sequence[str] = ("shape",),
    direction: str = "TB",
    theme: str = "light",
) -> Picture:
    """A difference as nested boxes and arrows, in one of the formats of a diagram."""
    colours = chosen(theme, form, FORMATS)
    joined = _joined(found)
    marks = {path: _mark(joined, path) for path in joined.marks}
    opened = set(unfold)
    still = [path for path in _uniform(joined) if not any(o == path or o.startswith(f"{path}.") for o in opened)]
    seen = view(joined.summary, depth, [*fold, *still], unfold, unroll, marks)
    boxes = [box for box in seen.all_boxes() if box.row is not None]
    how = Appearance(
        show,
        direction,
        colours,
        looks={box.key: look for box in boxes if (look := _box_look(colours, joined, box)) is not None},
        notes={box.key: tuple(_notes(joined, box)) for box in boxes if not box.is_open},
        arrows={(a.source, a.target): _look(colours, _flow(joined, a)) for a in seen.arrows},
    )
    return drawn(seen, form, how)


def _joined(found: Difference) -> _Joined:
    """Both networks merged; a layer of both has its name in the second."""
    before, after = found.before, found.after
    name = {kept.before.path: kept.after.path for kept in found.kept}
    taken = {layer.path for layer in after.layers} | {scope for la in after.layers for scope in scopes_above(la.path)}
    name |= {la.path: _free(la.path, taken) for la in found.removed}
    name |= {n: n for n in before.inputs}
    name |= {x.name: y.name for x, y in found.inputs if x is not None and y is not None}
    own = {layer.path: layer for layer in after.layers}
    renamed = [la.renamed(name[la.path], tuple(_source(s, name) for s in la.sources)) for la in before.layers]
    mine = {layer.path: layer for layer in renamed}
    pairs = [{(s.path, path) for path, la in side.items() for s in la.sources} for side in (mine, own)]
    layers = [_both(own[path], mine.get(path)) if path in own else mine[path] for path in _order(found, name)]
    outputs = dict(after.outputs)
    for source, shape in before.outputs.items():
        outputs.setdefault(_source(source, name), shape)
    inputs = dict(after.inputs) | {name[n]: s for n, s in before.inputs.items() if name[n] not in after.inputs}
    summary = replace(
        after,
        inputs=inputs,
        outputs=outputs,
        layers=tuple(layers),
        scopes={**{name.get(p, p): block for p, block in before.scopes.items()}, **after.scopes},
    )
    marks = dict.fromkeys(own, SAME) | {la.path: ADDED for la in found.added}
    marks |= {kept.after.path: RENAMED for kept in found.renamed} | {kept.after.path: CHANGED for kept in found.changed}
    marks |= {name[la.path]: REMOVED for la in found.removed}
    kept_by = {kept.after.path: kept for kept in found.kept}
    return _Joined(summary, marks, kept_by, pairs[0] - pairs[1], pairs[1] - pairs[0])


def _free(path: str, taken: set[str]) -> str:
    """A path for a removed layer that is free in the other network."""
    while path in taken:
        path += "'"
    return path


def _source(source: Source, name: Mapping[str, str]) -> Source:
    return source._replace(path=name.get(source.path, source.path))


def _both(after: LayerSummary, before: LayerSummary | None) -> LayerSummary:
    """A layer of both networks that reads the sources of both."""
    if before is None:
        return after
    read = {s.path for s in after.sources}
    more = [(s, x) for s, x in zip(before.sources, before.inputs, strict=True) if s.path not in read]
    if not more:
        return after
    sources, inputs = zip(*more, strict=True)
    return replace(after, sources=(*after.sources, *sources), inputs=(*after.inputs, *inputs))


def _order(found: Difference, name: Mapping[str, str]) -> list[str]:
    """The paths of all layers; removed ones follow the layer that they came after."""
    gone = {layer.path for layer in found.removed}
    behind: dict[str, list[str]] = {}
    last = ""
    for layer in found.before.layers:
        if layer.path in gone:
            behind.setdefault(last, []).append(name[layer.path])
        else:
            last = name[layer.path]
    paths = ["", *(layer.path for layer in found.after.layers)]
    return [other for path in paths for other in (path, *behind.get(path, []))][1:]


def _mark(joined: _Joined, path: str) -> tuple[str, str]:
    """The status and changes of a layer; copies that are drawn once must agree in them."""
    kept = joined.kept.get(path)
    return joined.marks[path], repr(kept.changes) if kept is not None and kept.changes else ""


def _uniform(joined: _Joined) -> list[str]:
    """The outermost scopes whose layers are all unchanged, all added or all removed."""
    found: dict[str, set[str]] = {}
    for path, mark in joined.marks.items():
        for scope in scopes_above(path):
            found.setdefault(scope, set()).add(mark)
    scopes = {scope for scope, marks in found.items() if len(marks) == 1 and not marks & {CHANGED, RENAMED}}
    return [scope for scope in scopes if not any(s in scopes for s in scopes_above(scope))]


def _status(joined: _Joined, box: Box) -> str:
    """The status of a box: that of its layers if they share one, else changed."""
    found = {joined.marks[layer.path] for layer in box.layers}
    if found <= {SAME, RENAMED}:
        return SAME
    return found.pop() if len(found) == 1 else CHANGED


def _look(theme: Theme, status: str) -> Look:
    return {ADDED: theme.added, REMOVED: theme.removed, CHANGED: theme.changed}.get(status, theme.same)


def _box_look(theme: Theme, joined: _Joined, box: Box) -> Look | None:
    """The look of a box; None for an open scope unless it was added or removed as a whole."""
    status = _status(joined, box)
    return _look(theme, status) if status in (ADDED, REMOVED) or not box.is_open else None


def _flow(joined: _Joined, arrow: Arrow) -> str:
    """The status of an arrow."""
    if joined.gone.issuperset(arrow.of):
        return REMOVED
    return ADDED if joined.new.issuperset(arrow.of) else SAME


def _notes(joined: _Joined, box: Box) -> Iterator[str]:
    """Both values of each change in a layer; the numbers of changed layers in a scope."""
    assert box.row is not None
    if box.row.layer is None:
        counts = [(sum(joined.marks[la.path] == m for la in box.layers), m) for m in (ADDED, REMOVED, CHANGED)]
        if _status(joined, box) == CHANGED:
            yield ", ".join(f"{count} {what}" for count, what in counts if count)
        return
    kept = joined.kept.get(box.row.layer.path)
    if kept is None:
        return
    if kept.renamed and box.row.times == 1:
        yield f"was {kept.before.path}"
    for change in kept.changes[:MOST_NOTES]:
        yield f"{change.what}: {change.told()}"
    if len(kept.changes) > MOST_NOTES:
        yield f"and {len(kept.changes) - MOST_NOTES} more"
