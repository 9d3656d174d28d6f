"""The growth of the receptive field, as data: the layers on the path to the first output that change it."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from math import prod
from typing import NamedTuple

from archcalc import dim
from archcalc.analyse import told
from archcalc.analyse.extent import Axis, Extent, Extents, is_sized, stands_still
from archcalc.analyse.receptive_fields import State, spatial_axes
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.dim import Dim
from archcalc.errors import Refused
from archcalc.network import Layer, Source
from archcalc.picture.theme import colour
from archcalc.render import words
from archcalc.walk import fold_back

LETTERS = {"D": "depth", "T": "time", "H": "height", "W": "width", "L": "length"}
"""The names of axes by their letters in a layout; any other axis is named by its letter."""
MOST_STEPS = 24
"""The most steps shown one by one; of more, repeated ones are shown once."""


class SpatialAxis(NamedTuple):
    """A spatial axis of the input."""

    name: str
    size: int


class Span(NamedTuple):
    """The field of a layer's middle output position along one axis of the input."""

    size: int
    """In input positions; the maximum over phases."""
    stride: Dim | None
    padding: Dim | None
    """Both None if the field does not move evenly."""
    centre: float
    phases: bool
    """Whether the size depends on the position."""

    @property
    def edges(self) -> tuple[float, float]:
        """Its two ends in the input."""
        return self.centre - self.size / 2, self.centre + self.size / 2


class GrowthStep(NamedTuple):
    """A layer that changes the field, or several consecutive ones that change it alike."""

    paths: tuple[str, ...]
    op: str
    settings: str
    colour: str
    first: tuple[Span | None, ...]
    """The spans of the first layer per axis; None where the whole axis is read or the field is unknown."""
    last: tuple[Span | None, ...]
    """The spans of the last layer."""
    words: tuple[str, ...]
    """The sizes after the last layer as in a table: 427, ~8, whole, ?."""


class FieldGrowth(NamedTuple):
    """The receptive field over a network."""

    network: str
    input: str
    sides: tuple[SpatialAxis, ...]
    steps: tuple[GrowthStep, ...]
    """In the order of the path."""


def growth_of(summary: Summary, most: int = MOST_STEPS) -> FieldGrowth:
    """The steps on the path of the largest field to the first output; raises Refused if nothing has a field."""
    output = next(iter(summary.outputs)).path
    states = summary.fields.values
    name = spatial_input(summary, states.get(output, {}), f"what {output!r} gives")
    sides = sides_of(summary, name)
    way = _way(summary, output, name)
    found = [_step(layer, states[layer.path][name]) for layer in _changing(summary, name, way)]
    if not found:
        message = (
            f"the field of {words.visible(summary.name)} does not grow: no layer reads several positions of {name}"
        )
        raise Refused(message, "draw --style graph, or name a layer with --layer")
    require_numbers(summary, [n for step in found for span in step.last for n in span or ()])
    if len(found) > most:
        found = _folded(found)
    return FieldGrowth(summary.name, name, sides, tuple(found))


def spatial_input(summary: Summary, state: State, what: str) -> str:
    """The first input that is read and has spatial axes; raises Refused if there is none."""
    found = next((name for name, axes in state.items() if axes), None)
    if found is not None:
        return found
    for name, shape in summary.inputs.items():
        if name in state:
            axes = f"{words.visible(name)} {dim.show(shape)} has no axis in space or time"
            hint = "give it a layout with one, such as NCL, or draw --style graph"
            raise Refused(f"{what} has no receptive field: the input {axes}", hint)
    raise Refused(f"{what} reads no input", "name a layer that does")


def sides_of(summary: Summary, name: str) -> tuple[SpatialAxis, ...]:
    """The spatial axes of an input; raises Refused for symbolic sizes."""
    op = summary.network.input_op(name)
    shape = summary.inputs[name]
    axes = spatial_axes(op)
    require_numbers(summary, [shape[a] for a in axes])
    return tuple(SpatialAxis(LETTERS.get(op.layout[a], op.layout[a]), shape[a]) for a in axes)


