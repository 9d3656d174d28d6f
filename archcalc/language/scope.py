"""Scopes: the names of values and of layers while a spec is expanded."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.claim import Claim, Undecided
from archcalc.builder import Builder, Move
from archcalc.dim import Dim, Shape
from archcalc.errors import Refused, nearest
from archcalc.language.expression.names import Names
from archcalc.language.limits import Limits
from archcalc.language.spec import Expression, LayerReference, Spec, locate
from archcalc.language.value import LayerValue, Value, check_port
from archcalc.network import Source

Outputs: TypeAlias = tuple[tuple[Source, Shape], ...]
"""The outputs of a layer or scope, with their shapes."""


class Poisoned(Exception):
    """Something depends on a layer that could not be made; that layer's error is enough."""


@dataclass(eq=False, repr=False)
class Bound:
    """The meaning of a layer's name: the outputs of a layer or scope, and the names inside it."""

    path: str
    outputs: Outputs | None
    """None: the layer could not be made."""
    names: "Callable[[], Mapping[str, Bound]]" = dict
    """Returns the names inside it."""
    read: bool = False
    """Whether a reference has named it."""
    copies: Dim = 1
    """The number of copies that it represents, once it is complete; a symbol or 1."""

    def made(self) -> Outputs:
        """Its outputs; raises Poisoned if it could not be made."""
        if self.outputs is None:
            raise Poisoned
        return self.outputs

    def output(self, port: int = 0) -> tuple[Source, Shape]:
        """One output, with its shape, to be read."""
        self.read = True
        outputs = self.made()
        check_port(self.path or "input", port, len(outputs))
        return outputs[port]

    def moved(self, move: Move) -> "Bound":
        """The same name in a copy of the scope; the names inside are moved once one of them is read."""
        outputs = tuple([(move.source(source), shape) for source, shape in self.made()])
        return Bound(move.path(self.path), outputs, cache(lambda: _moved(self.names(), move)), copies=self.copies)


def _moved(names: Mapping[str, Bound], move: Move) -> Mapping[str, Bound]:
    return {name: bound.moved(move) for name, bound in names.items()}


class Scope(Names):
    """The names of one scope; other names are looked up in the scope around it."""

    __slots__ = ("_open", "layers", "limits", "outer", "pending", "root", "values")

    def __init__(
        self,
        outer: "Scope | None",
        values: dict[str, Value] | None = None,
        layers: dict[str, Bound] | None = None,
        pending: Mapping[str, Expression] = {},
    ):
        self.outer = outer
        if outer is not None:
            self.root: Root = outer.root
            self.limits: Limits = outer.limits
        self.values: dict[str, Value] = {} if values is None else values
        self.layers: dict[str, Bound] = {} if layers is None else layers
        self.pending = pending
        """Values of `let`, evaluated when they are first used."""
        self._open: list[str] = []

    def outward(self) -> "Iterator[Scope]":
        """The scope and those around it, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.outer

    def value(self, name: str) -> Value:
        """The value of a name in an expression, or else the layer of that name."""
        scope: Scope | None = self  # `outward` would be slower, and this runs for every name of every expression
        while scope is not None:
            if name in scope.values:
                return scope.values[name]
            if name in scope.pending:
                return scope.settle(name)
            scope = scope.outer
        if (bound := self.find(name)) is not None:
            return _layer(name, bound)
        if name in self.root.operations:
            return name
        raise Refused(f"there is nothing called {name!r} here", nearest(name, self.names()))

    def asked(self, name: str) -> Value:
        bound = self.find(name)
        return self.value(name) if bound is None else _layer(name, bound)

    @property
    def given(self) -> Assumptions:
        """The assumptions on the symbols so far."""
        return self.root.builder.given

    def decide(self, claim: Claim) -> bool:
        """Whether a claim holds, which may be assumed; raises Undecidable if it must stay open."""
        if not isinstance(claim, Undecided):
            return claim
        verdict, self.root.builder.given = self.given.decide(claim)
        return verdict

    def require(self, claim: Claim, otherwise: str) -> None:
        """Assume that a claim holds; raises Refused if it is known to be false."""
        if claim is not True:
            self.root.builder.given = self.given.require(claim, otherwise)

    def find(self, name: str) -> Bound | None:
        """The layer of this name, in this scope or the nearest around it."""
        return next((scope.layers[name] for scope in self.outward() if name in scope.layers), None)

    def settle(self, name: str) -> Value:
        """Evaluate a value of `let`, once."""
        if name in self._open:
            chain = " -> ".join([*self._open[self._open.index(name) :], name])
            raise Refused(f"the value {name!r} depends on itself: {chain}")
        self._open.append(name)
        try:
            self.values[name] = self.pending[name](self)
        finally:
            self._open.pop()
        return self.values[name]

    def names(self) -> list[str]:
        """Every name that can be looked up here."""
        return [name for s in self.outward() for part in (s.values, s.layers, s.pending) for name in part]

    def layer(self, dotted: str) -> Bound:
        """The layer or scope of a name; `a.b` is the layer b inside the scope a."""
        first, *rest = dotted.split(".")
        bound = self.find(first)
        if bound is None:
            layers = [name for s in self.outward() for name in s.layers]
            raise Refused(f"there is no layer {first!r} before this one", nearest(first, layers))
        for name in rest:
            bound.made()
            inside = bound.names()
            if name not in inside:
                raise Refused(f"{bound.path} has no layer {name!r}", nearest(name, inside))
            _single(bound)
            bound = inside[name]
        _single(bound)
        return bound

    def read(self, reference: LayerReference) -> tuple[Source, Shape]:
        """The output that a reference names."""
        try:
            bound = self.layer(reference.name(self))
            port = 0 if reference.port is None else reference.port(self)
            if type(port) is not int:
                raise Refused(f"the number of an output must be an integer, not {dim.say(port)}")
            return bound.output(port)
        except Refused as error:
            raise locate(error, reference.node) from None

    def results(self, references: list[LayerReference] | None, last: Bound) -> Outputs:
        """The outputs of a spec or block: those that `outputs` lists, or those of its last layer."""
        return last.made() if references is None else tuple([self.read(reference) for reference in references])


def _single(bound: Bound) -> None:
    if dim.is_symbolic(bound.copies):
        message = f"{bound.path} represents {dim.text(bound.copies)} copies, none of which can be named alone"
        raise Refused(message, "read their result, by the name of the scope that holds them all")


def _layer(name: str, bound: Bound) -> LayerValue:
    return LayerValue(name, tuple([shape for _, shape in bound.made()]))


class Root(Scope):
    """The outermost scope: the spec's config and `let`; names of operations and blocks are values here."""

    __slots__ = ("builder", "operations")

    def __init__(self, spec: Spec, config: Mapping[str, Value], operations: Iterable[str], builder: Builder):
        super().__init__(None, dict(config), pending=spec.let)
        self.root, self.limits, self.builder = self, spec.limits, builder
        self.operations = {*operations, *spec.blocks}
