"""Tree to typed spec, by the grammar. Every mistake of a file is reported, each with its place."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from archcalc.errors import Problem, SpecError, nearest
from archcalc.language import grammar, tree
from archcalc.language.entries import Entries
from archcalc.language.forms import MapOf
from archcalc.language.grammar import CLAIMED, number_in
from archcalc.language.report import Fields
from archcalc.language.spec import (
    Block,
    ConfigEntry,
    InputSpec,
    LayerEntry,
    PublishedClaim,
    Spec,
    literal,
    locate,
    problem,
    unknown_operation,
)
from archcalc.language.tree import Map, Node, Scalar, Seq, is_null, items_of, text_of
from archcalc.network import check_layout
from archcalc.op import Op, no_setting


class Parser(Entries):
    """Reads a file into a spec, which is empty or holds the spec that the file extends."""

    def __init__(self, spec: Spec):
        super().__init__(spec.limits)
        self.spec = spec

    def read(self, root: Node, used: Mapping[str, Block], operations: Mapping[str, type[Op]] | None = None) -> Spec:
        """Read a file; `used` are the blocks of its libraries. Names are checked if `operations` are given."""
        if not isinstance(root, Map):
            message = f"a spec must be a mapping, not {tree.words(root)}"
            raise SpecError([Problem(message, root.place, hint="it begins with `archcalc: 1`")])
        spec, extending = self.spec, self.spec.body is not None
        given = self.record(root, grammar.SPEC, "a spec", needed=not extending)
        for word in grammar.ABOUT:
            if word in given:
                setattr(spec, word, text_of(given[word]))
        self.config(given.get("config"))
        spec.let |= self.let(given.get("let"))
        self.variants(given.get("variants"))
        self.scaling(given.get("scaling"))
        self.inputs(given.get("inputs"))
        self.blocks(given.get("blocks"), used)
        if "frozen" in given:
            spec.frozen = self.expression(given["frozen"])
        if "outputs" in given:
            spec.outputs = self.references(given["outputs"])
        claims = [self.claim(item) for item in items_of(given.get("claims")) if isinstance(item, Map)]
        spec.claims = [claim for claim in claims if claim is not None]
        if "layers" in given:
            self.layers(given["layers"], extending)
        written = root.get("blocks")
        blocks = [key.text for key, _ in written] if isinstance(written, Map) else []
        if operations is not None and (written is None or "blocks" in given):
            self.problems += unknown_names(spec, operations, {*blocks} - spec.blocks.keys())
        self.finish()
        return spec

    # -- config ----------------------------------------------------------------------------------------------------

    def config(self, node: Node | None) -> None:
        config = self.spec.config
        for key, value in self.entries(node, grammar.CONFIGS):
            if isinstance(value, Map):
                config[key.text] = self.setting(key, value)
            elif key.text in config:
                config[key.text] = self.default(config[key.text], value)
            else:
                config[key.text] = ConfigEntry(key.text, literal(value), value)

    def default(self, base: ConfigEntry, node: Node) -> ConfigEntry:
        """An inherited config entry with a new default."""
        made = self.attempt(node, lambda node: replace(base, default=base.check(literal(node)), node=node))
        return made or base

    def setting(self, key: Scalar, node: Map) -> ConfigEntry:
        """A config entry with bounds or choices."""
        given = self.record(node, grammar.CONFIG, f"config {key.text}")
        low, high, step = (number_in(given.get(word)) for word in ("min", "max", "multiple_of"))
        choices = literal(given["choices"]) if "choices" in given else None
        assert choices is None or isinstance(choices, tuple)
        default = literal(given["default"]) if "default" in given else None
        found = ConfigEntry(key.text, default, node, low, high, step, choices, text_of(given.get("doc")))
        if default is not None:
            self.attempt(given["default"], lambda _: found.check(default))
        return found

    def variants(self, node: Node | None) -> None:
        if node is None:  # those of the spec that this one extends
            return
        self.spec.variants = {}
        for key, value in self.entries(node, grammar.VARIANTS):
            self.spec.variants[key.text] = dict(value.items) if isinstance(value, Map) else {}
            for name, wanted in self.entries(value, grammar.VARIANT):
                self.wanted(key.text, name, wanted)

    def wanted(self, variant: str, name: Scalar, node: Node) -> None:
        """Check a setting of a variant."""
        config = self.spec.config
        if name.text in config:
            self.attempt(node, lambda node: config[name.text].check(literal(node)))
        else:
            message = f"variant {variant} sets {name.text!r}, which config does not have"
            self.refuse(name, message, nearest(name.text, config))

    def scaling(self, node: Node | None) -> None:
        given = self.record(node, grammar.SCALING, "scaling") if isinstance(node, Map) else {}
        spec, missing = self.spec, "scaling names {!r}, which config does not have"
        spec.scaling |= self.numbers(given.get("by"), grammar.BY, spec.config, missing)
        spec.released |= self.numbers(
            given.get("released"), grammar.RELEASED, spec.variants, "there is no variant {!r}"
        )

    def numbers(
        self, node: Node | None, form: MapOf, known: Collection[str], message: str
    ) -> dict[str, int | Fraction]:
        """The numbers of a mapping; `message` is for a key that is not known."""
        found = {}
        for key, value in self.entries(node, form):
            if key.text not in known:
                self.refuse(key, message.format(key.text), nearest(key.text, known))
            elif (number := number_in(value)) is not None:
                found[key.text] = number
        return found

    # -- inputs ----------------------------------------------------------------------------------------------------

    def inputs(self, node: Node | None) -> None:
        for key, value in self.entries(node, grammar.INPUTS):
            found = self.input(key, value)
            if found is not None:
                self.spec.inputs[key.text] = found

    def input(self, key: Scalar, node: Node) -> InputSpec | None:
        whole = f"input {key.text}"
        given: Fields = self.record(node, grammar.INPUT, whole) if isinstance(node, Map) else {"shape": node}
        shape, layout = given.get("shape"), text_of(given.get("layout")) or None
        if not isinstance(shape, Seq):
            return None
        if layout is not None:
            self.attempt(given["layout"], lambda node: check_layout(text_of(node), len(shape.items)))
        sizes = self.expression(shape)
        dtype = text_of(given.get("dtype")) or "float32"
        return None if sizes is None else InputSpec(sizes, dtype, layout, key)

    # -- blocks ----------------------------------------------------------------------------------------------------

    def library(self, root: Node) -> dict[str, Block]:
        """The blocks of a file that has only blocks, for other specs to use."""
        if self.fits(root, grammar.LIBRARY, "a file of blocks") and isinstance(root, Map):
            given = self.record(root, grammar.LIBRARY, "a file of blocks")
            self.blocks(given.get("blocks"), {})
        self.finish()
        return self.spec.blocks

    def blocks(self, node: Node | None, used: Mapping[str, Block]) -> None:
        for key, value in self.entries(node, grammar.BLOCKS):
            if key.text in used:
                self.refuse(key, f"the block {key.text!r} is defined twice, first in {used[key.text].node.place}")
            elif isinstance(value, Map) and (block := self.block(key, value)) is not None:
                self.spec.blocks[key.text] = block

    def block(self, key: Scalar, node: Map) -> Block | None:
        given = self.record(node, grammar.BLOCK, f"block {key.text}", at=key)
        if "layers" not in given:
            return None
        args = self.entries(given.get("args"), grammar.ARGS)
        return Block(
            name=key.text,
            node=key,
            args={name.text: None if is_null(default) else self.expression(default) for name, default in args},
            inputs=[*_texts(given.get("inputs"))] or ["input"],
            let=self.let(given.get("let")),
            body=self.body(given["layers"]),
            outputs=self.references(given["outputs"]) if "outputs" in given else None,
        )

    # -- claims ----------------------------------------------------------------------------------------------------

    def claim(self, node: Map) -> PublishedClaim | None:
        given = self.record(node, grammar.CLAIM, "a claim")
        printed = {CLAIMED[key]: text_of(value) for key, value in given.items() if key in CLAIMED}
        if "source" not in given or not printed:
            return None
        variant = text_of(given.get("variant")) or None
        if variant is not None and variant not in self.spec.variants:
            self.refuse(given["variant"], f"there is no variant {variant!r}", nearest(variant, self.spec.variants))
        return PublishedClaim(
            node,
            text_of(given["source"]),
            variant,
            {key.text: literal(value) for key, value in self.entries(given.get("config"), grammar.SETTINGS)},
            text_of(given.get("layers")) or None,
            printed,
            text_of(given.get("note")),
            *(self.by_fact(given.get(word), word, printed) for word in grammar.JUDGED),
        )

    def by_fact(self, node: Node | None, what: str, printed: dict[str, str]) -> dict[str, tuple[str, ...]]:
        """Strings by fact; a string or list alone is about the only fact of the claim."""
        if node is None:
            return {}
        if not isinstance(node, Map):
            if len(printed) != 1:
                self.refuse(
                    node, f"{what} must say for which number", f"such as {what}: {{{next(iter(printed))}: ...}}"
                )
            return dict.fromkeys(printed, _texts(node))
        found = {}
        for key, value in node:
            if CLAIMED.get(key.text) not in printed:
                message = f"{what} is about {key.text!r}, but the claim has no number for it"
                self.refuse(key, message, nearest(key.text, printed))
            elif self.fits(value, grammar.TEXTS, what):
                found[CLAIMED[key.text]] = _texts(value)
        return found

    # -- layers ----------------------------------------------------------------------------------------------------

    def layers(self, node: Node, extending: bool) -> None:
        if not extending:
            self.spec.body = self.body(node)
        elif self.fits(node, grammar.OVERRIDES, "layers of a spec that extends another"):
            for key, value in self.entries(node, grammar.OVERRIDES):
                replacing = None if is_null(value) else self.entry(value, key, override=True)
                self.spec.overrides[key.text] = replacing


def _texts(node: Node | None) -> tuple[str, ...]:
    return tuple(map(text_of, items_of(node)))


def unknown_names(spec: Spec, operations: Mapping[str, type[Op]], wrong: Collection[str]) -> list[Problem]:
    """Every unknown operation, setting and argument that can be seen without expanding.

    `wrong` are the names of blocks that cannot be read.
    """
    problems = [
        Problem(f"the block {name!r} has the name of an operation", block.node.place, hint="blocks are written small")
        for name, block in spec.blocks.items()
        if name in operations
    ]
    for entry in _entries(spec):
        if entry.static not in wrong:
            problems += _names_in(entry, spec, operations)
    return problems


def _names_in(entry: LayerEntry, spec: Spec, operations: Mapping[str, type[Op]]) -> Iterator[Problem]:
    """The unknown names of one entry."""
    name = entry.static
    if name is None or entry.operation is None:
        return
    if name in spec.blocks:
        known: Iterable[str] = spec.blocks[name].args
    elif name in operations:
        known = operations[name].kinds()
    else:
        yield problem(unknown_operation(name, spec.blocks, operations, entry.operation.node))
        return
    for key, _ in entry.settings if isinstance(entry.settings, Map) else ():
        if key.text not in known:
            yield problem(locate(no_setting(name, key.text, known), key))


def _entries(spec: Spec) -> list[LayerEntry]:
    found = [entry for entry in spec.overrides.values() if entry is not None]
    bodies = [*(block.body for block in spec.blocks.values()), spec.body, *(entry.body for entry in found)]
    while bodies:
        body = bodies.pop()
        if body is not None:
            found += body.entries
            bodies += [entry.body for entry in body.entries]
    return found
