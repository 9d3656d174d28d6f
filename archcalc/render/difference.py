"""A difference in every format."""

from collections.abc import Callable
from json import dumps
from typing import Any

from archcalc.analyse.difference import Change, Difference, End
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.dim import Shape
from archcalc.render import layout, words
from archcalc.render.cells import laid_out
from archcalc.render.differences import MARKS, Line, heading, lines, same, title, totals
from archcalc.render.json import shape
from archcalc.render.markdown import escaped

SCHEMA = 1
"""Raised when a key changes its meaning or goes; a new key does not raise it."""
COLORS = {"-": 31, "+": 32, "~": 33, ">": 36}
"""The terminal's colours of the marks: red, green, yellow, cyan."""
HEAD = ("total", "before", "after", "difference", "percent")
LONG = 24
"""Longer numbers, expressions, do not stand in the table."""
RIGHT = (False, True, True, True, True)


def text(found: Difference, *, color: bool = False) -> str:
    """What is different, line by line with a mark before each, then the totals."""
    if found.same:
        return same(found) + "\n"
    bold, faint = (layout.bold, layout.faint) if color else (str, str)
    said = [bold(title(found)), *layout.folded(heading(found), None)]
    shown = lines(found)
    if shown:
        said += ["", *_lines(shown, color)]
    return "\n".join([*said, "", *_totals(totals(found), bold, faint)]) + "\n"


def _totals(rows: list[list[str]], bold: Callable[[str], str], faint: Callable[[str], str]) -> list[str]:
    """The totals as a table; below it those that are long expressions."""
    long = [row for row in rows if max(map(len, row)) > LONG]
    head, *grid = layout.aligned([HEAD, *(row for row in rows if row not in long)], RIGHT)
    said = [bold(head), faint("-" * max(map(len, [head, *grid]))), *grid]
    for name, *values in long:
        pairs = [(what, value) for what, value in zip(HEAD[1:], values, strict=True) if value]
        said += [name, *(f"    {line}" for line in layout.folded(pairs, None))]
    return said


def _lines(shown: list[Line], color: bool) -> list[str]:
    """The lines under each other in columns, but those with details, which may be long."""
    grid = iter(layout.aligned([line[1:4] for line in shown if not line.details] or [("", "", "")], (False,) * 3))
    said = []
    for line in shown:
        cells = next(grid) if not line.details else layout.GAP.join(filter(None, line[1:4]))
        first = f"{line.mark} {cells}"
        said.append(layout.colored(first, COLORS[line.mark]) if color else first)
        said += [f"    {detail}" for detail in layout.folded(list(line.details), None)]
    return said


def markdown(found: Difference) -> str:
    """A heading, a list of what is different, and a table of the totals."""
    if found.same:
        return escaped(same(found)) + "\n"
    said = [f"- {name}: {escaped(text)}" for name, text in heading(found)]
    items = [item for line in lines(found) for item in _items(line)]
    rows = [[escaped(cell) for cell in row] for row in totals(found)]
    parts = [f"## {escaped(title(found))}", "\n".join(said), "\n".join(items), laid_out(HEAD, rows, RIGHT, "pipe")]
    return "\n\n".join(filter(None, parts)) + "\n"


def _items(line: Line) -> list[str]:
    """An entry; its star begins another list than the dashes above."""
    about = "".join(f" {escaped(text)}" for text in (line.op, line.note and f"({line.note})") if text)
    first = f"* {MARKS[line.mark]}: **{escaped(line.name)}**{about}"
    return [first, *(f"  - {escaped(name)}: {escaped(text)}" for name, text in line.details)]


def json(found: Difference) -> str:
    """Everything, a layer on each line."""
    changed = [
        {"before": k.before.path, "after": k.after.path, "op": k.after.kind, "changes": list(map(_change, k.changes))}
        for k in found.changed
    ]
    renamed = [{"before": k.before.path, "after": k.after.path, "op": k.after.kind} for k in found.renamed]
    head = {
        "schema": SCHEMA,
        "same": found.same,
        "before": _network(found.before),
        "after": _network(found.after),
        "convention": found.before.convention.name,
        "layers_the_same": len(found.kept) - len(changed) - len(renamed),
        "totals": {t.name: _total(t) for t in found.totals},
        "inputs": [_ends(*ends) for ends in found.inputs],
        "outputs": [_ends(*ends) for ends in found.outputs],
    }
    listed = {
        "removed": [_layer(layer, found.before) for layer in found.removed],
        "added": [_layer(layer, found.after) for layer in found.added],
        "changed": changed,
        "renamed": renamed,
    }
    parts = [f"  {dumps(key)}: {dumps(value, allow_nan=False)}" for key, value in head.items()]
    parts += [f"  {dumps(key)}: {_listed(values)}" for key, values in listed.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _listed(values: list[Any]) -> str:
    return "[\n" + ",\n".join(f"    {dumps(v, allow_nan=False)}" for v in values) + "\n  ]" if values else "[]"


def _network(summary: Summary) -> dict[str, Any]:
    assumed = {"assumptions": list(summary.assumptions)}
    return {"name": summary.name, "file": summary.file, "config": words.plain(summary.config)} | assumed


def _total(total: Any) -> dict[str, Any]:
    values = {name: words.size(getattr(total, name)) for name in ("before", "after", "difference")}
    least = {"least": list(total.least)} if any(total.least) else {}
    return values | {"percent": words.percent_of(total.difference, total.before)} | least


def _ends(before: End | None, after: End | None) -> dict[str, Any]:
    return {
        side: None if end is None else {"name": end.name, "shape": shape(end.shape)}
        for side, end in (("before", before), ("after", after))
    }


def _layer(layer: LayerSummary, summary: Summary) -> dict[str, Any]:
    work = summary.convention.of(layer.countable)
    facts = {"path": layer.path, "op": layer.kind, "settings": words.plain(words.settings(layer.op))}
    facts |= {"inputs": [shape(s) for s in layer.inputs], "outputs": [shape(s) for s in layer.outputs]}
    counts = {
        "times": words.size(layer.times),
        "parameters": words.size(layer.parameters),
        summary.convention.name: None if work is None else words.size(work),
    }
    return facts | counts


def _change(change: Change) -> dict[str, Any]:
    tell = _shapes if change.kind == "shapes" else words.plain
    return {"what": change.what, "before": tell(change.before), "after": tell(change.after)}


def _shapes(shapes: tuple[Shape, ...]) -> list[list[int | str]]:
    return [shape(sizes) for sizes in shapes]


FORMATS: dict[str, Callable[..., str]] = {"text": text, "markdown": markdown, "json": json}
"""Every format by name; `text` takes color too."""
