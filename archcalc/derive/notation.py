"""How the formula of a derivation is written: as a text and as LaTeX, in names or with the numbers put in."""

import re
from abc import ABC, abstractmethod
from typing import Any

from archcalc import dim
from archcalc.algebra.names import escaped
from archcalc.derive.factors import factors, terms
from archcalc.derive.tree import Leaf, Made, Number, Tree
from archcalc.render.document import Notation
from archcalc.render.words import number

SUM, PRODUCT, UNIT = range(3)
"""How tightly the outermost sign of a formula binds."""
_UNIT = re.compile(r"\w+(\[\w+\])?|\w+\([^()]*\)")
"""A text that needs no parentheses."""


class Spelling(ABC):
    """Writes a formula; each subclass is one notation."""

    times: str

    def write(self, tree: Tree) -> str:
        """The formula."""
        return self._written(tree)[0]

    def shape(self, entries: tuple[Tree, ...]) -> str:
        """The formulas of a shape's entries."""
        return f"[{', '.join(map(self.write, entries))}]"

    def _written(self, tree: Tree) -> tuple[str, int]:
        """The formula, and how tightly it binds."""
        if isinstance(tree, Leaf):
            return self.name(tree.name), UNIT
        if isinstance(tree, Number):
            return self._number(tree.value)
        if tree.how in ("+", "-", "neg"):
            return self._sum(terms(tree)), SUM
        if tree.how == "*":
            return self._product(factors(tree)), PRODUCT
        return self.function(tree)

    def _number(self, value: Any) -> tuple[str, int]:
        text = self.number(value)
        return text, SUM if not _UNIT.fullmatch(text) else UNIT

    def _sum(self, parts: list[tuple[str, Tree]]) -> str:
        (sign, first), *rest = parts
        text = f"-{self.within(first, PRODUCT)}" if sign == "-" else self.write(first)
        return text + "".join(f" {sign} {self.within(term, PRODUCT)}" for sign, term in rest)

    def _product(self, of: list[Tree]) -> str:
        return self.times.join(self.factor(f) for f in of)

    def factor(self, tree: Tree) -> str:
        """A formula as one factor among others."""
        return self.within(tree, UNIT)

    def within(self, tree: Tree, least: int) -> str:
        """A formula in parentheses, unless it binds tightly enough."""
        text, binds = self._written(tree)
        return text if binds >= least else self.parenthesised(text)

    def parenthesised(self, text: str) -> str:
        """A text in parentheses."""
        return f"({text})"

    @abstractmethod
    def name(self, name: str) -> str:
        """A name of a size or a setting."""

    @abstractmethod
    def number(self, value: Any) -> str:
        """A number, or an expression of symbols."""

    @abstractmethod
    def result(self, value: Any) -> str:
        """A number as a result, its thousands apart."""

    @abstractmethod
    def at_most(self, text: str) -> str:
        """A number that others do not surpass."""

    @abstractmethod
    def function(self, made: Made) -> tuple[str, int]:
        """A quotient, a rounding or another function, and how tightly it binds."""


class TextSpelling(Spelling):
    """Formulas as a terminal shows them."""

    times = "*"

    def name(self, name: str) -> str:
        return name

    def number(self, value: Any) -> str:
        return dim.text(value)

    def result(self, value: Any) -> str:
        return number(value)

    def at_most(self, text: str) -> str:
        return f"at most {text}"

    def function(self, made: Made) -> tuple[str, int]:
        if made.how in ("/", "floor", "ceil"):
            text = f"{self.within(made.of[0], PRODUCT)}/{self.within(made.of[1], UNIT)}"
            return (text, PRODUCT) if made.how == "/" else (f"{made.how}({text})", UNIT)
        if made.how in ("%", "**"):
            a, b = (self.within(part, UNIT) for part in made.of)
            return (f"{a}**{b}", UNIT) if made.how == "**" else (f"{a} % {b}", PRODUCT)
        return f"{made.how}({', '.join(map(self.write, made.of))})", UNIT


class LatexSpelling(Spelling):
    """Formulas in LaTeX, for mathematics mode."""

    times = r" \cdot "

    def name(self, name: str) -> str:
        found = re.fullmatch(r"(?P<base>.+?)(\[(?P<index>\w+)\]|_(?P<sub>out|\d+))?", name)
        assert found is not None, "every name has a base"
        base, index = found["base"], found["index"] or found["sub"]
        text = base if re.fullmatch("[a-zA-Z]", base) else self._upright(base)
        if index is None:
            return text
        return f"{text}_{{{index if index.isdigit() else self._upright(index)}}}"

    def _upright(self, text: str) -> str:
        return rf"\mathrm{{{escaped(text)}}}"

    def number(self, value: Any) -> str:
        if dim.is_symbolic(value):
            from archcalc.algebra.write import latex

            return latex(value)
        return escaped(str(value))

    def result(self, value: Any) -> str:
        return f"{value:,}".replace(",", "{,}") if isinstance(value, int) else self.number(value)

    def at_most(self, text: str) -> str:
        return rf"\le {text}"

    def parenthesised(self, text: str) -> str:
        return rf"\left({text}\right)"

    def function(self, made: Made) -> tuple[str, int]:
        if made.how in ("/", "floor", "ceil"):
            text = rf"\frac{{{self.write(made.of[0])}}}{{{self.write(made.of[1])}}}"
            return (text if made.how == "/" else rf"\left\l{made.how} {text} \right\r{made.how}"), UNIT
        if made.how == "**":
            return f"{{{self.within(made.of[0], UNIT)}}}^{{{self.write(made.of[1])}}}", UNIT
        if made.how == "%":
            return rf"{self.within(made.of[0], UNIT)} \bmod {self.within(made.of[1], UNIT)}", PRODUCT
        return rf"\{made.how}\left({', '.join(map(self.write, made.of))}\right)", UNIT


SPELLINGS: dict[Notation, Spelling] = {"text": TextSpelling(), "latex": LatexSpelling()}
"""The spelling of each notation that a format may ask for."""
