"""The names of scopes below bars: as deep as fits, without overlaps."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from archcalc.picture.plots import annotate
from archcalc.picture.plots.layer_bars import Bar, ScopeBars, finest, grouped
from archcalc.picture.texts import cut
from archcalc.picture.theme import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Affine2DBase, Transform

LINE = 7.6
"""The height of a line of text in points."""
LONGEST = 18
"""The most characters of a name."""
SPARE = 0.6
"""The share of the axis that names of scopes may fill."""
NEAR, DOWN = 2.0, 8.0
"""The start and end of leaders below the axis, in points."""


class ScopeLabels:
    """Writes group names below an axis, and brackets for the outermost scopes below them."""

    def __init__(self, bars: Sequence[Bar], axes: "Axes", theme: Theme):
        self.bars, self.axes, self.theme = bars, axes, theme
        frame = annotate.frame(axes)
        self.width = frame.right - frame.left

    def draw(self) -> None:
        """Write all names."""
        level = self._level()
        inner = self._fewer(grouped(self.bars, level))
        outer = [g for g in grouped(self.bars, 1) if g.stop - g.start > 1] if level > 1 else []
        # The brackets name the outermost scopes.
        paths = [(group.path.partition(".")[2] if outer else "") or group.path for group in inner]
        names = [tail(path, LONGEST) for path in paths]
        depth = self._tier(inner, names, 0.0)
        if outer:
            self._brackets(outer, depth + 4)

    def _level(self) -> int:
        """The level of single layers if they fit, else one that leaves some space."""
        most = int(self.width / LINE)
        return finest(self.bars, most if len(self.bars) <= most else int(SPARE * most))

    def _fewer(self, groups: list[ScopeBars]) -> list[ScopeBars]:
        """The widest groups if not all fit."""
        most = max(1, int(self.width / LINE))
        if len(groups) <= most:
            return groups
        widest = sorted(groups, key=lambda g: (g.start - g.stop, g.start))[:most]
        return sorted(widest, key=lambda g: g.start)

    def _tier(self, groups: Sequence[ScopeBars], names: Sequence[str], top: float) -> float:
        """Write names side by side, or upright if that is too wide; returns their lower end."""
        widths = [annotate.measured(self.axes, name) for name in names]
        lying = all(w + 3 <= self._span(group) for w, group in zip(widths, groups, strict=True))
        lengths = [w + 3 for w in widths] if lying else [LINE] * len(groups)
        middles = spread([self._middle(g) for g in groups], lengths, 0.0, self.width)
        assert middles is not None, "there are no more groups than fit"
        start = top + (NEAR + 1 if lying else DOWN + 1)
        for group, name, x in zip(groups, names, middles, strict=True):
            if not lying:
                self._line((self._middle(group), x), (top + NEAR, top + DOWN))
            self._text(x, start, name, rotation=0 if lying else 90, va="top")
        return start + (LINE if lying else max(widths, default=0.0))

    def _brackets(self, groups: Sequence[ScopeBars], top: float) -> None:
        """Write the names of the outermost scopes under their brackets; only the widest if not all fit."""
        left = list(groups)
        while left:
            names = [cut(group.path, 2 * LONGEST) for group in left]
            lengths = [annotate.measured(self.axes, name) + 5 for name in names]
            middles = spread([self._middle(g) for g in left], lengths, 0.0, max(self.width, lengths[0]))
            if middles is not None:
                break
            left.remove(min(left, key=lambda g: g.stop - g.start))
        for group in groups:
            self._line((self._x(group.start) + 1, self._x(group.stop) - 1), (top, top))
        for name, x in zip(names, middles or (), strict=True):
            self._text(x, top + 2, name, va="top")

    def _x(self, place: float) -> float:
        return place / len(self.bars) * self.width

    def _middle(self, group: ScopeBars) -> float:
        return self._x((group.start + group.stop) / 2)

    def _span(self, group: ScopeBars) -> float:
        return self._x(group.stop - group.start)

    def _below(self) -> "Transform":
        """The transform from a fraction of the axis and points above it to the figure; it follows the axes."""
        from matplotlib.transforms import Affine2D, ScaledTranslation, blended_transform_factory

        figure, corner = self.axes.figure, cast("Affine2DBase", self.axes.transAxes)
        points = Affine2D().scale(1 / 72) + figure.dpi_scale_trans
        return blended_transform_factory(corner, points + ScaledTranslation(0, 0, corner))

    def _text(self, x: float, down: float, text: str, **how: Any) -> None:
        how |= {"ha": "center", "fontsize": annotate.SIZE, "color": self.theme.text, "clip_on": False}
        self.axes.text(x / self.width, -down, text, transform=self._below(), **how)

    def _line(self, xs: tuple[float, float], downs: tuple[float, float]) -> None:
        way = [(x / self.width, -down) for x, down in zip(xs, downs, strict=True)]
        annotate.line(self.axes, way, self._below(), self.theme)


def tail(path: str, most: int, mark: str = "") -> str:
    """The end of a path, its most specific part; `mark` replaces omitted names."""
    shown = cut(path, 8 * most)
    if len(shown) <= most:
        return shown
    names = shown.split(".")
    ends = (mark + ".".join(names[i:]) for i in range(1, len(names)))
    return next((end for end in ends if len(end) <= most), "…" + shown[1 - most :])


def spread(wanted: Sequence[float], lengths: Sequence[float], low: float, high: float) -> list[float] | None:
    """Middles as near as possible to those wanted, in order, without overlaps; None without room.

    Overlapping neighbours merge into a block at the mean of their wanted places (pool adjacent violators).
    """
    if sum(lengths) > high - low:
        return None
    blocks: list[list[float]] = []  # the number of labels, their length, and the sum of the starts that they want
    for middle, length in zip(wanted, lengths, strict=True):
        blocks.append([1.0, length, middle - length / 2])
        while len(blocks) > 1 and _start(blocks[-2], low, high) + blocks[-2][1] > _start(blocks[-1], low, high):
            count, size, begins = blocks.pop()
            before = blocks[-1]
            blocks[-1] = [before[0] + count, before[1] + size, before[2] + begins - count * before[1]]
    found: list[float] = []
    for block in blocks:
        at = _start(block, low, high)
        for length in lengths[len(found) : len(found) + int(block[0])]:
            found.append(at + length / 2)
            at += length
    return found


def _start(block: list[float], low: float, high: float) -> float:
    return min(max(block[2] / block[0], low), high - block[1])
