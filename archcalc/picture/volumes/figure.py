"""Volumes as a matplotlib figure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from archcalc.analyse.summary import Summary
from archcalc.picture import figure as sheets
from archcalc.picture.graph.diagram import Picture
from archcalc.picture.theme import MEANING, Theme, chosen, mixed
from archcalc.picture.volumes.labels import SMALL
from archcalc.picture.volumes.layout import MARGIN, layout
from archcalc.picture.volumes.shapes import Bow, Cuboid, Label, Layout, Plane, Stand
from archcalc.picture.volumes.tensors import Features
from archcalc.picture.volumes.volumes import Volume, seen

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

NOTE = "height: resolution, thickness: channels, both by their square root"
SWATCH = 8.0


def volumes(summary: Summary, form: str = "svg", *, depth: int | None = None, theme: str = "light") -> Picture:
    """A network as volumes in a row; raises Refused for an unknown format or theme, and for symbolic sizes."""
    look = chosen(theme, form, sheets.FORMATS)
    row = seen(summary, depth)
    with sheets.settings():
        data = sheets.written(figure(layout(row, sheets.width), look), form)
    return Picture(data, row.said)


def figure(placed: Layout, theme: Theme) -> "Figure":
    """The figure of a layout."""
    legend = _legend(placed)
    width = max(placed.width, max(x + sheets.width(text, SMALL) for x, _, _, text in legend) + MARGIN)
    lower = MARGIN + 12 * (1 + max(line for _, line, _, _ in legend))
    fig, axes = sheets.sheet(width / 72, (placed.height + lower) / 72, theme)
    axes.set(xlim=(0, width), ylim=(0, placed.height + lower))
    _Painter(axes, theme, (width - placed.width) / 2, lower).paint(placed, legend)
    return fig


def _legend(placed: Layout) -> list[tuple[float, int, str, str]]:
    """The x, line, colour and text of each entry; the last is the note on scales."""
    colours = dict.fromkeys(c for s in placed.stands for c in [*(slab.colour for slab in s.cuboids), s.volume.colour])
    joined = any(stand.volume.joined for stand in placed.stands)
    entries = [(c, MEANING[c] if c != "end" or not joined else "inputs, and what skips bring") for c in colours]
    found: list[tuple[float, int, str, str]] = []
    x, line = MARGIN, 0
    for colour, text in [*entries, ("", NOTE)]:
        wide = sheets.width(text, SMALL) + (SWATCH + 4 if colour else 0)
        if found and x + wide > max(placed.width, 320) - MARGIN:
            x, line = MARGIN, line + 1
        found.append((x + (SWATCH + 4 if colour else 0), line, colour, text))
        x += wide + 14
    return found


class _Painter:
    """Draws on axes in points."""

    def __init__(self, axes: "Axes", theme: Theme, x: float, y: float):
        self.axes, self.theme, self.x, self.y = axes, theme, x, y
        self.layer = 1.0

    def paint(self, placed: Layout, legend: Sequence[tuple[float, int, str, str]]) -> None:
        """Draw the volumes from left to right, each over the previous one, then their connections."""
        for stand in placed.stands:
            for cuboid in stand.cuboids:
                self._cuboid(cuboid)
            for plane in stand.planes:
                self._plane(plane)
        for before, after in zip(placed.stands, placed.stands[1:], strict=False):
            self._step(before, after, placed.axis)
        for bow in placed.bows:
            self._bow(bow)
        for stand in placed.stands:
            for label in stand.labels:
                self._text(label)
        top = max(line for _, line, _, _ in legend)
        for x, line, colour, text in legend:
            self._entry(x - self.x, MARGIN + 12 * (top - line) - self.y, colour, text)

    # --- shapes ------------------------------------------------------------------------------------------------------

    def _polygon(self, points: Sequence[tuple[float, float]], fill: str | None, stroke: str, width: float) -> None:
        from matplotlib.patches import Polygon

        moved = [(x + self.x, y + self.y) for x, y in points]
        patch = Polygon(moved, closed=True, facecolor=fill or "none", edgecolor=stroke, linewidth=width)
        patch.set_joinstyle("round")
        self._add(patch)

    def _add(self, patch: "Patch") -> None:
        self.layer += 0.001
        patch.set_zorder(self.layer)
        self.axes.add_patch(patch)

    def _line(self, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
        from matplotlib.lines import Line2D

        self.layer += 0.001
        xs, ys = [x + self.x for x, _ in points], [y + self.y for _, y in points]
        line = Line2D(xs, ys, color=colour, linewidth=width, solid_capstyle="round")
        line.set_zorder(self.layer)
        self.axes.add_line(line)

    def _cuboid(self, c: Cuboid) -> None:
        look = self.theme.colours[c.colour]
        right, left = c.x + c.thickness, c.x
        width = look.width * 0.6
        self._polygon(
            [(left, c.y), (right, c.y), (right, c.y + c.height), (left, c.y + c.height)], look.fill, look.stroke, width
        )
        back = (c.face(1, 1)[0] - c.thickness, c.face(1, 1)[1])
        upper = [(left, c.y + c.height), (right, c.y + c.height), c.face(1, 1), back]
        self._polygon(upper, mixed(look.fill, self.theme.background, 0.45), look.stroke, width)
        side = [c.face(0, 0), c.face(1, 0), c.face(1, 1), c.face(0, 1)]
        self._polygon(side, mixed(look.fill, look.stroke, 0.08 if c.colour == "end" else 0.2), look.stroke, width)

    def _plane(self, p: Plane) -> None:
        look = self.theme.colours[p.colour]
        corners = [(p.x, p.y), (p.x + p.width, p.y), (p.x + p.width, p.y + p.height), (p.x, p.y + p.height)]
        self._polygon(corners, look.fill, look.stroke, look.width * 0.6)

    # --- from one to the next ----------------------------------------------------------------------------------------

    def _step(self, before: Stand, after: Stand, axis: float) -> None:
        """A window on the previous volume with lines to the next one, or an arrow."""
        if before.planes:
            stop = _place(after, axis)
            if after.volume.kernel and after.volume.colour != "product":
                self._window(_corners(before.planes[-1], after.volume.kernel[-2:], before.volume.tensor), stop)
            else:
                self._cone(before.planes[-1], after)
            return
        if after.volume.transition and after.cuboids:
            return
        size = after.volume.kernel[-2:]
        if before.volume.tensor.kind == "map" and len(size) == 2 and max(size) > 1 and before.cuboids:
            self._window(_on_face(before.cuboids[-1], before.volume, size), (after.left, axis))
        else:
            self._arrow((before.right + 3, axis), (after.left - 2, axis))

    def _window(self, corners: Sequence[tuple[float, float]], stop: tuple[float, float]) -> None:
        ink = self.theme.text
        for corner in corners:
            self._line([corner, stop], ink, 0.35)
        self._polygon(corners, None, ink, 0.9)

    def _cone(self, plane: Plane, after: Stand) -> None:
        """Lines for a full connection."""
        x = plane.x + plane.width
        self._line([(x, plane.y + plane.height), (after.left, after.top)], self.theme.line, 0.5)
        self._line([(x, plane.y), (after.left, after.bottom)], self.theme.line, 0.5)

    def _arrow(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        self._line([start, (stop[0] - 2, stop[1])], self.theme.line, 0.9)
        self._head(stop, (1, 0))

    def _head(self, tip: tuple[float, float], way: tuple[float, float]) -> None:
        (x, y), (dx, dy) = tip, way
        points = [tip, (x - 5 * dx - 2.2 * dy, y - 5 * dy - 2.2 * dx), (x - 5 * dx + 2.2 * dy, y - 5 * dy + 2.2 * dx)]
        self._polygon(points, self.theme.line, self.theme.line, 0.3)

    def _bow(self, bow: Bow) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        (x, y), (u, v), h, r = bow.start, bow.stop, bow.height, 5.0
        points = [(x, y), (x, h - r), (x, h), (x + r, h), (u - r, h), (u, h), (u, h - r), (u, v + 4)]
        codes = [Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.LINETO]
        path = Path([(a + self.x, b + self.y) for a, b in points], codes)
        self._add(PathPatch(path, facecolor="none", edgecolor=self.theme.line, linewidth=1.0))
        self._head((u, v), (0, -1))
        self._text(bow.label)

    # --- text --------------------------------------------------------------------------------------------------------

    def _text(self, label: Label, align: str = "center") -> None:
        self.axes.text(
            label.x + self.x,
            label.y + self.y,
            label.text,
            fontsize=label.size,
            fontweight="bold" if label.bold else "normal",
            color=self.theme.faint if label.faint else self.theme.text,
            horizontalalignment=align,
            verticalalignment="baseline",
            parse_math=False,
            zorder=10,
        )

    def _entry(self, x: float, y: float, colour: str, text: str) -> None:
        if colour:
            look = self.theme.colours[colour]
            left, right = x - SWATCH - 4, x - 4
            corners = [(left, y - 1), (right, y - 1), (right, y + SWATCH - 2), (left, y + SWATCH - 2)]
            self._polygon(corners, look.fill, look.stroke, look.width * 0.6)
        self._text(Label(x, y, text, SMALL, faint=True), "left")


def _place(stand: Stand, axis: float) -> tuple[float, float]:
    """The point where a window's lines meet."""
    if stand.planes:
        plane = stand.planes[-1]
        return plane.x + plane.width * 0.3, plane.y + plane.height * 0.62
    return stand.left, axis


def _share(kernel: int, size: int) -> float:
    """The share of a side that a window takes; tiny ones are enlarged."""
    return min(1.0, max(0.14, kernel / max(size, 1)))


def _corners(plane: Plane, kernel: Sequence[int], tensor: Features) -> list[tuple[float, float]]:
    """A window on a plane, in its lower right."""
    width, height = plane.width * _share(kernel[-1], tensor.width), plane.height * _share(kernel[0], tensor.height)
    x = min(plane.x + plane.width * 0.62 - width / 2, plane.x + plane.width - width)
    y = max(plane.y + plane.height * 0.4 - height / 2, plane.y)
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def _on_face(cuboid: Cuboid, volume: Volume, kernel: Sequence[int]) -> list[tuple[float, float]]:
    """A window on the right face of a cuboid."""
    high, wide = _share(kernel[0], volume.tensor.height), _share(kernel[1], volume.tensor.width)
    u, v = 0.5 - wide / 2, 0.5 - high / 2
    return [cuboid.face(u, v), cuboid.face(u + wide, v), cuboid.face(u + wide, v + high), cuboid.face(u, v + high)]
