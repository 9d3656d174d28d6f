"""The entries of `layers` as types: operations, blocks and scopes with their modifiers."""

import re
from dataclasses import replace

from archcalc.errors import Refused, nearest
from archcalc.language import tree
from archcalc.language.expression import parse, template
from archcalc.language.report import IDENTIFIER, Reporter
from archcalc.language.spec import Body, Entry, Reference, Value, expression, label, words
from archcalc.language.tree import Map, Node, Scalar, Seq

MODIFIERS = ("from", "when", "for", "repeat", "let", "share", "frozen", "name", "doc")
"""What an entry may say beside its operation."""
BODIES = ("layers", "splice")
"""What an entry may have in place of an operation: layers in a scope of their own, or in the list that it stands in."""
_REFERENCE = re.compile(r"(?P<name>[^\[\]]+)(\[(?P<port>[^\[\]]+)\])?\Z")


class Entries(Reporter):
    """Reads layers; mistakes are collected."""

    def let(self, node: Node | None) -> dict[str, Value]:
        found = {}
        for key, value in self.map(node, "let") or ():
            if self.identifier(key, "a value"):
                found[key.text] = self.attempt(value, expression)
        return {name: value for name, value in found.items() if value is not None}

    def body(self, node: Node) -> Body:
        """The entries of `layers`: a mapping from names, or a list whose entries are numbered."""
        entries: list[Entry | None] = []
        if isinstance(node, Map):
            entries = [self.entry(value, key) for key, value in node]
        elif isinstance(node, Seq):
            entries = [self.entry(value, None) for value in node.items]
        else:
            self.refuse(node, f"layers must be a mapping or a list, not {tree.words(node)}")
            return Body(node, False, [])
        if not node.items:
            self.refuse(node, "there is no layer here")
        return Body(node, isinstance(node, Map), [e for e in entries if e is not None])

    def entry(self, node: Node, key: Scalar | None, override: bool = False) -> Entry | None:
        """One entry; `key` is its name in a mapping."""
        entry = Entry(node=key or node)
        if key is not None:
            entry.name = self.attempt(key, label)
        if isinstance(node, Seq):
            entry.body = self.body(node)
        elif isinstance(node, Scalar):
            if not isinstance(node.value, str):
                self.refuse(node, f"a layer must be an operation, not {tree.words(node)}", "such as ReLU")
                return None
            entry.operation = self.attempt(node, words)
        else:
            assert isinstance(node, Map)
            self.work(entry, node, override)
            self.modifiers(entry, node, key)
            self.spliceable(entry, node)
        if key is not None and entry.loop is not None and "{" not in key.text:
            hint = "such as layer{i}" if not entry.loop else f"such as {key.text}{{{entry.loop[0][0][0]}}}"
            self.refuse(key, "`for` in a mapping needs a {placeholder} in the layer's name", hint)
        return _numbered(entry) if key is not None and entry.repeat is not None else entry

    def work(self, entry: Entry, node: Map, override: bool) -> None:
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
        if key.text in BODIES:
            entry.body = self.body(value)
            entry.spliced = key.text == "splice"
            return
        entry.operation = self.attempt(key, words)
        entry.settings = None if isinstance(value, Scalar) and value.value is None else value

    def spliceable(self, entry: Entry, node: Map) -> None:
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

    def modifiers(self, entry: Entry, node: Map, key: Scalar | None) -> None:
        for word in ("when", "repeat", "frozen"):
            if (value := node.get(word)) is not None:
                setattr(entry, word, self.attempt(value, expression))
        if (value := node.get("from")) is not None:
            entry.source = self.references(value)
        if (value := node.get("share")) is not None:
            shared = self.references(value)
            if len(shared) > 1:
                self.refuse(value, "`share` names one layer or scope")
            entry.share = shared[0] if shared else None
        if (value := node.get("for")) is not None:
            entry.loop = self.loop(value)
        if (value := node.get("name")) is not None:
            if key is not None:
                self.refuse(node.keys["name"], "`name` is for lists; in a mapping the key is the name")
            entry.name = self.attempt(value, label)
        entry.let = self.let(node.get("let"))
        entry.doc = self.text(node.get("doc"), "doc")

    def loop(self, node: Node) -> list[tuple[list[str], Value]]:
        """The variables of `for`; a key such as "k, c" unpacks each entry of its list."""
        found = []
        for key, value in self.map(node, "for") or ():
            names = [name.strip() for name in key.text.split(",")]
            if not all(IDENTIFIER.match(name) for name in names):
                self.refuse(key, f"{key.text!r} cannot name a variable", 'write a name, or several as in "k, c"')
                continue
            run = self.attempt(value, expression)
            if run is not None:
                found.append((names, run))
        return found

    def references(self, node: Node) -> list[Reference]:
        """The layers that `from`, `share` or `outputs` names."""
        if isinstance(node, Map):
            self.refuse(node, "the name of a layer or a list of names belongs here, not a mapping")
            return []
        items = node.items if isinstance(node, Seq) else [node]
        found = [self.attempt(item, self.reference) for item in items]
        return [r for r in found if r is not None]

    @staticmethod
    def reference(node: Node) -> Reference:
        if not isinstance(node, Scalar) or node.value is None:
            raise Refused(f"the name of a layer belongs here, not {tree.words(node)}")
        match = _REFERENCE.match(node.text)
        if match is None:
            raise Refused(f"{node.text!r} is not the name of a layer", "such as conv1, layer1.0.relu or lstm[1]")
        port = match["port"]
        return Reference(node.text, node, template(match["name"].strip()), None if port is None else parse(port))


def _numbered(entry: Entry) -> Entry:
    """In a mapping `repeat` makes a scope of numbered copies, as a list would."""
    copy = Entry(
        node=entry.node,
        operation=entry.operation,
        settings=entry.settings,
        body=entry.body,
        repeat=entry.repeat,
    )
    return replace(entry, operation=None, settings=None, repeat=None, body=Body(entry.node, False, [copy]))
