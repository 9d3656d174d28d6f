"""A spec as types: what a file says, not yet expanded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from archcalc import dim
from archcalc.dim import say
from archcalc.errors import LimitReached, Problem, Refused, nearest
from archcalc.language.expression import Names, parse, template
from archcalc.language.rounds import Unfit
from archcalc.language.tree import Map, Node, Scalar, Seq


class Value:
    """A place in a file that holds a value or an expression; call it with a scope to get the value."""

    __slots__ = ("_run", "node")

    def __init__(self, node: Node, run: Callable[[Names], Any]):
        self.node, self._run = node, run

    def __call__(self, names: Names) -> Any:
        try:
            found = self._run(names)
            return found if type(found) is int else dim.settled(found, names.given)
        except Unfit as error:
            error.hint = names.given.decided_by(error.symbols)
            raise locate(error, self.node) from None
        except Refused as error:
            raise locate(error, self.node) from None
        except LimitReached as error:
            raise error.at(self.node.place) from None


def locate(error: Refused, node: Node) -> Refused:
    """The error with the place of a node, unless it already knows a nearer one."""
    if error.place is None:
        place = node.place
        if error.offset and isinstance(node, Scalar) and "\n" not in node.text:
            place = type(place)(place.file, place.line, place.column + node.quoted + error.offset)
        error.place = place
    return error


def problem(error: Refused, path: str = "") -> Problem:
    """A located error as a problem of the spec."""
    return Problem(error.message, error.place, path, error.hint)


def unknown_operation(name: str, blocks: Iterable[str], operations: Iterable[str], node: Node) -> Refused:
    """The error for a name that is neither a block's nor an operation's."""
    return locate(Refused(f"there is no operation or block {name!r}", nearest(name, [*blocks, *operations])), node)


def expression(node: Node) -> Value:
    """A value in which every text is an expression; lists become tuples, mappings tuples of pairs."""
    return Value(node, _compiled(node, lambda s: parse(s.text)))


def words(node: Node) -> Value:
    """A value in which a text means itself, but for {placeholders}."""
    return Value(node, _compiled(node, lambda s: template(s.text)))


def label(node: Node) -> Value:
    """A layer's name: a text that means itself, but for {placeholders}, in which symbols stand for themselves."""
    return Value(node, _compiled(node, lambda s: template(s.text, label=True)))


def _compiled(node: Node, text: Callable[[Scalar], Callable[[Names], Any]]) -> Callable[[Names], Any]:
    if isinstance(node, Seq):
        items = [_compiled(item, text) for item in node.items]
        return lambda names: tuple([item(names) for item in items])
    if isinstance(node, Map):
        pairs = [(key, _compiled(item, text)) for key, item in node.items.items()]
        return lambda names: tuple([(key, item(names)) for key, item in pairs])
    assert isinstance(node, Scalar)
    if isinstance(node.value, str):
        try:
            return text(node)
        except Refused as error:
            raise locate(error, node) from None
        except LimitReached as error:
            raise error.at(node.place) from None
    value = dim.tidy(node.value)
    return lambda names: value


def literal(node: Node) -> Any:
    """A value that is data: texts mean themselves, lists are tuples."""
    if isinstance(node, Seq):
        return tuple(literal(item) for item in node.items)
    if isinstance(node, Map):
        raise locate(Refused("a mapping cannot stand here", "give a number, a text or a list"), node)
    assert isinstance(node, Scalar)
    return node.value


@dataclass(eq=False, repr=False)  # to make all of a dataclass takes time at every start
class Setting:
    """An entry of `config`: its default and what it may be."""

    name: str
    default: Any
    node: Node
    min: Any = None
    max: Any = None
    multiple_of: Any = None
    choices: tuple[Any, ...] | None = None
    doc: str = ""

    def check(self, value: Any) -> Any:
        """The value in the setting's own kind; raises Refused when it is not accepted."""
        if self.default is not None and _kind(value) != _kind(self.default):
            raise Refused(f"config {self.name} must be {_kind(self.default)}, not {say(value)}")
        if isinstance(self.default, int) and isinstance(value, Fraction):
            value = dim.tidy(value)
            if isinstance(value, Fraction):
                raise Refused(f"config {self.name} must be a whole number, not {say(value)}")
        if isinstance(value, tuple):
            return value
        if self.choices is not None and value not in self.choices:
            raise Refused(f"config {self.name} must be one of {', '.join(map(say, self.choices))}, not {say(value)}")
        for word, bad in (("at least", self._below(value)), ("at most", self._above(value))):
            if bad is not None:
                raise Refused(f"config {self.name} must be {word} {say(bad)}, not {say(value)}")
        if self.multiple_of is not None and value % self.multiple_of != 0:
            raise Refused(f"config {self.name} must be a multiple of {say(self.multiple_of)}, not {say(value)}")
        return value

    def _below(self, value: Any) -> Any:
        return self.min if self.min is not None and value < self.min else None

    def _above(self, value: Any) -> Any:
        return self.max if self.max is not None and value > self.max else None


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text"
    return "a list" if isinstance(value, tuple) else "a number"


