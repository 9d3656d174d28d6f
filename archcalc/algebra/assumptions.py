"""What is taken to hold of symbols while a network is made: given, met on the way, or decided near the defaults."""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple

from archcalc.algebra.domain import Domain
from archcalc.errors import Refused

if TYPE_CHECKING:
    from archcalc.algebra.claim import Claim, Undecided

LONGEST = 1 << 14
"""The greatest modulus whose remainders are listed."""


class Running(NamedTuple):
    """What a symbol runs over that stands for the number of a round."""

    text: str
    symbols: tuple[str, ...]
    """What the number of rounds hangs on."""
    domain: Domain


class Assumptions:
    """What is taken to hold of symbols, collected while a network is made; iterates over it in words."""

    def __init__(self, near: bool = False):
        self.domains: dict[str, Domain] = {}
        """What is known of single symbols, by name."""
        self.others: dict[Undecided, None] = {}
        """Claims that cannot be solved for one symbol."""
        self.definitions: dict[str, Any] = {}
        """Config entries that are expressions of other symbols, such as H = 32*h."""
        self.defaults: dict[str, Any] = {}
        """For every symbol the number at which the config has its values."""
        self.leasts: dict[str, Any] = {}
        """For every symbol the number that it is at least by its own kind, which goes without saying."""
        self.near = near
        """Whether conditions that cannot stay open are decided by these numbers; else they are errors."""
        self.running: dict[str, Running] = {}
        """Symbols that stand for the number of a round, while what is the same in all rounds is made."""
        self._seen: set[Undecided] = set()

    def require(self, claim: "Claim", otherwise: str) -> None:
        """Assume that a claim holds, unless that is known; raises Refused where it is known that it does not."""
        if claim is False:
            raise Refused(otherwise)
        if claim is not True:
            self.take(claim)

    def take(self, claim: "Undecided") -> None:
        """Assume that a claim holds."""
        for part in claim.parts():
            if part in self._seen:
                continue
            self._seen.add(part)
            found = part.domains()
            if any(math.lcm(d.modulus, self.domains.get(n, d).modulus) > LONGEST for n, d in found.items()):
                found = {}
            for name, domain in found.items():
                self.restrict(name, domain)
            if not found:
                self.others[part] = None

    def restrict(self, name: str, domain: Domain) -> None:
        """Assume that a symbol lies in a domain."""
        if domain == Domain():
            return
        met = self.domains.get(name, Domain()).meet(domain)
        if not met.remainders or (met.least is not None and met.most is not None and met.least > met.most):
            said = " and ".join([*self.domains.get(name, Domain()).texts(name), *domain.texts(name)])
            raise Refused(f"nothing meets all that is assumed of {name}: {said}")
        self.domains[name] = met

    @contextmanager
    def run(self, name: str, running: Running) -> Iterator[None]:
        """Let a symbol stand for the number of a round for a while; what is known of it is no assumption."""
        self.running[name] = running
        self.domains[name] = running.domain
        try:
            yield
        finally:
            del self.running[name]
            del self.domains[name]

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


def decided_by(names: Iterable[str]) -> str:
    """What would decide something that hangs on symbols."""
    given = in_force()
    running = {name: given.running[name] for name in names if name in given.running} if given is not None else {}
    if not running:
        return "fix the symbol with --set"
    over = " and ".join(f"{name} runs over {found.text}" for name, found in running.items())
    symbols = dict.fromkeys(symbol for found in running.values() for symbol in found.symbols)
    return f"{over}: give {' and '.join(symbols)} a number"


_IN_FORCE: ContextVar[Assumptions | None] = ContextVar("assumptions", default=None)


def in_force() -> Assumptions | None:
    """The assumptions in force. Formulas of operations decide claims anywhere, so that none could be handed to them."""
    return _IN_FORCE.get()


@contextmanager
def assuming(assumptions: Assumptions) -> Iterator[Assumptions]:
    """Put assumptions into force for a while: claims are decided by them."""
    token = _IN_FORCE.set(assumptions)
    try:
        yield assumptions
    finally:
        _IN_FORCE.reset(token)
