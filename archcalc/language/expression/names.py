"""Names in an expression: of values, of layers, and of functions that are called."""

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.algebra.claim import Claim
from archcalc.dim import say
from archcalc.errors import Refused, nearest
from archcalc.language.functions import FUNCTIONS
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.value import LayerValue, Value
from archcalc.render.words import count_of


class Names(ABC):
    """The scope of an expression: gives values by name, decides conditions, and limits the evaluation."""

    __slots__ = ()

    @property
    def limits(self) -> Limits:
        """The limits of the spec that the expression belongs to."""
        return DEFAULT

    @property
    def given(self) -> Assumptions:
        """The assumptions on the symbols."""
        return NOTHING

    @abstractmethod
    def value(self, name: str) -> Value:
        """The value of a name; raises Refused if there is none."""

    def asked(self, name: str) -> Value:
        """The value of a name followed by a dot: a layer, even if a value has the same name."""
        return self.value(name)

    def decide(self, claim: Claim) -> bool:
        """Whether a claim holds; raises Undecidable if it must stay open."""
        return bool(self.given.judge(claim))


Run = Callable[[Names], Value]
"""A parsed expression, ready to be evaluated."""
Build = Callable[[ast.AST], Run]
"""Turns a part of a node into a closure."""

CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}


class Constant:
    """An expression that has the same value in all scopes."""

    __slots__ = ("value",)

    def __init__(self, value: Any):
        self.value = value

    def __call__(self, names: Names) -> Any:
        return self.value


def foreign(node: ast.AST, what: str) -> Refused:
    """The error for syntax of Python that the language does not have."""
    return Refused(f"{what} is not part of the language", offset=getattr(node, "col_offset", 0))


def name(node: ast.Name, build: Build) -> Run:
    """A name of a value or layer."""
    word, offset = node.id, node.col_offset
    if word in CONSTANTS:
        return Constant(CONSTANTS[word])

    def run(names: Names) -> Value:
        try:
            return names.value(word)
        except Refused as error:
            raise error.moved(offset) from None

    return run


def attribute(node: ast.Attribute, build: Build) -> Run:
    """A size of a layer: `conv1.channels`, or `'layer4.0.conv1'.height` for a path that is not a name."""
    base, word = node.value, node.attr
    if isinstance(base, ast.Constant):
        owner = base.value if isinstance(base.value, str) else None
    else:
        owner = base.id if isinstance(base, ast.Name) else None
    value_of = build(base)

    def run(names: Names) -> Value:
        value = value_of(names) if owner is None else names.asked(owner)
        if not isinstance(value, LayerValue):
            raise Refused(f"only a layer has {word!r}, not {say(value)}")
        return value.ask(word)

    return run


def call(node: ast.Call, build: Build) -> Run:
    """A call of a function of the language."""
    if not isinstance(node.func, ast.Name):
        raise foreign(node, "calling anything but a function of the language")
    word, count = node.func.id, len(node.args)
    function = FUNCTIONS.get(word)
    if function is None:
        raise Refused(f"there is no function {word!r}", nearest(word, FUNCTIONS), node.col_offset)
    if node.keywords:
        raise foreign(node, "naming a function's arguments")
    arguments = [build(argument) for argument in node.args]
    if not function.takes(count):
        raise Refused(f"{word} does not take {count_of(count, 'value')}", offset=node.col_offset)
    return lambda names: function.of([argument(names) for argument in arguments], names.limits)
