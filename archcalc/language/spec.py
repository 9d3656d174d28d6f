"""A spec as types: the contents of a file, not yet expanded."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from archcalc import dim
from archcalc.dim import say
from archcalc.errors import LimitReached, Problem, Refused, Undecidable, nearest
from archcalc.language.expression.names import Constant, Names, Run
from archcalc.language.expression.parse import parse, template
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.outside import described, exact
from archcalc.language.tree import Map, Node, Scalar, Seq, text_of
from archcalc.language.value import Number, Value, is_number
from archcalc.op import Op

T = TypeVar("T")
_SETTLED = {int, str, bool}
"""The types of values that depend on no symbol."""


class Located(Generic[T]):
    """A value or an expression at its place in a file; call it with the names of a scope to get the value."""

    __slots__ = ("_run", "is_constant", "node")

    def __init__(self, node: Node, run: Callable[[Names], T]):
        self.node, self._run = node, run
        self.is_constant = isinstance(run, Constant)
        """Whether the value is the same in all scopes."""

    def __call__(self, names: Names) -> T:
        if self.is_constant:
            return self._run(names)
        try:
            found = self._run(names)
            return found if type(found) in _SETTLED else dim.settled(found, names.given)
        except Undecidable as error:
            # A symbol may be the number of a round; then the hint names the symbols that would decide it.
            explained = error.changed(hint=names.given.decided_by(error.symbols)) if error.symbols else error
            raise locate(explained, self.node) from None
        except Refused as error:
            raise locate(error, self.node) from None
        except LimitReached as error:
            raise error.at(self.node.place) from None


Expression: TypeAlias = Located[Value]
Text: TypeAlias = Located[str]
"""A string with {placeholders}."""


def locate(error: Refused, node: Node) -> Refused:
    """The error with the place of a node, unless it already has a nearer one."""
    place = node.place
    if error.offset and isinstance(node, Scalar) and "\n" not in node.text:
        place = place._replace(column=place.column + node.quoted + error.offset)
    return error.at(place)


def problem(error: Refused, path: str = "") -> Problem:
    """A located error as a problem of the spec."""
    return Problem(error.message, error.place, path, error.hint)


def unknown_operation(name: str, blocks: Iterable[str], operations: Iterable[str], node: Node) -> Refused:
    """The error for a name that is neither a block's nor an operation's."""
    return locate(Refused(f"there is no operation or block {name!r}", nearest(name, [*blocks, *operations])), node)


def expression(node: Node, limits: Limits) -> Expression:
    """A value in which every string is an expression; lists become tuples, mappings tuples of pairs."""
    return Located(node, _compiled(node, partial(parse, limits=limits)))


def words(node: Node, limits: Limits) -> Expression:
    """A value in which strings are literal, but for their {placeholders}."""
    return Located(node, _compiled(node, partial(template, limits=limits)))


def text(node: Scalar, limits: Limits, label: bool = False) -> Text:
    """A name with {placeholders}; symbols may be part of a layer's name, which is a `label`."""
    return Located(node, _parsed(node, partial(template, limits=limits, label=label)))


def _compiled(node: Node, parse: Callable[[str], Run]) -> Run:
    if isinstance(node, Seq):
        items = [_compiled(item, parse) for item in node.items]
        values = [item.value for item in items if isinstance(item, Constant)]
        if len(values) == len(items):
            return Constant(tuple(values))
        return lambda names: tuple([item(names) for item in items])
    if isinstance(node, Map):
        pairs = [(key, _compiled(item, parse)) for key, item in node.items.items()]
        return lambda names: tuple([(key, item(names)) for key, item in pairs])
    assert isinstance(node, Scalar)
    if isinstance(node.value, str):
        return _parsed(node, parse)
    return Constant(dim.tidy(node.value))


def _parsed(node: Scalar, parse: Callable[[str], T]) -> T:
    try:
        return parse(node.text)
    except Refused as error:
        raise locate(error, node) from None
    except LimitReached as error:
        raise error.at(node.place) from None


def literal(node: Node) -> Value:
    """A value that is data: strings are literal, lists are tuples."""
    if isinstance(node, Seq):
        return tuple(literal(item) for item in node.items)
    if isinstance(node, Map):
        raise locate(Refused("a mapping is not allowed here", "give a number, a string or a list"), node)
    assert isinstance(node, Scalar)
    return node.value


@dataclass(eq=False, repr=False)  # generating the other methods of a dataclass takes time at every start
class ConfigEntry:
    """An entry of `config`: its default and the values that it accepts."""

    name: str
    default: Value
    node: Node
    min: int | Fraction | None = None
    max: int | Fraction | None = None
    multiple_of: int | Fraction | None = None
    choices: tuple[Value, ...] | None = None
    doc: str = ""

    @property
    def numbers(self) -> list[int | Fraction]:
        """Those of its choices that are numbers, in order."""
        return sorted(value for value in self.choices or () if isinstance(value, (int, Fraction)))

    def given(self, value: object, limits: Limits) -> Value:
        """A value that a program or a command gives, as `check` has it; raises LimitReached for one too long."""
        if value is None:
            raise Refused(f"config {self.name} has no value", f"give one with --set {self.name}=VALUE")
        try:
            taken = exact(value, limits)
        except Refused as error:
            raise error.changed(message=f"config {self.name}: {error.message}") from None
        except LimitReached as error:
            raise LimitReached(error.name, error.limit, f"config {self.name}: {error.what}") from None
        return self.check(taken)

    def check(self, value: Value) -> Value:
        """The value in the entry's own kind; raises Refused if it is not accepted."""
        value = dim.tidy(value) if isinstance(self.default, int) and isinstance(value, Fraction) else value
        wanted = self._wanted(value)
        if wanted:
            raise Refused(f"config {self.name} must be {wanted}, not {say(value)}")
        return value

    def _wanted(self, value: Value) -> str:
        """The requirement that the value breaks; empty if it is accepted."""
        if self.default is not None and _kind(value) != _kind(self.default):
            return _kind(self.default)
        if isinstance(self.default, int) and isinstance(value, Fraction):
            return "an integer"
        if isinstance(value, tuple):
            return ""
        if self.choices is not None and value not in self.choices:
            return f"one of {', '.join(map(say, self.choices))}"
        return self._bound(value) if is_number(value) else ""

    def _bound(self, value: Number) -> str:
        """The bound that a number does not keep."""
        if self.min is not None and value < self.min:
            return f"at least {say(self.min)}"
        if self.max is not None and value > self.max:
            return f"at most {say(self.max)}"
        if self.multiple_of is not None and value % self.multiple_of != 0:
            return f"a multiple of {say(self.multiple_of)}"
        return ""


