"""Tree to typed spec: every key is known, every mistake is reported with its place, all of a file at once."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from archcalc.errors import Problem, Refused, SpecError, nearest
from archcalc.language import tree
from archcalc.language.expression import parse, template
from archcalc.language.spec import (
    Block,
    Body,
    Claim,
    Entry,
    Input,
    Reference,
    Setting,
    Spec,
    Value,
    expression,
    literal,
    locate,
    problem,
    words,
)
from archcalc.language.tree import Map, Node, Scalar, Seq

MODIFIERS = ("from", "when", "for", "repeat", "let", "share", "frozen", "name", "doc")
"""What an entry may say beside its operation."""
BODIES = ("layers", "splice")
"""What an entry may have in place of an operation: layers in a scope of their own, or in the list that it stands in."""
SPEC_KEYS = (
    *(
        "archcalc",
        "extends",
        "use",
        "title",
        "source",
        "doc",
        "family",
        "config",
        "let",
        "variants",
        "inputs",
        "outputs",
    ),
    *("blocks", "layers", "frozen", "claims"),
)
DTYPES = ("float32", "float64", "float16", "bfloat16", "int64", "int32", "bool")
_FACTS = ("parameters", "trainable", "buffers", "macs", "flops", "activations", "receptive_field")
CLAIMED = {"params": "parameters"} | {fact: fact for fact in _FACTS}
"""What a claim may be about, and the fact that it names."""
_REFERENCE = re.compile(r"(?P<name>[^\[\]]+)(\[(?P<port>[^\[\]]+)\])?\Z")
_IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")


class Parser:
    """Reads the parts of one file; mistakes are collected, so that one run shows them all."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def finish(self) -> None:
        """Raise what was found wrong."""
        if self.problems:
            raise SpecError(self.problems)

    def refuse(self, node: Node, message: str, hint: str = "") -> None:
        self.problems.append(Problem(message, node.place, hint=hint))

    def attempt(self, node: Node, make: Callable[[Node], Any]) -> Any:
        """What `make` makes of a node, or None after a mistake, which is noted."""
        try:
            return make(node)
        except Refused as error:
            self.problems.append(problem(locate(error, node)))
            return None

    def map(self, node: Node | None, what: str) -> Map | None:
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return None
        if isinstance(node, Map):
            return node
        self.refuse(node, f"{what} must be a mapping, not {tree.words(node)}")
        return None

    def known(self, node: Map, keys: tuple[str, ...], what: str) -> None:
        for key, _ in node:
            if key.text not in keys:
                self.refuse(key, f"{what} has no key {key.text!r}", nearest(key.text, keys))

    def text(self, node: Node | None, what: str) -> str:
        if node is None:
            return ""
        if isinstance(node, Scalar) and node.value is not None:
            return node.text
        self.refuse(node, f"{what} must be a text, not {tree.words(node)}")
        return ""

    def identifier(self, key: Scalar, what: str) -> bool:
        if _IDENTIFIER.match(key.text):
            return True
        self.refuse(key, f"{key.text!r} cannot name {what}", "use letters, digits and _")
        return False

    # -- the parts of a spec ---------------------------------------------------------------------------------------

    def spec(self, root: Node, spec: Spec, used: Mapping[str, Block]) -> Spec:
        """Read a file into a spec, which is empty or holds what the file extends, and the blocks that it uses."""
        extending = spec.body is not None
        if not isinstance(root, Map):
            self.refuse(root, f"a spec must be a mapping, not {tree.words(root)}", "it begins with `archcalc: 1`")
            self.finish()
        assert isinstance(root, Map)
        self.known(root, SPEC_KEYS, "a spec")
        self.version(root)
        for word in ("title", "source", "doc", "family"):
            if root.get(word) is not None:
                setattr(spec, word, self.text(root.get(word), word))
        self.config(root, spec)
        spec.let |= self.let(root.get("let"))
        self.variants(root, spec)
        self.inputs(root, spec)
        self.blocks(root, spec, used)
        if (node := root.get("frozen")) is not None:
            spec.frozen = self.attempt(node, expression)
        if (node := root.get("outputs")) is not None:
            spec.outputs = self.references(node)
        spec.claims = self.claims(root.get("claims"))
        self.layers(root, spec, extending)
        self.finish()
        return spec

    def version(self, root: Map) -> None:
        node = root.get("archcalc")
        if node is not None and not (isinstance(node, Scalar) and node.value == 1 and node.value is not True):
            self.refuse(node, f"language version {tree.words(node)} is not known", "this archcalc reads version 1")

    def config(self, root: Map, spec: Spec) -> None:
        node = self.map(root.get("config"), "config")
        for key, value in node or ():
            if not self.identifier(key, "a config entry"):
                continue
            if isinstance(value, Map):
                found = self.setting(key, value)
            else:
                found = self.default(key.text, value, spec.config.get(key.text))
            if found is not None:
                spec.config[key.text] = found

    def default(self, name: str, node: Node, base: Setting | None) -> Setting | None:
        """A config entry given by its default alone, which may be a new default for an inherited entry."""

        def make(node: Node) -> Setting:
            value = literal(node)
            return Setting(name, value, node) if base is None else replace(base, default=base.check(value), node=node)

        found: Setting | None = self.attempt(node, make)
        return found

    def setting(self, key: Scalar, node: Map) -> Setting | None:
        keys = ("default", "min", "max", "multiple_of", "choices", "doc")
        self.known(node, keys, f"config {key.text}")
        values = {k.text: self.attempt(v, literal) for k, v in node if k.text in keys}
        choices = values.get("choices")
        if choices is not None and not isinstance(choices, tuple):
            self.refuse(node.items["choices"], f"choices must be a list, not {tree.words(node.items['choices'])}")
            return None
        for bound in ("min", "max", "multiple_of"):
            if isinstance(values.get(bound), (str, bool, tuple)) or (bound == "multiple_of" and values.get(bound) == 0):
                self.refuse(node.items[bound], f"{bound} must be a number, not {tree.words(node.items[bound])}")
                return None
        setting = Setting(key.text, values.pop("default", None), node, **values)
        if setting.default is not None:
            self.attempt(node.items["default"], lambda _: setting.check(setting.default))
        return setting

    def let(self, node: Node | None) -> dict[str, Value]:
        found = {}
        for key, value in self.map(node, "let") or ():
            if self.identifier(key, "a value"):
                found[key.text] = self.attempt(value, expression)
        return {name: value for name, value in found.items() if value is not None}

    def variants(self, root: Map, spec: Spec) -> None:
        for key, value in self.map(root.get("variants"), "variants") or ():
            settings = self.map(value, f"variant {key.text}")
            for name, given in settings or ():
                setting = spec.config.get(name.text)
                if setting is None:
                    hint = nearest(name.text, spec.config)
                    self.refuse(name, f"variant {key.text} sets {name.text!r}, which config does not have", hint)
                else:
                    self.attempt(given, partial(_fits, setting))
            spec.variants[key.text] = dict(settings.items) if settings else {}

    def inputs(self, root: Map, spec: Spec) -> None:
        for key, value in self.map(root.get("inputs"), "inputs") or ():
            found = self.input(key, value)
            if found is not None:
                spec.inputs[key.text] = found
        if not spec.inputs:
            self.refuse(root.get("inputs") or root, "a spec needs inputs", "such as `inputs: {image: [N, 3, H, W]}`")

    def input(self, key: Scalar, node: Node) -> Input | None:
        shape, dtype, layout = node, "float32", None
        if isinstance(node, Map):
            self.known(node, ("shape", "dtype", "layout", "doc"), f"input {key.text}")
            dtype = self.text(node.get("dtype"), "dtype") or dtype
            layout = self.text(node.get("layout"), "layout") or None
            shape = node.get("shape") or node
        if not isinstance(shape, Seq) or not shape.items:
            self.refuse(shape, f"input {key.text} needs a shape, not {tree.words(shape)}", "such as [N, 3, H, W]")
            return None
        if dtype not in DTYPES:
            assert isinstance(node, Map)
            self.refuse(node.items["dtype"], f"there is no dtype {dtype!r}", nearest(dtype, DTYPES))
            return None
        if layout is not None and (len(layout) != len(shape.items) or len(set(layout)) != len(layout)):
            assert isinstance(node, Map)
            message = f"layout {layout!r} must have one letter for each of the {len(shape.items)} axes"
            self.refuse(node.items["layout"], message, "such as NCHW, or NLC for a sequence")
            return None
        value = self.attempt(shape, expression)
        return None if value is None else Input(key.text, value, dtype, layout, key)

    def library(self, root: Node) -> dict[str, Block]:
        """Read a file that holds blocks and nothing else, for other specs to use."""
        spec = Spec(file="", name="")
        found = self.map(root, "a file of blocks")
        if found is not None:
            self.known(found, ("archcalc", "title", "doc", "blocks"), "a file of blocks")
            self.version(found)
            self.blocks(found, spec, {})
        self.finish()
        return spec.blocks

    def blocks(self, root: Map, spec: Spec, used: Mapping[str, Block]) -> None:
        for key, value in self.map(root.get("blocks"), "blocks") or ():
            node = self.map(value, f"block {key.text}")
            if node is None or not self.identifier(key, "a block"):
                continue
            self.known(node, ("args", "inputs", "let", "layers", "outputs", "doc"), f"block {key.text}")
            if node.get("layers") is None:
                self.refuse(key, f"block {key.text} needs layers")
                continue
            if key.text in used:
                self.refuse(key, f"the block {key.text!r} is defined twice, first in {used[key.text].node.place}")
                continue
            spec.blocks[key.text] = self.block(key, node)

    def block(self, key: Scalar, node: Map) -> Block:
        args: dict[str, Value | None] = {}
        for name, default in self.map(node.get("args"), f"args of block {key.text}") or ():
            if self.identifier(name, "an argument"):
                empty = isinstance(default, Scalar) and default.value is None
                args[name.text] = None if empty else self.attempt(default, expression)
        inputs = self.names(node.get("inputs")) or ["input"]
        outputs = node.get("outputs")
        return Block(
            name=key.text,
            node=key,
            args=args,
            inputs=inputs,
            let=self.let(node.get("let")),
            body=self.body(node.items["layers"]),
            outputs=None if outputs is None else self.references(outputs),
            doc=self.text(node.get("doc"), "doc"),
        )

    def names(self, node: Node | None) -> list[str]:
        if node is None:
            return []
        items = node.items if isinstance(node, Seq) else [node]
        return [self.text(item, "an input's name") for item in items]

    def claims(self, node: Node | None) -> list[Claim]:
        if node is None:
            return []
        if not isinstance(node, Seq):
            self.refuse(node, f"claims must be a list, not {tree.words(node)}")
            return []
        return [claim for item in node.items if (claim := self.claim(item)) is not None]

    def claim(self, node: Node) -> Claim | None:
        found = self.map(node, "a claim")
        if found is None:
            return None
        self.known(found, ("source", "variant", "config", "layers", "note", *CLAIMED), "a claim")
        printed = {CLAIMED[k.text]: self.text(v, k.text) for k, v in found if k.text in CLAIMED}
        if found.get("source") is None or not printed:
            self.refuse(found, "a claim needs a source and a number", "such as {source: Table 1, macs: 11.3e9}")
            return None
        config = {k.text: self.attempt(v, literal) for k, v in self.map(found.get("config"), "config") or ()}
        source, layers = self.text(found.get("source"), "source"), self.text(found.get("layers"), "layers") or None
        variant = self.text(found.get("variant"), "variant") or None
        return Claim(found, source, variant, config, layers, printed, self.text(found.get("note"), "note"))

    # -- layers ----------------------------------------------------------------------------------------------------

    def layers(self, root: Map, spec: Spec, extending: bool) -> None:
        node = root.get("layers")
        if not extending:
            if node is None or (isinstance(node, Scalar) and node.value is None):
                self.refuse(node or root, "a spec needs layers")
                return
            spec.body = self.body(node)
            return
        for key, value in self.map(node, "layers of a spec that extends another") or ():
            removed = isinstance(value, Scalar) and value.value is None
            spec.overrides[key.text] = None if removed else self.entry(value, key, override=True)

    def body(self, node: Node) -> Body:
        """The entries of `layers`: a mapping from names, or a list whose entries are numbered."""
        entries: list[Entry | None] = []
        if isinstance(node, Map):
            entries = [self.entry(value, key) for key, value in node]
        elif isinstance(node, Seq):
            entries = [self.entry(value, None) for value in node.items]
        else:
            self.refuse(node, f"layers must be a mapping or a list, not {tree.words(node)}")
        return Body(node, isinstance(node, Map), [e for e in entries if e is not None])

    def entry(self, node: Node, key: Scalar | None, override: bool = False) -> Entry | None:
        """One entry; `key` is its name in a mapping."""
        entry = Entry(node=key or node)
        if key is not None:
            entry.name = self.attempt(key, words)
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
            entry.share = shared[0] if shared else None
        if (value := node.get("for")) is not None:
            entry.loop = self.loop(value)
        if (value := node.get("name")) is not None:
            if key is not None:
                self.refuse(node.keys["name"], "`name` is for lists; in a mapping the key is the name")
            entry.name = self.attempt(value, words)
        entry.let = self.let(node.get("let"))
        entry.doc = self.text(node.get("doc"), "doc")

    def loop(self, node: Node) -> list[tuple[list[str], Value]]:
        """The variables of `for`; a key such as "k, c" unpacks each entry of its list."""
        found = []
        for key, value in self.map(node, "for") or ():
            names = [name.strip() for name in key.text.split(",")]
            if not all(_IDENTIFIER.match(name) for name in names):
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


