"""The modifiers of entries, evaluated in a scope: conditions, names, loops, counts, and the sizes of inputs."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions, Running
from archcalc.algebra.domain import Domain
from archcalc.dim import Dim, Shape, say
from archcalc.errors import Refused, Undecidable
from archcalc.language.expression.conditions import truth
from archcalc.language.scope import Scope
from archcalc.language.spec import Expression, LayerEntry, locate
from archcalc.language.value import Rounds, Value, numbers_for, symbols_in, unfit

_BAD_NAME = re.compile(r"[.\[\]{}\x00-\x1f\x7f-\x9f\u2028\u2029]")


def holds(condition: Expression, scope: Scope) -> bool:
    """Whether a condition is true."""
    try:
        return truth(condition(scope), scope)
    except Refused as error:
        raise locate(error, condition.node) from None


def layer_name(name: str) -> str:
    """A layer's name; raises Refused for one that cannot be part of a path."""
    if not name or len(name) > 200 or _BAD_NAME.search(name) or name == "input":
        why = "is the name of the input" if name == "input" else "cannot name a layer"
        raise Refused(f"{say(name)} {why}", "use letters, digits, _ and -")
    return name


class Round(NamedTuple):
    """A round of `for`: its variables. If it represents a symbolic number of rounds, the variable is a symbol."""

    variables: dict[str, Value]
    over: Rounds | None = None
    symbol: str = ""

    @property
    def times(self) -> Dim:
        """The number of rounds that it represents."""
        return 1 if self.over is None else self.over.count

    @contextmanager
    def running(self, scope: Scope) -> Iterator[None]:
        """Assume that its symbol lies in the range."""
        if self.over is None:
            yield
            return
        builder, over, given = scope.root.builder, self.over, scope.given
        domain = Domain(dim.least(given.knowing(over.start)), dim.most(given.knowing(over.stop - 1)))
        running = Running(str(over), tuple(sorted(symbols_in(over))), domain)
        builder.given = given.run(self.symbol, running)
        try:
            yield
        finally:
            builder.given = builder.given.stop(self.symbol)


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
    if len({len(column) for column in columns}) > 1:
        lengths = [f"{', '.join(names)}: {len(c)}" for (names, _, _), c in zip(runs, columns, strict=True)]
        raise Refused(f"the lists of `for` differ in length ({', '.join(lengths)})")
    return [Round({k: v for part in parts for k, v in part.items()}) for parts in zip(*columns, strict=True)]


def _every_round(names: list[str], run: Expression, values: Rounds, runs: int, scope: Scope) -> Round:
    """The one round that represents a symbolic number of rounds."""
    if len(names) > 1 or runs > 1:
        message = f"over {values}, whose length is not known, `for` takes one variable and no other list"
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
    """The name, or a similar one that no symbol has."""
    while name in given.defaults or name in given.domains or name in given.running:
        name += "_"
    return name


def steady(what: str, value: Value, given: Assumptions) -> None:
    """Refuse a value that depends on the number of a round if one round represents all."""
    names = sorted(symbols_in(value) & given.running.keys()) if given.running else ()
    if names:
        message = f"{what} depends on {' and '.join(names)}, so the copies are not alike"
        raise Undecidable(message, given.decided_by(names))


def assume_count(count: Dim, scope: Scope) -> None:
    """Assume that a symbolic count is an integer of at least 0."""
    for claim in (dim.divides(1, count), dim.at_least(count, 0)):
        scope.require(claim, f"a count must be an integer of at least 0, not {say(count)}")


def _unpacked(names: list[str], value: Value, run: Expression) -> dict[str, Value]:
    if len(names) == 1:
        return {names[0]: value}
    if not isinstance(value, tuple) or len(value) != len(names):
        error = Refused(f"`for` unpacks {len(names)} values ({', '.join(names)}), but the list has {say(value)}")
        raise locate(error, run.node)
    return dict(zip(names, value, strict=True))


def count_of(repeat: Expression, scope: Scope) -> Dim:
    """The count of `repeat`; may be symbolic."""
    found: Dim = dim.tidy(repeat(scope))
    try:
        if dim.is_symbolic(found):
            steady(f"`repeat: {dim.text(found)}`", found, scope.given)
            assume_count(found, scope)
        elif type(found) is not int or found < 0:
            raise unfit(f"`repeat` must be an integer of at least 0, not {say(found)}", found)
    except Refused as error:
        raise locate(error, repeat.node) from None
    return found


def shape_of(values: Iterable[Value], scope: Scope) -> Shape:
    """A shape that an expression gives; raises Refused for anything but sizes."""
    found = tuple(dim.tidy(v) for v in values)
    for size in found:
        message = f"a size must be an integer of at least 1, not {say(size)}"
        if not dim.is_size(size) or (type(size) is int and size < 1):
            raise unfit(message, size)
        if dim.is_symbolic(size):
            scope.require(dim.at_least(size, 1), message)
    return found
