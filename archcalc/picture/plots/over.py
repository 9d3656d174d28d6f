"""Quantities over a config entry: a panel per quantity, a curve per network, every computed point marked."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from archcalc import dim
from archcalc.picture.graph.diagram import Picture
from archcalc.picture.plots import annotate
from archcalc.picture.plots import axes as axes_of
from archcalc.picture.plots.paper import USUAL_PAPER, Paper, legend_look, plotted
from archcalc.picture.plots.series import series
from archcalc.picture.plots.sweep import Curve, Swept
from archcalc.picture.texts import cut
from archcalc.picture.theme import Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL, AROUND, LINE = 2.1, 0.6, 0.16
"""The default height of a panel, of everything else, and of a legend line, in inches."""
FEW = 40
"""The most points with large marks."""
NUMBERS = 14
"""The most values that are tick labels themselves."""
LONGEST = 300
"""The most characters of a formula that are tried."""
MARGIN = 105
"""The points left and right of legend texts."""


def curves(seen: Swept, form: str = "svg", paper: Paper = USUAL_PAPER, linear: bool = False) -> Picture:
    """Quantities over a config entry, in one of FORMATS."""
    height = AROUND + PANEL * len(seen.panels) + LINE * sum(map(len, seen.panels.values()))
    return plotted(form, paper, height, lambda figure, theme: _Curves(seen, figure, theme, linear).draw())


class _Curves:
    """Draws one plot."""

    def __init__(self, seen: Swept, figure: "Figure", theme: Theme, linear: bool):
        self.seen, self.figure, self.theme, self.linear = seen, figure, theme, linear
        self.axes: list[Axes] = list(figure.subplots(len(seen.panels), 1, sharex=True, squeeze=False)[:, 0])
        self.xs = [float(value) for value in seen.sweep.values]
        self.few = len(self.xs) <= NUMBERS
        self.by_ratio = self.few and axes_of.is_wide(self.xs) and not linear

    def draw(self) -> Sequence[str]:
        """Draw everything; returns the notes."""
        for axes, (quantity, curves) in zip(self.axes, self.seen.panels.items(), strict=True):
            self._panel(axes, quantity, curves)
        self._entry(self.axes[-1])
        return self.seen.said

    def _panel(self, axes: "Axes", quantity: str, curves: Sequence[Curve]) -> None:
        axes_of.quiet(axes, self.theme)
        largest = [max(curve.numbers) for curve in curves]
        every = [value for curve in curves for value in curve.numbers]
        # One curve reads best on a linear scale; several of different size need a logarithmic one.
        wide = axes_of.is_wide(every if self.by_ratio else largest) and min(every) > 0
        if wide and not self.linear:
            axes_of.logarithmic(axes, "y", quantity, every)
        else:
            axes_of.linear(axes, "y", quantity, 5)
            axes.margins(y=0.08)
        if min(every) == max(every) > 0:
            axes.set_ylim(0, 1.3 * every[0])
        axes.set_title(axes_of.title(quantity), loc="left", fontsize=8, color=self.theme.text, pad=4)
        for i, curve in enumerate(curves):
            self._curve(axes, curve, i)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.08), **legend_look(self.theme))

    def _curve(self, axes: "Axes", curve: Curve, number: int) -> None:
        """A curve, with gaps where the network cannot be made."""
        look = series(self.theme, number)
        ys = [float("nan") if value is None else value for value in curve.values]
        dress: dict[str, Any] = {"color": look.stroke, "linestyle": look.dashes, "linewidth": 0.9, "zorder": 3}
        if len(curve.numbers) > FEW:
            dress |= {"markersize": 1.6, "markerfacecolor": look.stroke, "markeredgewidth": 0.0}
        else:
            dress |= {"markersize": 4.2, "markerfacecolor": look.fill, "markeredgewidth": 0.8}
        axes.plot(self.xs, ys, marker=look.marker, label=self._label(axes, curve), **dress)

    def _label(self, axes: "Axes", curve: Curve) -> str:
        """The name and the formula, cut to the width of the axes."""
        name = cut(curve.name)
        label = f"{name}: {curve.formula}" if curve.formula else name
        room = self.figure.get_figwidth() * 72 - MARGIN
        for most in range(min(len(label), LONGEST), len(name), -4):
            shown = cut(label, most)
            if annotate.measured(axes, shown, 7.5) <= room:
                return shown
        return name

    def _entry(self, axes: "Axes") -> None:
        """The axis of the config entry, with its values as tick labels if they fit."""
        from matplotlib.ticker import NullLocator

        entries = " = ".join(cut(entry) for entry in self.seen.sweep.entries)
        axes.set_xlabel(entries, color=self.theme.text, fontsize=8.5)
        if not self.few:
            axes_of.linear(axes, "x", "entry", 10)
            return
        if self.by_ratio:
            axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xticks(self.xs, [dim.say(value) for value in self.seen.sweep.values])