def _fits(setting: Setting, node: Node) -> Any:
    return setting.check(literal(node))


def parse_spec(root: Node, spec: Spec, used: Mapping[str, Block]) -> Spec:
    """The typed spec of a tree, merged into `spec` where it extends one; `used` are the blocks of its libraries."""
    return Parser().spec(root, spec, used)


def parse_library(root: Node) -> dict[str, Block]:
    """The blocks of a library's tree."""
    return Parser().library(root)


def check_names(spec: Spec, operations: Mapping[str, Any], settings: Callable[[str], Mapping[str, Any]]) -> None:
    """Refuse every unknown operation, setting and argument that can be seen without expanding."""
    problems: list[Problem] = []
    for entry in _entries(spec):
        name = entry.static
        if name is None or entry.operation is None:
            continue
        if name in spec.blocks:
            known: Mapping[str, Any] = spec.blocks[name].args
        elif name in operations:
            known = settings(name)
        else:
            hint = nearest(name, [*spec.blocks, *operations])
            problems.append(Problem(f"there is no operation or block {name!r}", entry.operation.node.place, hint=hint))
            continue
        if isinstance(entry.settings, Map):
            problems += [
                Problem(f"{name} has no setting {key.text!r}", key.place, hint=nearest(key.text, known))
                for key, _ in entry.settings
                if key.text not in known
            ]
    if problems:
        raise SpecError(problems)


def _entries(spec: Spec) -> list[Entry]:
    bodies = [b.body for b in spec.blocks.values()] + ([spec.body] if spec.body else [])
    found = [e for e in spec.overrides.values() if e is not None]
    bodies += [e.body for e in found if e.body is not None]
    while bodies:
        entries = bodies.pop().entries
        found += entries
        bodies += [e.body for e in entries if e.body is not None]
    return found
