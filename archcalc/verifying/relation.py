"""Relations between printed numbers, such as heads * head_size == width, which need no network."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from archcalc.dim import say, tidy
from archcalc.errors import Refused
from archcalc.language.expression.names import Names, Run
from archcalc.language.expression.parse import names_in, parse, sides
from archcalc.language.value import Value, is_number
from archcalc.verifying.printed import Printed, known_to

Known = Mapping[str, Printed | tuple[int, ...]]
"""Printed numbers and sizes by name."""
_SIGNS = ("==", "<=", ">=")


class Related(NamedTuple):
    """A relation on printed numbers: its left side, and whether it can hold for numbers that round to them."""

    computed: Fraction
    agrees: bool
    reason: str
    text: str
    """The right side in digits."""
    slack: Fraction
    """The error that rounding may have caused."""


class Relation(NamedTuple):
    """A comparison of two sides, as a document has it."""

    text: str
    names: frozenset[str]
    left: Run
    sign: str
    right: Run

    def of(self, known: Known) -> Related:
        """The relation on printed numbers; raises Refused if a side is not a number."""
        known = {name: known[name] for name in self.names}
        values = {name: value.value if isinstance(value, Printed) else value for name, value in known.items()}
        left, right = self._sides(values)
        slack = Fraction(0)
        for name, value in known.items():
            if isinstance(value, Printed) and value.slack:
                moved = [self._sides(values | {name: value.value + by}) for by in (value.slack, -value.slack)]
                slack += max(abs(a - b - (left - right)) for a, b in moved)
        off, sign = left - right, "" if self.sign == "==" else f"{self.sign} "
        text = sign + (f"{right.numerator:,}" if right.denominator == 1 else f"{float(right):,.6g}")
        agrees = (off <= slack or self.sign == ">=") and (off >= -slack or self.sign == "<=")
        return Related(left, agrees, known_to(slack), text, slack)

    def _sides(self, values: Mapping[str, Value]) -> tuple[Fraction, Fraction]:
        names = _Values({name: tidy(value) for name, value in values.items()})
        return self._number(self.left(names)), self._number(self.right(names))

    def _number(self, side: Value) -> Fraction:
        if not is_number(side):
            raise Refused(f"a side of {self.text!r} is {say(side)}, not a number")
        return Fraction(side)


class _Values(Names):
    """Values by name, for an expression whose names are all known."""

    def __init__(self, values: Mapping[str, Value]):
        self.values = values

    def value(self, name: str) -> Value:
        return self.values[name]


def relation(text: str) -> Relation:
    """A relation from its text; raises Refused with the offset of a mistake."""
    parse(text)  # explains mistakes
    found = sides(text)
    if found is None or found[1] not in _SIGNS:
        raise Refused(f"{text!r} does not compare two sides", "such as heads * head_size == width, or with <= or >=")
    names = names_in(text)
    if not names:
        raise Refused(f"{text!r} names no printed number", "name one, such as parameters")
    return Relation(text, names, *found)
