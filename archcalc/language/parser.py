"""Tree to typed spec, by the grammar: every mistake is reported with its place, all of a file at once."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import partial

from archcalc.errors import Problem, SpecError, nearest
from archcalc.language import tree
from archcalc.language.entries import Entries
from archcalc.language.forms import MapOf, Record
from archcalc.language.grammar import (
    ABOUT,
    BLOCK,
    CLAIM,
    CLAIMED,
    CONFIG,
    INPUT,
    JUDGED,
    LIBRARY,
    OVERRIDES,
    SCALING,
    SPEC,
    TEXTS,
    VARIANT,
    number_in,
)
from archcalc.language.limits import Limits
from archcalc.language.report import Fields, is_null, text_of
from archcalc.language.spec import (
    Block,
    ConfigEntry,
    Expression,
    InputSpec,
    LayerEntry,
    PublishedClaim,
    Spec,
    literal,
    locate,
    problem,
    unknown_operation,
)
from archcalc.language.tree import Map, Node, Scalar, Seq
from archcalc.language.value import Value
from archcalc.op import Op, no_setting


def _map_of(record: Record, key: str) -> MapOf:
    form = record.keys[key]
    assert isinstance(form, MapOf)
    return form


_CONFIGS, _VARIANTS, _INPUTS, _BLOCKS = (_map_of(SPEC, key) for key in ("config", "variants", "inputs", "blocks"))
_BY, _RELEASED = (_map_of(SCALING, key) for key in ("by", "released"))
_ARGS, _SETTINGS = _map_of(BLOCK, "args"), _map_of(CLAIM, "config")


class Parser(Entries):
    """Reads the parts of one file."""

    def spec(self, root: Node, spec: Spec, used: Mapping[str, Block]) -> Spec:
        """Read a file into a spec, which is empty or holds what the file extends, and the blocks that it uses."""
        if not isinstance(root, Map):
            message = f"a spec must be a mapping, not {tree.words(root)}"
            raise SpecError([Problem(message, root.place, hint="it begins with `archcalc: 1`")])
        extending = spec.body is not None
        given = self.record(root, SPEC, "a spec", needed=not extending)
        for word in ABOUT:
            if word in given:
                setattr(spec, word, text_of(given[word]))
        self.config(given.get("config"), spec)
        spec.let |= self.let(given.get("let"))
        self.variants(given.get("variants"), spec)
        self.scaling(given.get("scaling"), spec)
        self.inputs(given.get("inputs"), spec)
        self.blocks(given.get("blocks"), spec, used)
        self.network(given, spec)
        self.claims(given.get("claims"), spec)
        self.layers(given.get("layers"), spec, extending)
        self.finish()
        return spec

    def network(self, given: Fields, spec: Spec) -> None:
        """What a spec says of the network as a whole."""
        if "frozen" in given:
            spec.frozen = self.expression(given["frozen"])
        if "outputs" in given:
            spec.outputs = self.references(given["outputs"])

    # -- config ----------------------------------------------------------------------------------------------------

    def config(self, node: Node | None, spec: Spec) -> None:
        for key, value in self.entries(node, _CONFIGS):
            if isinstance(value, Map):
                found = self.setting(key, value)
            else:
                found = self.default(key.text, value, spec.config.get(key.text))
            if found is not None:
                spec.config[key.text] = found

    def default(self, name: str, node: Node, base: ConfigEntry | None) -> ConfigEntry | None:
        """A config entry given by its default alone, which may be a new default for an inherited entry."""
        value = literal(node)
        if base is None:
            return ConfigEntry(name, value, node)
        return self.attempt(node, lambda node: replace(base, default=base.check(value), node=node))

    def setting(self, key: Scalar, node: Map) -> ConfigEntry | None:
        """A config entry with what it may be."""
        given = self.record(node, CONFIG, f"config {key.text}")
        low, high, step = (_number(given.get(word)) for word in ("min", "max", "multiple_of"))
        choices = literal(given["choices"]) if "choices" in given else None
        assert choices is None or isinstance(choices, tuple)
        default = literal(given["default"]) if "default" in given else None
        found = ConfigEntry(key.text, default, node, low, high, step, choices, text_of(given.get("doc")))
        if default is not None:
            self.attempt(given["default"], lambda _: found.check(default))
        return found

    def variants(self, node: Node | None, spec: Spec) -> None:
        if node is None:  # those of the spec that this one extends
            return
        spec.variants = {}
        for key, value in self.entries(node, _VARIANTS):
            spec.variants[key.text] = dict(value.items) if isinstance(value, Map) else {}
            for name, wanted in self.entries(value, VARIANT):
                self.wanted(key.text, name, wanted, spec)

    def wanted(self, variant: str, name: Scalar, node: Node, spec: Spec) -> None:
        """Check what a variant sets."""
        setting = spec.config.get(name.text)
        if setting is None:
            hint = nearest(name.text, spec.config)
            self.refuse(name, f"variant {variant} sets {name.text!r}, which config does not have", hint)
        else:
            self.attempt(node, partial(_fits, setting))

    def scaling(self, node: Node | None, spec: Spec) -> None:
        if not isinstance(node, Map):
            return
        given = self.record(node, SCALING, "scaling")
        for key, value in self.entries(given.get("by"), _BY):
            if key.text not in spec.config:
                hint = nearest(key.text, spec.config)
                self.refuse(key, f"scaling names {key.text!r}, which config does not have", hint)
            elif (number := number_in(value)) is not None:
                spec.scaling[key.text] = number
        for key, value in self.entries(given.get("released"), _RELEASED):
            if key.text not in spec.variants:
                self.refuse(key, f"there is no variant {key.text!r}", nearest(key.text, spec.variants))
            elif (number := number_in(value)) is not None:
                spec.released[key.text] = number

    # -- inputs ----------------------------------------------------------------------------------------------------

    def inputs(self, node: Node | None, spec: Spec) -> None:
        for key, value in self.entries(node, _INPUTS):
            found = self.input(key, value)
            if found is not None:
                spec.inputs[key.text] = found

    def input(self, key: Scalar, node: Node) -> InputSpec | None:
        given: Fields = self.record(node, INPUT, f"input {key.text}") if isinstance(node, Map) else {"shape": node}
        shape, layout = given.get("shape"), text_of(given.get("layout")) or None
        if not isinstance(shape, Seq):
            return None
        if layout is not None and (len(layout) != len(shape.items) or len(set(layout)) != len(layout)):
            message = f"layout {layout!r} must have one letter for each of the {len(shape.items)} axes"
            self.refuse(given["layout"], message, "such as NCHW, or NLC for a sequence")
            return None
        sizes = self.expression(shape)
        dtype = text_of(given.get("dtype")) or "float32"
        return None if sizes is None else InputSpec(key.text, sizes, dtype, layout, key)

    # -- blocks ----------------------------------------------------------------------------------------------------

    def library(self, root: Node) -> dict[str, Block]:
        """Read a file that holds blocks and nothing else, for other specs to use."""
        spec = Spec()
        if self.fits(root, LIBRARY, "a file of blocks") and isinstance(root, Map):
            given = self.record(root, LIBRARY, "a file of blocks")
            self.blocks(given.get("blocks"), spec, {})
        self.finish()
        return spec.blocks

    def blocks(self, node: Node | None, spec: Spec, used: Mapping[str, Block]) -> None:
        for key, value in self.entries(node, _BLOCKS):
            if key.text in used:
                self.refuse(key, f"the block {key.text!r} is defined twice, first in {used[key.text].node.place}")
            elif isinstance(value, Map) and (block := self.block(key, value)) is not None:
                spec.blocks[key.text] = block

    def block(self, key: Scalar, node: Map) -> Block | None:
        given = self.record(node, BLOCK, f"block {key.text}", at=key)
        if "layers" not in given:
            return None
        return Block(
            name=key.text,
            node=key,
            args=dict(self.arguments(given.get("args"))),
            inputs=[*_texts(given.get("inputs"))] or ["input"],
            let=self.let(given.get("let")),
            body=self.body(given["layers"]),
            outputs=self.references(given["outputs"]) if "outputs" in given else None,
            doc=text_of(given.get("doc")),
        )

    def arguments(self, node: Node | None) -> Iterator[tuple[str, Expression | None]]:
        """The arguments of a block with their defaults."""
        for name, default in self.entries(node, _ARGS):
            yield name.text, None if is_null(default) else self.expression(default)

    # -- claims ----------------------------------------------------------------------------------------------------

    def claims(self, node: Node | None, spec: Spec) -> None:
        """The claims of a spec; it inherits none."""
        items = [item for item in node.items if isinstance(item, Map)] if isinstance(node, Seq) else []
        spec.claims = [claim for item in items if (claim := self.claim(item, spec)) is not None]

    def claim(self, node: Map, spec: Spec) -> PublishedClaim | None:
        given = self.record(node, CLAIM, "a claim")
        printed = {CLAIMED[key]: text_of(value) for key, value in given.items() if key in CLAIMED}
        if "source" not in given or not printed:
            return None
        variant = text_of(given.get("variant")) or None
        if variant is not None and variant not in spec.variants:
            self.refuse(given["variant"], f"there is no variant {variant!r}", nearest(variant, spec.variants))
        return PublishedClaim(
            node,
            text_of(given["source"]),
            variant,
            {key.text: literal(value) for key, value in self.entries(given.get("config"), _SETTINGS)},
            text_of(given.get("layers")) or None,
            printed,
            text_of(given.get("note")),
            *(self.by_fact(given.get(word), word, printed) for word in JUDGED),
        )

    def by_fact(self, node: Node | None, what: str, printed: dict[str, str]) -> dict[str, tuple[str, ...]]:
        """Texts about facts of a claim; a text or list alone is about the only one."""
        if node is None:
            return {}
        if not isinstance(node, Map):
            if len(printed) != 1:
                self.refuse(node, f"{what} must say of which number", f"such as {what}: {{{next(iter(printed))}: ...}}")
            return dict.fromkeys(printed, _texts(node))
        found = {}
        for key, value in node:
            if CLAIMED.get(key.text) not in printed:
                message = f"{what} is about {key.text!r}, of which the claim has no number"
                self.refuse(key, message, nearest(key.text, printed))
            elif self.fits(value, TEXTS, what):
                found[CLAIMED[key.text]] = _texts(value)
        return found

    # -- layers ----------------------------------------------------------------------------------------------------

    def layers(self, node: Node | None, spec: Spec, extending: bool) -> None:
        if node is None:
            return
        if not extending:
            spec.body = self.body(node)
        elif self.fits(node, OVERRIDES, "layers of a spec that extends another"):
            spec.overrides |= {key.text: self.override(key, value) for key, value in self.entries(node, OVERRIDES)}

    def override(self, key: Scalar, node: Node) -> LayerEntry | None:
        """What replaces a layer of the spec that is extended; None removes it."""
        return None if is_null(node) else self.entry(node, key, override=True)


def _number(node: Node | None) -> int | Fraction | None:
    return None if node is None else number_in(node)


def _texts(node: Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    return tuple(map(text_of, node.items if isinstance(node, Seq) else [node]))


def _fits(setting: ConfigEntry, node: Node) -> Value:
    return setting.check(literal(node))


def parse_spec(root: Node, spec: Spec, used: Mapping[str, Block]) -> Spec:
    """The typed spec of a tree, merged into `spec` where it extends one; `used` are the blocks of its libraries."""
    return Parser(spec.limits).spec(root, spec, used)


def parse_library(root: Node, limits: Limits) -> dict[str, Block]:
    """The blocks of a library's tree."""
    return Parser(limits).library(root)


