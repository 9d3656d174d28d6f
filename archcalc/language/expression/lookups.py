"""Names in an expression: values, layers, and functions that are called."""

import ast

from archcalc.dim import say
from archcalc.errors import Refused, nearest
from archcalc.language.expression.names import CONSTANTS, Build, Constant, Names, Run, foreign
from archcalc.language.functions import FUNCTIONS
from archcalc.language.value import LayerValue, Value


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
    """What a layer is asked for: `conv1.channels`."""
    base, owner, word = build(node.value), _owner(node.value), node.attr

    def run(names: Names) -> Value:
        value = base(names) if owner is None else names.asked(owner)
        if not isinstance(value, LayerValue):
            raise Refused(f"only a layer has {word!r}, not {say(value)}")
        return value.ask(word)

    return run


def _owner(node: ast.expr) -> str | None:
    """The name before a dot; a path that is no name stands in quotes: 'layer4.0.conv1'.height."""
    if isinstance(node, ast.Name):
        return node.id
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


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
        raise Refused(f"{word} does not take {count} values", offset=node.col_offset)
    return lambda names: function.of([argument(names) for argument in arguments], names.limits)