def require_numbers(summary: Summary, values: Iterable[object]) -> None:
    """Raise Refused if a value is symbolic."""
    free = sorted(dim.free_symbols([*values, *(layer.times for layer in summary.layers)]))
    if free:
        message = f"fields of {words.visible(summary.name)} are formulas in {words.visible(', '.join(free))}"
        raise Refused(f"{message}; a picture is made of numbers", "draw it without --free")


def _way(summary: Summary, output: str, name: str) -> list[LayerSummary]:
    """The layers from the input to an output; where paths meet, follow the largest field that is not whole."""
    states = summary.fields.values

    def step(layer: Layer, _: object) -> list[tuple[Source, bool]]:
        best = max(layer.reads, key=lambda source: _reach(states[source.path].get(name)), default=None)
        return [] if best is None else [(best, True)]

    found = {s.path for s in fold_back(summary.network, {Source(output): True}, step, lambda a, b: True)}
    return [layer for layer in summary.layers if layer.path in found]


def _reach(axes: tuple[Axis, ...] | None) -> tuple[int, int]:
    """The key that compares paths that meet."""
    if axes is None:
        return -1, 0
    sizes = [axis.size for axis in axes if is_sized(axis)]
    if len(sizes) < len(axes) or dim.free_symbols(sizes):
        return int(all(map(stands_still, axes))), 0
    return 2, prod(sizes)


def _changing(summary: Summary, name: str, way: list[LayerSummary]) -> Iterator[LayerSummary]:
    """The layers of a path that change the size of the field, or its stride other than by rearranging."""
    before: list[tuple[object, object]] = [(1, 1)] * len(summary.inputs[name])
    for layer in way:
        state = summary.fields[layer.path].get(name, ())
        axes = [(axis.size, axis.jump) if isinstance(axis, Extents) else (axis, None) for axis in state]
        moves = colour(layer.op) != "plain"
        if any(a[0] != b[0] or (moves and a != b) for a, b in zip(axes, before, strict=False)):
            yield layer
        before = axes or before


def _step(layer: LayerSummary, axes: tuple[Axis, ...]) -> GrowthStep:
    spans = tuple(_span(layer, axis) for axis in axes)
    texts = tuple(told.field((axis,)) for axis in axes)
    return GrowthStep((layer.path,), layer.kind, told.kernel(layer.op), colour(layer.op), spans, spans, texts)


def _span(layer: LayerSummary, axis: Axis) -> Span | None:
    if not isinstance(axis, Extent):
        return None
    numbers = not dim.free_symbols([layer.outputs[0], *(n for span in axis.spans for n in span or ())])
    return Span(axis.size, axis.jump, axis.padding, _centre(layer, axis) if numbers else 0.0, axis.depends_on_phase)


def _centre(layer: LayerSummary, axis: Extent) -> float:
    """The mean centre of the fields of the one or two positions in the middle."""
    count = layer.outputs[0][axis.axes[0]] if axis.axes else 1
    spans = [span for i in {(count - 1) // 2, count // 2} if (span := axis.span(i)) is not None]
    return sum(map(sum, spans)) / 2 / max(len(spans), 1)


def _folded(steps: list[GrowthStep]) -> list[GrowthStep]:
    """Merge consecutive steps whose names differ only in numbers and which change the field alike."""
    before: list[tuple[Span | None, ...]] = [(), *(step.last for step in steps)]
    kinds = [
        (re.sub(r"\d+", "#", step.paths[0]), step.op, step.settings, _change(earlier, step.last))
        for step, earlier in zip(steps, before, strict=False)
    ]
    found = []
    for _, run in groupby(zip(kinds, steps, strict=True), lambda pair: pair[0]):
        alike = [step for _, step in run]
        paths = tuple(path for step in alike for path in step.paths)
        found.append(alike[-1]._replace(paths=paths, first=alike[0].first))
    return found


def _change(before: tuple[Span | None, ...], after: tuple[Span | None, ...]) -> object:
    """The change of the field: its growth, its stride, the growth of its padding."""
    pairs = zip(before or (None,) * len(after), after, strict=True)
    return [(b and a and (a.size - b.size, a.stride, (a.padding or 0) - (b.padding or 0), a.phases)) for b, a in pairs]
