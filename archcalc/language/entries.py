"""The entries of `layers` as types: operations, blocks and scopes with their modifiers."""

import re
from collections.abc import Iterator
from dataclasses import replace

from archcalc.errors import Refused, nearest
from archcalc.language import tree
from archcalc.language.expression.parse import parse
from archcalc.language.expression.template import template
from archcalc.language.grammar import BODIES, FOR, LET, MODIFIERS
from archcalc.language.limits import Limits
from archcalc.language.report import Fields, Reporter, is_null, text_of
from archcalc.language.spec import Body, Expression, LayerEntry, LayerReference, Located, Text, expression, label, text
from archcalc.language.tree import Map, Node, Scalar, Seq

_REFERENCE = re.compile(r"(?P<name>[^\[\]]+)(\[(?P<port>[^\[\]]+)\])?\Z")


class Entries(Reporter):
    """Reads layers; mistakes are collected."""

    def __init__(self, limits: Limits):
        super().__init__()
        self.limits = limits

    def expression(self, node: Node | None) -> Expression | None:
        """A value or an expression."""
        return None if node is None else self.attempt(node, lambda node: expression(node, self.limits))

    def operation(self, node: Scalar) -> Text | None:
        """The name of an operation or block."""
        return self.attempt(node, lambda node: text(node, self.limits))

    def label(self, node: Scalar) -> Text | None:
        """A layer's name."""
        return self.attempt(node, lambda node: label(node, self.limits))

    def let(self, node: Node | None) -> dict[str, Expression]:
        """The values of `let`."""
        found = {key.text: self.expression(value) for key, value in self.entries(node, LET)}
        return {name: value for name, value in found.items() if value is not None}

    def body(self, node: Node) -> Body:
        """The entries of `layers`: a mapping from names, or a list whose entries are numbered."""
        entries: list[LayerEntry | None] = []
        if isinstance(node, Map):
            entries = [self.entry(value, key) for key, value in node]
        elif isinstance(node, Seq):
            entries = [self.entry(value, None) for value in node.items]
        if not entries:
            self.refuse(node, "there is no layer here")
        return Body(node, isinstance(node, Map), [e for e in entries if e is not None])

    def entry(self, node: Node, key: Scalar | None, override: bool = False) -> LayerEntry | None:
        """One entry; `key` is its name in a mapping."""
        entry = LayerEntry(node=key or node)
        if key is not None:
            entry.name = self.label(key)
        if isinstance(node, Seq):
            entry.body = self.body(node)
        elif isinstance(node, Map):
            self.work(entry, node, override)
            self.modifiers(entry, node, key)
            self.spliceable(entry, node)
        elif not self.alone(entry, node):
            return None
        if key is not None and entry.loop is not None and "{" not in key.text:
            hint = "such as layer{i}" if not entry.loop else f"such as {key.text}{{{entry.loop[0][0][0]}}}"
            self.refuse(key, "`for` in a mapping needs a {placeholder} in the layer's name", hint)
        return _numbered(entry) if key is not None and entry.repeat is not None else entry

    def alone(self, entry: LayerEntry, node: Node) -> bool:
        """Read an entry that is the name of an operation alone."""
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            self.refuse(node, f"a layer must be an operation, not {tree.words(node)}", "such as ReLU")
            return False
        entry.operation = self.operation(node)
        return True

    def work(self, entry: LayerEntry, node: Map, override: bool) -> None:
        """What an entry does: the one key that is no modifier."""
        others = [key for key, _ in node if key.text not in MODIFIERS]
        if not others:
            if not override:
                self.refuse(node, "the entry has no operation", "such as {ReLU: }, or layers of its own")
            return
        if len(others) > 1:
            others = self.misspelt(others)
        key = others[0]
        value = node.items[key.text]
        if key.text not in BODIES:
            entry.operation = self.operation(key)
            entry.settings = None if is_null(value) else value
            return
        entry.spliced = key.text == "splice"
        if self.fits(value, BODIES["layers"], key.text):
            entry.body = self.body(value)

    def spliceable(self, entry: LayerEntry, node: Map) -> None:
        """What is spliced into a list has no name, so that nothing can be said about it by name."""
        if entry.spliced and entry.name is not None:
            self.refuse(node.keys["splice"], "`splice` is for entries of a list without a name", "use `layers`")
        elif entry.spliced and entry.share is not None:
            self.refuse(node.keys["share"], "what is spliced into a list cannot share weights", "use `layers`")
        elif entry.spliced and entry.body is not None and entry.body.named:
            self.refuse(node.items["splice"], "`splice` needs a list", "use `layers` for layers with names")

    def misspelt(self, keys: list[Scalar]) -> list[Scalar]:
        """Of several keys that are no modifiers, the one that is meant as the operation, first."""
        likely = [k for k in keys if k.text in BODIES or k.text[:1].isupper() or "{" in k.text] or keys[:1]
        for key in keys:
            if key is not likely[0]:
                hint = nearest(key.text, (*MODIFIERS, *BODIES))
                message = f"{key.text!r} is no modifier, and the entry already has the operation {likely[0].text!r}"
                self.refuse(key, message, hint)
        return likely

    def modifiers(self, entry: LayerEntry, node: Map, key: Scalar | None) -> None:
        """What an entry says beside its operation."""
        given: Fields = {}
        for word, value in node.items.items():
            form = MODIFIERS.get(word)
            if form is not None and not form.absent(value) and self.fits(value, form, f"`{word}`"):
                given[word] = value
        if key is not None and "name" in given:
            self.refuse(node.keys["name"], "`name` is for lists; in a mapping the key is the name")
        self.modify(entry, given)

    def modify(self, entry: LayerEntry, given: Fields) -> None:
        entry.when, entry.repeat, entry.frozen = map(self.expression, map(given.get, ("when", "repeat", "frozen")))
        entry.let, entry.doc = self.let(given.get("let")), text_of(given.get("doc"))
        if "from" in given:
            entry.source = self.references(given["from"])
        if "share" in given:
            entry.share = self.attempt(given["share"], self.reference)
        if "for" in given:
            entry.loop = [*self.loop(given["for"])]
        if isinstance(name := given.get("name"), Scalar):
            entry.name = self.label(name)

    def loop(self, node: Node) -> Iterator[tuple[list[str], Expression]]:
        """The variables of `for`; a key such as "k, c" unpacks each entry of its list."""
        for key, value in self.entries(node, FOR):
            run = self.expression(value)
            if run is not None:
                yield [name.strip() for name in key.text.split(",")], run

    def references(self, node: Node) -> list[LayerReference]:
        """The layers that `from` or `outputs` names."""
        items = node.items if isinstance(node, Seq) else [node]
        found = [self.attempt(item, self.reference) for item in items]
        return [r for r in found if r is not None]

    def reference(self, node: Node) -> LayerReference:
        """The layer, perhaps with the number of its output, that a text names."""
        match = _REFERENCE.match(text_of(node))
        if match is None:
            raise Refused(f"{text_of(node)!r} is not the name of a layer", "such as conv1, layer1.0.relu or lstm[1]")
        port = None if match["port"] is None else Located(node, parse(match["port"], self.limits))
        name = Located(node, template(match["name"].strip(), self.limits))
        return LayerReference(text_of(node), node, name, port)


def _numbered(entry: LayerEntry) -> LayerEntry:
    """In a mapping `repeat` makes a scope of numbered copies, as a list would."""
    copy = LayerEntry(
        node=entry.node,
        operation=entry.operation,
        settings=entry.settings,
        body=entry.body,
        repeat=entry.repeat,
    )
    return replace(entry, operation=None, settings=None, repeat=None, body=Body(entry.node, False, [copy]))
