"""Claims about sizes that are neither true nor false yet.

A claim over symbols is decided if it follows from what is known of them. If not, `Assumptions` assumes it, as for the
requirements of operations, or decides it near some numbers, as for the condition of a layer. A claim itself never
decides: asking an open one for its truth raises Undecidable.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from archcalc.algebra.domain import Domain
from archcalc.algebra.names import ordered
from archcalc.algebra.relations import HOLDS, OPPOSITE
from archcalc.errors import Undecidable


class Undecided:
    """A claim over symbolic sizes that is neither true nor false yet."""

    __slots__ = ("left", "relation", "right")

    def __init__(self, left: Any, relation: str, right: Any):
        self.left, self.relation, self.right = left, relation, right

    def _key(self) -> tuple[object, ...]:
        return self.left, self.relation, self.right

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undecided) and type(other) is type(self) and other._key() == self._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __str__(self) -> str:
        from archcalc.algebra.write import text

        return f"{text(self.left)} {self.relation} {text(self.right)}"

    def __repr__(self) -> str:
        return f"Undecided({str(self)!r})"

    def __bool__(self) -> NoReturn:
        raise Undecidable(f"cannot decide whether {self}", self.hint(), claim=self)

    def hint(self) -> str:
        """The ways to decide it: assumptions as the language writes them."""
        symbols = " or ".join(ordered(self.symbols()))
        return f"fix {symbols}, or assume {self.written()!r} or {self.negated().written()!r}"

    def written(self) -> str:
        """The claim as a condition of the language, solved for a bound if possible."""
        from archcalc.algebra.write import text

        facts = self.facts()
        if len(facts) == 1 and (" >= " in facts[0] or " <= " in facts[0]):
            return facts[0]
        left, right = text(self.left), text(self.right)
        if "divide" in self.relation:
            return f"({right}) % {left} {'==' if self.relation == 'divides' else '!='} 0"
        return f"{left} {'==' if self.relation == '=' else self.relation} {right}"

    def symbols(self) -> set[str]:
        """The names of the symbols in it."""
        sides = (side for side in (self.left, self.right) if hasattr(side, "free_symbols"))
        return {symbol.name for side in sides for symbol in side.free_symbols}

    def facts(self) -> list[str]:
        """The claim as facts about the symbol that it can be solved for; empty if there is none."""
        return [text for name, domain in self.domains().items() for text in domain.texts(name)]

    def domains(self) -> dict[str, Domain]:
        """The domain of the symbol that the claim can be solved for, by its name; empty if there is none."""
        from archcalc.algebra.prove import solved

        return solved(self.left, self.relation, self.right)

    def negated(self) -> "Undecided":
        """The claim that this one is false."""
        return Undecided(self.left, OPPOSITE[self.relation], self.right)

    def parts(self) -> "tuple[Undecided, ...]":
        """The claims that together are equivalent to this one."""
        from archcalc.algebra.prove import parted

        return tuple(Undecided(term, "=", 0) for term in parted(self.left, self.relation, self.right)) or (self,)

    def plain(self) -> "Undecided":
        """The claim over plain symbols."""
        from archcalc.algebra.known import plain

        return Undecided(plain(self.left), self.relation, plain(self.right))

    def at(self, values: Mapping[str, Any]) -> bool:
        """Whether the claim holds for numbers."""
        from archcalc.algebra.evaluate import number

        left, right = number(self.left, values), number(self.right, values)
        if self.relation in HOLDS:
            return HOLDS[self.relation](left, right)
        return not HOLDS[OPPOSITE[self.relation]](left, right)

    def ones(self, values: Mapping[str, Any]) -> list[Any]:
        """The sides that are 1 for numbers, if the claim says that sizes are equal which differ there."""
        if self.relation != "=" or not self.symbols() <= values.keys() or self.at(values):
            return []
        from archcalc.algebra.evaluate import number

        return [side for side in (self.left, self.right) if number(side, values) == 1]


class Several(Undecided):
    """The claim that all of some claims hold, or that any does."""

    __slots__ = ("claims", "every")

    def __init__(self, claims: Iterable[Undecided], every: bool = True):
        self.claims, self.every = tuple(claims), every

    def _key(self) -> tuple[object, ...]:
        return self.claims, self.every

    def __str__(self) -> str:
        return (" and " if self.every else " or ").join(map(str, self.claims))

    def symbols(self) -> set[str]:
        return {name for claim in self.claims for name in claim.symbols()}

    def domains(self) -> dict[str, Domain]:
        return {}

    def written(self) -> str:
        return (" and " if self.every else " or ").join(f"({claim.written()})" for claim in self.claims)

    def negated(self) -> "Several":
        return Several([claim.negated() for claim in self.claims], not self.every)

    def parts(self) -> tuple[Undecided, ...]:
        return tuple(part for claim in self.claims for part in claim.parts()) if self.every else (self,)

    def plain(self) -> "Several":
        return Several([claim.plain() for claim in self.claims], self.every)

    def ones(self, values: Mapping[str, Any]) -> list[Any]:
        return [side for claim in self.claims for side in claim.ones(values)]

    def at(self, values: Mapping[str, Any]) -> bool:
        return (all if self.every else any)(claim.at(values) for claim in self.claims)


Claim = bool | Undecided


def joined(claims: Iterable[Claim], every: bool) -> Claim:
    """The claim that all of some claims hold, or that any does, as far as it is decided."""
    found = list(claims)
    if (not every) in found:
        return not every
    left = [claim for claim in found if isinstance(claim, Undecided)]
    return (left[0] if len(left) == 1 else Several(left, every)) if left else every
