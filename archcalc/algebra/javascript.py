"""Closed forms as JavaScript: one function of BigInts that computes many at once, every shared part only once.

The code is made from expressions only: symbols become places in an array, so that no name of a spec is in it. A part is
carried as a numerator and a denominator, so that every number on the way is whole and exact.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Add, Max, Min, Mod, Mul, Pow, Symbol, ceiling, floor, sympify

from archcalc.algebra.functions import OPAQUE, Opaque
from archcalc.errors import Refused

# What the code calls; `floor` rounds down, where the division of BigInts rounds towards 0.
HELPERS = """\
const floor = (a, b) => { const q = a / b; return a % b !== 0n && (a < 0n) !== (b < 0n) ? q - 1n : q; };
const round = (a, b) => {
  const up = floor(2n * a + b, 2n * b);
  return (2n * a + b) % (2n * b) === 0n && up % 2n !== 0n ? up - 1n : up;
};
const round_to = (a, b, c, d) => {
  const up = floor(2n * a * d + b * c, 2n * b * c) * c;
  const found = up > c ? up : c;
  return 10n * found * b < 9n * a * d ? (found + c) / d : found / d;
};
const at_least_0 = (a, b) => ((a >= 0n) === (b > 0n) || a === 0n ? 1n : 0n);
const is_0 = (a, b) => (a === 0n ? 1n : 0n);
"""
ONE = "1n"
_NAMES = {cls: name for name, cls in OPAQUE.items()}


class Code:
    """Collects the code for expressions; `symbols` are their names in the order of the array of values."""

    def __init__(self, symbols: Sequence[str]):
        self.places = {name: i for i, name in enumerate(symbols)}
        self.lines: list[str] = []
        self.results: list[str] = []
        self._made: dict[Any, tuple[str, str]] = {}
        self._known: dict[Any, int] = {}

    def add(self, value: Any) -> int:
        """The place of an expression's number in the result."""
        value = sympify(value)
        if value not in self._known:
            a, b = self._part(value)
            self._known[value] = len(self.results)
            self.results.append(a if b == ONE else f"floor({a}, {b})")
        return self._known[value]

    def function(self) -> str:
        """A function from the array of values to that of the results."""
        body = "".join(f"  const {line};\n" for line in self.lines)
        return f"(v) => {{\n{body}  return [{', '.join(self.results)}];\n}}"

    def _part(self, value: Any) -> tuple[str, str]:
        """Numerator and denominator of a part."""
        if value not in self._made:
            self._made[value] = self._named(*self._written(value), simple=not value.args or value.is_Rational)
        return self._made[value]

    def _named(self, a: str, b: str, simple: bool) -> tuple[str, str]:
        return (a, b) if simple else (self._variable(a), b if b.endswith("n") else self._variable(b))

    def _variable(self, code: str) -> str:
        name = f"t{len(self.lines)}"
        self.lines.append(f"{name} = {code}")
        return name

    def _written(self, value: Any) -> tuple[str, str]:
        if value.is_Rational:
            return _number(int(value.p)), _number(int(value.q))
        if isinstance(value, Symbol):
            return f"v[{self.places[value.name]}]", ONE
        parts = [self._part(part) for part in value.args]
        if isinstance(value, Opaque):
            return f"{_NAMES[type(value)]}({', '.join(f'{a}, {b}' for a, b in parts)})", ONE
        if type(value) not in _WRITTEN:
            raise Refused(f"{value.func} cannot be written as JavaScript")
        return _WRITTEN[type(value)](self, value, parts)  # type: ignore[no-any-return]

    def _sum(self, value: Any, parts: list[tuple[str, str]]) -> tuple[str, str]:
        shared, numerators = _over_one(parts)
        return " + ".join(numerators), shared

    def _product(self, value: Any, parts: list[tuple[str, str]]) -> tuple[str, str]:
        return _times(a for a, _ in parts), _times(b for _, b in parts)

    def _power(self, value: Any, parts: list[tuple[str, str]]) -> tuple[str, str]:
        (a, b), exponent = parts[0], value.exp
        if not exponent.is_Integer:
            raise Refused("a power with an open exponent cannot be written as JavaScript")
        count = _number(abs(int(exponent)))
        up, down = f"{a} ** {count}", ONE if b == ONE else f"{b} ** {count}"
        return (up, down) if exponent > 0 else (down, up)

    def _floor(self, value: Any, parts: list[tuple[str, str]]) -> tuple[str, str]:
        ((a, b),) = parts
        return f"floor({a}, {b})", ONE

    def _ceiling(self, value: Any, parts: list[tuple[str, str]]) -> tuple[str, str]:
        ((a, b),) = parts
        return f"-floor(-({a}), {b})", ONE

    def _remainder(self, value: Any, parts: list[tuple[str, str]]) -> tuple[str, str]:
        shared, (a, b) = _over_one(parts)
        return f"{a} - {b} * floor({a}, {b})", shared

    def _extreme(self, value: Any, parts: list[tuple[str, str]]) -> tuple[str, str]:
        shared, numerators = _over_one(parts)
        sign = ">" if isinstance(value, Max) else "<"
        best = numerators[0]
        for other in numerators[1:]:
            first, second = self._variable(best), self._variable(other)
            best = f"{first} {sign} {second} ? {first} : {second}"
        return best, shared


def _over_one(parts: list[tuple[str, str]]) -> tuple[str, list[str]]:
    """Parts over one denominator."""
    downs = list(dict.fromkeys(b for _, b in parts if b != ONE))
    if not downs:
        return ONE, [a for a, _ in parts]
    found = [f"({_times([a, *(d for d in downs if d != b)])})" for a, b in parts]
    return f"({_times(downs)})", found


def _times(factors: Any) -> str:
    left = [factor for factor in factors if factor != ONE]
    return " * ".join(f"({f})" if any(c in f for c in "+-?: ") else f for f in left) or ONE


def _number(value: int) -> str:
    return f"{value}n" if value >= 0 else f"({value}n)"


_WRITTEN: Mapping[Any, Any] = {
    Add: Code._sum,
    Mul: Code._product,
    Pow: Code._power,
    floor: Code._floor,
    ceiling: Code._ceiling,
    Mod: Code._remainder,
    Max: Code._extreme,
    Min: Code._extreme,
}
"""How each kind of expression is written."""
