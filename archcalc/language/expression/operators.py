"""Arithmetic: literals and operators on numbers and lists. Rational numbers are exact."""

import ast
import operator
from collections.abc import Callable
from fractions import Fraction

from archcalc import dim
from archcalc.dim import say
from archcalc.errors import LimitReached, Refused
from archcalc.language.expression.names import Build, Constant, Names, Run, foreign
from archcalc.language.limits import Limits
from archcalc.language.value import Number, Symbolic, Value, is_number, number_of, unfit


def literal(node: ast.Constant, build: Build) -> Run:
    """A number or a string."""
    value = node.value
    if isinstance(value, float):
        return Constant(_exact(value, node))
    if isinstance(value, int) and not isinstance(value, bool):
        number = value
        return lambda names: _bounded(number, names.limits)
    if isinstance(value, (str, bool)) or value is None:
        return Constant(value)
    raise foreign(node, repr(value))


def _exact(value: float, node: ast.Constant) -> Number:
    try:
        return dim.tidy(Fraction(repr(value)))
    except ValueError:
        raise Refused("the number is too large", offset=node.col_offset) from None


def binary(node: ast.BinOp, build: Build) -> Run:
    """Two operands and the operator between them."""
    if type(node.op) not in _ARITHMETIC:
        raise foreign(node, "a bitwise operator" if not isinstance(node.op, ast.MatMult) else "@")
    sign, apply = _ARITHMETIC[type(node.op)]
    left, right = build(node.left), build(node.right)

    def run(names: Names) -> Value:
        a, b = left(names), right(names)
        if type(a) is int and type(b) is int and sign in "+-":
            return a + b if sign == "+" else a - b
        return _arithmetic(sign, apply, a, b, names.limits)

    return run


def negation(node: ast.UnaryOp, build: Build) -> Run:
    """A sign before a number."""
    operand, negative = build(node.operand), isinstance(node.op, ast.USub)

    def run(names: Names) -> Value:
        value = number_of(operand(names), "-")
        return -value if negative else value

    return run


_Apply = Callable[[Number, Number], Number]


def _arithmetic(sign: str, apply: _Apply, a: Value, b: Value, limits: Limits) -> Value:
    if isinstance(a, tuple) and sign in "+*":
        joined = _joined(sign, a, b, limits)
        if joined is not None:
            return joined
    for value in (a, b):
        if not is_number(value):
            raise unfit(f"{sign} needs numbers, not {say(value)}", value)
    if sign in ("/", "//", "%") and not dim.is_symbolic(b) and b == 0:
        raise Refused(f"division by zero: {say(a)} {sign} 0")
    if sign == "**":
        _check_power(a, b, limits)
    try:
        return _bounded(dim.tidy(apply(a, b)), limits)
    except (OverflowError, ValueError):
        raise Refused(f"{say(a)} {sign} {say(b)} is not a real number within bounds") from None


def _joined(sign: str, a: tuple[Value, ...], b: Value, limits: Limits) -> tuple[Value, ...] | None:
    """Two lists joined, or one repeated; None for other operands."""
    if sign == "+" and isinstance(b, tuple):
        _short(len(a) + len(b), limits)
        return a + b
    if sign == "*" and type(b) is int:
        _short(len(a) * b, limits)
        return a * b
    if sign == "*" and dim.is_symbolic(b):
        raise unfit(f"a list can be repeated a known number of times, not {say(b)} times", b)
    return None


def _short(length: int, limits: Limits) -> None:
    if length > limits.items:
        raise LimitReached("items", limits.items, f"a list of {length:,} entries is too long")


def _bounded(value: Number, limits: Limits) -> Number:
    if isinstance(value, complex):
        raise ValueError
    size = value.numerator if isinstance(value, Fraction) else value
    if isinstance(size, int) and size.bit_length() > limits.bits:
        raise LimitReached("bits", limits.bits, f"a number of {size.bit_length():,} binary digits is too large")
    return value


def _check_power(a: Number, b: Number, limits: Limits) -> None:
    """Refuse a power that would be too large, before it is computed."""
    if dim.is_symbolic(a) or dim.is_symbolic(b):
        return
    size = max(a.numerator.bit_length(), a.denominator.bit_length()) if isinstance(a, (int, Fraction)) else 1
    if abs(b) > limits.bits or size * abs(b) > 2 * limits.bits:
        raise LimitReached("bits", limits.bits, f"{say(a)} ** {say(b)} has too many binary digits")
    if a == 0 and b < 0:
        raise Refused("division by zero: 0 to a negative power")


def _power(a: Symbolic, b: Symbolic) -> Number:
    return Fraction(a) ** b if isinstance(a, int) and isinstance(b, int) else a**b


def _divide(a: Symbolic, b: Symbolic) -> Number:
    exact = not isinstance(a, float) and not isinstance(b, float)
    return dim.ratio(a, b) if exact else a / b


_ARITHMETIC: dict[type[ast.operator], tuple[str, _Apply]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", _divide),
    ast.FloorDiv: ("//", operator.floordiv),
    ast.Mod: ("%", operator.mod),
    ast.Pow: ("**", _power),
}
