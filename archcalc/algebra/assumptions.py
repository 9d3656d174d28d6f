"""The assumptions about symbols: given, added while a network is built, or decided near the config's defaults.

`Assumptions` is an immutable value: adding to it returns a new one.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

from archcalc.algebra.claim import Claim, Several, Undecided, joined
from archcalc.algebra.domain import Domain
from archcalc.errors import Refused, Undecidable

T = TypeVar("T")

LONGEST = 1 << 14
"""The largest modulus whose remainders are listed."""


class Running(NamedTuple):
    """The range of a symbol that is the index of a loop."""

    text: str
    symbols: tuple[str, ...]
    """The symbols in the number of iterations."""
    domain: Domain


@dataclass(frozen=True, eq=False, repr=False)
class Assumptions:
    """The assumptions about symbols; iterates over them in words."""

    near: bool = False
    """Whether `defaults` decide conditions that cannot stay open; if not, they are errors."""
    domains: Mapping[str, Domain] = field(default_factory=dict)
    """The numbers that each symbol may represent."""
    others: tuple[Undecided, ...] = ()
    """Claims that cannot be solved for one symbol."""
    definitions: Mapping[str, Any] = field(default_factory=dict)
    """Config entries that are expressions of other symbols, such as H = 32*h."""
    defaults: Mapping[str, Any] = field(default_factory=dict)
    """The number of every symbol at which the config has its values."""
    leasts: Mapping[str, Any] = field(default_factory=dict)
    """The least number of every symbol's kind, which goes without saying."""
    running: Mapping[str, Running] = field(default_factory=dict)
    """The indices of loops whose iterations are being built as one."""
    taken: frozenset[Undecided] = frozenset()
    """Every claim that was assumed."""

    # -- adding ---------------------------------------------------------------------------------------------------

    def require(self, claim: Claim, otherwise: str) -> "Assumptions":
        """Assume a claim; raises Refused if it is known to be false."""
        judged = self.judge(claim)
        if judged is False:
            raise Refused(otherwise)
        return self.take(judged) if isinstance(judged, Undecided) else self

    def take(self, *claims: Undecided) -> "Assumptions":
        """Assume claims."""
        made = self
        for part in (part for claim in claims for part in claim.parts()):
            if part not in made.taken:
                made = made._taken(part)
        return made

    def _taken(self, part: Undecided) -> "Assumptions":
        made, found = replace(self, taken=self.taken | {part}), part.domains()
        if not found or any(math.lcm(d.modulus, self.domains.get(n, d).modulus) > LONGEST for n, d in found.items()):
            return replace(made, others=(*made.others, part))
        for name, domain in found.items():
            made = made.restrict(name, domain)
        return made

    def restrict(self, name: str, domain: Domain) -> "Assumptions":
        """Assume that a symbol lies in a domain; raises Refused if nothing is left."""
        if domain == Domain():
            return self
        known = self.domains.get(name, Domain())
        met = known.meet(domain)
        if not met.remainders or (met.least is not None and met.most is not None and met.least > met.most):
            facts = " and ".join([*known.texts(name), *domain.texts(name)])
            raise Refused(f"no {name} satisfies all assumptions: {facts}")
        return replace(self, domains={**self.domains, name: met})

    def run(self, name: str, running: Running) -> "Assumptions":
        """Let a symbol be the index of a loop; its range is not an assumption."""
        domains, runs = {**self.domains, name: running.domain}, {**self.running, name: running}
        return replace(self, domains=domains, running=runs)

    def stop(self, name: str) -> "Assumptions":
        """Forget the index of a loop."""
        domains = {k: v for k, v in self.domains.items() if k != name}
        runs = {k: v for k, v in self.running.items() if k != name}
        return replace(self, domains=domains, running=runs)

    # -- judging --------------------------------------------------------------------------------------------------

    def judge(self, claim: Claim) -> Claim:
        """A claim as far as it is known: true, false, or still open."""
        if not isinstance(claim, Undecided) or not self.domains:
            return claim
        if isinstance(claim, Several):
            return joined(map(self.judge, claim.claims), claim.every)
        from archcalc.algebra.prove import judged

        found = judged(self.knowing(claim.left), claim.relation, self.knowing(claim.right))
        return claim if found is None else found

    def decide(self, claim: Claim) -> "tuple[bool, Assumptions]":
        """Whether a claim holds, and the assumptions then; raises Undecidable if it must stay open."""
        judged = self.judge(claim)
        if not isinstance(judged, Undecided):
            return judged, self
        running = judged.symbols() & self.running.keys()
        if running or not self.near:
            hint = self.decided_by(sorted(judged.symbols())) if running else judged.hint()
            raise Undecidable(f"cannot decide whether {judged}", hint)
        verdict = judged.at(self.defaults)
        return verdict, self.take(judged if verdict else judged.negated())

    def decided(self, error: Undecidable) -> "Assumptions":
        """The assumptions once a formula's open claim is decided; raises its error if it cannot be."""
        if not isinstance(error.claim, Undecided):
            raise error
        made = self.decide(error.claim.plain())[1]
        if made is self:
            raise error
        return made

    def broadcasts(self, claims: Iterable[Undecided]) -> Iterator[tuple[Undecided, ...]]:
        """Near the defaults: for each size of a broken claim of equal sizes that is 1 there, that it is 1."""
        for size in (size for claim in claims for size in claim.ones(self.defaults)) if self.near else ():
            yield tuple(Undecided(symbol, "=", self.defaults[symbol.name]) for symbol in size.free_symbols)

    def decided_by(self, names: Iterable[str]) -> str:
        """How to decide something that depends on symbols."""
        running = {name: self.running[name] for name in names if name in self.running}
        if not running:
            return "fix the symbol with --set"
        over = " and ".join(f"{name} runs over {found.text}" for name, found in running.items())
        symbols = dict.fromkeys(symbol for found in running.values() for symbol in found.symbols)
        return f"{over}: give {' and '.join(symbols)} a number"

    def knowing(self, value: T) -> T:
        """Sizes, or containers of them, with symbols that carry the assumptions about them."""
        if not self.domains:
            return value
        from archcalc.algebra.known import knowing

        return knowing(value, self.domains)

    def plain(self, value: T) -> T:
        """Sizes, or containers of them, with plain symbols."""
        if not self.domains:
            return value
        from archcalc.algebra.known import plain

        return plain(value)

    # -- in words and numbers -------------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[str]:
        yield from map(self._definition, self.definitions)
        for name, domain in self.domains.items():
            only = domain.most is not None and domain.most == self.leasts.get(name)
            yield from domain.meet(Domain(domain.most)).texts(name) if only else domain.texts(name)
        yield from map(str, self.others)

    def _definition(self, entry: str) -> str:
        from archcalc.algebra.write import text

        return f"{entry} = {text(self.definitions[entry])}"

    def symbols(self, entry: str, value: Any) -> dict[str, Any]:
        """The symbols at a value, or an array of values, of a config entry: for H = 32*h, h is H/32.

        Raises Refused for a value that the entry cannot have.
        """
        definition = self.definitions.get(entry)
        if definition is None:
            return {entry: value}
        for symbol in definition.free_symbols:
            share = definition.coeff(symbol)
            offset = definition - share * symbol
            if share.is_Integer and offset.is_Integer:
                found, rest = divmod(value - int(offset), int(share))
                if rest.any() if hasattr(rest, "any") else rest:
                    shown = f"{symbol} must be an integer, which it is not for {entry} = {value}"
                    raise Refused(f"{self._definition(entry)}, and {shown}")
                return {symbol.name: found}
        raise Refused(f"{self._definition(entry)} cannot be solved for one symbol")

    def hold(self, values: Mapping[str, Any]) -> str | None:
        """The first assumption that numbers violate, in words; None if all hold."""
        for name, domain in self.domains.items():
            if name in values and values[name] not in domain:
                return " and ".join(domain.texts(name))
        return next((str(claim) for claim in self.others if not claim.at(values)), None)


NOTHING = Assumptions()
"""No assumptions."""
