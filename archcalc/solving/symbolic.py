"""A network with config entries left free: the conditions as closed forms in one symbol."""

from typing import NamedTuple

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.claim import Several, Undecided
from archcalc.algebra.domain import Domain
from archcalc.analyse.summary import Summary
from archcalc.errors import Refused
from archcalc.language.value import Number


class Symbolic(NamedTuple):
    """The conditions in closed form, and the summary of the free network."""

    entry: str
    symbol: str
    claims: tuple[bool | Undecided, ...]
    summary: Summary

    @property
    def given(self) -> Assumptions:
        """The assumptions about the symbols."""
        return self.summary.given

    @property
    def domain(self) -> Domain:
        """The values that the symbol may have."""
        return self.given.domains.get(self.symbol, Domain())

    def at(self, value: Number) -> dict[str, Number] | None:
        """The symbol at a value of the entry; None if it would not be an integer."""
        try:
            return self.given.symbols(self.entry, value)
        except Refused:
            return None

    def may_be(self, value: Number) -> bool:
        """Whether the symbol may have the value that it has at a value of the entry."""
        at = self.at(value)
        return at is not None and at[self.symbol] in self.domain

    def may_hold(self, value: Number) -> bool:
        """Whether assumptions and conditions hold at a value of the entry."""
        at = self.at(value)
        if at is None or self.given.hold(at) is not None:
            return False
        return all(claim if isinstance(claim, bool) else claim.at(at) for claim in self.claims)

    def ways(self) -> list[tuple[Undecided, int]] | None:
        """Whether each open claim holds up to some value (-1), from some value on (1), or at all values or none (0).

        None if this is unknown for any of them.
        """
        claims = [part for claim in self.claims if isinstance(claim, Undecided) for part in claim.parts()]
        found = []
        for claim in (*claims, *self.given.others):
            way = self._way(claim)
            if way is None:
                return None
            found.append((claim, way))
        return found

    def _way(self, claim: Undecided) -> int | None:
        from sympy import sympify

        from archcalc.algebra.bounds import trend

        if isinstance(claim, Several) or claim.relation not in (">=", "<"):
            return None
        difference = dim.tidy(sympify(claim.left) - sympify(claim.right))
        found = trend(self.given.knowing(difference), self.symbol)
        return found if found is None or claim.relation == ">=" else -found
