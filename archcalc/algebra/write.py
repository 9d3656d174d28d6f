"""How expressions are written: as a person would put them, as Python with exact whole numbers, and as LaTeX.

A floor is written over one denominator, and as a ceiling where that has the smaller constant: ``floor(H/32 + 31/32)``
is ``ceil(H/32)``. The order of terms is SymPy's own order of monomials, which does not change between runs.
"""

import functools
import keyword
from typing import Any

from sympy import Add, Integer, Rational
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from archcalc.algebra.normal import linear


def fraction(rounded: Any) -> tuple[bool, Any, int]:
    """A floor as (whether it is better written as a ceiling, numerator, denominator)."""
    parts = linear(rounded.args[0])
    if parts is None:
        return False, rounded.args[0], 1
    terms, constant, step = parts
    up = constant - step + 1
    ceiling = abs(up) < abs(constant)
    numerator = Add(*(rest * number for rest, number in terms.items()), Integer(up if ceiling else constant))
    return ceiling, numerator, step


class _Text(StrPrinter):
    def _print_floor(self, value: Any) -> str:
        ceiling, numerator, step = fraction(value)
        above = self._print(numerator)
        if step > 1:
            above = f"({above})/{step}" if numerator.is_Add else f"{above}/{step}"
        return f"{'ceil' if ceiling else 'floor'}({above})"

    def _print_Mod(self, value: Any) -> str:
        number, divisor = (self.parenthesize(part, 50) for part in value.args)
        return f"{number} % {divisor}"

    def _print_Max(self, value: Any) -> str:
        return f"max({', '.join(self._ordered(value))})"

    def _print_Min(self, value: Any) -> str:
        return f"min({', '.join(self._ordered(value))})"

    def _ordered(self, value: Any) -> list[str]:
        return sorted(map(self._print, value.args), key=lambda text: (len(text), text))


class _Python(_Text):
    """Whole numbers only: `//` in place of every fraction, so that a Python integer stays one."""

    def _print_Symbol(self, value: Any) -> str:
        return identifier(value.name)

    def _print_floor(self, value: Any) -> str:
        ceiling, numerator, step = fraction(value)
        above = self._print(-numerator if ceiling else numerator)
        whole = f"({above})//{step}" if numerator.is_Add or ceiling else f"{above}//{step}"
        return f"(-({whole}))" if ceiling else f"({whole})"

    def _print_Mul(self, value: Any) -> str:
        number, rest = value.as_coeff_Mul()
        if isinstance(number, Rational) and number.q != 1:
            return f"({self._print(rest * number.p)})//{number.q}"
        return super()._print_Mul(value)  # type: ignore[no-any-return]

    def _print_Add(self, value: Any, order: Any = None) -> str:
        parts = [term.as_coeff_Mul()[0] for term in Add.make_args(value)]
        shared = functools.reduce(lambda a, b: a * b // _gcd(a, b), [int(n.q) for n in parts if n.is_Rational], 1)
        if shared > 1:
            return f"({self._print(value * shared)})//{shared}"
        return super()._print_Add(value, order)  # type: ignore[no-any-return]


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


class _Latex(LatexPrinter):
    def _print_floor(self, value: Any, exp: Any = None) -> str:
        ceiling, numerator, step = fraction(value)
        above = self._print(numerator)
        inside = rf"\frac{{{above}}}{{{step}}}" if step > 1 else above
        side = "ceil" if ceiling else "floor"
        text = rf"\left\l{side} {inside} \right\r{side}"
        return text if exp is None else rf"{text}^{{{exp}}}"

    def _print_Symbol(self, value: Any, style: str = "plain") -> str:
        name = value.name
        if len(name) == 1 and name.isascii() and name.isalpha():
            return name  # type: ignore[no-any-return]
        return rf"\mathrm{{{_escaped(name)}}}"


def _escaped(name: str) -> str:
    return "".join(f"\\{c}" if c in "_&%$#{}" else rf"\char`\{c}" if c in "\\^~" else c for c in name)


def identifier(name: str) -> str:
    """A symbol's name as Python can have it: `depths[2]` is depths_2, `lambda` is lambda_."""
    found = "".join(c if c.isalnum() else "_" for c in name).strip("_") or "_"
    return found + "_" if keyword.iskeyword(found) else found


_SETTINGS = {"order": None}


@functools.lru_cache(maxsize=1 << 14)
def text(value: Any) -> str:
    """An expression as a person would write it."""
    return _Text(_SETTINGS).doprint(value)  # type: ignore[no-any-return]


def python(value: Any) -> str:
    """An expression in Python, exact for whole numbers."""
    return _Python(_SETTINGS).doprint(value)  # type: ignore[no-any-return]


def latex(value: Any) -> str:
    """An expression in LaTeX."""
    return _Latex({"order": None, "mul_symbol": None}).doprint(value)  # type: ignore[no-any-return]
