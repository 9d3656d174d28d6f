"""The search for the largest or smallest value of a config entry under conditions.

Where the conditions have closed forms that rise or fall with the entry, each of them holds up to some value or from
some value on, and bisection finds it. Else every candidate is tried. What was found is always confirmed by the network
itself, made at that value and at its neighbours.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.claim import Several, Undecided
from archcalc.algebra.domain import Domain
from archcalc.analyse.summary import Summary
from archcalc.errors import ArchcalcError, Refused
from archcalc.language.value import Number, Value
from archcalc.solve.candidates import FAR, Candidates
from archcalc.solve.condition import Condition, Side

MOST = 20_000
"""The most candidates that are tried one by one."""
Direction = Literal["largest", "smallest"]


class Outcome(NamedTuple):
    """The outcome at one value."""

    value: Value
    holds: bool
    refusal: str
    """Why there is no such network; empty where there is."""
    sides: tuple[tuple[str, Side | None, bool], ...]
    """Of every condition its text, its two sides in numbers and whether it holds."""


class Symbolic(NamedTuple):
    """The network with the entries left free: what the conditions come to, and what is assumed."""

    entry: str
    symbol: str
    claims: tuple[bool | Undecided, ...]
    given: Assumptions


Test = Callable[[dict[str, Number]], bool]
"""Whether something holds for numbers of the symbols."""


def _not(test: Test) -> Test:
    return lambda at: not test(at)


class Found(NamedTuple):
    """The number of the best candidate; None where there is none."""

    place: int | None
    unbounded: bool
    """Whether nothing ends the search in its direction."""
    method: str


class Search:
    """One question: the candidates, and whether the conditions hold at each."""

    def __init__(
        self,
        choices: Candidates,
        conditions: Sequence[Condition],
        make: Callable[[Value], Summary],
        symbolic: Symbolic | None,
    ):
        self.choices, self.conditions, self.make, self.symbolic = choices, conditions, make, symbolic
        self._outcomes: dict[Value, Outcome] = {}

    def outcome(self, value: Value) -> Outcome:
        """The outcome at a value, found by building the network."""
        if value not in self._outcomes:
            self._outcomes[value] = self._outcome(value)
        return self._outcomes[value]

    def _outcome(self, value: Value) -> Outcome:
        try:
            summary = self.make(value)
        except ArchcalcError as error:
            return Outcome(value, False, str(error).splitlines()[0], ())
        found = tuple((c.text, c.sides(summary), c.of(summary) is True) for c in self.conditions)
        return Outcome(value, all(holds for *_, holds in found), "", found)

    def best(self, direction: Direction) -> Found:
        """The largest or smallest candidate at which all conditions hold."""
        if self.ways is not None:
            found = self._bisected(direction, self.ways)
            if found.place is None or self._confirmed(found, direction):
                return found
        return self._scanned(direction)

    # -- closed forms that rise or fall ----------------------------------------------------------------------------

    @cached_property
    def ways(self) -> list[tuple[Undecided, int]] | None:
        """Of every open condition whether it holds up to some value (-1) or from some value on (1); None: unknown."""
        if self.symbolic is None:
            return None
        found = []
        claims = [part for claim in self.symbolic.claims if isinstance(claim, Undecided) for part in claim.parts()]
        for claim in [*claims, *self.symbolic.given.others]:
            way = self._way(claim)
            if way is None:
                return None
            found.append((claim, way))
        return found

    def _way(self, claim: Undecided) -> int | None:
        from archcalc.algebra.bounds import trend
        from archcalc.algebra.iverson import rational

        assert self.symbolic is not None
        if isinstance(claim, Several) or claim.relation not in (">=", "<"):
            return None
        difference = dim.tidy(rational(claim.left) - rational(claim.right))
        found = trend(self.symbolic.given.knowing(difference), self.symbolic.symbol)
        return None if found is None else found if claim.relation == ">=" else -found

    def _bisected(self, direction: Direction, ways: list[tuple[Undecided, int]]) -> Found:
        assert self.symbolic is not None
        if any(claim is False for claim in self.symbolic.claims):
            return Found(None, False, "a condition is false for every value")
        method = "the conditions rise or fall with it: bisection on the closed forms"
        count = self.choices.count
        low, high = 0, FAR if count is None else count - 1
        for test, way in [*((claim.at, way) for claim, way in ways), *self._bounds()]:
            if way >= 0:
                low = max(low, self._first(test, low, high))
            else:
                high = min(high, self._first(_not(test), low, high + 1) - 1)
        unbounded = count is None and high >= FAR and direction == "largest"
        order = range(high, low - 1, -1) if direction == "largest" else range(low, high + 1)
        # Remainders by a modulus repeat, so that not all need be looked at.
        index = next((i for i in order[:MOST] if self._in_domain(i)), None)
        return Found(index, unbounded and index is not None, method)

    def _bounds(self) -> list[tuple[Test, int]]:
        """What is assumed of the symbol as tests: at least something, at most something."""
        assert self.symbolic is not None
        name = self.symbolic.symbol
        domain = self.symbolic.given.domains.get(name, Domain())
        found: list[tuple[Test, int]] = []
        if domain.least is not None:
            found.append((lambda at: bool(at[name] >= domain.least), 1))
        if domain.most is not None:
            found.append((lambda at: bool(at[name] <= domain.most), -1))
        return found

    def _in_domain(self, index: int) -> bool:
        assert self.symbolic is not None
        at, name = self._at(index), self.symbolic.symbol
        return at is not None and at[name] in self.symbolic.given.domains.get(name, Domain())

    def _at(self, index: int) -> dict[str, Number] | None:
        """The symbol at a candidate; None where it would not be an integer."""
        assert self.symbolic is not None
        try:
            return self.symbolic.given.symbols(self.symbolic.entry, self.choices.at(index))
        except Refused:
            return None

    def _first(self, test: Test, low: int, high: int) -> int:
        """The first index at which a test holds that holds from some index on; high + 1 where it never does."""

        def holds(index: int) -> bool:
            at = self._at(index)
            # Between two integers of the symbol the test holds as at the lower one.
            while at is None and index > low:
                index -= 1
                at = self._at(index)
            return at is not None and test(at)

        if low > high or holds(low):
            return low
        before, step = low, 1
        while before + step <= high and not holds(before + step):
            before, step = before + step, 2 * step
        after = min(before + step, high + 1)
        while after - before > 1:  # it does not hold at `before`; it does at `after`, or that is the end
            middle = (before + after) // 2
            before, after = (before, middle) if holds(middle) else (middle, after)
        return after

    def _confirmed(self, found: Found, direction: Direction) -> bool:
        """Whether the network itself is a solution there, and not at the next candidate."""
        assert found.place is not None
        if found.unbounded:
            return True
        beyond, count = found.place + (1 if direction == "largest" else -1), self.choices.count
        inside = beyond >= 0 and (count is None or beyond < count)
        further = inside and self.outcome(self.choices.at(beyond)).holds
        return self.outcome(self.choices.at(found.place)).holds and not further

    # -- all candidates --------------------------------------------------------------------------------------------

    def _scanned(self, direction: Direction) -> Found:
        count = self.choices.count
        if count is None or count > MOST:
            shown = "without an end" if count is None else f"of {count:,} values"
            raise Refused(
                f"the conditions are not known to rise or fall, and the range is {shown}",
                f"give a range of at most {MOST:,} values with --range, or a larger --multiple-of or --step",
            )
        if count == 0:
            return Found(None, False, "there is no value to try")
        first, last = self.choices.at(0), self.choices.at(count - 1)
        order = range(count - 1, -1, -1) if direction == "largest" else range(count)
        tried = 0
        for index in order:
            tried += 1
            if self._holds(index):
                return Found(index, False, self._said(tried, count, first, last, direction))
        return Found(None, False, self._said(tried, count, first, last, direction))

    def _said(self, tried: int, count: int, first: Value, last: Value, direction: Direction) -> str:
        end = "from the largest down" if direction == "largest" else "from the smallest up"
        shown = f"{tried:,} of the {count:,} values from {dim.say(first)} to {dim.say(last)} were tried, {end}"
        return f"the conditions are not known to rise or fall with it: {shown}"

    def _holds(self, index: int) -> bool:
        """Whether a candidate is a solution: the closed forms rule most out, the network decides."""
        if self.symbolic is not None and not self._may_hold(index):
            return False
        return self.outcome(self.choices.at(index)).holds

    def _may_hold(self, index: int) -> bool:
        assert self.symbolic is not None
        at = self._at(index)
        if at is None or self.symbolic.given.hold(at) is not None:
            return False
        return all(claim if isinstance(claim, bool) else claim.at(at) for claim in self.symbolic.claims)
