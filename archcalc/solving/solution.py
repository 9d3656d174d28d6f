"""The answer to an inverse question: the largest or smallest value of config entries at which conditions hold."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import get_args

from archcalc import dim
from archcalc.algebra.claim import Undecided
from archcalc.analyse.verbs import summary
from archcalc.errors import ArchcalcError, Refused, choose
from archcalc.language.free import named
from archcalc.language.loaded import Loadable, Loaded, opened
from archcalc.language.outside import exact
from archcalc.language.value import Number, Value
from archcalc.render.document import Chapter, Document, Grid, GridRow, Head, Item, Items, Note, Verbatim
from archcalc.render.document import number as cell
from archcalc.render.result import Plain, Result
from archcalc.render.words import number, plain, visible
from archcalc.solving.candidates import USUAL, candidates
from archcalc.solving.condition import Condition, Side
from archcalc.solving.search import Direction, Outcome, Search
from archcalc.solving.symbolic import Symbolic


@dataclass(eq=False)
class Solution(Result):
    """The largest or smallest value of config entries at which conditions hold, and the outcomes around it; prints."""

    name: str
    entries: tuple[str, ...]
    direction: Direction
    found: Outcome | None
    """None if no value satisfies the conditions, or if nothing bounds the value."""
    below: Outcome | None
    """The outcome at the previous candidate; None if there is none."""
    above: Outcome | None
    method: str
    """The method of the search, in words."""
    unbounded: bool
    """Whether the conditions hold for all larger values."""
    forms: tuple[tuple[str, str], ...]
    """The conditions with their closed forms, if they have one."""
    assumptions: tuple[str, ...]

    @property
    def value(self) -> Value:
        """The value, exact; None if there is none."""
        return None if self.found is None else self.found.value

    def _around(self) -> Iterator[tuple[str, Outcome]]:
        for name, outcome in (("at", self.found), ("below", self.below), ("above", self.above)):
            if outcome is not None:
                yield name, outcome

    def document(self) -> Document:
        around = [_chapter(name, outcome) for name, outcome in self._around()]
        provided = [f"provided {'; '.join(self.assumptions)}"] if self.assumptions else []
        lines = tuple(Item(form) for form in (*(form for _, form in self.forms), *provided))
        forms = [Chapter("in closed form", (Items(lines),))] if lines else []
        return Note(f"{self.name}: {self._answer()}"), *around, *forms, Note(self.method)

    def _answer(self) -> str:
        entries = ", ".join(self.entries)
        if self.unbounded:
            return f"no {self.direction} {entries}: the conditions hold however large it is"
        if self.found is None:
            return f"no value of {entries} satisfies the conditions"
        return f"{entries} = {_value(self.value)}, the {self.direction}"

    def table(self) -> Grid:
        """A row for each condition at the value and at its neighbours."""
        heads = tuple(map(Head, ("where", "value", "condition", "left", "relation", "right", "verdict")))
        return Grid(heads, tuple(row for name, outcome in self._around() for row in _rows(name, outcome)))

    def record(self) -> Plain:
        return {
            "name": self.name,
            "entries": list(self.entries),
            "direction": self.direction,
            "value": plain(self.value),
            "unbounded": self.unbounded,
            "at": _record(self.found),
            "below": _record(self.below),
            "above": _record(self.above),
            "forms": dict(self.forms),
            "assumptions": list(self.assumptions),
            "method": self.method,
        }


def _chapter(name: str, outcome: Outcome) -> Chapter:
    title = f"{name} {_value(outcome.value)}"
    if outcome.refusal:
        return Chapter(title, (Verbatim(outcome.refusal),))
    return Chapter(title, (Items(tuple(Item(_condition(*row)) for row in outcome.sides)),))


def _condition(text: str, side: Side | None, holds: bool) -> str:
    if side is None:
        return f"{text}: {_verdict(holds)}"
    numbers = f"{_number(side.left)} {side.relation} {_number(side.right)}"
    return f"{text}: {numbers}, {_verdict(holds)}{_off(side.left, side.right)}"


def _verdict(holds: bool) -> str:
    return "kept" if holds else "broken"


def _off(left: Number, right: Number) -> str:
    """The difference of the two sides."""
    if not all(isinstance(v, (int, Fraction)) for v in (left, right)) or left == right:
        return ""
    words = f" by {_number(abs(left - right))}"
    return words + (f" ({float(abs(left - right) / abs(right)):.1%})" if right else "")


def _rows(name: str, outcome: Outcome) -> Iterator[GridRow]:
    at = name, cell(plain(outcome.value), _value(outcome.value))
    if outcome.refusal:
        yield GridRow((*at, "", "", "", "", visible(outcome.refusal)))
    for text, side, holds in outcome.sides:
        left, right = ("", "") if side is None else (cell(plain(v), _number(v)) for v in (side.left, side.right))
        yield GridRow((*at, text, left, "" if side is None else side.relation, right, _verdict(holds)))


def _number(value: Number) -> str:
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{float(value):,.6g}"
    return number(dim.tidy(value)) if isinstance(value, (int, Fraction)) else str(plain(value))


def _value(value: Number) -> str:
    return f"{float(value):g}" if isinstance(value, Fraction) else number(value)


def _record(outcome: Outcome | None) -> Plain:
    if outcome is None:
        return None
    conditions = [
        {
            "condition": text,
            "holds": holds,
            "left": None if side is None else plain(side.left),
            "right": None if side is None else plain(side.right),
        }
        for text, side, holds in outcome.sides
    ]
    found = {"value": plain(outcome.value), "holds": outcome.holds, "refusal": outcome.refusal}
    return found | {"conditions": conditions}


def solve(
    network: Loadable,
    entries: str | Iterable[str],
    where: str | Iterable[str],
    *,
    multiple_of: int | None = None,
    step: Value = None,
    between: tuple[Value, Value] | None = None,
    direction: Direction | None = None,
) -> Solution:
    """The largest or smallest value of a config entry, or of several together, at which conditions hold.

    `entries` are names such as `width` or `depths[2]`. `where` is a comparison such as `parameters <= 10e6` or
    `layer4.height >= 7`, or several that must hold together; `valid` holds wherever the network can be made. The values
    tried are the multiples of `multiple_of`, or `step` apart, within `between`, a pair; by default those that the spec
    declares. `direction` is `largest` or `smallest`, by default the one that the conditions limit.

    What the network leaves free stays free. Raises Refused for a question that cannot be asked, whose answer depends on
    what is free, or that cannot be searched without bounds.
    """
    model = opened(network)
    names = (entries,) if isinstance(entries, str) else tuple(entries)
    conditions = [Condition(text) for text in ([where] if isinstance(where, str) else where)]
    if not names:
        raise Refused("name a config entry to solve for", f"one of {', '.join(model.spec.config)}")
    if not conditions:
        raise Refused("give a condition", "such as 'parameters <= 10e6', or valid")
    if direction is not None:
        choose("direction", direction, get_args(Direction))
    default, *_ = [_entry(model, model.config, name) for name in names]
    symbolic = _symbolic(model, names, conditions)
    _require_alone(model, symbolic)
    if symbolic is None:
        _check(model, conditions)
    taken = (exact(value, model.spec.limits) for value in (multiple_of, step, between))
    choices = candidates(model.spec.config.get(names[0]), default, *taken)
    search = Search(choices, conditions, lambda value: summary(model.changed(dict.fromkeys(names, value))), symbolic)
    return _solution(search, model.name, names, direction or search.usual_direction(), isinstance(default, int))


def _solution(search: Search, name: str, entries: tuple[str, ...], direction: Direction, whole: bool) -> Solution:
    ended = search.ways is None and search.choices.count is None
    if ended:
        search.choices = replace(search.choices, last=USUAL[whole])
    place, unbounded, method = search.best(direction)
    if ended and direction == "largest" and place is not None and place + 1 == search.choices.count:
        method += "; no bound is declared, so the search ended there: --range searches further"
    below = at = above = None
    if place is not None and not unbounded:
        below, above = search.beside(place, -1), search.beside(place, 1)
        at = search.outcome(search.choices.at(place))
    forms = tuple(_forms(search.symbolic, search.conditions)) if search.symbolic else ()
    assumptions = tuple(search.symbolic.given) if search.symbolic else ()
    return Solution(name, entries, direction, at, below, above, method, unbounded, forms, assumptions)


def _entry(model: Loaded, config: Mapping[str, Value], entry: str) -> Value:
    """The value of an entry such as H or depths[2]; raises Refused if it is not a number."""
    name, place = named(model.spec, model.config, entry)
    value = config[name]
    return value[place] if isinstance(value, tuple) and place is not None else value


def _symbolic(model: Loaded, entries: tuple[str, ...], conditions: Sequence[Condition]) -> Symbolic | None:
    """The network with the entries free; None if it has no closed form."""
    first, *others = entries
    if others and not first.isidentifier():
        return None  # no symbol that the others can equal
    try:
        free = model.freeing({first: None} | dict.fromkeys(others, first))
        facts = summary(free)
        claims = tuple(condition.of(facts) for condition in conditions)
    except ArchcalcError:
        return None
    symbols = dim.free_symbols([_entry(model, free.config, first)])
    return Symbolic(first, symbols.pop(), claims, facts) if symbols else None


def _require_alone(model: Loaded, symbolic: Symbolic | None) -> None:
    """Raise Refused if the answer depends on what the model leaves free."""
    claims = () if symbolic is None else (*symbolic.claims, *symbolic.given.others)
    symbols = {name for claim in claims if isinstance(claim, Undecided) for name in claim.symbols()}
    if model.free and (symbolic is None or symbols - {symbolic.symbol}):
        raise Refused(f"the answer may depend on what is free: {', '.join(model.free)}", "give it a value")


def _check(model: Loaded, conditions: Sequence[Condition]) -> None:
    """Raise what is wrong with the conditions themselves, before any search."""
    try:
        usual = summary(model)
    except ArchcalcError:
        return
    for condition in conditions:
        condition.of(usual)


def _forms(symbolic: Symbolic, conditions: Sequence[Condition]) -> Iterator[tuple[str, str]]:
    """The conditions that depend on a symbol, with their closed forms."""
    for condition in conditions:
        side = condition.sides(symbolic.summary)
        if side is not None and dim.free_symbols([side.left, side.right]):
            yield condition.text, f"{dim.text(side.left)} {side.relation} {number(side.right)}"
