"""The distribution of cost over a network: a panel of bars per quantity, scopes named below, the largest above."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from archcalc.analyse.budgets import WHOLE_INPUT
from archcalc.picture.graph.diagram import Picture
from archcalc.picture.plots import annotate, labels
from archcalc.picture.plots import axes as axes_of
from archcalc.picture.plots.layer_bars import BarPanel, Profile, grouped
from archcalc.picture.plots.paper import USUAL_PAPER, Paper, legend, plotted
from archcalc.picture.plots.scope_labels import ScopeLabels, tail
from archcalc.picture.plots.series import bars
from archcalc.picture.texts import cut
from archcalc.picture.theme import MEANING, Theme

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL, AROUND = 1.55, 1.35
"""The default height of a panel, and of everything else, in inches."""
HEAVIEST = 3
"""The number of bars per panel that are named."""
ROOM = 1.3
"""The height of a panel relative to its largest bar, with room for names."""
LONGEST = 26
"""The most characters of such a name."""
THIN = 3.0
"""Bars narrower than this many points have no edge."""


def layers(seen: Profile, form: str = "svg", paper: Paper = USUAL_PAPER) -> Picture:
    """The bars of a network, in one of FORMATS."""
    height = AROUND + PANEL * len(seen.panels)
    return plotted(form, paper, height, lambda figure, theme: _Layers(seen, figure, theme).draw())


class _Layers:
    """Draws one plot."""

    def __init__(self, seen: Profile, figure: "Figure", theme: Theme):
        self.seen, self.figure, self.theme = seen, figure, theme
        self.axes: list[Axes] = list(figure.subplots(len(seen.panels), 1, sharex=True, squeeze=False)[:, 0])

    def draw(self) -> Sequence[str]:
        """Draw everything; returns the notes."""
        for axes, panel in zip(self.axes, self.seen.panels, strict=True):
            self._panel(axes, panel)
        self._legend()
        self.figure.draw_without_rendering()  # sets the width of the axes
        ScopeLabels(self.seen.bars, self.axes[-1], self.theme).draw()
        self.figure.draw_without_rendering()  # makes room for them
        self.figure.set_layout_engine("none")
        for axes, panel in zip(self.axes, self.seen.panels, strict=True):
            self._names(axes, panel)
        return self.seen.said

    def _panel(self, axes: "Axes", panel: BarPanel) -> None:
        axes_of.quiet(axes, self.theme)
        axes_of.linear(axes, "y", panel.quantity.name, 4)
        axes.grid(False, axis="x")
        axes.tick_params(axis="x", which="both", length=0, labelbottom=False)
        axes.set_xlim(-0.5, len(self.seen.bars) - 0.5)
        axes.set_ylim(0, ROOM * (max((v or 0.0 for v in panel.values), default=0.0) or 1.0))
        self._title(axes, panel)
        outer = grouped(self.seen.bars, 1)
        for group in outer[1:] if len(outer) < len(self.seen.bars) else ():
            axes.axvline(group.start - 0.5, color=self.theme.line, alpha=0.3, linewidth=0.5, zorder=0.5)
        if panel.adds_up:
            for colour in dict.fromkeys(bar.colour for bar in self.seen.bars):
                mine = [v if b.colour == colour else None for b, v in zip(self.seen.bars, panel.values, strict=True)]
                self._bars(axes, bars(self.theme, colour), mine)
            self._shares(axes, panel)
        else:  # a receptive field belongs to no single operation
            self._bars(axes, {"color": self.theme.line}, panel.values)
        if any(panel.whole):
            self._whole(axes, panel)

    def _title(self, axes: "Axes", panel: BarPanel) -> None:
        title = axes_of.title(panel.quantity.name)
        if panel.adds_up:
            title += f": {axes_of.amount(panel.total, panel.quantity.name)} in all"
        axes.set_title(title, loc="left", fontsize=8, color=self.theme.text, pad=4)

    def _bars(self, axes: "Axes", look: dict[str, Any], values: Sequence[float | None]) -> None:
        """The bars of one look as one collection, as a network may have thousands."""
        from matplotlib.collections import PolyCollection

        width = 0.85 * self.figure.get_figwidth() * 72 / len(self.seen.bars)  # of a bar in points, roughly
        side, edge = (0.5, 0.15) if width < THIN else (0.42, 0.5)
        corners = [[(i - side, 0), (i - side, v), (i + side, v), (i + side, 0)] for i, v in enumerate(values) if v]
        hatch = (width > 2 * THIN and look.get("hatch")) or None
        axes.add_collection(PolyCollection(corners, zorder=2, linewidth=edge, **look | {"hatch": hatch}))

    def _shares(self, axes: "Axes", panel: BarPanel) -> None:
        from matplotlib.ticker import FixedLocator, PercentFormatter

        right = axes.twinx()
        axes_of.quiet(right, self.theme)
        right.grid(False)
        right.set_ylim(0, ROOM)
        right.spines["left"].set_visible(False)
        right.tick_params(labelcolor=self.theme.faint, length=0, labelsize=7)
        right.yaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
        right.yaxis.set_major_formatter(PercentFormatter(1.0))
        # Each step is at the end of the bar that it counts.
        ends = [-0.5, *(i + 0.5 for i in range(len(panel.values)))]
        right.plot(ends, [0.0, *panel.shares], color=self.theme.faint, linewidth=0.9, zorder=3)

    def _whole(self, axes: "Axes", panel: BarPanel) -> None:
        """Mark where the whole input is read, which has no number."""
        first, last = panel.whole.index(True), len(panel.whole) - 1 - panel.whole[::-1].index(True)
        axes.axvspan(first - 0.5, last + 0.5, color=self.theme.line, alpha=0.12, linewidth=0, zorder=0.4)
        where: dict[str, Any] = {"xycoords": axes.get_xaxis_transform(), "textcoords": "offset points"}
        look: dict[str, Any] = {"ha": "right", "va": "top", "fontsize": 6.5, "color": self.theme.faint}
        axes.annotate(WHOLE_INPUT, (last + 0.5, 1), (-3, -3), **where, **look)

    def _legend(self) -> None:
        from matplotlib.lines import Line2D
        from matplotlib.patches import Patch

        drawn = {bar.colour for i, bar in enumerate(self.seen.bars) if any(p.values[i] for p in self.seen.panels)}
        handles: list[Artist] = [
            Patch(linewidth=0.5, label=meaning, **bars(self.theme, colour))
            for colour, meaning in MEANING.items()
            if colour in drawn
        ]
        if any(panel.adds_up for panel in self.seen.panels):
            handles.append(Line2D([], [], color=self.theme.faint, linewidth=0.9, label="share of all so far (right)"))
        legend(self.figure, handles, self.theme, cut(self.seen.name))

    def _names(self, axes: "Axes", panel: BarPanel) -> None:
        """Name the largest bars, with their share."""
        if not panel.adds_up or len(self.seen.bars) < 2:
            return
        places = panel.heaviest(HEAVIEST)
        said = [
            f"{tail(self.seen.bars[i].path, LONGEST, '…')} {100 * (panel.values[i] or 0) / panel.total:.1f}%"
            for i in places
        ]
        named = [annotate.NamedPoint(i, panel.values[i] or 0, 0.5, text) for i, text in zip(places, said, strict=True)]
        frame = annotate.frame(axes)
        bounds = frame._replace(left=frame.left + 1, right=frame.right - 1, top=frame.top + 3)
        annotate.write(axes, named, self.theme, bounds, self._marks(axes, panel), self._line(axes, panel), above=True)

    def _marks(self, axes: "Axes", panel: BarPanel) -> list[labels.Rectangle]:
        """The rectangles of the bars."""
        ends = [((i - 0.5, 0), (i + 0.5, v)) for i, v in enumerate(panel.values) if v]
        return [labels.Rectangle(*low, *high) for low, high in (annotate.in_points(axes, pair) for pair in ends)]

    def _line(self, axes: "Axes", panel: BarPanel) -> list[tuple[labels.Point, labels.Point]]:
        """The segments of the line of shares."""
        top = axes.get_ylim()[1] / ROOM
        return [*pairwise(annotate.in_points(axes, [(i + 0.5, s * top) for i, s in enumerate(panel.shares)]))]
