"""Lists: literal lists, comprehensions, indices and slices."""

import ast
import itertools
from collections.abc import Iterator

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.claim import Claim
from archcalc.dim import say
from archcalc.errors import LimitReached, Refused
from archcalc.language.expression.conditions import truth
from archcalc.language.expression.names import CONSTANTS, Build, Names, Run, foreign
from archcalc.language.limits import Limits
from archcalc.language.value import LayerValue, Value, list_of, unfit


def several(node: ast.List | ast.Tuple, build: Build) -> Run:
    """A literal list."""
    items = [build(item) for item in node.elts]
    return lambda names: tuple([item(names) for item in items])


class _Round(Names):
    """The names in one round of a comprehension: its variables, then the names around it."""

    __slots__ = ("names", "rounds", "values")

    def __init__(self, names: Names, values: dict[str, Value], rounds: Iterator[int]):
        self.names, self.values, self.rounds = names, values, rounds

    def value(self, name: str) -> Value:
        return self.values[name] if name in self.values else self.names.value(name)

    def asked(self, name: str) -> Value:
        return self.values[name] if name in self.values else self.names.asked(name)

    @property
    def limits(self) -> Limits:
        return self.names.limits

    @property
    def given(self) -> Assumptions:
        return self.names.given

    def decide(self, claim: Claim) -> bool:
        return self.names.decide(claim)


def comprehension(node: ast.ListComp, build: Build) -> Run:
    """`[item for x in list if test]`."""
    part = node.generators[0]
    if len(node.generators) > 1:
        raise foreign(node.generators[1].target, "a second `for` in a list")
    if part.is_async:
        raise foreign(node, "async")
    row = part.target.elts if isinstance(part.target, ast.Tuple) else None
    variables = [_variable(name) for name in row or [part.target]]
    entries, item, tests = build(part.iter), build(node.elt), [build(test) for test in part.ifs]

    def run(names: Names) -> Value:
        # The rounds of nested comprehensions are counted together: they multiply.
        rounds = names.rounds if isinstance(names, _Round) else itertools.count(1)
        made = []
        for entry in list_of(entries(names), "`for`"):
            if next(rounds) > names.limits.rounds:
                what = "the lists of an expression run for too many rounds"
                raise LimitReached("rounds", names.limits.rounds, what)
            inside = _Round(names, _unpacked(variables, entry) if row else {variables[0]: entry}, rounds)
            if all(truth(test(inside), inside) for test in tests):
                made.append(item(inside))
        return tuple(made)

    return run


def _variable(node: ast.expr) -> str:
    if not isinstance(node, ast.Name) or node.id in CONSTANTS:
        raise Refused("the variable of a `for` must be a name", offset=node.col_offset)
    return node.id


def _unpacked(variables: list[str], row: Value) -> dict[str, Value]:
    if not isinstance(row, tuple) or len(row) != len(variables):
        raise Refused(f"`for {', '.join(variables)}` needs lists of {len(variables)} entries, not {say(row)}")
    return dict(zip(variables, row, strict=True))


def index(node: ast.Subscript, build: Build) -> Run:
    """An entry or a slice of a list, or an output of a layer."""
    base, at = build(node.value), node.slice
    if isinstance(at, ast.Slice):
        parts = [build(n) if n else None for n in (at.lower, at.upper, at.step)]
        return lambda names: _slice(base(names), [part(names) if part else None for part in parts])
    position = build(at)
    return lambda names: _item(base(names), position(names))


def _slice(value: Value, bounds: list[Value]) -> Value:
    whole = [bound for bound in bounds if bound is None or type(bound) is int]
    if not isinstance(value, tuple) or len(whole) < len(bounds) or whole[2] == 0:
        message = f"a slice needs a list and integers, not {say(value)}[{':'.join(map(say, bounds))}]"
        raise unfit(message, value, *bounds)
    start, stop, step = whole
    return value[start:stop:step]


def _item(value: Value, at: Value) -> Value:
    if dim.is_symbolic(at):
        raise unfit(f"an index must be a known number, not {say(at)}", at)
    if isinstance(value, LayerValue) and type(at) is int:
        return value[at]
    if not isinstance(value, tuple) or type(at) is not int:
        raise unfit(f"an index needs a list and an integer, not {say(value)}[{say(at)}]", value)
    if not -len(value) <= at < len(value):
        raise Refused(f"there is no entry {at} in a list of {len(value)}: {say(value)}")
    return value[at]
