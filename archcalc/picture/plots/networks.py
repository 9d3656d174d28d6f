"""A bubble for each network; lines connect the variants of a spec, and labels do not overlap."""

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING, Any

from archcalc.picture.graph.diagram import Picture
from archcalc.picture.plots import annotate, labels
from archcalc.picture.plots import axes as axes_of
from archcalc.picture.plots.paper import USUAL_PAPER, Paper, legend, legend_look, plotted
from archcalc.picture.plots.points import Axis, Point, Points, runs
from archcalc.picture.plots.series import REACH, series
from archcalc.picture.theme import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


HEIGHT = 4.4
"""The default height in inches."""
USUAL, LARGEST, LEAST = 30.0, 420.0, 9.0
"""The area of bubbles in square points: of equal ones, the largest, the smallest."""


def bubbles(seen: Points, form: str = "svg", paper: Paper = USUAL_PAPER, linear: bool = False) -> Picture:
    """Networks as bubbles, in one of FORMATS; axes are logarithmic if numbers span more than a decade."""
    return plotted(form, paper, HEIGHT, lambda figure, theme: _Bubbles(seen, figure, theme, linear).draw())


class _Bubbles:
    """Draws one plot."""

    def __init__(self, seen: Points, figure: "Figure", theme: Theme, linear: bool):
        self.seen, self.figure, self.theme, self.linear = seen, figure, theme, linear
        self.looks = {name: series(theme, i) for i, name in enumerate(seen.series)}
        self.most = max((p.size for p in seen.all), default=0.0)
        self.axes: Axes = figure.subplots()

    def draw(self) -> Sequence[str]:
        """Draw everything; returns the notes."""
        axes_of.quiet(self.axes, self.theme)
        self._scale("x", self.seen.x, [p.x for p in self.seen.all])
        self._scale("y", self.seen.y, [p.y for p in self.seen.all])
        self._lines()
        for point in sorted(self.seen.all, key=lambda p: -p.size):
            self._bubble(point)
        self._legend()
        self.figure.draw_without_rendering()  # sets the position of the axes
        self.figure.set_layout_engine("none")
        unplaced = self._labels()
        said = [f"no room for {unplaced} labels; --width and --height make more"] if unplaced else []
        return [*self.seen.said, *said]

    def _scale(self, which: str, axis: Axis, values: Sequence[float]) -> None:
        wide = axes_of.is_wide(values) and not self.linear
        if wide:
            axes_of.logarithmic(self.axes, which, axis.name, values)
        else:
            axes_of.linear(self.axes, which, axis.name)
        getattr(self.axes, f"set_{which}label")(axis.title, color=self.theme.text, fontsize=8.5)
        low, high = min(values), max(values)
        space, room = (high - low) * 0.08 or abs(high) * 0.1 or 1.0, (high / low) ** 0.07 if wide else 1.0
        limits = (low / room, high * room) if wide else (low - space, high + space)
        getattr(self.axes, f"set_{which}lim")(*limits)

    def _lines(self) -> None:
        for name, points in self.seen.series.items():
            for run in runs(points):
                xs, ys = [p.x for p in run], [p.y for p in run]
                self.axes.plot(xs, ys, color=self.looks[name].stroke, linewidth=0.7, alpha=0.55, zorder=2)
        if self.seen.front:
            xs, ys = self._stairs()
            self.axes.plot(xs, ys, color=self.theme.faint, linewidth=1.0, linestyle=(0, (4, 2)), zorder=1.5)

    def _stairs(self) -> tuple[list[float], list[float]]:
        """The boundary of the region that the front dominates, up to the limits of the axes."""
        from matplotlib.cbook import pts_to_poststep, pts_to_prestep

        flat_first, rising = self.seen.x.better == "lower", self.seen.x.better != self.seen.y.better
        (left, right), (bottom, top) = self.axes.get_xlim(), self.axes.get_ylim()
        steps = pts_to_poststep if flat_first else pts_to_prestep
        xs, ys = steps([p.x for p in self.seen.front], [p.y for p in self.seen.front])
        if flat_first:
            return [xs[0], *xs, right], [bottom if rising else top, *ys, ys[-1]]
        return [left, *xs, xs[-1]], [ys[0], *ys, top if rising else bottom]

    def _area(self, point: Point) -> float:
        if self.seen.size is None or self.most <= 0:
            return USUAL
        return max(LEAST, LARGEST * point.size / self.most)

    def _bubble(self, point: Point) -> None:
        look = self.looks[point.series]
        dress: dict[str, Any] = {"facecolor": look.fill, "edgecolor": look.stroke, "linewidth": 0.8, "alpha": 0.9}
        area = self._area(point)
        self.axes.scatter([point.x], [point.y], s=area, marker=look.marker, zorder=3, clip_on=False, **dress)

    def _legend(self) -> None:
        handles = []
        for name, look in self.looks.items():
            mark = {"marker": look.marker, "markerfacecolor": look.fill, "markeredgecolor": look.stroke}
            handles.append(_key(name, color=look.stroke, linewidth=0.7, markeredgewidth=0.8, **mark))
        legend(self.figure, handles, self.theme)
        self._notes()

    def _notes(self) -> None:
        """Explain the front and the areas between the legend and the axes."""
        handles, faint = [], self.theme.faint
        if self.seen.front:
            ways = ", ".join(f"{axis.better} {self._short(axis)}" for axis in (self.seen.x, self.seen.y))
            handles.append(_key(f"Pareto front: {ways}", color=faint, linewidth=1.0, linestyle=(0, (4, 2))))
        if self.seen.size is not None:
            biggest = axes_of.amount(self.most, self.seen.size.name)
            said = f"area: {self.seen.size.title}, largest {biggest}"
            handles.append(_key(said, linestyle="", marker="o", color="none", markeredgecolor=faint))
        if handles:
            look = legend_look(self.theme)
            self.axes.legend(handles=handles, loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, **look)

    @staticmethod
    def _short(axis: Axis) -> str:
        return "top-1 accuracy" if axis.column.name == "top-1" else axis.title.partition(" (")[0]

    def _labels(self) -> int:
        """Write the labels; returns the number that did not fit."""
        named = [annotate.NamedPoint(p.x, p.y, self._radius(p), p.label) for p in self.seen.all]
        frame = annotate.frame(self.axes)
        edge = max(frame.right, self.figure.get_figwidth() * 72 - 2)
        bounds = labels.Rectangle(frame.left + 1, frame.bottom + 2, edge, frame.top + 6)
        ways = [annotate.in_points(self.axes, line.get_xydata()) for line in self.axes.lines]
        lines = [piece for way in ways for piece in pairwise(way)]
        return annotate.write(self.axes, named, self.theme, bounds, lines=lines)

    def _radius(self, point: Point) -> float:
        side = sqrt(self._area(point))
        return side / 2 * REACH.get(self.looks[point.series].marker, 1.0) + 0.5


def _key(label: str, **look: Any) -> "Line2D":
    """An entry of a legend."""
    from matplotlib.lines import Line2D

    return Line2D([], [], label=label, markersize=5.5, **look)
