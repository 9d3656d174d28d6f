"""A page to explore one network: a single file that opens in any browser and works offline.

The page holds the boxes and arrows of the whole network, and one function on BigInts, compiled from the closed forms,
that computes every number of every box for any config. Without scripts it is a static picture and a table. Nothing from
a spec becomes markup or code: names are JSON, escaped so that no tag can end, and appear as text only.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from json import dumps
from pathlib import Path
from string import Template
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.algebra.iverson import bracket
from archcalc.algebra.javascript import JavaScript
from archcalc.analyse import told
from archcalc.analyse.extent import is_sized
from archcalc.analyse.outline import Row, Sums, rows
from archcalc.analyse.summary import Summary
from archcalc.analyse.verbs import part
from archcalc.call import Call
from archcalc.derive.verbs import explain_call
from archcalc.dim import Shape
from archcalc.errors import ArchcalcError
from archcalc.language.free import DEFAULTS
from archcalc.language.loaded import Loaded
from archcalc.language.spec import ConfigEntry
from archcalc.language.value import Value
from archcalc.network import collector_paused
from archcalc.op import WHOLE
from archcalc.picture.graph.diagram import drawn
from archcalc.picture.graph.dot import FONT
from archcalc.picture.graph.view import Box, view
from archcalc.picture.texts import cut
from archcalc.picture.theme import DARK, LIGHT, MEANING, Theme
from archcalc.render import words
from archcalc.render.result import Plain

WEB = Path(__file__).parent / "web"
"""The files that all pages share."""
SEEN = 60
"""The most boxes that are open at first."""
LONGEST = 400
"""The most characters of a name or text."""
SIZES = ("H", "W")
"""Entries that get a slider even if conditions on them must be decided: as they hold for the initial values."""
_MARK = "place{}mark"
_MARKED = re.compile(r"place(\d+)mark")


class PageEntry(NamedTuple):
    """A config entry on the page: share * symbol + offset."""

    name: str
    setting: ConfigEntry
    value: Value
    symbol: str | None
    """None for an entry without a slider."""
    share: int = 1
    offset: int = 0


def movable(model: Loaded) -> tuple[Loaded, list[PageEntry]]:
    """The network with every entry free that does not change its layers, and its config entries for the page."""
    config, settings = model.config, model.spec.config
    whole = [name for name, value in config.items() if type(value) is int]
    free = _freed(model, whole) or _freed(model, [name for name in whole if _freed(model, [name])]) or model
    names = {name for name, value in free.config.items() if dim.is_symbolic(value)}
    sizes = [name for name in SIZES if name in whole]
    if sizes and not names.issuperset(sizes):
        free = _freed(model, [*sorted(names), *sizes], (DEFAULTS,)) or free
    return free, [_slider(free, name, settings[name], value) for name, value in config.items()]


def _freed(model: Loaded, names: list[str], assume: tuple[str, ...] = ()) -> Loaded | None:
    """The network with free entries; None if its layers would differ."""
    try:
        free = model.freed(names, assume)
        return free if _paths(free) == _paths(model) else None
    except ArchcalcError:
        return None


def _paths(model: Loaded) -> list[str]:
    return [layer.path for layer in part(model).layers]


def _slider(free: Loaded, name: str, setting: ConfigEntry, value: Value) -> PageEntry:
    """An entry: share * symbol + offset."""
    formula = free.config[name]
    if not dim.is_symbolic(formula):
        return PageEntry(name, setting, value, None)
    (symbol,) = formula.free_symbols
    share = formula.coeff(symbol)
    return PageEntry(name, setting, value, symbol.name, int(share), int(formula - share * symbol))


def page(summary: Summary, free: Summary, entries: Sequence[PageEntry]) -> str:
    """The page of a network: `summary` has numbers, `free` the same layers with symbols for entries with sliders."""
    with collector_paused():
        return _Page(summary, free, entries).html()


class _Page:
    """Collects the content of a page."""

    def __init__(self, summary: Summary, free: Summary, entries: Sequence[PageEntry]):
        self.summary, self.free, self.entries = summary, free, entries
        self.calls = {layer.path: layer.countable.call for layer in summary.layers}
        self.derived: dict[Call, str] = {}
        self.symbols = [entry.symbol for entry in entries if entry.symbol is not None]
        self.code = JavaScript(self.symbols)
        self._add = self.code.add
        self.view = view(free, most=10**9)
        self.first = view(summary, most=SEEN)
        """The view that is open at first: as many levels as fit."""
        self.texts: dict[str, int] = {}

    def html(self) -> str:
        data = dumps(self._data(), ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
        web = {name: (WEB / name).read_text("utf-8") for name in ("viz-global.js", "page.js", "page.css", "page.html")}
        evaluate = f"const evaluate = (() => {{\n{self.code.helpers()}return {self.code.function()};\n}})();"
        script = "\n".join(['"use strict";', web["viz-global.js"], evaluate, web["page.js"]])
        picture = drawn(self.first, "svg").data.decode()
        # One pass, so a name cannot act as a placeholder.
        return Template(web["page.html"]).substitute(
            policy=escape(f"script-src {_hash(script)} 'wasm-unsafe-eval'; style-src {_hash(web['page.css'])}"),
            name=escape(_text(self.summary.name)),
            title=escape(_text(self.summary.title)),
            style=web["page.css"],
            picture=picture[picture.index("<svg") :],
            table=self._table(),
            data=data,
            script=script,
        )

    def _data(self) -> dict[str, Plain]:
        every = [box for box in self.view.all_boxes() if box.row is not None]
        parents = {inner.key: box.key for box in every for inner in box.inside}
        boxes = [self._box(box, parents.get(box.key, "")) for box in every]
        totals, work = self.free.totals, self.free.work()
        return {
            "name": _text(self.summary.name),
            "unit": self.summary.convention.unit,
            "entries": [self._entry(entry) for entry in self.entries],
            "boxes": boxes,
            "ends": [
                {"key": box.key, "name": _text(box.name), "shape": self._shape(box.shape or ())}
                for box in self.view.boxes
                if box.row is None
            ],
            "arrows": [[a.source, a.target, self._shape(a.shape), int(a.skips)] for a in self.view.arrows],
            "totals": {
                "parameters": self._add(totals.parameters),
                "buffers": self._add(totals.buffers),
                "work": self._add(work.value),
                "activations": self._add(totals.activations),
                "memory": self._add(totals.memory),
            },
            "unknown": bool(work.unknown),
            "domains": list(self._domains()),
            "claims": [[self.code.add(bracket(claim)), _text(str(claim))] for claim in self.free.given.others],
            "open": self._open(),
            "texts": list(self.texts),
            "font": FONT,
            "themes": {"light": _theme(LIGHT), "dark": _theme(DARK)},
            "meaning": MEANING,
        }

    def _shape(self, shape: Shape) -> list[int]:
        return [self._add(n) for n in shape]

    def _entry(self, entry: PageEntry) -> dict[str, Plain]:
        setting, value = entry.setting, entry.value
        found = {"name": _text(entry.name), "doc": _text(setting.doc), "value": words.plain(value)}
        if entry.symbol is None:
            return found | {"value": _text(dim.say(value))}
        assert isinstance(value, int)
        step = int(setting.multiple_of or entry.share)
        least = max(int(setting.min if setting.min is not None else min(1, value)), 0)
        most = int(setting.max) if setting.max is not None else max(4 * value, 16)
        return found | {
            "symbol": self.symbols.index(entry.symbol),
            "share": entry.share,
            "offset": entry.offset,
            "step": step,
            "min": -(-least // step) * step,
            "max": most,
        }

    def _box(self, box: Box, parent: str) -> dict[str, Plain]:
        row = box.row
        assert row is not None
        layer = row.layer
        found: dict[str, Plain] = {
            "key": box.key,
            "parent": parent,
            "path": _text(row.path),
            "name": _text(row.name),
            "op": _text(row.op),
            "role": box.colour,
            "leaf": layer is not None,
            "copies": self._add(row.copies) if row.copies != 1 else None,
            "inputs": [self._shape(shape) for shape in row.inputs],
            "outputs": [self._shape(shape) for shape in row.outputs],
            "one": self._sums(row.one),
            "all": self._sums(row.sums),
            "unknown": row.sums.unknown,
            "field": self._field(row),
        }
        if layer is not None:
            found |= {
                "settings": self._told(told.window(self._marked(layer.op.settings()))),
                "given": self._told(words.pairs(self._marked(told.settings(layer.op)))),
                "weights": [[_text(name), self._shape(shape)] for name, shape in layer.weights.items()],
                "doc": _text(layer.doc),
                "place": _text(f"{Path(place.file).name}:{place.line}") if (place := layer.place) is not None else "",
                "derivation": self._derivation(layer.path),
            }
        return found

    def _marked(self, settings: Mapping[str, object]) -> dict[str, object]:
        """Settings with a marker symbol in place of each formula, so that its number can be found in a string."""

        def marked(value: Any) -> object:
            if isinstance(value, tuple):
                return tuple(map(marked, value))
            if isinstance(value, Mapping):
                return self._marked(value)
            return dim.symbol(_MARK.format(self._add(value))) if dim.is_symbolic(value) else value

        return {name: marked(value) for name, value in settings.items()}

    @staticmethod
    def _told(text: str) -> list[str | int]:
        """A string in parts, and between them the indices of numbers."""
        parts = _MARKED.split(_text(text))
        return [int(part) if i % 2 else part for i, part in enumerate(parts)]

    def _derivation(self, path: str) -> int:
        """The index of the text that derives the facts of a layer; equal layers share one."""
        call = self.calls[path]
        if call not in self.derived:
            self.derived[call] = str(explain_call(call)).partition("\n")[2]
        return self.texts.setdefault(self.derived[call], len(self.texts))

    def _sums(self, sums: Sums) -> list[int]:
        """Parameters, buffers, cost, activations and bytes."""
        return self._shape((sums.parameters, sums.buffers, sums.cost, sums.activations, sums.memory))

    def _field(self, row: Row) -> list[Plain]:
        return ["whole" if axis is WHOLE else self._add(axis.size) if is_sized(axis) else "?" for axis in row.field]

    def _domains(self) -> Iterator[list[Plain]]:
        """The domains of single symbols: bounds, modulus, remainders, and words."""
        for name, domain in self.free.given.domains.items():
            if name in self.symbols:
                least, most, modulus, remainders = domain.shortest()
                bounds = [None if n is None else int(n) for n in (least, most)]
                said = " and ".join(domain.texts(name))
                yield [self.symbols.index(name), *bounds, modulus, sorted(remainders), _text(said)]

    def _open(self) -> list[str]:
        """The keys of scopes that are open at first."""
        opened = {box.row.first for box in self.first.all_boxes() if box.row is not None and box.is_open}
        return [box.key for box in self.view.all_boxes() if box.row is not None and box.row.first in opened]

    def _table(self) -> str:
        """Every row with its numbers, as shown without scripts."""
        numbers = {row.path: row for row in rows(self.summary, depth=None)}
        lines = []
        for box in self.view.all_boxes():
            if box.row is not None:
                row = numbers.get(box.row.path, box.row)
                texts = [f"{'  ' * row.level}{row.label}", row.op, *map(str, _cells(row))]
                cells = "".join(f"<td>{escape(_text(text))}</td>" for text in texts)
                lines.append(f'<tr data-key="{box.key}">{cells}</tr>')
        return "\n".join(lines)


def _cells(row: Row) -> Iterable[str]:
    yield " ".join("×".join(dim.text(n) for n in shape) for shape in row.outputs)
    yield words.number(row.sums.parameters)
    yield ">= " * row.sums.unknown + words.number(row.sums.cost)
    yield words.number(row.sums.activations)
    yield words.number(row.sums.memory)
    yield told.fields(row.fields)


def _theme(theme: Theme) -> dict[str, Plain]:
    names = ("background", "text", "faint", "line", "scope")
    return {name: getattr(theme, name) for name in names} | {"roles": theme.colours}


def _hash(text: str) -> str:
    """The source expression of a content security policy that allows a script or style."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _text(text: str) -> str:
    """A string from a spec as the page shows it: printable and of limited length."""
    return cut(text, LONGEST)
