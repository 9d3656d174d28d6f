"""Claims about sizes that are neither true nor false yet, and what is taken to hold of symbols.

A claim over symbols is decided where it follows from what is known of them. Where it does not, it either becomes an
assumption of the result, as the requirements of operations do, or it cannot be left open, as the condition of a layer
cannot: then it is an error, unless the symbols are known to stand near some numbers, for which it can be decided.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction
from typing import Any, NamedTuple

from archcalc.algebra.names import ordered
from archcalc.errors import Refused, Undecidable

OPPOSITE = {"=": "!=", ">=": "<", "divides": "does not divide"}
OPPOSITE |= {b: a for a, b in OPPOSITE.items()}
"""Every relation of a claim, with what it is when it does not hold."""
HOLDS = {
    "=": lambda a, b: a == b,
    ">=": lambda a, b: a >= b,
    "divides": lambda a, b: a != 0 and b % a == 0,
}
"""What the relations mean of numbers."""
LONGEST = 1 << 14
"""The greatest modulus whose remainders are listed."""


class Domain(NamedTuple):
    """The numbers that a symbol may stand for: from least to most, with one of some remainders by a modulus."""

    least: Any = None
    most: Any = None
    modulus: int = 1
    remainders: frozenset[int] = frozenset({0})

    def meet(self, other: "Domain") -> "Domain":
        """The numbers that lie in both; `clashes` tells when there are none."""
        least = max((v for v in (self.least, other.least) if v is not None), default=None)
        most = min((v for v in (self.most, other.most) if v is not None), default=None)
        modulus = math.lcm(self.modulus, other.modulus)
        both = frozenset(
            r for r in range(modulus) if r % self.modulus in self.remainders and r % other.modulus in other.remainders
        )
        return Domain(least, most, modulus, both)

    def __contains__(self, value: object) -> bool:
        number: Any = value
        if (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            return False
        return bool(self.remainders) and (self.modulus == 1 or number % self.modulus in self.remainders)

    def shortest(self) -> "Domain":
        """The same remainders by the smallest modulus that tells them."""
        for modulus in range(1, self.modulus + 1):
            kept = frozenset(r % modulus for r in self.remainders)
            if self.modulus % modulus == 0 and len(kept) * (self.modulus // modulus) == len(self.remainders):
                return self._replace(modulus=modulus, remainders=kept)
        return self

    def texts(self, name: str) -> list[str]:
        """What this says of a symbol, a fact each."""
        least, most, modulus, remainders = self.shortest()
        if least is not None and least == most:
            return [f"{name} = {_shown(least)}"]
        found = [f"{name} {sign} {_shown(v)}" for sign, v in ((">=", least), ("<=", most)) if v is not None]
        if None not in (least, most) and most - least < modulus:
            return [f"{name} is {_runs(v for v in range(least, most + 1) if v in self)}"]
        if modulus > 1 and remainders == {0}:
            found.append(f"{modulus} divides {name}")
        elif modulus > 1 and len(remainders) == 1:
            found.append(f"{name} mod {modulus} = {next(iter(remainders))}")
        elif modulus > 1 or not remainders:
            found.append(f"{name} mod {modulus} is {_runs(remainders)}")
        return found


def _runs(numbers: Iterable[int]) -> str:
    """Whole numbers, those one after the other as a range: 0 to 3 or 8."""
    runs: list[list[int]] = []
    for value in sorted(numbers):
        if runs and runs[-1][-1] == value - 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return " or ".join(f"{r[0]} to {r[-1]}" if len(r) > 1 else str(r[0]) for r in runs) or "nothing"


def _shown(value: Any) -> str:
    return f"{float(value):g}" if isinstance(value, Fraction) else str(value)


class Running(NamedTuple):
    """What a symbol runs over that stands for the number of a round."""

    text: str
    symbols: tuple[str, ...]
    """What the number of rounds hangs on."""
    domain: Domain


class Undecided:
    """A claim over symbolic sizes that is neither true nor false yet."""

    __slots__ = ("left", "relation", "right")

    def __init__(self, left: Any, relation: str, right: Any):
        self.left, self.relation, self.right = left, relation, right

    def _key(self) -> Any:
        return (self.left, self.relation, self.right)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._key() == self._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __str__(self) -> str:
        from archcalc.algebra.write import text

        return f"{text(self.left)} {self.relation} {text(self.right)}"

    def __repr__(self) -> str:
        return f"Undecided({str(self)!r})"

    def __bool__(self) -> bool:
        """What the claim comes to near the numbers of the assumptions in force; raises Undecidable without them."""
        given = in_force()
        if given is None or not given.near or self.symbols() & given.running.keys():
            raise Undecidable(f"cannot decide whether {self}", self.hint())
        verdict = self.at(given.defaults)
        given.take(self if verdict else self.negated())
        return verdict

    def hint(self) -> str:
        """What would decide it: the assumptions as the language writes them."""
        given = in_force()
        if given is not None and self.symbols() & given.running.keys():
            return decided_by(sorted(self.symbols()))
        ways = [claim.written() for claim in (self, self.negated())]
        return f"fix {' or '.join(ordered(self.symbols()))}, or assume {ways[0]!r} or {ways[1]!r}"

    def written(self) -> str:
        """The claim as a condition of the language, solved for a bound where it can be."""
        from archcalc.algebra.write import text

        facts = self.facts()
        if len(facts) == 1 and (" >= " in facts[0] or " <= " in facts[0]):
            return facts[0]
        if "divide" in self.relation:
            return f"({text(self.right)}) % {text(self.left)} {'==' if self.relation == 'divides' else '!='} 0"
        relation = "==" if self.relation == "=" else self.relation
        return f"{text(self.left)} {relation} {text(self.right)}"

    def symbols(self) -> set[str]:
        """The names of the symbols in it."""
        sides = (side for side in (self.left, self.right) if hasattr(side, "free_symbols"))
        return {symbol.name for side in sides for symbol in side.free_symbols}

    def facts(self) -> list[str]:
        """The claim as facts about single symbols, as far as it can be solved for one."""
        return [text for name, domain in self.domains().items() for text in domain.texts(name)]

    def domains(self) -> dict[str, Domain]:
        """What the claim says of a symbol; nothing where it cannot be solved for one."""
        from archcalc.algebra.decide import solved

        return solved(self.left, self.relation, self.right)

    def negated(self) -> "Undecided":
        """The claim that this one is false."""
        return Undecided(self.left, OPPOSITE[self.relation], self.right)

    def parts(self) -> "tuple[Undecided, ...]":
        """The claims that all hold where this one does."""
        from archcalc.algebra.decide import parted

        return tuple(Undecided(term, "=", 0) for term in parted(self.left, self.relation, self.right)) or (self,)

    def at(self, values: Mapping[str, Any]) -> bool:
        """Whether the claim holds of numbers."""
        from archcalc.algebra.evaluate import number

        left, right = number(self.left, values), number(self.right, values)
        holds = HOLDS.get(self.relation)
        return bool(holds(left, right)) if holds else not HOLDS[OPPOSITE[self.relation]](left, right)


class Several(Undecided):
    """The claim that all of some claims hold, or that any does."""

    __slots__ = ("claims", "every")

    def __init__(self, claims: Iterable[Undecided], every: bool = True):
        self.claims, self.every = tuple(claims), every

    def _key(self) -> Any:
        return (self.claims, self.every)

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

    def at(self, values: Mapping[str, Any]) -> bool:
        return (all if self.every else any)(claim.at(values) for claim in self.claims)


Claim = bool | Undecided


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

    def require(self, claim: Claim, otherwise: str) -> None:
        """Assume that a claim holds, unless that is known; raises Refused where it is known that it does not."""
        if claim is False:
            raise Refused(otherwise)
        if isinstance(claim, Undecided):
            self.take(claim)

    def take(self, claim: Undecided) -> None:
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
        for name, value in self.definitions.items():
            yield str(Undecided(name, "=", value))
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
        said = Undecided(entry, "=", definition)
        for symbol in definition.free_symbols:
            share = definition.coeff(symbol)
            offset = definition - share * symbol
            if share.is_Integer and offset.is_Integer:
                found, rest = divmod(value - int(offset), int(share))
                if rest.any() if hasattr(rest, "any") else rest:
                    raise Refused(f"{said}, and {symbol} must be whole, which it is not for {entry} = {value}")
                return {symbol.name: found}
        raise Refused(f"{said} cannot be solved for one symbol")

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
