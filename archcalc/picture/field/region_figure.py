"""The region that one position reads, to scale over the input, including the part outside it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from archcalc import dim
from archcalc.analyse.summary import Summary
from archcalc.errors import Refused
from archcalc.picture.field.photo import photo
from archcalc.picture.field.region import ReadSpan, Region, region_of
from archcalc.picture.figure import Point, Sheet, inches, pictured
from archcalc.picture.graph.diagram import Picture
from archcalc.picture.texts import cut
from archcalc.picture.theme import Look, Theme
from archcalc.render.words import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from PIL.Image import Image

MARGIN = 0.35
PLANE = 5.2
"""The longer side of the plane, in inches."""
STRIP = 0.4
"""The height of a single axis."""
RULE = 0.3
RULER = 0.1 + 3 * RULE
"""The room for rulers above and left of a plane."""
HEAD = 1.05
LINE = 0.24
FEWEST_POINTS = 4.0
"""The least distance of grid lines and centres in points."""
HATCH = "/////"
NONE = "\N{EN DASH}"
NAMES = {"height": "rows", "width": "columns"}
SIDES = {"height": ("above", "below"), "width": ("on the left", "on the right")}


def region(
    summary: Summary,
    form: str,
    layer: str,
    *,
    at: Sequence[int] | None = None,
    on: str | Path | None = None,
    theme: str = "light",
) -> Picture:
    """The region that a position of a layer reads, the middle one by default, to scale and perhaps `on` a picture.

    Raises Refused for an unknown layer or position, if the field is unknown, and for a file that is not a picture.
    """
    seen = region_of(summary, layer, at)
    if on is not None and len(seen.axes) < 2:
        raise Refused(f"the input {cut(seen.input)} has one axis in space or time, a picture two", "leave out --on")
    image = photo(on, seen.axes[-1].side.size, seen.axes[-2].side.size) if on is not None else None
    outside = " and ".join(axis.side.name for axis in seen.axes if axis.before + axis.after)
    said = (f"the field of {cut(seen.layer)} reaches beyond the input along the {outside}",) if outside else ()
    return pictured(form, theme, lambda look: (_Drawing(seen, look, image).drawn(), said))


class AxisScale(NamedTuple):
    """The scale of an input axis on a sheet."""

    axis: ReadSpan
    start: float
    """Its start on the sheet."""
    least: float
    """The input place at the start."""
    inches: float
    """The inches of one position."""

    def __call__(self, place: float) -> float:
        """The sheet coordinate of a place; position i covers i - 1/2 to i + 1/2."""
        return self.start + (place - self.least) * self.inches

    @property
    def input(self) -> tuple[float, float]:
        """The two ends of the input."""
        return self(-0.5), self(self.axis.side.size - 0.5)

    @property
    def field(self) -> tuple[float, float]:
        """The two ends of the field."""
        return self(self.axis.first - 0.5), self(self.axis.last + 0.5)

    @property
    def inside(self) -> tuple[float, float]:
        """The two ends of the field inside the input; equal if it is outside."""
        least, most = self.input
        if not self.axis.inside:
            return (least, least) if self.axis.first < 0 else (most, most)
        return self(self.axis.inside[0] - 0.5), self(self.axis.inside[-1] + 0.5)


def _view(axis: ReadSpan) -> tuple[float, float]:
    """The shown range of an axis: the input and the field, with a margin."""
    least, most = min(axis.first, 0) - 0.5, max(axis.last, axis.side.size - 1) + 0.5
    margin = 0.03 * (most - least)
    return least - margin, most + margin


def _scale(axis: ReadSpan, start: float, length: float) -> AxisScale:
    """The scale of an axis from a start on the sheet over a length."""
    least, most = _view(axis)
    return AxisScale(axis, start, least, length / (most - least))


class _Drawing:
    """Draws a region: the last two axes as a plane, every other axis as a strip."""

    def __init__(self, seen: Region, theme: Theme, image: "Image | None"):
        self.seen, self.theme, self.image = seen, theme, image
        self.look = theme.colours[seen.colour]
        self.plane = seen.axes[-2:] if len(seen.axes) > 1 else ()
        self.strips = seen.axes[: len(seen.axes) - len(self.plane)]
        self.facts = _facts(seen)

    def drawn(self) -> "Figure":
        """The figure."""
        lengths = [most - least for least, most in map(_view, self.plane)]
        unit = PLANE / max(lengths, default=1.0)
        # A much shorter axis gets some room, too.
        plane = [max(length * unit, STRIP) for length in lengths]
        left = MARGIN + (RULER if self.plane else 0.0)
        body = (plane[0] + RULER if plane else 0.0) + len(self.strips) * (STRIP + RULER)
        label = max(inches(name, 8.5) for name, _ in self.facts) + 0.25
        texts = MARGIN + label + max(inches(text, 8.5) for _, text in self.facts)
        heading = MARGIN + inches(self._title(), 13, bold=True)
        right = left + (plane[1] if plane and not self.strips else PLANE)
        size = max(right, texts, heading) + MARGIN + 0.25
        self.sheet = Sheet(size, HEAD + body + len(self.facts) * LINE + 0.6, self.theme)
        self.sheet.heading(MARGIN, self._title(), f"what one position reads of the input {cut(self.seen.input, 24)}")
        y = HEAD
        if plane:
            self._plane(_scale(self.plane[1], left, plane[1]), _scale(self.plane[0], y + RULER, plane[0]))
            y += RULER + plane[0]
        for axis in self.strips:
            self._strip(_scale(axis, left, PLANE), y + RULER)
            y += RULER + STRIP
        self._list(y + 0.35, label)
        return self.sheet.figure

    def _title(self) -> str:
        return f"{cut(self.seen.network)}  {cut(self.seen.layer)}"

    def _list(self, y: float, label: float) -> None:
        for i, (name, text) in enumerate(self.facts):
            self.sheet.text(MARGIN, y + i * LINE, name, 8.5, self.theme.faint)
            self.sheet.text(MARGIN + label, y + i * LINE, text, 8.5)

    def _plane(self, across: AxisScale, down: AxisScale, ruled: bool = True) -> None:
        self._area(across, down)
        points = [(x, y) for x in self._centres(across) for y in self._centres(down)]
        self._dots(points, (across(across.axis.centre(across.axis.at)), down(down.axis.centre(down.axis.at))))
        self._ruler(across, down.start - 0.1, False)
        if ruled:
            self._ruler(down, across.start - 0.1, True)

    def _strip(self, scale: AxisScale, top: float) -> None:
        """A single axis, as a plane with one row."""
        row = ReadSpan(scale.axis.side._replace(size=1), 0, 0, None, 0, 1, range(1))
        self._plane(scale, AxisScale(row, top, -0.5, STRIP), ruled=False)

    def _area(self, across: AxisScale, down: AxisScale) -> None:
        (x0, x1), (y0, y1) = across.input, down.input
        (a, b), (c, d) = across.field, down.field
        plain = Look(self.theme.scope[0], "none", 0.0)
        self.sheet.box((a, c), (b, d), Look(self.theme.background, self.theme.faint, 0.0), hatch=HATCH, zorder=0.4)
        self.sheet.box((x0, y0), (x1, y1), plain._replace(fill=self.theme.background), zorder=0.5)
        self.sheet.box((x0, y0), (x1, y1), plain, zorder=0.6)
        (e, f), (g, h) = across.inside, down.inside
        if self.image is not None:
            self.sheet.axes.imshow(self.image, extent=(x0, x1, y1, y0), aspect="auto", zorder=0.7)
            self._veil((x0, e, f, x1), (y0, g, h, y1))
        else:
            self.sheet.box((e, g), (f, h), Look(self.look.fill, "none", 0.0), zorder=0.8)
            self._grid(across, down)
        self.sheet.box((x0, y0), (x1, y1), Look("none", self.theme.text, 1.0), zorder=2)
        self.sheet.box((a, c), (b, d), Look("none", self.look.stroke, 1.8), zorder=3)

    def _veil(self, xs: tuple[float, ...], ys: tuple[float, ...]) -> None:
        """Fade the part of a picture that is not read."""
        veil = Look(self.theme.background, "none", 0.0)
        for start, end in (
            ((xs[0], ys[0]), (xs[3], ys[1])),
            ((xs[0], ys[2]), (xs[3], ys[3])),
            ((xs[0], ys[1]), (xs[1], ys[2])),
            ((xs[2], ys[1]), (xs[3], ys[2])),
        ):
            self.sheet.box(start, end, veil, alpha=0.6, zorder=0.9)

    def _grid(self, across: AxisScale, down: AxisScale) -> None:
        """The borders of positions, where they are far enough apart."""
        for scale, other, upright in ((across, down, False), (down, across, True)):
            if scale.inches * 72 >= FEWEST_POINTS:
                for i in range(1, scale.axis.side.size):
                    ends = [(scale(i - 0.5), end) for end in other.input]
                    self.sheet.line(_turned(ends, upright), self.theme.line, 0.3, zorder=1)

    def _centres(self, scale: AxisScale) -> list[float]:
        """The centres of all positions' fields, or of the neighbours' if all would be too many."""
        axis = scale.axis
        apart = abs(axis.centre(1) - axis.centre(0)) * scale.inches * 72
        reach = axis.positions if apart >= FEWEST_POINTS and axis.positions <= 200 else 2
        near = range(max(0, axis.at - reach), min(axis.positions, axis.at + reach + 1))
        return [scale(axis.centre(i)) for i in near]

    def _dots(self, points: list[tuple[float, float]], chosen: tuple[float, float]) -> None:
        size = 2.6 if len(points) < 2500 else 1.6
        ring = {"markeredgecolor": self.theme.background, "markeredgewidth": 0.4}
        self.sheet.dots(points, size, self.look.stroke, zorder=4, **ring)
        self.sheet.dots([chosen], 7, self.look.stroke, zorder=5, **{**ring, "markeredgewidth": 1.2})

    def _ruler(self, scale: AxisScale, off: float, upright: bool) -> None:
        """The lengths along an axis: the parts before, inside and after the input, the field, the input."""
        axis, ends = scale.axis, [scale.field[0], *scale.inside, scale.field[1]]
        if axis.before + axis.after:
            beside = 1 if not axis.after else -1 if not axis.before else 0
            parts = ((axis.before, -1), (len(axis.inside), beside), (axis.after, 1))
            for start, end, (length, way) in zip(ends[:-1], ends[1:], parts, strict=True):
                if length:
                    self._length((start, end), off, number(length), upright, self.theme.faint, way)
            off -= RULE
        self._length(scale.field, off, number(axis.last - axis.first + 1), upright, self.look.stroke, 1)
        name = f"{cut(axis.side.name, 12)} {number(axis.side.size)}"
        self._length(scale.input, off - RULE, name, upright, self.theme.text)

    def _length(self, ends: Sequence[float], off: float, text: str, upright: bool, colour: str, way: int = 0) -> None:
        """A line between two ticks with its length in the middle, or beside it if it is too short."""
        ticks = [[(place, off - 0.04), (place, off + 0.04)] for place in ends]
        for line in ([(place, off) for place in ends], *ticks):
            self.sheet.line(_turned(line, upright), colour, 0.8)
        room = inches(text, 8) + 0.12
        middle = sum(ends) / 2
        if way and ends[1] - ends[0] < room:
            middle = ends[0] - room / 2 if way < 0 else ends[1] + room / 2
        box = {"facecolor": self.theme.background, "edgecolor": "none", "pad": 1.2}
        ((x, y),) = _turned([(middle, off)], upright)
        self.sheet.text(x, y, text, 8, colour, ha="center", va="center", rotation=90 * upright, bbox=box)


def _turned(points: Sequence[Point], upright: bool) -> list[Point]:
    """Points of the sheet from places along a ruler and offsets from it."""
    return [(off, along) if upright else (along, off) for along, off in points]


def _facts(seen: Region) -> list[tuple[str, str]]:
    """The lines below the picture: names and texts."""
    sizes = [number(axis.last - axis.first + 1) for axis in seen.axes]
    found = [("layer", f"{cut(seen.layer)} ({cut(seen.op)})")]
    moving = [axis for axis in seen.axes if axis.field is not None]
    if moving:
        place, counts = (", ".join(str(a.at) for a in moving), " × ".join(number(a.positions) for a in moving))
        found.append(("position", f"({place}) of {counts}, counted from 0"))
    whole = all(axis.last - axis.first + 1 == axis.side.size for axis in seen.axes)
    still = f": {'the whole input, ' if whole else ''}whatever the position"
    found.append(("field", " × ".join(sizes) + ("" if moving else still)))
    if moving:
        strides = " × ".join(
            NONE if a.field is None or a.field.jump is None else dim.text(a.field.jump) for a in seen.axes
        )
        paddings = " × ".join(
            NONE if a.field is None or a.field.padding is None else number(a.field.padding) for a in seen.axes
        )
        found += [("stride", strides), ("padding", paddings)]
    found += [(NAMES.get(axis.side.name, axis.side.name), _where(axis)) for axis in seen.axes]
    if seen.dilated:
        found.append(("dilation", "there are gaps between what is read; this is the hull"))
    return found


def _where(axis: ReadSpan) -> str:
    """The first and last positions along an axis, and the number outside of the input."""
    before, after = SIDES.get(axis.side.name, ("before", "behind"))
    text = f"{number(axis.first)} … {number(axis.last)}".replace("-", "\N{MINUS SIGN}")
    if not axis.inside:
        return f"{text}, all outside of the input"
    outside = [f"{number(n)} {word}" for n, word in ((axis.before, before), (axis.after, after)) if n]
    return f"{text}, outside of the input {' and '.join(outside)}" if outside else text
