"""The search for the largest or smallest value of a config entry under conditions.

If the conditions have closed forms that rise or fall with the entry, each holds up to some value or from some value on,
and bisection finds that value. Otherwise every candidate is tried. In both cases the network itself, built at the value
and at its neighbours, confirms the answer.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Literal, NamedTuple

from archcalc import dim
from archcalc.algebra.claim import Undecided
from archcalc.analyse.summary import Summary
from archcalc.errors import ArchcalcError, Refused
from archcalc.language.value import Number, Value
from archcalc.solving.candidates import FAR, Candidates
from archcalc.solving.condition import Condition, Side
from archcalc.solving.symbolic import Symbolic

MOST = 20_000
"""The most candidates that are tried one by one."""
NEAR = 64
"""The number of candidates on either side that are searched for one at which the network can be made."""
Direction = Literal["largest", "smallest"]
Test = Callable[[dict[str, Number]], bool]
"""Whether something holds for values of the symbols."""


class Outcome(NamedTuple):
    """The outcome at one value."""

    value: Value
    holds: bool
    refusal: str
    """Why there is no such network; empty if there is one."""
    sides: tuple[tuple[str, Side | None, bool], ...]
    """For each condition its text, its two sides in numbers, and whether it holds."""


class Found(NamedTuple):
    """The index of the best candidate; None if there is none."""

    place: int | None
    unbounded: bool
    """Whether the conditions hold for all larger values."""
    method: str


def _not(test: Test) -> Test:
    return lambda at: not test(at)


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

    @cached_property
    def ways(self) -> list[tuple[Undecided, int]] | None:
        """The directions of the conditions, as `Symbolic.ways` describes them; None if they are unknown."""
        return None if self.symbolic is None else self.symbolic.ways()

    def usual_direction(self) -> Direction:
        """The largest value, unless all conditions bound it from below."""
        if ways := {way for _, way in self.ways or () if way}:
            return "largest" if -1 in ways else "smallest"
        return "smallest" if all(c.is_valid or c.bounds_from_below for c in self.conditions) else "largest"

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

    def _has(self, index: int) -> bool:
        return index >= 0 and (self.choices.count is None or index < self.choices.count)

    def beside(self, place: int, step: int) -> Outcome | None:
        """The outcome at the next candidate in a direction; None if there is none.

        Unless only `valid` is asked, a candidate at which the network can be made is preferred.
        """
        near = [index for index in range(place + step, place + (NEAR + 1) * step, step) if self._has(index)]
        outcomes = (self.outcome(self.choices.at(index)) for index in near)
        if all(condition.is_valid for condition in self.conditions):
            return next(outcomes, None)
        made = next((found for found in outcomes if not found.refusal), None)
        return self.outcome(self.choices.at(near[0])) if made is None and near else made

    def best(self, direction: Direction) -> Found:
        """The largest or smallest candidate at which all conditions hold."""
        if self.symbolic is not None and self.ways is not None:
            found = self._bisected(direction, self.symbolic, self.ways)
            if found.place is None or found.unbounded or self._confirmed(found.place, direction):
                return found
        return self._scanned(direction)

    # -- closed forms that rise or fall ----------------------------------------------------------------------------

    def _bisected(self, direction: Direction, symbolic: Symbolic, ways: list[tuple[Undecided, int]]) -> Found:
        if any(claim is False for claim in symbolic.claims):
            return Found(None, False, "a condition is false for every value")
        count, name, domain = self.choices.count, symbolic.symbol, symbolic.domain
        tests: list[tuple[Test, int]] = [(claim.at, way) for claim, way in ways]
        if domain.least is not None:
            tests.append((lambda at: bool(at[name] >= domain.least), 1))
        if domain.most is not None:
            tests.append((lambda at: bool(at[name] <= domain.most), -1))
        low, high = 0, FAR if count is None else count - 1
        for test, way in tests:
            if way >= 0:
                low = max(low, self._first(symbolic, test, low, high))
            else:
                high = min(high, self._first(symbolic, _not(test), low, high + 1) - 1)
        order = range(high, low - 1, -1) if direction == "largest" else range(low, high + 1)
        # Remainders repeat with the modulus, so a few candidates suffice.
        index = next((i for i in order[:MOST] if symbolic.may_be(self.choices.at(i))), None)
        unbounded = count is None and high >= FAR and direction == "largest" and index is not None
        return Found(index, unbounded, "the conditions rise or fall with it: bisection on the closed forms")

    def _first(self, symbolic: Symbolic, test: Test, low: int, high: int) -> int:
        """The first index from which on a test holds; high + 1 if it never does."""

        def holds(index: int) -> bool:
            at = symbolic.at(self.choices.at(index))
            # Between two integers of the symbol the test holds as at the lower one.
            while at is None and index > low:
                index -= 1
                at = symbolic.at(self.choices.at(index))
            return at is not None and test(at)

        if low > high or holds(low):
            return low
        before, step = low, 1
        while before + step <= high and not holds(before + step):
            before, step = before + step, 2 * step
        between = range(before + 1, min(before + step, high + 1))
        return before + 1 + bisect_left(between, True, key=holds)

    def _confirmed(self, place: int, direction: Direction) -> bool:
        """Whether the network satisfies the conditions there, and not at the next candidate."""
        beyond = place + (1 if direction == "largest" else -1)
        if self._has(beyond) and self.outcome(self.choices.at(beyond)).holds:
            return False
        return self.outcome(self.choices.at(place)).holds

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
        order = range(count) if direction == "smallest" else range(count - 1, -1, -1)
        index = next((i for i in order if self._holds(self.choices.at(i))), None)
        tried = count if index is None else order.index(index) + 1
        values = f"values from {dim.say(self.choices.at(0))} to {dim.say(self.choices.at(count - 1))}"
        end = "from the largest down" if direction == "largest" else "from the smallest up"
        shown = f"{tried:,} of the {count:,} {values} were tried, {end}"
        return Found(index, False, f"the conditions are not known to rise or fall with it: {shown}")

    def _holds(self, value: Value) -> bool:
        """Whether a value is a solution: the closed forms rule most out, the network decides."""
        return (self.symbolic is None or self.symbolic.may_hold(value)) and self.outcome(value).holds
