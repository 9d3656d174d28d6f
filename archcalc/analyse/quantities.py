"""Quantities: the numbers of a network, scope or layer in formulas, conditions and budgets."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.analyse.receptive_fields import Axis
from archcalc.analyse.summary import LayerSummary, Summary, Work, counted
from archcalc.analyse.totals import memory
from archcalc.convention import CONVENTIONS, Convention
from archcalc.errors import Refused, nearest
from archcalc.op import UNKNOWN, WHOLE


class Quantity(NamedTuple):
    """A number, or a tuple of numbers, of a part of a network."""

    name: str
    unit: str
    doc: str
    of: Callable[["Part"], Any]


class Part(NamedTuple):
    """A network, scope or layer: the layers inside, in order."""

    summary: Summary
    path: str
    """Empty for the whole network."""
    layers: tuple[LayerSummary, ...]

    def unknown(self, of: "Quantity") -> tuple[str, ...]:
        """The layers of unknown work, if the quantity is one of work; its value is then a lower bound."""
        return self.work(of.name).unknown if of.name in WORK else ()

    def value(self, of: "Quantity") -> Any:
        """A quantity of this part, under the assumptions on the symbols."""
        return of.of(self)

    def sum(self, of: Callable[[LayerSummary], Any]) -> Any:
        """The sum over the layers, every repeat counted."""
        return dim.total(layer.times * of(layer) for layer in self.layers)

    def work(self, convention: str) -> Work:
        """The work under a convention."""
        return counted(self.layers, CONVENTIONS[convention])

    def shapes(self) -> list[Any]:
        """The shapes of the network's outputs, or of those of the last layer of a part."""
        return list(self.summary.outputs.values()) if not self.path else list(self.layers[-1].outputs)


def part(summary: Summary, path: str = "") -> Part:
    """A part of a network by its path; raises Refused for an unknown path."""
    if not path:
        return Part(summary, "", summary.layers)
    inside = tuple(la for la in summary.layers if la.path == path or la.path.startswith(path + "."))
    if not inside:
        raise Refused(f"{summary.name} has no layer or scope {path!r}", nearest(path, paths_like(summary, path)))
    return Part(summary, path, inside)


def stages(of: Part) -> list[Part]:
    """The outermost scopes and layers of a part, in order; a layer is its own."""
    start = len(of.path) + 1 if of.path else 0
    names = dict.fromkeys(layer.path[start:].partition(".")[0] for layer in of.layers)
    return [part(of.summary, f"{of.path}.{name}".strip(".")) for name in names]


def paths_like(summary: Summary, path: str) -> list[str]:
    """The layers and scopes at the depth of a path."""
    depth = path.count(".") + 1
    parts = (layer.path.split(".") for layer in summary.layers)
    return list(dict.fromkeys(".".join(p[:depth]) for p in parts if len(p) >= depth))


def _held(p: Part) -> Any:
    return p.sum(lambda la: la.parameters)


def _memory(p: Part) -> Any:
    return memory(_held(p), p.sum(lambda la: la.buffer_elements), p.sum(lambda la: la.activations))


def _shape(p: Part) -> Any:
    shapes = p.shapes()
    return tuple(shapes[0]) if len(shapes) == 1 else tuple(map(tuple, shapes))


def _field(p: Part) -> Any:
    """The size of the last layer's field, along each axis if they differ; a word if it is no number."""
    axes = p.layers[-1].field
    if not axes:
        return "none"
    sizes = [_size(axis) for axis in axes]
    return sizes[0] if all(s == sizes[0] for s in sizes[1:]) else tuple(sizes)


def _size(axis: Axis) -> Any:
    if axis is WHOLE:
        return "whole input"
    return "unknown" if axis is UNKNOWN or axis.size is None else axis.size


def _counted(convention: Convention) -> Quantity:
    return Quantity(convention.name, convention.unit, convention.doc, lambda p: p.work(convention.name).value)


_ALL = [
    Quantity("parameters", "parameters", "elements of the weights, trained or not; shared ones once", _held),
    Quantity("trainable", "parameters", "elements of trained weights", lambda p: p.sum(lambda la: la.trainable)),
    Quantity("buffers", "elements", "elements kept but not trained", lambda p: p.sum(lambda la: la.buffer_elements)),
    *map(_counted, CONVENTIONS.values()),
    Quantity("activations", "elements", "elements written in one pass", lambda p: p.sum(lambda la: la.activations)),
    Quantity("memory", "bytes", "of parameters, buffers and all activations kept, as float32", _memory),
    Quantity("shape", "", "the output's shape", _shape),
    Quantity("receptive_field", "positions", "how many positions of the input one position reads", _field),
]
QUANTITIES: Mapping[str, Quantity] = {q.name: q for q in _ALL}
"""Every quantity by name."""
WORK = tuple(CONVENTIONS)
"""The quantities that are lower bounds if the work of a layer is unknown."""


def quantity(name: str) -> Quantity:
    """The quantity of this name; raises Refused for an unknown one."""
    if name not in QUANTITIES:
        raise Refused(f"there is no quantity {name!r}", nearest(name, QUANTITIES))
    return QUANTITIES[name]
