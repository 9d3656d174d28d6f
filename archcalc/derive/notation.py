"""The notations of a derivation's formulas: plain text and LaTeX."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.algebra.names import escaped
from archcalc.derive.factors import factors, terms
from archcalc.derive.named import tree_of
from archcalc.derive.tree import Leaf, Made, Number, Tree
from archcalc.render.document import Notation

SUM, PRODUCT, UNIT = range(3)
"""How tightly the outermost operator of a formula binds."""
_UNIT = re.compile(r"\w+(\[\w+\])?|\w+\([^()]*\)")
"""A string that needs no parentheses."""


class Pattern(NamedTuple):
    """A format string for an operator on two formulas."""

    text: str
    left: int = SUM
    """How tightly the left formula must bind to stand without parentheses."""
    right: int = SUM
    binds: int = UNIT
    """How tightly the whole binds."""


class Spelling(ABC):
    """Writes a formula; each subclass is one notation, mostly format strings."""

    times: str
    comma: str
    """The thousands separator."""
    parentheses: str
    upper_bound: str
    patterns: Mapping[str, Pattern]
    function: str
    """A function and its arguments, if it has no pattern."""

    def write(self, tree: Tree) -> str:
        """The formula."""
        return self._written(tree)[0]

    def result(self, value: Any) -> str:
        """A number with thousands separators, an expression, or a shape."""
        if isinstance(value, tuple):
            return self.write(tree_of(value))
        return f"{value:,}".replace(",", self.comma) if isinstance(value, int) else self.number(value)

    def _written(self, tree: Tree) -> tuple[str, int]:
        """The formula, and how tightly it binds."""
        match tree:
            case Leaf():
                return self.name(tree.name), UNIT
            case Number():
                text = self.number(tree.value)
                return text, UNIT if _UNIT.fullmatch(text) else SUM
            case Made("+" | "-" | "neg"):
                return self._sum(terms(tree)), SUM
            case Made("*"):
                return self.times.join(self._within(factor, UNIT) for factor in factors(tree)), PRODUCT
            case Made(how) if how in self.patterns:
                text, left, right, binds = self.patterns[how]
                return text.format(self._within(tree.of[0], left), self._within(tree.of[1], right)), binds
        arguments = ", ".join(map(self.write, tree.of))
        return f"[{arguments}]" if tree.how == "shape" else self.function.format(tree.how, arguments), UNIT

    def _sum(self, parts: list[tuple[str, Tree]]) -> str:
        (sign, first), *rest = parts
        text = f"-{self._within(first, PRODUCT)}" if sign == "-" else self.write(first)
        return text + "".join(f" {sign} {self._within(term, PRODUCT)}" for sign, term in rest)

    def _within(self, tree: Tree, least: int) -> str:
        """A formula in parentheses, unless it binds tightly enough."""
        text, binds = self._written(tree)
        return text if binds >= least else self.parentheses.format(text)

    @abstractmethod
    def name(self, name: str) -> str:
        """A name of a size or a setting."""

    @abstractmethod
    def number(self, value: Any) -> str:
        """A number, or an expression of symbols."""


class TextSpelling(Spelling):
    """Formulas as a terminal shows them."""

    times, comma, parentheses, upper_bound, function = "*", ",", "({})", "at most {}", "{}({})"
    patterns = {
        "/": Pattern("{}/{}", PRODUCT, UNIT, binds=PRODUCT),
        "floor": Pattern("floor({}/{})", PRODUCT, UNIT),
        "ceil": Pattern("ceil({}/{})", PRODUCT, UNIT),
        "%": Pattern("{} % {}", UNIT, UNIT, binds=PRODUCT),
        "**": Pattern("{}**{}", UNIT, UNIT),
    }

    def name(self, name: str) -> str:
        return name

    def number(self, value: Any) -> str:
        return dim.text(value)


class LatexSpelling(Spelling):
    """Formulas in LaTeX, for mathematics mode."""

    times, comma, parentheses, upper_bound = r" \cdot ", "{,}", r"\left({}\right)", r"\le {}"
    function = r"\{}\left({}\right)"
    patterns = {
        "/": Pattern(r"\frac{{{}}}{{{}}}"),
        "floor": Pattern(r"\left\lfloor \frac{{{}}}{{{}}} \right\rfloor"),
        "ceil": Pattern(r"\left\lceil \frac{{{}}}{{{}}} \right\rceil"),
        "%": Pattern(r"{} \bmod {}", UNIT, UNIT, binds=PRODUCT),
        "**": Pattern("{{{}}}^{{{}}}", UNIT),
    }

    def name(self, name: str) -> str:
        found = re.fullmatch(r"(?P<base>.+?)(\[(?P<index>\w+)\]|_(?P<sub>out|\d+))?", name)
        assert found is not None, "every name has a base"
        base, index = found["base"], found["index"] or found["sub"]
        text = base if re.fullmatch("[a-zA-Z]", base) else _upright(base)
        if index is None:
            return text
        return f"{text}_{{{index if index.isdigit() else _upright(index)}}}"

    def number(self, value: Any) -> str:
        if dim.is_symbolic(value):
            from archcalc.algebra.write import latex

            return latex(value)
        return escaped(str(value))


def _upright(text: str) -> str:
    return rf"\mathrm{{{escaped(text)}}}"


SPELLINGS: dict[Notation, Spelling] = {"text": TextSpelling(), "latex": LatexSpelling()}
"""The spelling of each notation."""
