"""A view in the DOT language: scopes are nested clusters, layers and closed scopes boxes, tensors arrows.

Node names are made from numbers. Text from a spec appears only in labels, escaped as HTML.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from archcalc import dim
from archcalc.analyse import told
from archcalc.analyse.outline import Row
from archcalc.analyse.summary import Summary
from archcalc.dim import Dim, Shape
from archcalc.errors import Refused, nearest
from archcalc.picture.graph.view import Arrow, Box, View
from archcalc.picture.texts import cut, short, sizes
from archcalc.picture.theme import LIGHT, Look, Theme, mixed
from archcalc.render import words
from archcalc.render.words import megabytes

if TYPE_CHECKING:
    from graphviz import Digraph

DIRECTIONS = ("TB", "LR")
USUAL = ("shape", "parameters")
"""The names of `show` by default."""
FONT = "Helvetica,Arial,Liberation Sans,Nimbus Sans,sans-serif"


def _each(row: Row, number: str, unit: str) -> str:
    """A number of one copy, multiplied by the number of copies."""
    if row.copies != 1:
        number = f"{cut(dim.text(row.copies))} × {f'({number})' if ' ' in number else number}"
    return f"{number} {unit}"


def _work(row: Row, summary: Summary) -> str:
    one = row.one
    if not one.unknown and one.cost == 0:
        return ""
    return _each(row, f"{'≥ ' * one.unknown}{short(one.cost)}", summary.convention.unit)


def _share(row: Row, summary: Summary) -> str:
    part = words.percent(row.sums.cost, summary.work().value)
    return f"{part:.1f}% of {summary.convention.unit}" if part else ""


def _parameters(row: Row, summary: Summary) -> str:
    count = row.one.parameters
    return "" if count == 0 else _each(row, short(count), "parameters")


def _field(row: Row, summary: Summary) -> str:
    text = told.field(row.field)
    return f"field {text}" if text else ""


def _memory(row: Row, summary: Summary) -> str:
    size = row.one.memory
    number, unit = megabytes(size).split() if isinstance(size, int) else (short(size), "bytes")
    return _each(row, number, unit)


FACTS: Mapping[str, Callable[[Row, Summary], str]] = {
    "parameters": _parameters,
    "macs": _work,
    "share": _share,
    "receptive_field": _field,
    "memory": _memory,
}
"""The lines of a box by the names of `show`."""
SHOWN = ("shape", *FACTS)
"""All names of `show`; shapes are drawn on the arrows."""
HEATS: Mapping[str, Callable[[Row], Dim]] = {
    "macs": lambda row: row.sums.cost,
    "parameters": lambda row: row.sums.parameters,
    "activations": lambda row: row.sums.activations,
    "memory": lambda row: row.sums.memory,
}
"""The amounts that boxes may be shaded by."""


class Appearance(NamedTuple):
    """The appearance of a view."""

    show: Sequence[str] = USUAL
    direction: str = "TB"
    theme: Theme = LIGHT
    heat: str | None = None
    looks: Mapping[str, Look] = {}
    """The looks of single boxes by key."""
    notes: Mapping[str, Sequence[str]] = {}
    """The notes in single boxes by key."""
    arrows: Mapping[tuple[str, str], Look] = {}
    """The looks of single arrows by the keys of their ends."""


def dot(view: View, how: Appearance = Appearance(), haste: int = 0) -> str:  # noqa: B008 - a value
    """The DOT text; raises Refused for an unknown name in `show` or `heat`.

    With `haste` 1 arrows have no labels, with 2 they are also straight; each level takes a fraction of the time.
    """
    for name in how.show:
        if name not in SHOWN:
            raise Refused(f"nothing called {name!r} can be shown", nearest(name, SHOWN))
    if how.heat is not None and how.heat not in HEATS:
        raise Refused(f"boxes cannot be shaded by {how.heat!r}", nearest(how.heat, HEATS))
    return _Writer(view, how, haste).text()


class _Writer:
    """Writes one view."""

    def __init__(self, view: View, how: Appearance, haste: int):
        self.view, self.how, self.theme, self.haste = view, how, how.theme, haste
        self.heat = _shares(view, how.heat) if how.heat is not None else None

    def text(self) -> str:
        import graphviz

        graph = graphviz.Digraph("network", graph_attr=self._graph(), node_attr=self._node(), edge_attr=self._edge())
        self.chains = _chains(self.view.arrows)
        self._put(graph, self.view.boxes, 0)
        labelled = _labelled(self.view.arrows) if "shape" in self.how.show and not self.haste else set()
        for arrow in self.view.arrows:
            more = {"label": f" {sizes(arrow.shape)} "} if arrow[:2] in labelled else {}
            if (look := self.how.arrows.get(arrow[:2])) is not None:
                more |= _stroke(look) | ({"style": "dashed"} if look.dashed else {})
            graph.edge(arrow.source, arrow.target, weight="1" if arrow.skips else "8", **more)
        return str(graph.source)

    def _graph(self) -> dict[str, str]:
        hasty = {"nslimit": "0.5", "nslimit1": "0.5", "mclimit": "0.2"} if self.haste else {}
        hasty |= {"splines": "line"} if self.haste > 1 else {}
        room = {"nodesep": "0.25", "ranksep": "0.3", "pad": "0.2"}
        look = {"rankdir": self.how.direction, "bgcolor": self.theme.background} | _font(11, self.theme.text)
        return look | room | hasty

    def _node(self) -> dict[str, str]:
        look = {"shape": "box", "style": "rounded,filled", "margin": "0.1,0.05", "height": "0.3"}
        return look | _font(11, self.theme.text)

    def _edge(self) -> dict[str, str]:
        return {"color": self.theme.line, "arrowsize": "0.6"} | _font(9, self.theme.faint)

    def _put(self, graph: "Digraph", boxes: Iterable[Box], level: int) -> None:
        for box in boxes:
            if box.is_open:
                with graph.subgraph(name=f"cluster_{box.key}", graph_attr=self._cluster(box, level)) as inner:
                    self._put(inner, box.inside, level + 1)
            else:
                chain = {"group": self.chains[box.key]} if box.key in self.chains else {}
                graph.node(box.key, label=self._label(box), **self._look(box), **chain)

    def _cluster(self, box: Box, level: int) -> dict[str, str]:
        look = self.how.looks.get(box.key)
        line = {"color": self.theme.line, "penwidth": "0.8"} if look is None else _stroke(look)
        fill = {"style": "rounded,filled", "fillcolor": self.theme.scope[level % 2]}
        return {"label": self._label(box), "labeljust": "l", "margin": "10"} | fill | line

    def _look(self, box: Box) -> dict[str, str]:
        look = self.how.looks.get(box.key) or self.theme.colours[box.colour]
        fill = look.fill
        if self.heat is not None and box.row is not None:
            fill = mixed(*self.theme.heat, self.heat[box.key])
        styles = ["rounded", "filled", *(["dashed"] if look.dashed else [])]
        scope = {"peripheries": "2"} if box.row is not None and box.row.layer is None else {}
        return _stroke(look) | {"fillcolor": fill, "style": ",".join(styles)} | scope

    def _label(self, box: Box) -> str:
        """The lines of a box as HTML: its operation in bold, its name, its facts."""
        small, faint = 'POINT-SIZE="9"', f'COLOR="{self.theme.faint}"'
        lines = [self._heading(box)]
        if box.row is None:
            assert box.shape is not None
            lines.append(f"<FONT {small} {faint}>{escape(sizes(box.shape))}</FONT>")
        elif not box.is_open:
            facts = [FACTS[name](box.row, self.view.summary) for name in self.how.show if name in FACTS]
            lines += [f"<FONT {small}>{escape(text)}</FONT>" for text in facts if text]
        lines += [f"<FONT {small}>{escape(cut(text))}</FONT>" for text in self.how.notes.get(box.key, ())]
        return f"<{'<BR/>'.join(lines)}>"

    def _heading(self, box: Box) -> str:
        faint = f'COLOR="{self.theme.faint}"'
        if box.row is None:
            return f"<B>{escape(cut(box.name))}</B>"
        what, name = cut(box.row.op), cut(box.row.name)
        settings = f" {escape(cut(told.kernel(box.row.layer.op)))}" if box.row.layer is not None else ""
        count = f" <B>× {escape(cut(dim.text(box.row.copies)))}</B>" if box.row.copies != 1 else ""
        if not what:
            return f"<B>{escape(name)}</B>{count}"
        also = "" if name.lower() == what.lower() else f' <FONT POINT-SIZE="9" {faint}>{escape(name)}</FONT>'
        return f"<B>{escape(what)}</B>{settings}{count}{also}"


def _labelled(arrows: Iterable[Arrow]) -> set[tuple[str, str]]:
    """The ends of the arrows that are labelled: one per tensor, preferably one that does not skip."""
    found: dict[tuple[str, Shape], tuple[str, str]] = {}
    for arrow in sorted(arrows, key=lambda arrow: arrow.skips):
        found.setdefault((arrow.source, arrow.shape), (arrow.source, arrow.target))
    return set(found.values())


def _chains(arrows: Iterable[Arrow]) -> dict[str, str]:
    """The unbranched chain of each box, skips aside; Graphviz keeps chains straight."""
    straight = [(arrow.source, arrow.target) for arrow in arrows if not arrow.skips]
    after, before = Counter(source for source, _ in straight), Counter(target for _, target in straight)
    found: dict[str, str] = {}
    for source, target in straight:
        if after[source] == before[target] == 1:
            found[target] = found.setdefault(source, f"g{len(found)}")
    return found


def _font(size: int, colour: str) -> dict[str, str]:
    return {"fontname": FONT, "fontsize": str(size), "fontcolor": colour}


def _stroke(look: Look) -> dict[str, str]:
    return {"color": look.stroke, "penwidth": str(look.width)}


def _shares(view: View, heat: str) -> dict[str, float]:
    """The amount of each box relative to the largest; 0 for a formula."""
    found = {}
    for box in view.all_boxes():
        if box.row is not None and not box.is_open:
            amount = HEATS[heat](box.row)
            found[box.key] = float(amount) if isinstance(amount, int) else 0.0
    most = max(found.values(), default=0.0) or 1.0
    return {key: amount / most for key, amount in found.items()}
