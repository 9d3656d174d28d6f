"""The growth of the receptive field: a row for each layer that changes it, with its field to scale over the input."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from archcalc import dim
from archcalc.analyse.summary import Summary
from archcalc.picture.field import pyramid
from archcalc.picture.field.growth import FieldGrowth, GrowthStep, SpatialAxis, growth_of
from archcalc.picture.figure import Sheet, inches, pictured
from archcalc.picture.graph.diagram import Picture
from archcalc.picture.texts import cut
from archcalc.picture.theme import MEANING, Look, Theme
from archcalc.render.words import number

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

MARGIN, GAP = 0.35, 0.3
BAR = 4.4
"""The width of the column of fields in inches."""
TOP = 1.32
"""The top of the first row."""
NONE = "\N{EN DASH}"
COLUMNS = ("field", "stride", "padding")
NOTE = (
    "A bar is what the position in the middle of a layer's output reads, to scale over the input.",
    "Layers that leave the field as it is are left out; where paths meet, the one of the largest field is followed.",
)


Across = Callable[[float], float]


class AxisPanel(NamedTuple):
    """Axes of the input along which all fields are equal."""

    title: str
    axis: int
    """The first of these axes."""
    side: SpatialAxis
    least: float
    """The lower end of the shown range of the axis; position i covers i - 1/2 to i + 1/2."""
    most: float

    def across(self, x: float) -> Across:
        """The map from the axis to a sheet whose column starts at x."""
        return lambda place: x + (place - self.least) * BAR / (self.most - self.least)


def growth(summary: Summary, form: str = "svg", *, theme: str = "light") -> Picture:
    """The growth of the receptive field towards the first output; raises Refused if there is no field to draw."""
    seen = growth_of(summary)
    return pictured(form, theme, lambda look: (_Drawing(seen, summary, look).drawn(), _said(seen, summary)))


def _said(seen: FieldGrowth, summary: Summary) -> list[str]:
    """The notes on the fields."""
    found = []
    for panel in _panels(seen):
        spans = [(step, step.last[panel.axis]) for step in seen.steps]
        larger = next((step for step, span in spans if span is not None and span.size > panel.side.size), None)
        if larger is not None:
            where = f"from {cut(larger.paths[-1])} on" if len(larger.paths) == 1 else f"by {cut(larger.paths[-1])}"
            found.append(f"{where} the field is larger than the input's {panel.title} ({number(panel.side.size)})")
    whole = next((s.paths[0] for s in seen.steps if "whole" in s.words), None)
    gate = next((layer.path for layer in summary.layers if layer.op.gate and layer.sees_everything), None)
    if whole is not None and gate is not None:
        found.append(f"gates such as {cut(gate)} read the whole input; --gates ignore leaves them out")
    return found


def _panels(seen: FieldGrowth) -> list[AxisPanel]:
    """The axes, grouped if their fields are equal."""
    groups: dict[object, list[int]] = {}
    for axis, side in enumerate(seen.sides):
        alike = (side.size, *[(step.first[axis], step.last[axis], step.words[axis]) for step in seen.steps])
        groups.setdefault(alike, []).append(axis)
    return [_panel(seen, axes) for axes in groups.values()]


def _panel(seen: FieldGrowth, axes: list[int]) -> AxisPanel:
    side = seen.sides[axes[0]]
    edges = [e for step in seen.steps if (span := step.last[axes[0]]) is not None for e in span.edges]
    least, most = min([-0.5, *edges]), max([side.size - 0.5, *edges])
    names = [seen.sides[a].name for a in axes]
    margin = 0.02 * (most - least)
    return AxisPanel(" and ".join(names), axes[0], side, least - margin, most + margin)


def _rows(count: int) -> tuple[float, float, int]:
    """The height of rows, the size of their text, and the interval of rows that have text."""
    if count <= 30:
        return 0.28, 8.5, 1
    every = -(-count // 90)
    return 0.175 / every, 7, every


def _scopes(steps: tuple[GrowthStep, ...]) -> list[str]:
    """The scope that groups each step: the outermost that does not hold all steps."""
    parts = [step.paths[0].split(".")[:-1] for step in steps]
    inside = [p for p in parts if p]
    level = 1
    while inside and all(len(p) > level and p[:level] == inside[0][:level] for p in inside):
        level += 1
    return [".".join(p[:level]) for p in parts]


def _name(step: GrowthStep, scope: str) -> str:
    """The name within a scope; of several layers, the first and the last: 1-35.conv2."""
    first, last = (path[len(scope) :].lstrip(".").split(".") for path in (step.paths[0], step.paths[-1]))
    unlike = [i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b]
    if not unlike:
        return ".".join(first)
    if len(unlike) > 1 or len(first) != len(last):
        return f"{'.'.join(first)} … {'.'.join(last)}"
    (i,) = unlike
    first[i] += f"-{last[i].removeprefix(first[i].rstrip('0123456789'))}"
    return ".".join(first)


class _Drawing:
    """Draws a growth."""

    def __init__(self, seen: FieldGrowth, summary: Summary, theme: Theme):
        self.seen, self.theme = seen, theme
        self.panels, self.scopes = _panels(seen), _scopes(seen.steps)
        self.row, self.size, self.every = _rows(len(seen.steps))
        self.names = [cut(_name(*pair), 36) for pair in zip(seen.steps, self.scopes, strict=True)]
        size = self.size
        self.scope = max([inches(cut(s, 24), size, bold=True) + 0.2 for s in self.scopes if s], default=0.0)
        self.label = max(inches(self._what(s), size, bold=True) for s in seen.steps) + 0.12
        self.title = max(self.label + max(inches(name, size) for name in self.names), 1.0) + GAP
        self.numbers = [self._widths(panel) for panel in self.panels]
        first = self.panels[0]
        self.levels = pyramid.levels(summary, seen.steps, seen.input, first.axis, first.side.size)

    def _what(self, step: GrowthStep) -> str:
        count = f" × {len(step.paths)}" if len(step.paths) > 1 else ""
        return cut(f"{step.op} {step.settings}".rstrip(), 32) + count

    def _widths(self, panel: AxisPanel) -> list[float]:
        texts = [self._texts(step, panel) for step in self.seen.steps]
        return [
            max(inches(t, self.size) for t in (name, *column)) + 0.2
            for name, column in zip(COLUMNS, zip(*texts, strict=True), strict=True)
        ]

    def _texts(self, step: GrowthStep, panel: AxisPanel) -> tuple[str, str, str]:
        """The size, the stride and the padding of a step."""
        first, last = step.first[panel.axis], step.last[panel.axis]
        size = step.words[panel.axis]
        if last is None or first is None:
            return size, NONE, NONE
        grown = f"{number(first.size)} … {size}" if first.size != last.size else size
        if last.stride is None:
            return grown, NONE, NONE
        return grown, dim.text(last.stride), NONE if last.padding is None else number(last.padding)

    def drawn(self) -> "Figure":
        """The figure."""
        self.left = MARGIN + self.scope + self.title
        right = self.left + sum(BAR + GAP + sum(numbers) for numbers in self.numbers) + GAP * (len(self.panels) - 1)
        self.bottom = TOP + len(self.seen.steps) * self.row
        inset = (len(self.levels) - 1) * pyramid.ROW + 0.75 if self.levels else 0.0
        height = self.bottom + inset + 1.25
        self.right = max(right, MARGIN + inches(NOTE[1], 8))
        self.sheet = Sheet(self.right + MARGIN, height, self.theme)
        self._heading()
        self._labels()
        x = self.left
        for panel, numbers in zip(self.panels, self.numbers, strict=True):
            self._panel(panel, x, numbers)
            x += BAR + GAP + sum(numbers) + GAP
        if self.levels:
            self._inset()
        self._legend(height - 0.85)
        return self.sheet.figure

    def _heading(self) -> None:
        sides = " × ".join(number(side.size) for side in self.seen.sides)
        subtitle = f"receptive field over the input {cut(self.seen.input, 24)} of {sides}"
        self.sheet.heading(MARGIN, cut(self.seen.network), subtitle)

    def _y(self, row: float) -> float:
        return TOP + row * self.row

    def _labels(self) -> None:
        size, before = self.size, None
        for i, (step, scope, name) in enumerate(zip(self.seen.steps, self.scopes, self.names, strict=True)):
            y = self._y(i + 0.5)
            if scope != before and i:
                self.sheet.line([(MARGIN, self._y(i)), (self.right, self._y(i))], self.theme.line, 0.35)
            if i % self.every == 0:
                if scope != before or self.every > 1:
                    self.sheet.text(MARGIN, y, cut(scope, 24), size, self.theme.faint, weight="bold")
                self.sheet.text(MARGIN + self.scope, y, self._what(step), size, weight="bold")
                self.sheet.text(MARGIN + self.scope + self.label, y, name, size, self.theme.faint)
            before = scope

    def _panel(self, panel: AxisPanel, x: float, numbers: list[float]) -> None:
        at = panel.across(x)
        start, end = at(-0.5), at(panel.side.size - 0.5)
        self.sheet.text((start + end) / 2, TOP - 0.3, f"{panel.title} {number(panel.side.size)}", 8.5, ha="center")
        plain = Look(self.theme.scope[0], "none", 0.0)
        band = self.sheet.box((start, TOP - 0.12), (end, self.bottom + 0.06), plain, zorder=0.5)
        for i, step in enumerate(self.seen.steps):
            self._bar(step, panel, i, at, band)
        for edge in (start, end):
            self.sheet.line([(edge, TOP - 0.16), (edge, self.bottom + 0.1)], self.theme.text, 0.9, zorder=4)
        self._numbers(panel, x + BAR + GAP, numbers)

    def _bar(self, step: GrowthStep, panel: AxisPanel, i: int, at: Across, band: "Rectangle") -> None:
        """The field of a step: a bar, or a part of a funnel for several layers."""
        pad = 0.14 * self.row
        top, bottom = self._y(i) + pad, self._y(i + 1) - pad
        first, last, look = step.first[panel.axis], step.last[panel.axis], self.theme.colours[step.colour]
        if first is None or last is None:
            self._unsized(step, panel, (top, bottom), at, look)
            return
        (a, b), (c, d) = first.edges, last.edges
        corners = [(at(a), top), (at(b), top), (at(d), bottom), (at(c), bottom)]
        thin = look._replace(width=min(look.width, 3 * 72 * self.row / 20))
        outside = thin._replace(fill=self.theme.background)
        self.sheet.shape(corners, outside, hatch="//////", zorder=2)
        self.sheet.shape(corners, thin, zorder=2.5).set_clip_path(band)

    def _unsized(self, step: GrowthStep, panel: AxisPanel, rows: tuple[float, float], at: Across, look: Look) -> None:
        """A field that is the whole input or unknown."""
        top, bottom = rows
        start, end = at(-0.5), at(panel.side.size - 0.5)
        if step.words[panel.axis] == "whole":
            self.sheet.box((start, top), (end, bottom), look, zorder=2.5)
        elif self.every == 1:
            middle = (start + end) / 2, (top + bottom) / 2
            self.sheet.text(*middle, "unknown", self.size, self.theme.faint, ha="center")

    def _numbers(self, panel: AxisPanel, x: float, numbers: list[float]) -> None:
        edges = [x + sum(numbers[: i + 1]) for i in range(len(numbers))]
        for edge, name in zip(edges, COLUMNS, strict=True):
            self.sheet.text(edge, TOP - 0.3, name, 8.5, self.theme.faint, ha="right")
        for i in range(0, len(self.seen.steps), self.every):
            for edge, text in zip(edges, self._texts(self.seen.steps[i], panel), strict=True):
                self.sheet.text(edge, self._y(i + 0.5), text, self.size, ha="right")

    def _inset(self) -> None:
        top = self.bottom + 0.5
        text = f"what one position reads, along the {self.seen.sides[0].name}"
        self.sheet.text(self.left, top - 0.22, text, 8.5, self.theme.faint)
        pyramid.draw(self.sheet, self.levels, self.panels[0].across(self.left), top + 0.1, MARGIN + self.scope)

    def _legend(self, y: float) -> None:
        x = MARGIN
        for colour in dict.fromkeys(step.colour for step in self.seen.steps):
            x = self._key(x, y, self.theme.colours[colour], MEANING[colour])
        fields = [(panel, step.last[panel.axis]) for step in self.seen.steps for panel in self.panels]
        ends = [(panel.side.size - 0.5, *span.edges) for panel, span in fields if span is not None]
        if any(first < -0.5 or last > end for end, first, last in ends):
            look = Look(self.theme.background, self.theme.line)
            self._key(x, y, look, "outside the input", hatch="//////")
        for i, text in enumerate(NOTE):
            self.sheet.text(MARGIN, y + 0.3 + 0.19 * i, text, 8, self.theme.faint)

    def _key(self, x: float, y: float, look: Look, text: str, hatch: str = "") -> float:
        self.sheet.box((x, y - 0.065), (x + 0.2, y + 0.065), look, hatch=hatch)
        self.sheet.text(x + 0.28, y, text, 8)
        return x + 0.28 + inches(text, 8) + 0.25
