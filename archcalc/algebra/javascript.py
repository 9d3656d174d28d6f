"""Closed forms as JavaScript: one function of BigInts that computes many at once."""

from collections.abc import Sequence

from sympy import Expr, sympify

from archcalc.algebra.declared import Ratio
from archcalc.algebra.exactcode import ExactCode

# The division of BigInts rounds towards 0.
FLOOR = "const floor = (a, b) => { const q = a / b; return a % b !== 0n && (a < 0n) !== (b < 0n) ? q - 1n : q; };\n"


class JavaScript(ExactCode):
    """Collects the code for expressions, whose numbers it computes in the order in which they were added."""

    modulo = "{0} - ({1}) * floor({0}, {1})"
    chosen = {"max": "{0} > {1} ? {0} : {1}", "min": "{0} < {1} ? {0} : {1}"}
    called = "{0}({1})"

    def __init__(self, symbols: Sequence[str]):
        super().__init__(symbols)
        self.results: list[str] = []
        self._known: dict[Expr, int] = {}

    def add(self, value: Expr) -> int:
        """The place of an expression's number in the result."""
        value = sympify(value)
        if value not in self._known:
            self._known[value] = len(self.results)
            self.results.append(self.whole(value))
        return self._known[value]

    def function(self) -> str:
        """A function from the array of values to that of the results."""
        body = "".join(f"  const {line};\n" for line in self.lines)
        return f"(v) => {{\n{body}  return [{', '.join(self.results)}];\n}}"

    def helpers(self) -> str:
        """The functions that the code calls."""
        return FLOOR + "".join(function.javascript for function in self.functions.values())

    def literal(self, value: int) -> str:
        return f"{value}n" if value >= 0 else f"({value}n)"

    def symbol(self, symbol: Expr) -> Ratio:
        return Ratio(f"v[{self.places[symbol.name]}]", 1)

    def raised(self, base: str, exponent: int) -> str:
        return f"{base} ** {self.literal(exponent)}"

    def divided(self, a: str, b: int | str) -> str:
        return f"floor({a}, {self._code(b)})"
