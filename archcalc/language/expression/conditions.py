"""Conditions: comparisons, `and`, `or`, `not`, and choices between two values. They may stay open over symbols."""

import ast
import itertools
from collections.abc import Callable
from contextlib import suppress

from archcalc import dim
from archcalc.algebra.claim import Claim, Undecided, joined
from archcalc.dim import say
from archcalc.errors import Refused, Undecidable
from archcalc.language.expression.names import Build, Names, Run, foreign
from archcalc.language.expression.operators import negation
from archcalc.language.value import Number, Rounds, Value, is_number, list_of, unfit

_Test = Callable[[Value, Value, Names], Claim]


def truth(value: Value, names: Names) -> bool:
    """A condition's value; raises Undecidable if it depends on a symbol."""
    return names.decide(_claim(value))


def _claim(value: Value) -> Claim:
    if isinstance(value, (bool, Undecided)):
        return value
    raise unfit(f"a condition must be true or false, not {say(value)}", value)


def _negated(claim: Claim) -> Claim:
    return claim.negated() if isinstance(claim, Undecided) else not claim


def unary(node: ast.UnaryOp, build: Build) -> Run:
    """`not` before a condition, or a sign before a number."""
    if isinstance(node.op, ast.Invert):
        raise foreign(node, "~")
    if not isinstance(node.op, ast.Not):
        return negation(node, build)
    operand = build(node.operand)
    return lambda names: _negated(names.given.judge(_claim(operand(names))))


def logic(node: ast.BoolOp, build: Build) -> Run:
    """Conditions joined by `and` or by `or`."""
    parts, every = [build(value) for value in node.values], isinstance(node.op, ast.And)

    def run(names: Names) -> Value:
        left: list[Undecided] = []
        undecided = None
        for part in parts:
            try:
                claim = names.given.judge(_claim(part(names)))
            except Undecidable as error:  # another part may still decide
                undecided = error
                continue
            if isinstance(claim, Undecided):
                left.append(claim)
            elif claim is not every:
                return not every
        if undecided is not None:
            raise undecided
        return joined(left, every)

    return run


def comparison(node: ast.Compare, build: Build) -> Run:
    """Values compared, perhaps several in a row: `1 < x < 3`."""
    operands = [build(n) for n in (node.left, *node.comparators)]
    if not all(type(op) in COMPARISONS for op in node.ops):
        raise foreign(node, "`is`")
    tests = [COMPARISONS[type(op)][1] for op in node.ops]

    def run(names: Names) -> Value:
        values = [operand(names) for operand in operands]
        pairs = itertools.pairwise(values)
        return names.given.judge(dim.both(*[test(a, b, names) for test, (a, b) in zip(tests, pairs, strict=True)]))

    return run


def _same(a: Value, b: Value, names: Names) -> Claim:
    if is_number(a) and is_number(b):
        return dim.equal(a, b)
    for value in (a, b):
        if isinstance(value, Rounds):
            raise unfit(f"{say(value)} cannot be compared", value)
    return type(a) is type(b) and bool(a == b)


def _ordered(claim: Callable[[Number, Number], Claim]) -> _Test:
    def test(a: Value, b: Value, names: Names) -> Claim:
        for value in (a, b):
            if not is_number(value):
                raise unfit(f"only numbers can be ordered, not {say(value)}", value)
        return claim(a, b)

    return test


def _among(a: Value, b: Value, names: Names) -> bool:
    return any(truth(_same(a, item, names), names) for item in list_of(b, "`in`"))


COMPARISONS: dict[type[ast.cmpop], tuple[str, _Test]] = {
    ast.Eq: ("==", _same),
    ast.NotEq: ("!=", lambda a, b, names: _negated(_same(a, b, names))),
    ast.GtE: (">=", _ordered(dim.at_least)),
    ast.LtE: ("<=", _ordered(lambda a, b: dim.at_least(b, a))),
    ast.Gt: (">", _ordered(lambda a, b: _negated(dim.at_least(b, a)))),
    ast.Lt: ("<", _ordered(lambda a, b: _negated(dim.at_least(a, b)))),
    ast.In: ("", _among),
    ast.NotIn: ("", lambda a, b, names: not _among(a, b, names)),
}
"""The comparisons, each with its sign if it has two sides."""


def choice(node: ast.IfExp, build: Build) -> Run:
    """`yes if test else no`."""
    test, yes, no = build(node.test), build(node.body), build(node.orelse)

    def run(names: Names) -> Value:
        claim = names.given.judge(_claim(test(names)))
        if isinstance(claim, Undecided) and not names.given.near:
            return _open_choice(claim, names, yes, no)
        return yes(names) if truth(claim, names) else no(names)

    return run


def _open_choice(claim: Undecided, names: Names, yes: Run, no: Run) -> Value:
    """A choice that cannot be decided; between numbers it stays open."""
    either: tuple[Value, Value] = None, None
    with suppress(Refused):  # the part that is not chosen need not make sense
        either = yes(names), no(names)
    if all(map(is_number, either)) and not any(isinstance(v, float) for v in either):
        return dim.choose(claim, *either)
    return truth(claim, names)
