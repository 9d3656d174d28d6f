"""What entries say, evaluated in a scope: conditions, names, loops, sizes and settings."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions, Running
from archcalc.algebra.domain import Domain
from archcalc.dim import Dim, Shape, say
from archcalc.errors import Refused, Undecidable
from archcalc.language.expression.conditions import truth
from archcalc.language.limits import Limits
from archcalc.language.scope import Scope
from archcalc.language.spec import Expression, LayerEntry, expression, locate, words
from archcalc.language.tree import Map, Node, Scalar
from archcalc.language.value import Rounds, Value, numbers_for, symbols_in, unfit
from archcalc.op import no_setting
from archcalc.setting import Kind, means_itself

_BAD_NAME = re.compile(r"[.\[\]{}\x00-\x1f\x7f-\x9f\u2028\u2029]")


def holds(condition: Expression, scope: Scope) -> bool:
    """Whether a condition is true."""
    try:
        return truth(condition(scope), scope)
    except Refused as error:
        raise locate(error, condition.node) from None


def layer_name(name: str) -> str:
    """A layer's name; raises Refused for one that could not stand in a path."""
    if not name or len(name) > 200 or _BAD_NAME.search(name) or name == "input":
        why = "stands for what goes in" if name == "input" else "is no name of a layer"
        raise Refused(f"{say(name)} {why}", "use letters, digits, _ and -")
    return name


class Round(NamedTuple):
    """A round of `for`: its variables. It may stand for a symbolic number of rounds, its variable being a symbol."""

    variables: dict[str, Value]
    over: Rounds | None = None
    symbol: str = ""

    @property
    def times(self) -> Dim:
        """How many rounds it stands for."""
        return 1 if self.over is None else self.over.count

    @contextmanager
    def running(self, scope: Scope) -> Iterator[None]:
        """Let its symbol be known to lie in the range."""
        if self.over is None:
            yield
            return
        builder, running = scope.root.builder, self._running(self.over, scope.given)
        builder.given = builder.given.run(self.symbol, running)
        try:
            yield
        finally:
            builder.given = builder.given.stop(self.symbol)

    @staticmethod
    def _running(over: Rounds, given: Assumptions) -> Running:
        domain = Domain(dim.least(given.knowing(over.start)), dim.most(given.knowing(over.stop - 1)))
        return Running(str(over), tuple(sorted(symbols_in(over))), domain)


def rounds_of(entry: LayerEntry, scope: Scope) -> list[Round]:
    """The rounds of `for`."""
    runs = [(names, run, run(scope)) for names, run in entry.loop or ()]
    columns = []
    for names, run, values in runs:
        if isinstance(values, Rounds):
            return [_every_round(names, run, values, len(runs), scope)]
        if not isinstance(values, tuple):
            raise locate(unfit(f"`for` runs over a list, not {say(values)}", values), run.node)
        columns.append([_unpacked(names, value, run) for value in values])
    lengths = {len(column) for column in columns}
    if len(lengths) > 1:
        shown = ", ".join(
            f"{', '.join(names)}: {len(c)}" for (names, _), c in zip(entry.loop or (), columns, strict=True)
        )
        raise Refused(f"the lists of `for` differ in length ({shown})")
    return [Round({k: v for part in parts for k, v in part.items()}) for parts in zip(*columns, strict=True)]


def _every_round(names: list[str], run: Expression, values: Rounds, runs: int, scope: Scope) -> Round:
    """One round that stands for a symbolic number of them."""
    if len(names) > 1 or runs > 1:
        message = f"over {values}, whose length is not known, `for` runs with one variable and no list beside it"
        raise locate(Refused(message, numbers_for(values)), run.node)
    try:
        steady(f"`for: {{{names[0]}: {values}}}`", values, scope.given)
        assume_count(values.count, scope)
    except Refused as error:
        raise locate(error, run.node) from None
    symbol = _unused(names[0], scope.given)
    least = dim.least(scope.given.knowing(values.start))
    return Round({names[0]: dim.symbol(symbol, -1 if least is None else min(least, 1))}, values, symbol)


