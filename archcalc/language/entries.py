"""The entries of `layers` as types: operations, blocks and scopes with their modifiers."""

import re
from collections.abc import Iterator
from dataclasses import replace

from archcalc.errors import Refused, nearest
from archcalc.language import tree
from archcalc.language.expression.parse import parse, template
from archcalc.language.grammar import BODIES, FOR, LET, MODIFIERS
from archcalc.language.limits import Limits
from archcalc.language.report import Fields, Reporter
from archcalc.language.spec import Body, Expression, LayerEntry, LayerReference, Located, Text, expression, text
from archcalc.language.tree import Map, Node, Scalar, Seq, is_null, items_of, text_of

_REFERENCE = re.compile(r"(?P<name>[^\[\]]+)(\[(?P<port>[^\[\]]+)\])?\Z")


class Entries(Reporter):
    """Reads layers; mistakes are collected."""

    def __init__(self, limits: Limits):
        super().__init__()
        self.limits = limits

    def expression(self, node: Node | None) -> Expression | None:
        """A value or an expression."""
        return None if node is None else self.attempt(node, lambda node: expression(node, self.limits))

    def name(self, node: Scalar, label: bool = False) -> Text | None:
        """The name of an operation or block, or of a layer, which is a `label`."""
        return self.attempt(node, lambda node: text(node, self.limits, label))

    def let(self, node: Node | None) -> dict[str, Expression]:
        """The values of `let`."""
        found = {key.text: self.expression(value) for key, value in self.entries(node, LET)}
        return {name: value for name, value in found.items() if value is not None}

    def body(self, node: Node) -> Body:
        """The entries of `layers`: a mapping from names, or a list whose entries are numbered."""
        if isinstance(node, Map):
            entries = [self.entry(value, key) for key, value in node]
        else:
            entries = [self.entry(value, None) for value in items_of(node)]
        if not entries:
            self.refuse(node, "there is no layer here")
        return Body(node, isinstance(node, Map), [e for e in entries if e is not None])

    def entry(self, node: Node, key: Scalar | None, override: bool = False) -> LayerEntry | None:
        """One entry; `key` is its name in a mapping."""
        entry = LayerEntry(node=key or node, name=None if key is None else self.name(key, label=True))
        if isinstance(node, Seq):
            entry.body = self.body(node)
        elif isinstance(node, Map):
            self.work(entry, node, override)
            self.modifiers(entry, node, key)
            self.spliceable(entry, node)
        elif isinstance(node, Scalar) and isinstance(node.value, str):
            entry.operation = self.name(node)
        else:
            self.refuse(node, f"a layer must be an operation, not {tree.words(node)}", "such as ReLU")
            return None
        if key is not None and entry.loop is not None and "{" not in key.text:
            hint = "such as layer{i}" if not entry.loop else f"such as {key.text}{{{entry.loop[0][0][0]}}}"
            self.refuse(key, "`for` in a mapping needs a {placeholder} in the layer's name", hint)
        return _numbered(entry) if key is not None and entry.repeat is not None else entry

    def work(self, entry: LayerEntry, node: Map, override: bool) -> None:
        """Read the operation, block or scope of an entry: the one key that is not a modifier."""
        others = [key for key, _ in node if key.text not in MODIFIERS]
        if not others:
            if not override:
                self.refuse(node, "the entry has no operation", "such as {ReLU: }, or its own layers")
            return
        key = self.meant(others) if len(others) > 1 else others[0]
        value = node.items[key.text]
        if key.text not in BODIES:
            entry.operation = self.name(key)
            entry.settings = None if is_null(value) else value
            return
        entry.spliced = key.text == "splice"
        if self.fits(value, BODIES["layers"], key.text):
            entry.body = self.body(value)

    def meant(self, keys: list[Scalar]) -> Scalar:
        """The operation among several keys that are not modifiers; the others are noted."""
        likely = [k for k in keys if k.text in BODIES or k.text[:1].isupper() or "{" in k.text] or keys
        for key in keys:
            if key is not likely[0]:
                hint = nearest(key.text, (*MODIFIERS, *BODIES))
                message = f"{key.text!r} is not a modifier, and the entry already has the operation {likely[0].text!r}"
                self.refuse(key, message, hint)
        return likely[0]

    def modifiers(self, entry: LayerEntry, node: Map, key: Scalar | None) -> None:
        """Read the modifiers of an entry."""
        given: Fields = {}
        for word, value in node.items.items():
            form = MODIFIERS.get(word)
            if form is not None and not form.absent(value) and self.fits(value, form, f"`{word}`"):
                given[word] = value
        if key is not None and "name" in given:
            self.refuse(node.keys["name"], "`name` is for lists; in a mapping the key is the name")
        entry.when, entry.repeat, entry.frozen = (self.expression(given.get(w)) for w in ("when", "repeat", "frozen"))
        entry.let, entry.doc = self.let(given.get("let")), text_of(given.get("doc"))
        if "from" in given:
            entry.source = self.references(given["from"])
        if "share" in given:
            entry.share = self.attempt(given["share"], self.reference)
        if "for" in given:
            entry.loop = [*self.loop(given["for"])]
        if isinstance(name := given.get("name"), Scalar):
            entry.name = self.name(name, label=True)

    def spliceable(self, entry: LayerEntry, node: Map) -> None:
        """Note a `splice` with a name, or that something refers to by name: its entries have no scope."""
        if entry.spliced and entry.name is not None:
            self.refuse(node.keys["splice"], "`splice` is for entries of a list without a name", "use `layers`")
        elif entry.spliced and entry.share is not None:
            self.refuse(node.keys["share"], "a spliced list cannot share weights", "use `layers`")
        elif entry.spliced and entry.body is not None and entry.body.named:
            self.refuse(node.items["splice"], "`splice` needs a list", "use `layers` for layers with names")

    def loop(self, node: Node) -> Iterator[tuple[list[str], Expression]]:
        """The variables of `for`; a key such as "k, c" unpacks each entry of its list."""
        for key, value in self.entries(node, FOR):
            run = self.expression(value)
            if run is not None:
                yield [name.strip() for name in key.text.split(",")], run

    def references(self, node: Node) -> list[LayerReference]:
        """The layers that `from` or `outputs` names."""
        found = [self.attempt(item, self.reference) for item in items_of(node)]
        return [r for r in found if r is not None]

    def reference(self, node: Node) -> LayerReference:
        """The layer that a string names, perhaps with the number of its output."""
        match = _REFERENCE.match(text_of(node))
        if match is None:
            raise Refused(f"{text_of(node)!r} is not the name of a layer", "such as conv1, layer1.0.relu or lstm[1]")
        port = None if match["port"] is None else Located(node, parse(match["port"], self.limits))
        return LayerReference(node, Located(node, template(match["name"].strip(), self.limits)), port)


def _numbered(entry: LayerEntry) -> LayerEntry:
    """The scope of numbered copies that `repeat` makes in a mapping, as it does in a list."""
    copy = LayerEntry(entry.node, None, entry.operation, entry.settings, entry.body, repeat=entry.repeat)
    return replace(entry, operation=None, settings=None, repeat=None, body=Body(entry.node, False, [copy]))