def check_names(spec: Spec, operations: Mapping[str, type[Op]]) -> None:
    """Refuse every unknown operation, setting and argument that can be seen without expanding."""
    problems = [
        Problem(f"the block {name!r} has the name of an operation", block.node.place, hint="blocks are written small")
        for name, block in spec.blocks.items()
        if name in operations
    ]
    for entry in _entries(spec):
        problems += _names_in(entry, spec, operations)
    if problems:
        raise SpecError(problems)


def _names_in(entry: LayerEntry, spec: Spec, operations: Mapping[str, type[Op]]) -> Iterator[Problem]:
    """The names of one entry that are not known."""
    name = entry.static
    if name is None or entry.operation is None:
        return
    if name in spec.blocks:
        known: Mapping[str, object] = spec.blocks[name].args
    elif name in operations:
        known = operations[name].kinds()
    else:
        yield problem(unknown_operation(name, spec.blocks, operations, entry.operation.node))
        return
    for key, _ in entry.settings if isinstance(entry.settings, Map) else ():
        if key.text not in known:
            yield problem(locate(no_setting(name, key.text, known), key))


def _entries(spec: Spec) -> list[LayerEntry]:
    bodies = [b.body for b in spec.blocks.values()] + ([spec.body] if spec.body else [])
    found = [e for e in spec.overrides.values() if e is not None]
    bodies += [e.body for e in found if e.body is not None]
    while bodies:
        entries = bodies.pop().entries
        found += entries
        bodies += [e.body for e in entries if e.body is not None]
    return found