def _unused(name: str, given: Assumptions) -> str:
    """The name, or one like it that no symbol has."""
    while name in given.defaults or name in given.domains or name in given.running:
        name += "_"
    return name


def steady(what: str, value: Value, given: Assumptions) -> None:
    """Refuse a value that depends on the number of a round, where one round stands for all."""
    names = sorted(symbols_in(value) & given.running.keys()) if given.running else ()
    if names:
        message = f"{what} depends on {' and '.join(names)}, so that the copies are not alike"
        raise Undecidable(message, given.decided_by(names))


def assume_count(count: Dim, scope: Scope) -> None:
    """Assume of a symbolic count that it is one: a whole number of at least 0."""
    for claim in (dim.divides(1, count), dim.at_least(count, 0)):
        scope.require(claim, f"a count must be a whole number of at least 0, not {say(count)}")


def _unpacked(names: list[str], value: Value, run: Expression) -> dict[str, Value]:
    if len(names) == 1:
        return {names[0]: value}
    if not isinstance(value, tuple) or len(value) != len(names):
        error = Refused(f"`for` unpacks {len(names)} values ({', '.join(names)}), but the list has {say(value)}")
        raise locate(error, run.node)
    return dict(zip(names, value, strict=True))


def count_of(repeat: Expression, scope: Scope) -> Dim:
    """How often `repeat` says; may be symbolic."""
    found: Dim = dim.tidy(repeat(scope))
    if dim.is_symbolic(found):
        try:
            steady(f"`repeat: {dim.text(found)}`", found, scope.given)
            assume_count(found, scope)
        except Refused as error:
            raise locate(error, repeat.node) from None
        return found
    if type(found) is not int or found < 0:
        raise locate(unfit(f"`repeat` must be a whole number of at least 0, not {say(found)}", found), repeat.node)
    return found


def shape_of(values: Iterable[Value], scope: Scope) -> Shape:
    """A shape that an expression gives; raises Refused for what is no size."""
    found = tuple(dim.tidy(v) for v in values)
    for size in found:
        if not dim.is_size(size) or (type(size) is int and size < 1):
            raise unfit(f"a size must be a whole number of at least 1, not {say(size)}", size)
        if dim.is_symbolic(size):
            scope.require(dim.at_least(size, 1), f"a size must be a whole number of at least 1, not {say(size)}")
    return found


def same_shape(a: Shape, b: Shape, given: Assumptions) -> bool:
    """Whether two shapes are equal for sure."""
    return len(a) == len(b) and all(given.judge(dim.equal(x, y)) is True for x, y in zip(a, b, strict=True))


def types(value: Value) -> object:
    """The types in a value: 1, true and 1.0 are equal to Python, but not to a setting."""
    return tuple(map(types, value)) if isinstance(value, tuple) else type(value)


def settings_of(
    owner: str, known: Mapping[str, object], node: Node | None, value: Callable[[str, Node], Expression]
) -> list[tuple[str, Expression]]:
    """The settings that an entry gives to an operation or block, by name; a value alone is the first one."""
    if node is None:
        return []
    if isinstance(node, Map):
        for key, _ in node:
            if key.text not in known:
                raise locate(no_setting(owner, key.text, known), key)
        return [(key.text, value(key.text, item)) for key, item in node]
    if not known:
        raise locate(Refused(f"{owner} has no settings"), node)
    first = next(iter(known))
    return [(first, value(first, node))]


def setting_value(kind: Kind, node: Node, limits: Limits) -> Expression:
    """A setting's value: a word where the setting takes words, else an expression."""
    if isinstance(node, Scalar) and isinstance(node.value, str) and means_itself(kind, node.text):
        return words(node, limits)
    return expression(node, limits)
