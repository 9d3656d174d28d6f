"""Tree to typed spec: every key is known, every mistake is reported with its place, all of a file at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial
from typing import Any

from archcalc.errors import Problem, Refused, SpecError, nearest
from archcalc.language import tree
from archcalc.language.entries import Entries
from archcalc.language.spec import (
    Block,
    Claim,
    Entry,
    Input,
    Setting,
    Spec,
    Value,
    expression,
    literal,
    locate,
    problem,
    unknown_operation,
)
from archcalc.language.tree import Map, Node, Scalar, Seq
from archcalc.op import no_setting

_ABOUT = ("archcalc", "extends", "use", "title", "source", "doc", "family")
SPEC_KEYS = (
    *_ABOUT,
    "config",
    "let",
    "variants",
    "scaling",
    "inputs",
    "outputs",
    "blocks",
    "layers",
    "frozen",
    "claims",
)
DTYPES = ("float32", "float64", "float16", "bfloat16", "int64", "int32", "bool")
_FACTS = ("parameters", "trainable", "buffers", "macs", "flops", "activations", "receptive_field", "depth")
CLAIMED = {"params": "parameters"} | {fact: fact for fact in _FACTS}
"""What a claim may be about, and the fact that it names."""


class Parser(Entries):
    """Reads the parts of one file."""

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
        self.scaling(root, spec)
        self.inputs(root, spec)
        self.blocks(root, spec, used)
        if (node := root.get("frozen")) is not None:
            spec.frozen = self.attempt(node, expression)
        if (node := root.get("outputs")) is not None:
            spec.outputs = self.references(node)
        spec.claims = self.claims(root.get("claims"), spec)
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

    def variants(self, root: Map, spec: Spec) -> None:
        given = self.map(root.get("variants"), "variants")
        if given is not None:  # else the variants of the spec that this one extends
            spec.variants = {}
        for key, value in given or ():
            settings = self.map(value, f"variant {key.text}")
            for name, wanted in settings or ():
                setting = spec.config.get(name.text)
                if setting is None:
                    hint = nearest(name.text, spec.config)
                    self.refuse(name, f"variant {key.text} sets {name.text!r}, which config does not have", hint)
                else:
                    self.attempt(wanted, partial(_fits, setting))
            spec.variants[key.text] = dict(settings.items) if settings else {}

    def scaling(self, root: Map, spec: Spec) -> None:
        node = self.map(root.get("scaling"), "scaling")
        if node is None:
            return
        self.known(node, ("by", "released"), "scaling")
        by = self.map(node.get("by"), "by")
        if by is None or not by.items:
            self.refuse(node, "scaling needs the coefficients", "such as by: {depth: 1.2, width: 1.1}")
        for key, value in by or ():
            if key.text not in spec.config:
                hint = nearest(key.text, spec.config)
                self.refuse(key, f"scaling names {key.text!r}, which config does not have", hint)
            elif (number := self.attempt(value, partial(_positive, "a coefficient"))) is not None:
                spec.scaling[key.text] = number
        for key, value in self.map(node.get("released"), "released") or ():
            if key.text not in spec.variants:
                self.refuse(key, f"there is no variant {key.text!r}", nearest(key.text, spec.variants))
            elif (number := self.attempt(value, partial(_positive, "a phi", or_nought=True))) is not None:
                spec.released[key.text] = number

    def inputs(self, root: Map, spec: Spec) -> None:
        for key, value in self.map(root.get("inputs"), "inputs") or ():
            found = self.input(key, value)
            if found is not None:
                spec.inputs[key.text] = found
        if not spec.inputs and not self.problems:
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

    def claims(self, node: Node | None, spec: Spec) -> list[Claim]:
        if node is None:
            return []
        if not isinstance(node, Seq):
            self.refuse(node, f"claims must be a list, not {tree.words(node)}")
            return []
        return [claim for item in node.items if (claim := self.claim(item, spec)) is not None]

    def claim(self, node: Node, spec: Spec) -> Claim | None:
        found = self.map(node, "a claim")
        if found is None:
            return None
        judged = ("counts", "verdict", "erratum")
        self.known(found, ("source", "variant", "config", "layers", "note", *judged, *CLAIMED), "a claim")
        printed = {CLAIMED[k.text]: self.text(v, k.text) for k, v in found if k.text in CLAIMED}
        if found.get("source") is None or not printed:
            self.refuse(found, "a claim needs a source and a number", "such as {source: Table 1, macs: 11.3e9}")
            return None
        for key, value in found:
            if key.text in CLAIMED and not any(c.isdigit() for c in printed[CLAIMED[key.text]]):
                self.refuse(value, f"a claim needs a number as printed, not {tree.words(value)}")
        variant = self.text(found.get("variant"), "variant") or None
        if variant is not None and variant not in spec.variants:
            self.refuse(found.items["variant"], f"there is no variant {variant!r}", nearest(variant, spec.variants))
        config = {k.text: self.attempt(v, literal) for k, v in self.map(found.get("config"), "config") or ()}
        source, layers = self.text(found.get("source"), "source"), self.text(found.get("layers"), "layers") or None
        counts, verdicts, errata = (self.by_fact(found.get(word), word, printed) for word in judged)
        note = self.text(found.get("note"), "note")
        return Claim(found, source, variant, config, layers, printed, note, counts, verdicts, errata)

    def by_fact(self, node: Node | None, what: str, printed: dict[str, str]) -> dict[str, tuple[str, ...]]:
        """Texts about facts of a claim; a text or list alone is about the only one."""
        if node is None:
            return {}
        if not isinstance(node, Map):
            if len(printed) != 1:
                self.refuse(node, f"{what} must say of which number", f"such as {what}: {{{next(iter(printed))}: ...}}")
            return dict.fromkeys(printed, self.texts(node, what))
        found = {}
        for key, value in node:
            if CLAIMED.get(key.text) not in printed:
                message = f"{what} is about {key.text!r}, of which the claim has no number"
                self.refuse(key, message, nearest(key.text, printed))
            found[CLAIMED.get(key.text, key.text)] = self.texts(value, what)
        return found

    def texts(self, node: Node, what: str) -> tuple[str, ...]:
        return tuple(self.text(item, what) for item in (node.items if isinstance(node, Seq) else [node]))

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


def _positive(what: str, node: Node, or_nought: bool = False) -> Any:
    value = literal(node)
    number = isinstance(value, (int, Fraction)) and not isinstance(value, bool)
    if not number or value < 0 or (value == 0 and not or_nought) or value > 100:
        raise Refused(f"{what} must be a number above 0 and up to 100, not {tree.words(node)}")
    return value


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
    problems = [
        Problem(f"the block {name!r} has the name of an operation", block.node.place, hint="blocks are written small")
        for name, block in spec.blocks.items()
        if name in operations
    ]
    for entry in _entries(spec):
        name = entry.static
        if name is None or entry.operation is None:
            continue
        if name in spec.blocks:
            known: Mapping[str, Any] = spec.blocks[name].args
        elif name in operations:
            known = settings(name)
        else:
            problems.append(problem(unknown_operation(name, spec.blocks, operations, entry.operation.node)))
            continue
        if isinstance(entry.settings, Map):
            problems += [
                problem(locate(no_setting(name, key.text, known), key))
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
