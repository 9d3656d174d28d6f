"""The stable form for machines; `docs/json.md` describes it."""

from collections.abc import Mapping, Sequence
from json import dumps
from typing import Any

from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.convention import CONVENTIONS, Convention
from archcalc.dim import Dim, Shape
from archcalc.errors import Refused
from archcalc.op import UNKNOWN, WHOLE
from archcalc.render.facts import untold
from archcalc.render.words import plain, settings, size

SCHEMA = 1
"""Raised when a key changes its meaning or goes; a new key does not raise it."""


def text(
    summary: Summary, *, depth: int | None = None, unroll: bool = True, columns: Sequence[str] | None = None
) -> str:
    """The document as text, a layer on each line; it always holds every layer with every fact."""
    if columns:
        raise Refused("json has no columns", "it always holds every fact; leave --columns out")
    parts = document(summary)
    layers = ",\n".join(f"    {_line(layer)}" for layer in parts.pop("layers"))
    head = "".join(f"  {_line(key)}: {_line(value)},\n" for key, value in parts.items())
    return f'{{\n{head}  "layers": [\n{layers}\n  ]\n}}\n'


def document(summary: Summary) -> dict[str, Any]:
    """A network as lists, mappings, numbers and texts."""
    return {
        "schema": SCHEMA,
        "name": summary.name,
        "title": summary.title,
        "file": summary.file,
        "config": plain(summary.config),
        "convention": summary.convention.name,
        "inputs": shapes(summary.inputs),
        "outputs": {str(source): shape(sizes) for source, sizes in summary.outputs.items()},
        "assumptions": list(summary.assumptions),
        "totals": _totals(summary),
        "layers": [_layer(layer, summary.convention) for layer in summary.layers],
    }


def _line(value: Any) -> str:
    return dumps(value, allow_nan=False)


def shape(sizes: Shape) -> list[int | str]:
    """A shape as a list of numbers and texts."""
    return [size(n) for n in sizes]


def shapes(named: Mapping[str, Shape]) -> dict[str, list[int | str]]:
    """Named shapes."""
    return {name: shape(sizes) for name, sizes in named.items()}


def _totals(summary: Summary) -> dict[str, Any]:
    sums = summary.totals
    return {
        "parameters": size(sums.parameters),
        "trainable": size(sums.trainable),
        "frozen": size(sums.frozen),
        "buffers": size(sums.buffers),
        "macs": size(sums.cost.macs),
        "flops": size(summary.work(CONVENTIONS["flops"]).value),
        "activations": size(sums.activations),
        "unknown": untold(summary),
    } | _counted(summary.convention, summary.work().value)


def _counted(convention: Convention, work: Dim | None) -> dict[str, Any]:
    """The number of the chosen convention, where it is not there under `macs` anyway."""
    return {} if convention.name == "macs" else {convention.name: None if work is None else size(work)}


def _layer(layer: LayerSummary, convention: Convention) -> dict[str, Any]:
    return {
        "path": layer.path,
        "op": layer.kind,
        "settings": plain(settings(layer.op)),
        "from": list(map(str, layer.sources)),
        "inputs": [shape(sizes) for sizes in layer.inputs],
        "outputs": [shape(sizes) for sizes in layer.outputs],
        "times": size(layer.times),
        "weights": shapes(layer.weights),
        "buffers": shapes(layer.buffers),
        "weights_of": layer.weights_of,
        "parameters": size(layer.parameters),
        "trainable": size(layer.trainable),
        "frozen": size(layer.frozen),
        "macs": None if layer.macs is None else size(layer.macs),
        **_counted(convention, convention.of(layer.countable)),
        "activations": size(layer.activations),
        "receptive_field": field(layer.field),
        "place": None if layer.place is None else str(layer.place),
        "doc": layer.doc,
    }


def field(axes: tuple[Any, ...] | None) -> Any:
    """A receptive field: axis by axis, or in words where all of the input is read."""
    if axes is None:
        return None
    return "whole input" if axes and all(axis is WHOLE for axis in axes) else [_axis(axis) for axis in axes]


def _axis(axis: Any) -> Any:
    if axis is WHOLE:
        return "whole input"
    if axis is UNKNOWN or axis.size is None:
        return None
    regular = axis.jump is not None
    found = {
        "size": size(axis.size),
        "stride": size(axis.jump) if regular else None,
        "padding": size(axis.padding) if regular else None,
    }
    return found | {"phases": True} if axis.depends_on_phase else found
