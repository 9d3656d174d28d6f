"""A difference in the types of JSON."""

from archcalc.analyse.difference import Change, Difference, End, Kept, Total
from archcalc.analyse.records import shape
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.analyse.told import settings
from archcalc.dim import Shape
from archcalc.render.result import Plain
from archcalc.render.words import percent_of, plain, size

SCHEMA = 1
"""Raised when a key changes its meaning or goes; a new key does not raise it."""


def record(found: Difference) -> dict[str, Plain]:
    """Everything that is different."""
    before, after, changed, renamed = found.before, found.after, found.changed, found.renamed
    return {
        "schema": SCHEMA,
        "same": found.same,
        "before": _network(before),
        "after": _network(after),
        "convention": before.convention.name,
        "layers_the_same": len(found.kept) - len(changed) - len(renamed),
        "totals": {t.name: _total(t) for t in found.totals},
        "inputs": [_ends(*ends) for ends in found.inputs],
        "outputs": [_ends(*ends) for ends in found.outputs],
        "removed": [_layer(layer, before) for layer in found.removed],
        "added": [_layer(layer, after) for layer in found.added],
        "changed": [_kept(kept) | {"changes": list(map(_change, kept.changes))} for kept in changed],
        "renamed": list(map(_kept, renamed)),
    }


def _kept(kept: Kept) -> dict[str, Plain]:
    return {"before": kept.before.path, "after": kept.after.path, "op": kept.after.kind}


def _network(summary: Summary) -> dict[str, Plain]:
    named = {"name": summary.name, "file": summary.file, "config": plain(summary.config)}
    return named | {"assumptions": list(summary.assumptions)}


def _total(total: Total) -> Plain:
    values = {name: size(getattr(total, name)) for name in ("before", "after", "difference")}
    least = {"least": list(total.least)} if any(total.least) else {}
    return values | {"percent": percent_of(total.difference, total.before)} | least


def _ends(before: End | None, after: End | None) -> dict[str, Plain]:
    return {
        side: None if end is None else {"name": end.name, "shape": shape(end.shape)}
        for side, end in (("before", before), ("after", after))
    }


def _layer(layer: LayerSummary, summary: Summary) -> dict[str, Plain]:
    work = summary.convention.of(layer.countable)
    facts = {"path": layer.path, "op": layer.kind, "settings": plain(settings(layer.op))}
    facts |= {"inputs": [shape(s) for s in layer.inputs], "outputs": [shape(s) for s in layer.outputs]}
    counts = {
        "times": size(layer.times),
        "parameters": size(layer.parameters),
        summary.convention.name: None if work is None else size(work),
    }
    return facts | counts


def _change(change: Change) -> dict[str, Plain]:
    tell = _shapes if change.kind == "shapes" else plain
    return {"what": change.what, "before": tell(change.before), "after": tell(change.after)}


def _shapes(shapes: tuple[Shape, ...]) -> list[list[int | str]]:
    return [shape(sizes) for sizes in shapes]