@dataclass(eq=False, repr=False)
class Input:
    """An input of the network."""

    name: str
    shape: Value
    dtype: str
    layout: str | None
    node: Node


@dataclass(eq=False, repr=False)
class Reference:
    """The name of a layer whose output is read, perhaps with the number of that output."""

    text: str
    node: Node
    name: Callable[[Names], str]
    port: Callable[[Names], Any] | None


@dataclass(eq=False, repr=False)
class Entry:
    """One line of `layers`: an operation, a block or a nested scope, with its modifiers."""

    node: Node
    name: Value | None = None
    operation: Value | None = None
    """The name of the operation or block, perhaps with placeholders; None for a nested scope."""
    settings: Node | None = None
    body: "Body | None" = None
    spliced: bool = False
    """Whether the entries of `body` stand in the list around, each with a number of that list."""
    source: list[Reference] | None = None
    when: Value | None = None
    loop: list[tuple[list[str], Value]] | None = None
    repeat: Value | None = None
    let: dict[str, Value] = field(default_factory=dict)
    share: Reference | None = None
    frozen: Value | None = None
    doc: str = ""
    compiled: dict[Any, list[tuple[str, Value]]] = field(default_factory=dict)
    """The settings as values, by operation; filled when first expanded."""

    @property
    def static(self) -> str | None:
        """The name of the operation where it has no placeholder."""
        if self.operation is None:
            return None
        assert isinstance(self.operation.node, Scalar)
        text = self.operation.node.text
        return None if "{" in text else text


@dataclass(eq=False, repr=False)
class Body:
    """The entries of a scope; `named` where they are a mapping, numbered where they are a list."""

    node: Node
    named: bool
    entries: list[Entry]


@dataclass(eq=False, repr=False)
class Block:
    """A named piece of network with arguments."""

    name: str
    node: Node
    args: dict[str, Value | None]
    inputs: list[str]
    let: dict[str, Value]
    body: Body
    outputs: list[Reference] | None
    doc: str = ""


@dataclass(eq=False, repr=False)
class Claim:
    """A published number, as printed, with its source and what it is about."""

    node: Map
    source: str
    variant: str | None
    config: dict[str, Any]
    layers: str | None
    printed: dict[str, str]
    note: str
    counts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By fact the words for how it is counted, where the publication says so."""
    verdicts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By fact the verdict that is known, where it is not that it agrees."""
    errata: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By fact what should have been printed."""


@dataclass(eq=False, repr=False)
class Spec:
    """A whole spec, with everything that it extends merged in."""

    file: str
    name: str
    title: str = ""
    source: str = ""
    doc: str = ""
    family: str = ""
    config: dict[str, Setting] = field(default_factory=dict)
    let: dict[str, Value] = field(default_factory=dict)
    variants: dict[str, dict[str, Node]] = field(default_factory=dict)
    scaling: dict[str, Any] = field(default_factory=dict)
    """Of compound scaling the coefficient of every config entry that it scales."""
    released: dict[str, Any] = field(default_factory=dict)
    """The phi of the variants that were published as scaled ones."""
    inputs: dict[str, Input] = field(default_factory=dict)
    outputs: list[Reference] | None = None
    blocks: dict[str, Block] = field(default_factory=dict)
    body: Body | None = None
    overrides: dict[str, Entry | None] = field(default_factory=dict)
    """Entries of a spec that extends another, by the path that they replace; None removes."""
    frozen: Value | None = None
    claims: list[Claim] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Every file that was read, this spec's own first."""

    def variant(self, name: str) -> dict[str, Any]:
        """The settings of a variant; raises Refused when there is none of that name."""
        if name not in self.variants:
            raise Refused(f"{self.name} has no variant {name!r}", nearest(name, self.variants))
        return {key: literal(node) for key, node in self.variants[name].items()}
