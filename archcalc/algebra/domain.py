"""The numbers that one symbol may represent."""

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple


class Domain(NamedTuple):
    """The numbers that a symbol may represent: from least to most, with certain remainders by a modulus."""

    least: Any = None
    most: Any = None
    modulus: int = 1
    remainders: frozenset[int] = frozenset({0})

    @property
    def key(self) -> tuple[Any, ...]:
        """The same for equal domains, and in an order: SymPy sorts symbols by it."""
        bounds = ((bound is not None, bound or 0) for bound in (self.least, self.most))
        return *bounds, self.modulus, tuple(sorted(self.remainders))

    @property
    def is_single(self) -> bool:
        """Whether it has a single number."""
        return self.least is not None and self.least == self.most

    def meet(self, other: "Domain") -> "Domain":
        """The numbers in both."""
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
        """The same numbers by the smallest modulus."""
        for modulus in range(1, self.modulus + 1):
            kept = frozenset(r % modulus for r in self.remainders)
            if self.modulus % modulus == 0 and len(kept) * (self.modulus // modulus) == len(self.remainders):
                return self._replace(modulus=modulus, remainders=kept)
        return self

    def texts(self, name: str) -> list[str]:
        """The facts about a symbol in this domain."""
        least, most, modulus, remainders = self.shortest()
        if self.is_single:
            return [f"{name} = {_shown(least)}"]
        if None not in (least, most) and most - least < modulus:
            return [f"{name} is {_runs(v for v in range(least, most + 1) if v in self)}"]
        found = [f"{name} {sign} {_shown(v)}" for sign, v in ((">=", least), ("<=", most)) if v is not None]
        if remainders == {0}:
            return found if modulus == 1 else [*found, f"{modulus} divides {name}"]
        equals = "=" if len(remainders) == 1 else "is"
        return [*found, f"{name} mod {modulus} {equals} {_runs(remainders)}"]


def _runs(numbers: Iterable[int]) -> str:
    """Integers, with consecutive ones as a range: 0 to 3 or 8."""
    runs: list[list[int]] = []
    for value in sorted(numbers):
        if runs and runs[-1][-1] == value - 1:
            runs[-1].append(value)
        else:
            runs.append([value])
    return " or ".join(f"{r[0]} to {r[-1]}" if len(r) > 1 else str(r[0]) for r in runs) or "nothing"


def _shown(value: Any) -> str:
    return f"{float(value):g}" if isinstance(value, Fraction) else str(value)
