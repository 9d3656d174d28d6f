"""The positions of a short network's layers in rows, and those that one position of the last layer reads.

After Dumoulin & Visin 2016 (arXiv:1603.07285) and Araujo, Norris & Sim 2019 (Distill): one axis, to scale.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from archcalc.analyse.extent import Extent
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.op import Window
from archcalc.picture.field.growth import GrowthStep
from archcalc.picture.figure import Point, Sheet
from archcalc.picture.texts import cut

MOST_LEVELS = 8
MOST_POSITIONS = 64
"""The most input positions that remain distinguishable."""
ROW = 0.42
"""The distance of levels in inches."""


class Level(NamedTuple):
    """A layer's positions along one axis."""

    name: str
    positions: int
    jump: int
    shift: float
    """The centre of position 0's field in the input."""
    stride: int
    taps: tuple[int, ...]
    """Position i reads the positions stride * i + tap of the level below."""

    def centre(self, i: int) -> float:
        """The centre of a position's field in the input."""
        return self.jump * i + self.shift

    def reads(self, read: set[int]) -> set[int]:
        """The positions of the level below that some positions read, including padding."""
        return {self.stride * i + tap for i in read for tap in self.taps}


def levels(summary: Summary, steps: tuple[GrowthStep, ...], name: str, axis: int, size: int) -> tuple[Level, ...]:
    """The input and the layers above it; empty if none can be shown or they do not fit."""
    found = [Level(name, size, 1, 0.0, 1, (0,))]
    layers = {layer.path: layer for layer in summary.layers}
    for step in steps:
        if step.last[axis] is None:
            break
        level = _level(summary, layers[step.paths[0]], name, axis)
        if len(step.paths) > 1 or level is None:
            return ()
        found.append(level)
    fits = 1 < len(found) <= MOST_LEVELS and size <= MOST_POSITIONS
    return tuple(found) if fits and found[-1].positions else ()


def _level(summary: Summary, layer: LayerSummary, name: str, axis: int) -> Level | None:
    mine, below = (summary.fields[path].get(name) for path in (layer.path, layer.sources[0].path))
    if len(layer.sources) != 1 or mine is None or below is None:
        return None
    field, under = mine[axis], below[axis]
    if not isinstance(field, Extent) or not isinstance(under, Extent) or not field.is_even or not under.axes:
        return None
    at = under.axes[0]
    window = summary.network.layers[layer.path].call.fields[0][0][at]
    if not isinstance(window, Window) or not all(isinstance(n, int) for n in window[:4]):
        return None
    count, taps = layer.outputs[0][window.axis], _taps(layer, window, at)
    return Level(layer.path, count, field.jump, sum(field.ends) / 2, window.stride, taps)


def _taps(layer: LayerSummary, window: Window, axis: int) -> tuple[int, ...]:
    """The offsets that a window reads, spaced by its dilation."""
    given = layer.op.settings().get("dilation", 1)
    kernel = layer.op.settings().get("kernel_size")
    if isinstance(given, tuple):
        places = len(kernel) if isinstance(kernel, tuple) else len(given)
        given = given[axis - (len(layer.inputs[0]) - places)]
    step = given if isinstance(given, int) and (window.last - window.first) % given == 0 else 1
    return tuple(range(window.first, window.last + 1, step))


def draw(sheet: Sheet, shown: tuple[Level, ...], across: Callable[[float], float], top: float, label: float) -> None:
    """Draw levels, the last on top, with their names at `label`; `across` maps input positions to the sheet."""
    read = _read(shown)

    def at(level: int, i: int) -> Point:
        return across(shown[level].centre(i)), top + (len(shown) - 1 - level) * ROW

    look = sheet.theme.colours["convolution"]
    for highlighted in (False, True):
        colour, stroke = (look.stroke, 0.8) if highlighted else (sheet.theme.line, 0.2)
        for level, i, j in _branches(shown):
            if (i in read[level]) is highlighted:
                sheet.line([at(level, i), at(level - 1, j)], colour, stroke)
    for level, mine in enumerate(shown):
        sheet.text(label, at(level, 0)[1], cut(mine.name, 30), 8, sheet.theme.text if level else sheet.theme.faint)
        inside = set(range(mine.positions))
        _dots(sheet, [at(level, i) for i in sorted(inside - read[level])], sheet.theme.background, sheet.theme.line)
        _dots(sheet, [at(level, i) for i in sorted(inside & read[level])], look.stroke, look.stroke)
        _dots(sheet, [at(level, i) for i in sorted(read[level] - inside)], sheet.theme.background, look.stroke, "s")


def _dots(sheet: Sheet, points: list[Point], fill: str, edge: str, marker: str = "o") -> None:
    if points:
        sheet.dots(points, 4.5, fill, marker=marker, markeredgecolor=edge, markeredgewidth=0.7, zorder=3)


def _read(shown: tuple[Level, ...]) -> list[set[int]]:
    """For each level, the positions that the middle position of the last level reads."""
    found = [{(shown[-1].positions - 1) // 2}]
    for level in shown[:0:-1]:
        found.append(level.reads(found[-1] & set(range(level.positions))))
    return found[::-1]


def _branches(shown: tuple[Level, ...]) -> Iterator[tuple[int, int, int]]:
    """Each triple of a level, its position, and an existing position of the level below that it reads."""
    for level in range(1, len(shown)):
        for i in range(shown[level].positions):
            for j in sorted(shown[level].reads({i}) & set(range(shown[level - 1].positions))):
                yield level, i, j