def _kind(value: Value) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a string"
    return "a list" if isinstance(value, tuple) else "a number"


class InputSpec(NamedTuple):
    """An input of the network."""

    shape: Expression
    dtype: str
    layout: str | None
    node: Node


class LayerReference(NamedTuple):
    """A layer whose output is read, perhaps with the number of that output."""

    node: Node
    name: Text
    port: Expression | None


@dataclass(eq=False, repr=False)
class LayerEntry:
    """One line of `layers`: an operation, a block or a nested scope, with its modifiers."""

    node: Node
    name: Text | None = None
    operation: Text | None = None
    """The name of the operation or block, perhaps with placeholders; None for a nested scope."""
    settings: Node | None = None
    body: "Body | None" = None
    spliced: bool = False
    """Whether the entries of `body` belong to the list around, each with a number of that list."""
    source: list[LayerReference] | None = None
    when: Expression | None = None
    loop: list[tuple[list[str], Expression]] | None = None
    repeat: Expression | None = None
    let: dict[str, Expression] = field(default_factory=dict)
    share: LayerReference | None = None
    frozen: Expression | None = None
    doc: str = ""
    # Caches of this entry alone: `dataclasses.replace` makes new ones, since other settings may go with the copy.
    compiled: dict[str | type[Op], list[tuple[str, Expression]]] = field(init=False, default_factory=dict)
    """The settings by the block or operation that takes them; filled when first expanded."""
    made: dict[type[Op], Op] = field(init=False, default_factory=dict)
    """The operation, if all of its settings are constants; filled when first expanded."""

    @property
    def static(self) -> str | None:
        """The name of the operation if it has no placeholder."""
        return text_of(self.operation.node) if self.operation is not None and self.operation.is_constant else None


class Body(NamedTuple):
    """The entries of a scope: named if they are a mapping, numbered if they are a list."""

    node: Node
    named: bool
    entries: list[LayerEntry]


class Block(NamedTuple):
    """A named piece of network with arguments."""

    name: str
    node: Node
    args: dict[str, Expression | None]
    inputs: list[str]
    let: dict[str, Expression]
    body: Body
    outputs: list[LayerReference] | None


class PublishedClaim(NamedTuple):
    """A published number, as printed, with its source and the part of the network that it describes."""

    node: Map
    source: str
    variant: str | None
    config: dict[str, Value]
    layers: str | None
    printed: dict[str, str]
    note: str
    counts: dict[str, tuple[str, ...]]
    """By fact, the words for the way of counting, if the publication has them."""
    verdicts: dict[str, tuple[str, ...]]
    """By fact, the recorded verdict, if it is not that they agree."""
    errata: dict[str, tuple[str, ...]]
    """By fact, the number that should have been printed."""


@dataclass(eq=False, repr=False)
class Spec:
    """A whole spec, with everything that it extends merged in."""

    file: str = ""
    name: str = ""
    limits: Limits = DEFAULT
    """The limits for reading and expanding it."""
    title: str = ""
    source: str = ""
    doc: str = ""
    family: str = ""
    config: dict[str, ConfigEntry] = field(default_factory=dict)
    let: dict[str, Expression] = field(default_factory=dict)
    variants: dict[str, dict[str, Node]] = field(default_factory=dict)
    scaling: dict[str, int | Fraction] = field(default_factory=dict)
    """The coefficients of compound scaling by config entry."""
    released: dict[str, int | Fraction] = field(default_factory=dict)
    """The phi of each variant that was published as a scaled network."""
    inputs: dict[str, InputSpec] = field(default_factory=dict)
    outputs: list[LayerReference] | None = None
    blocks: dict[str, Block] = field(default_factory=dict)
    body: Body | None = None
    overrides: dict[str, LayerEntry | None] = field(default_factory=dict)
    """Entries of a spec that extends another, by the path that they replace; None removes."""
    frozen: Expression | None = None
    claims: list[PublishedClaim] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """Every file that was read, this spec's own first."""

    def usual(self, variant: str | None) -> dict[str, Value]:
        """The value of every config entry in a variant, or by default; None if there is none."""
        defaults = {name: entry.default for name, entry in self.config.items()}
        return defaults if variant is None else defaults | self.variant(variant)

    def variant(self, name: str) -> dict[str, Value]:
        """The settings of a variant; raises Refused for an unknown name."""
        if not isinstance(name, str):
            raise Refused(f"a variant is named by a string, not {described(name)}")
        if name not in self.variants:
            raise Refused(f"{self.name} has no variant {name!r}", nearest(name, self.variants))
        return {key: literal(node) for key, node in self.variants[name].items()}
