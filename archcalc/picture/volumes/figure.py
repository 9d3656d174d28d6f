"""Volumes as a matplotlib figure."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from archcalc.analyse.summary import Summary
from archcalc.picture import figure as sheets
from archcalc.picture.figure import Point, Sheet
from archcalc.picture.graph.diagram import Picture
from archcalc.picture.theme import MEANING, Look, Theme, mixed
from archcalc.picture.volumes.layout import MARGIN, SMALL, layout
from archcalc.picture.volumes.shapes import Bow, Cuboid, Label, Layout, Stand
from archcalc.picture.volumes.tensors import Features
from archcalc.picture.volumes.volumes import seen

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NOTE = "height: resolution, thickness: channels, both by their square root"
SWATCH = 8.0
Entry = tuple[float, int, str, str]
"""The x, line, colour and text of an entry of the legend."""


def volumes(summary: Summary, form: str = "svg", *, depth: int | None = None, theme: str = "light") -> Picture:
    """A network as volumes in a row; raises Refused for an unknown format or theme, and for symbolic sizes."""
    row = seen(summary, depth)
    return sheets.pictured(form, theme, lambda look: (figure(layout(row), look), row.said))


def figure(placed: Layout, theme: Theme) -> "Figure":
    """The figure of a layout, centred above its legend."""
    legend = _legend(placed)
    width = max(placed.width, max(x + sheets.width(text, SMALL) for x, _, _, text in legend) + MARGIN)
    lower = MARGIN + 12 * (1 + max(line for _, line, _, _ in legend))
    corner = placed.corner[0] - (width - placed.width) / 2, placed.corner[1] - lower
    sheet = Sheet(width, placed.height + lower, theme, corner)
    painter = _Painter(sheet)
    painter.paint(placed)
    painter.legend(legend, corner)
    return sheet.figure


def _legend(placed: Layout) -> list[Entry]:
    """The entries; the last is the note on scales."""
    colours = dict.fromkeys(c for s in placed.stands for c in [*(slab.colour for slab in s.cuboids), s.volume.colour])
    joined = any(stand.volume.joined for stand in placed.stands)
    entries = [(c, MEANING[c] if c != "end" or not joined else "inputs, and what skips bring") for c in colours]
    found: list[Entry] = []
    x, line = MARGIN, 0
    for colour, text in [*entries, ("", NOTE)]:
        swatch = SWATCH + 4 if colour else 0
        wide = sheets.width(text, SMALL) + swatch
        if found and x + wide > max(placed.width, 320) - MARGIN:
            x, line = MARGIN, line + 1
        found.append((x + swatch, line, colour, text))
        x += wide + 14
    return found


class _Painter:
    """Draws on a sheet; what is drawn later covers what was drawn earlier."""

    def __init__(self, sheet: Sheet):
        self.sheet, self.theme = sheet, sheet.theme

    def paint(self, placed: Layout) -> None:
        """Draw the volumes from left to right, each over the previous one, then their connections."""
        for stand in placed.stands:
            for cuboid in stand.cuboids:
                self._cuboid(cuboid)
        for before, after in pairwise(placed.stands):
            self._step(before, after)
        for bow in placed.bows:
            self._bow(bow)
        for stand in placed.stands:
            for label in stand.labels:
                self._text(label)

    def legend(self, entries: Sequence[Entry], corner: Point) -> None:
        """Draw the entries above the lower left corner."""
        top = max(line for _, line, _, _ in entries)
        for x, line, colour, text in entries:
            self._entry(corner[0] + x, corner[1] + MARGIN + 12 * (top - line), colour, text)

    # --- shapes ------------------------------------------------------------------------------------------------------

    def _polygon(self, points: Sequence[Point], fill: str, stroke: str, width: float) -> None:
        self.sheet.shape(points, Look(fill, stroke, width), joinstyle="round")

    def _line(self, points: Sequence[Point], colour: str, width: float) -> None:
        self.sheet.line(points, colour, width, solid_capstyle="round", zorder=1)  # as polygons

    def _cuboid(self, c: Cuboid) -> None:
        look = self.theme.colours[c.colour]
        right, top, width = c.x + c.thickness, c.y + c.height, look.width * 0.6
        front = [(c.x, c.y), (right, c.y), (right, top), (c.x, top)]
        self._polygon(front, look.fill, look.stroke, width)
        if c.back:
            corner = c.face(1, 1)
            upper = [(c.x, top), (right, top), corner, (corner[0] - c.thickness, corner[1])]
            self._polygon(upper, mixed(look.fill, self.theme.background, 0.45), look.stroke, width)
            side = [c.face(0, 0), c.face(1, 0), corner, c.face(0, 1)]
            self._polygon(side, mixed(look.fill, look.stroke, 0.08 if c.colour == "end" else 0.2), look.stroke, width)

    # --- from one to the next ----------------------------------------------------------------------------------------

    def _step(self, before: Stand, after: Stand) -> None:
        """A window on the previous volume with lines to the next one, or an arrow."""
        last, size = before.cuboids[-1], after.volume.kernel[-2:]
        if before.planes and size and after.volume.colour != "product":
            self._window(_on_plane(last, size, before.volume.tensor), _target(after))
        elif before.planes:
            for start, stop in ((last.top, after.top), (last.y, after.bottom)):  # a full connection
                self._line([(last.right, start), (after.left, stop)], self.theme.line, 0.5)
        elif after.volume.transition and not after.planes:
            return
        elif before.volume.tensor.kind == "map" and len(size) == 2 and max(size) > 1:
            self._window(_on_face(last, size, before.volume.tensor), (after.left, 0))
        else:
            start, stop = before.right + 3, after.left - 2
            self._line([(start, 0), (stop - 2, 0)], self.theme.line, 0.9)
            self._head((stop, 0), (1, 0))

    def _window(self, corners: Sequence[Point], stop: Point) -> None:
        for corner in corners:
            self._line([corner, stop], self.theme.text, 0.35)
        self._polygon(corners, "none", self.theme.text, 0.9)

    def _head(self, tip: Point, way: tuple[float, float]) -> None:
        (x, y), (dx, dy) = tip, way
        points = [tip, (x - 5 * dx - 2.2 * dy, y - 5 * dy - 2.2 * dx), (x - 5 * dx + 2.2 * dy, y - 5 * dy + 2.2 * dx)]
        self._polygon(points, self.theme.line, self.theme.line, 0.3)

    def _bow(self, bow: Bow) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        (x, y), (u, v), h, r = bow.start, bow.stop, bow.height, 5.0
        points = [(x, y), (x, h - r), (x, h), (x + r, h), (u - r, h), (u, h), (u, h - r), (u, v + 4)]
        codes = [Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.LINETO, Path.CURVE3, Path.CURVE3, Path.LINETO]
        patch = PathPatch(Path(points, codes), facecolor="none", edgecolor=self.theme.line, linewidth=1.0)
        self.sheet.axes.add_patch(patch)
        self._head((u, v), (0, -1))
        self._text(bow.label)

    # --- text --------------------------------------------------------------------------------------------------------

    def _text(self, label: Label, align: str = "center") -> None:
        colour, weight = self.theme.faint if label.faint else self.theme.text, "bold" if label.bold else "normal"
        self.sheet.text(label.x, label.y, label.text, label.size, colour, weight=weight, ha=align, va="baseline")

    def _entry(self, x: float, y: float, colour: str, text: str) -> None:
        if colour:
            look = self.theme.colours[colour]
            left, right = x - SWATCH - 4, x - 4
            corners = [(left, y - 1), (right, y - 1), (right, y + SWATCH - 2), (left, y + SWATCH - 2)]
            self._polygon(corners, look.fill, look.stroke, look.width * 0.6)
        self._text(Label(x, y, text, SMALL, faint=True), "left")


def _target(stand: Stand) -> Point:
    """The point where a window's lines meet."""
    if not stand.planes:
        return stand.left, 0
    plane = stand.cuboids[-1]
    return plane.x + plane.thickness * 0.3, plane.y + plane.height * 0.62


def _shares(kernel: Sequence[int], tensor: Features) -> tuple[float, float]:
    """The share of the height and of the width that a window takes; tiny ones are enlarged."""
    sides = ((kernel[0], tensor.height), (kernel[-1], tensor.width))
    high, wide = (min(1.0, max(0.14, window / max(size, 1))) for window, size in sides)
    return high, wide


def _on_plane(plane: Cuboid, kernel: Sequence[int], tensor: Features) -> list[Point]:
    """A window on a plane, in its lower right."""
    high, wide = _shares(kernel, tensor)
    width, height = plane.thickness * wide, plane.height * high
    x = min(plane.x + plane.thickness * 0.62 - width / 2, plane.x + plane.thickness - width)
    y = max(plane.y + plane.height * 0.4 - height / 2, plane.y)
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def _on_face(cuboid: Cuboid, kernel: Sequence[int], tensor: Features) -> list[Point]:
    """A window on the right face of a cuboid."""
    high, wide = _shares(kernel, tensor)
    u, v = 0.5 - wide / 2, 0.5 - high / 2
    return [cuboid.face(u, v), cuboid.face(u + wide, v), cuboid.face(u + wide, v + high), cuboid.face(u, v + high)]
