"""Conditions on a network: comparisons of its quantities, in the expressions of the language.

    parameters <= 10e6            layer4.height >= 7           'layer4.0.conv1'.receptive_field < 100
    macs / parameters > 100       output.width == 7            valid

Numbers may be amounts as budgets take them: 5k, 4.1G, and 100MB or 96MiB if the condition is about memory.
A name is a quantity of the network, a config entry, a layer or a scope; a layer has its sizes and every quantity.
`valid` holds wherever the network can be made.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.claim import Undecided
from archcalc.analyse.amounts import amount
from archcalc.analyse.quantities import QUANTITIES, Part, part, paths_like
from archcalc.analyse.summary import Summary
from archcalc.errors import Refused, nearest
from archcalc.language.expression.names import Names
from archcalc.language.expression.parse import parse, sides
from archcalc.language.value import SHAPE_WORDS, LayerValue, Number, Value

_AMOUNTS = re.compile(
    r"""'[^']*'|"[^"]*"|(?<![\w.])[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\s*(?:[kKMGT]i?B?|B)\b"""
)
"""Quoted texts, and numbers with the prefix or unit of an amount."""


class Side(NamedTuple):
    """The two sides of a comparison, as numbers or expressions."""

    left: Number
    relation: str
    right: Number


class Condition:
    """One condition; `text` is what the user wrote."""

    def __init__(self, text: str):
        self.text = text.strip()
        self.is_valid = self.text == "valid"
        written = _AMOUNTS.sub(_number(self.text), self.text)
        self._run = None if self.is_valid else parse(written)
        self._sides = None if self.is_valid else sides(written)

    def of(self, summary: Summary) -> bool | Undecided:
        """Whether it holds for a network; an open claim if sizes are free. Raises Refused if it is not a comparison."""
        if self._run is None:
            return True
        found = self._run(_Facts(summary))
        if not isinstance(found, (bool, Undecided)):
            raise Refused(f"a condition is a comparison such as 'parameters <= 10e6', not {self.text!r}")
        return found

    @property
    def bounds_from_below(self) -> bool:
        """Whether it is a comparison whose left side must be at least or above its right one."""
        return self._sides is not None and self._sides[1] in (">=", ">")

    def sides(self, summary: Summary) -> Side | None:
        """Its two sides in numbers, if it is a single comparison."""
        if self._sides is None:
            return None
        left, relation, right = self._sides
        names = _Facts(summary)
        return Side(left(names), relation, right(names))


def _number(condition: str) -> Callable[[re.Match[str]], str]:
    """Writes an amount in a condition as a number of the language; a quoted text stays."""
    units = {q.unit for name, q in QUANTITIES.items() if re.search(rf"\b{name}\b", condition)}

    def write(found: re.Match[str]) -> str:
        text = found[0]
        return text if text[0] in "'\"" else f"({amount(text, 'bytes' if 'bytes' in units else '')})"

    return write


class _Facts(Names):
    """The names that a condition may use."""

    def __init__(self, summary: Summary):
        self.summary = summary

    @property
    def given(self) -> Assumptions:
        return self.summary.given

    def value(self, name: str) -> Value:
        if name in QUANTITIES:
            return _quantity(part(self.summary), name)
        if name in self.summary.config:
            return self.summary.config[name]
        return self.asked(name)

    def asked(self, name: str) -> LayerValue:
        if name == "output" and not any(la.path.partition(".")[0] == "output" for la in self.summary.layers):
            return _Asked(part(self.summary))
        try:
            return _Asked(part(self.summary, name))
        except Refused:
            known = [*QUANTITIES, *self.summary.config, *paths_like(self.summary, name)]
            raise Refused(f"{self.summary.name} has nothing called {name!r}", nearest(name, known)) from None


class _Asked(LayerValue):
    """A part of the network in an expression: its output's sizes, and its quantities."""

    __slots__ = ("part",)

    def __init__(self, found: Part):
        super().__init__(found.path or "the output", tuple(map(tuple, found.shapes())))
        self.part = found

    def ask(self, word: str) -> Value:
        if word in QUANTITIES and word != "shape":
            return _quantity(self.part, word)
        if word not in SHAPE_WORDS:
            raise Refused(f"a layer has no {word!r}", nearest(word, [*SHAPE_WORDS, *QUANTITIES]))
        return super().ask(word)


def _quantity(of: Part, name: str) -> Number:
    value = of.value(QUANTITIES[name])
    if unknown := of.unknown(QUANTITIES[name]):
        raise Refused(f"the {name} are unknown: the work of {unknown[0]} is unknown")
    if isinstance(value, str):
        raise Refused(f"the {name} of {of.path or of.summary.name} is not a number: {value}")
    return value
