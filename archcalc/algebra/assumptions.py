"""What is assumed of symbols: given, met while a network is made, or decided near the config's defaults.

`Assumptions` is an immutable value. It is handed on, and what is added gives a new one.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

from archcalc.algebra.claim import Claim, Several, Undecided
from archcalc.algebra.domain import Domain
from archcalc.errors import Refused, Undecidable

T = TypeVar("T")

LONGEST = 1 << 14
"""The greatest modulus whose remainders are listed."""


class Running(NamedTuple):
    """What a symbol runs over that stands for the number of a round."""

    text: str
    symbols: tuple[str, ...]
    """The symbols in the number of rounds."""
    domain: Domain


@dataclass(frozen=True, eq=False, repr=False)
class Assumptions:
    """What is assumed of symbols; iterates over it in words."""

    near: bool = False
    """Whether conditions that cannot stay open are decided by `defaults`; else they are errors."""
    domains: Mapping[str, Domain] = field(default_factory=dict)
    """What is known of single symbols, by name."""
    others: tuple[Undecided, ...] = ()
    """Claims that cannot be solved for one symbol."""
    definitions: Mapping[str, Any] = field(default_factory=dict)
    """Config entries that are expressions of other symbols, such as H = 32*h."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """For every symbol the number at which the config has its values."""
    leasts: Mapping[str, Any] = field(default_factory=dict)
    """For every symbol the least number of its own kind, which goes without saying."""
    running: Mapping[str, Running] = field(default_factory=dict)
    """Symbols that stand for the number of a round, while what is the same in all rounds is made."""
    taken: frozenset[Undecided] = frozenset()
    """Every claim that was assumed."""

    # -- adding ---------------------------------------------------------------------------------------------------

    def require(self, claim: Claim, otherwise: str) -> "Assumptions":
        """Assume that a claim holds; raises Refused where it is known that it does not."""
        judged = self.judge(claim)
        if judged is False:
            raise Refused(otherwise)
        return self.take(judged) if isinstance(judged, Undecided) else self

    def take(self, *claims: Undecided) -> "Assumptions":
        """Assume that some claims hold."""
        made = self
        for part in (part for claim in claims for part in claim.parts()):
            if part not in made.taken:
                made = made._taken(part)
        return made

    def _taken(self, part: Undecided) -> "Assumptions":
        made = replace(self, taken=self.taken | {part})
        found = part.domains()
        if any(math.lcm(d.modulus, self.domains.get(n, d).modulus) > LONGEST for n, d in found.items()):
            found = {}
        for name, domain in found.items():
            made = made.restrict(name, domain)
        return made if found else replace(made, others=(*made.others, part))

    def restrict(self, name: str, domain: Domain) -> "Assumptions":
        """Assume that a symbol lies in a domain; raises Refused where nothing does."""
        if domain == Domain():
            return self
        met = self.domains.get(name, Domain()).meet(domain)
        if not met.remainders or (met.least is not None and met.most is not None and met.least > met.most):
            said = " and ".join([*self.domains.get(name, Domain()).texts(name), *domain.texts(name)])
            raise Refused(f"nothing meets all that is assumed of {name}: {said}")
        return replace(self, domains={**self.domains, name: met})

    def run(self, name: str, running: Running) -> "Assumptions":
        """Let a symbol stand for the number of a round; what is known of it is no assumption."""
        domains, runs = {**self.domains, name: running.domain}, {**self.running, name: running}
        return replace(self, domains=domains, running=runs)

    def stop(self, name: str) -> "Assumptions":
        """Forget the symbol of a round."""
        domains = {k: v for k, v in self.domains.items() if k != name}
        return replace(self, domains=domains, running={k: v for k, v in self.running.items() if k != name})

    # -- judging --------------------------------------------------------------------------------------------------

    def judge(self, claim: Claim) -> Claim:
        """A claim as far as it is known: true, false, or still open."""
        if not isinstance(claim, Undecided) or not self.domains:
            return claim
        if isinstance(claim, Several):
            return self._judged(claim)
        from archcalc.algebra.prove import judged

        found = judged(self.knowing(claim.left), claim.relation, self.knowing(claim.right))
        return claim if found is None else found

    def _judged(self, claim: Several) -> Claim:
        parts = [self.judge(part) for part in claim.claims]
        if (not claim.every) in parts:
            return not claim.every
        left = [part for part in parts if isinstance(part, Undecided)]
        return (left[0] if len(left) == 1 else Several(left, claim.every)) if left else claim.every

    def decide(self, claim: Claim) -> "tuple[bool, Assumptions]":
        """Whether a claim holds, and what is assumed then; raises Undecidable where it must stay open."""
        judged = self.judge(claim)
        if not isinstance(judged, Undecided):
            return judged, self
        if not self.near or judged.symbols() & self.running.keys():
            raise self.undecidable(judged)
        verdict = judged.at(self.defaults)
        return verdict, self.take(judged if verdict else judged.negated())

    def decided(self, error: Undecidable) -> "Assumptions":
        """What is assumed once the claim is decided that a formula left open; raises the error where it cannot be."""
        if not isinstance(error.claim, Undecided):
            raise error
        made = self.decide(error.claim.plain())[1]
        if made is self:
            raise error
        return made

    def undecidable(self, claim: Undecided) -> Undecidable:
        """The error for a claim that must not stay open."""
        names = sorted(claim.symbols())
        running = claim.symbols() & self.running.keys()
        return Undecidable(f"cannot decide whether {claim}", self.decided_by(names) if running else claim.hint())

    def decided_by(self, names: Iterable[str]) -> str:
        """What would decide something that depends on symbols."""
        running = {name: self.running[name] for name in names if name in self.running}
        if not running:
            return "fix the symbol with --set"
        over = " and ".join(f"{name} runs over {found.text}" for name, found in running.items())
        symbols = dict.fromkeys(symbol for found in running.values() for symbol in found.symbols)
        return f"{over}: give {' and '.join(symbols)} a number"

    def knowing(self, value: T) -> T:
        """Sizes, or whatever holds them, with symbols that carry what is assumed of them."""
        if not self.domains:
            return value
        from archcalc.algebra.known import knowing

        return knowing(value, self.domains)

    def plain(self, value: T) -> T:
        """Sizes, or whatever holds them, with plain symbols."""
        if not self.domains:
            return value
        from archcalc.algebra.known import plain

        return plain(value)

    # -- telling --------------------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[str]:
        yield from map(self._said, self.definitions)
        for name, domain in self.domains.items():
            only = domain.most is not None and domain.most == self.leasts.get(name)
            yield from domain.meet(Domain(domain.most)).texts(name) if only else domain.texts(name)
        yield from map(str, self.others)

    def symbols(self, entry: str, value: Any) -> dict[str, Any]:
        """The symbols where a config entry has a value, or an array of values: of H = 32*h, h is H/32.

        Raises Refused for a value that the entry cannot have.
        """
        definition = self.definitions.get(entry)
        if definition is None:
            return {entry: value}
        said = self._said(entry)
        for symbol in definition.free_symbols:
            share = definition.coeff(symbol)
            offset = definition - share * symbol
            if share.is_Integer and offset.is_Integer:
                found, rest = divmod(value - int(offset), int(share))
                if rest.any() if hasattr(rest, "any") else rest:
                    raise Refused(f"{said}, and {symbol} must be whole, which it is not for {entry} = {value}")
                return {symbol.name: found}
        raise Refused(f"{said} cannot be solved for one symbol")

    def _said(self, entry: str) -> str:
        from archcalc.algebra.write import text

        return f"{entry} = {text(self.definitions[entry])}"

    def hold(self, values: Mapping[str, Any]) -> str | None:
        """The first assumption that does not hold of numbers, in words; None where all do."""
        for name, domain in self.domains.items():
            if name in values and values[name] not in domain:
                return " and ".join(domain.texts(name))
        return next((str(claim) for claim in self.others if not claim.at(values)), None)


NOTHING = Assumptions()
"""Nothing is assumed."""
