"""The answer to an inverse question."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from archcalc import dim
from archcalc.analyse.summary import Summary
from archcalc.analyse.verbs import summary
from archcalc.errors import ArchcalcError, Refused
from archcalc.language.free import named
from archcalc.language.loaded import Loadable, Loaded, exact, opened
from archcalc.language.spec import ConfigEntry
from archcalc.language.value import Number, Value
from archcalc.render.document import Document, Grid
from archcalc.render.result import Plain, Result
from archcalc.solve import written
from archcalc.solve.candidates import Candidates, candidates
from archcalc.solve.condition import VALID, Condition
from archcalc.solve.search import Direction, Outcome, Search, Symbolic

NEAR = 64
"""The number of candidates on either side that are searched for one that can be made."""


@dataclass(eq=False)
class Solution(Result):
    """The largest or smallest value of config entries at which conditions hold, and the outcomes around it; prints."""

    name: str
    entries: tuple[str, ...]
    direction: Direction
    found: Outcome | None
    """None where no value keeps the conditions, or where nothing ends them."""
    below: Outcome | None
    """The outcome at the candidate before; None where there is none."""
    above: Outcome | None
    method: str
    """How it was searched, in words."""
    unbounded: bool
    """Whether the conditions hold however large the value is."""
    forms: tuple[tuple[str, str], ...]
    """The conditions with what they compare in closed form, where they have one."""
    assumptions: tuple[str, ...]

    @property
    def value(self) -> Value:
        """The value, exact; None where there is none."""
        return None if self.found is None else self.found.value

    def document(self) -> Document:
        return written.document(self)

    def table(self) -> Grid:
        """A row for each condition at the value and at its neighbours."""
        return written.table(self)

    def record(self) -> Plain:
        return written.record(self)


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

    Conditions are comparisons such as `parameters <= 10e6` or `layer4.height >= 7`; `valid` is where the network
    can be made. Raises Refused for a question that cannot be asked, or not be searched without bounds.
    """
    names = [entries] if isinstance(entries, str) else list(entries)
    texts = [where] if isinstance(where, str) else list(where)
    bounds = None if between is None else (exact(between[0]), exact(between[1]))
    question = Question(opened(network), names, texts)
    return question.solve(multiple_of=multiple_of, step=exact(step), between=bounds, direction=direction)


class Question:
    """What is asked of a network: entries, conditions, and the values that may be tried."""

    def __init__(self, model: Loaded, entries: Sequence[str], where: Iterable[str]):
        if not entries:
            raise Refused("name a config entry to solve for", f"one of {', '.join(model.spec.config)}")
        self.model, self.entries = model, tuple(entries)
        self.conditions = [Condition(text) for text in where]
        if not self.conditions:
            raise Refused("give a condition", "such as 'parameters <= 10e6', or valid")

    def solve(
        self,
        *,
        multiple_of: Value = None,
        step: Value = None,
        between: tuple[Value, Value] | None = None,
        direction: Direction | None = None,
    ) -> Solution:
        """The answer; raises Refused for a question that cannot be asked or searched."""
        setting, default = self._entry()
        symbolic, facts = self._symbolic()
        self._checked(facts)
        choices = candidates(setting, default, multiple_of, step, between)
        search = Search(choices, self.conditions, self._made, symbolic)
        direction = direction or self._direction(search)
        ended = search.ways is None and choices.count is None
        if ended:
            search.choices = choices = choices.ended(isinstance(default, int))
        found = search.best(direction)
        method = found.method
        if ended and direction == "largest" and found.place is not None and found.place + 1 == choices.count:
            method += "; no bound is declared, so the search ended there: --range searches further"
        around: list[Outcome | None] = [None, None, None]
        if found.place is not None and not found.unbounded:
            around = [self._outcome(search, choices, found.place, i) for i in (-1, 0, 1)]
        below, at, above = around
        forms = self._forms(facts) if symbolic is not None else ()
        texts = tuple(symbolic.given) if symbolic is not None and facts is not None else ()
        return Solution(
            self.model.name, self.entries, direction, at, below, above, method, found.unbounded, forms, texts
        )

    def _entry(self) -> tuple[ConfigEntry | None, Value]:
        """The setting of the first entry, and its value; raises Refused for what is no number."""
        values = [self._value(self.model.config, entry) for entry in self.entries]
        return self.model.spec.config.get(self.entries[0]), values[0]

    def _value(self, config: Mapping[str, Value], entry: str) -> Value:
        name, place = named(self.model.spec, self.model.config, entry)
        value = config[name]
        return value[place] if isinstance(value, tuple) and place is not None else value

    def _made(self, value: Value) -> Summary:
        return summary(self.model.changed(dict.fromkeys(self.entries, value)))

    def _symbolic(self) -> tuple[Symbolic | None, Summary | None]:
        first, *others = self.entries
        try:
            free = {first: None} | {entry: _same(first) for entry in others}
            model = self.model.freed(free)
            facts = summary(model)
            claims = tuple(condition.of(facts) for condition in self.conditions)
        except ArchcalcError:
            return None, None
        symbols = dim.free_symbols([self._value(model.config, first)])
        if not symbols:
            return None, None
        (symbol,) = symbols
        return Symbolic(first, symbol, claims, model.assumptions), facts

    def _checked(self, facts: Summary | None) -> None:
        """Raise what is wrong with the conditions themselves, before any search."""
        if facts is None:
            try:
                usual = summary(self.model)
            except ArchcalcError:
                return
            for condition in self.conditions:
                condition.of(usual)

    def _direction(self, search: Search) -> Direction:
        """The largest value, unless all conditions bound it from below."""
        ways = [way for _, way in search.ways or () if way]
        if ways:
            return "largest" if -1 in ways else "smallest"
        texts = [c for c in self.conditions if c.text != VALID]
        lower = all(c.bounds_from_below for c in texts)
        return "smallest" if lower else "largest"

    def _outcome(self, search: Search, choices: Candidates, place: int, step: int) -> Outcome | None:
        """The outcome at a candidate or its neighbour; beyond `valid`, at the nearest neighbour that can be made."""
        asked = any(condition.text != VALID for condition in self.conditions)
        first = None
        for number in range(1, NEAR + 1):
            index = place + number * step
            if index < 0 or (choices.count is not None and index >= choices.count):
                break
            found = search.outcome(choices.at(index))
            first = first or found
            if not (found.refusal and asked and step):
                return found
        return first

    def _forms(self, facts: Summary | None) -> tuple[tuple[str, str], ...]:
        found = []
        for condition in self.conditions:
            sides = None if facts is None else condition.sides(facts)
            if sides is not None and dim.free_symbols([sides.left, sides.right]):
                found.append((condition.text, f"{dim.text(sides.left)} {sides.relation} {_plain(sides.right)}"))
        return tuple(found)


def _plain(value: Number) -> str:
    return f"{value:,}" if isinstance(value, int) else dim.text(value)


def _same(entry: str) -> str:
    if not entry.isidentifier():
        raise Refused(f"only entries by their names can move together, not {entry}")
    return entry
