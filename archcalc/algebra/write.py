"""How expressions are written: as a person would put them, as Python with exact whole numbers, and as LaTeX.

A floor is written over one denominator, and as a ceiling where that has the smaller constant: ``floor(H/32 + 31/32)``
is ``ceil(H/32)``. Factors stand in the order number, batch, channels, sizes, other names; terms in SymPy's order of
monomials. Neither changes between runs.
"""

import functools
import math
from typing import Any

from sympy import Add, Integer, Mul, Symbol, expand, together
from sympy.core.alphabets import greeks
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter

from archcalc.algebra.functions import OPAQUE, AtLeast0, Opaque
from archcalc.algebra.names import escaped, identifier, rank
from archcalc.algebra.normal import linear

# SymPy writes lamda; omicron is no command of LaTeX.
GREEK = {*greeks, "lambda"} - {"lamda", "omicron"}
NAMES = {cls: name for name, cls in OPAQUE.items()}


def fraction(rounded: Any) -> tuple[bool, Any, Any]:
    """A floor as (whether it is better written as a ceiling, numerator, denominator)."""
    parts = linear(rounded.args[0])
    if parts is None:
        return False, *together(rounded.args[0]).as_numer_denom()
    terms, constant, step = parts
    up = constant - step + 1
    ceiling = abs(up) < abs(constant)
    numerator = Add(*(rest * number for rest, number in terms.items()), Integer(up if ceiling else constant))
    return ceiling, numerator, Integer(step)


def _rank(factor: Any) -> tuple[int, int, str]:
    base = factor.as_base_exp()[0]
    return rank(base.name) if isinstance(base, Symbol) else (2, 0, "")


def _compared(value: Any) -> tuple[Any, str, Any]:
    """What an Iverson bracket claims: left side, relation, right side, with positive terms on both."""
    (difference,) = value.args
    relation = ">=" if isinstance(value, AtLeast0) else "="
    terms = Add.make_args(difference)
    left = [term for term in terms if not term.could_extract_minus_sign()]
    right = [-term for term in terms if term.could_extract_minus_sign()]
    if relation == ">=" and all(term.is_number for term in left):
        return Add(*right), "<=", Add(*left)
    return Add(*left), relation, Add(*right)


class _Text(StrPrinter):  # type: ignore[misc]
    def _print_floor(self, value: Any) -> str:
        ceiling, numerator, step = fraction(value)
        return f"{'ceil' if ceiling else 'floor'}({self._ratio(numerator, step)})"

    def _ratio(self, numerator: Any, step: Any, sign: str = "/") -> str:
        above = self._print(numerator)
        if step == 1:
            return above  # type: ignore[no-any-return]
        above = f"({above})" if numerator.is_Add else above
        below = self._print(step)
        return f"{above}{sign}({below})" if step.args else f"{above}{sign}{below}"

    def _print_Mul(self, value: Any) -> str:
        number, rest = value.as_coeff_Mul()
        factors = sorted(Mul.make_args(rest), key=_rank)
        if not number.is_Rational or any(f.as_base_exp()[1].is_negative for f in factors):
            return super()._print_Mul(value)  # type: ignore[no-any-return]
        shown = [self.parenthesize(f, 50) for f in factors]
        if abs(number.p) != 1:
            shown.insert(0, str(abs(number.p)))
        return ("-" if number < 0 else "") + "*".join(shown) + (f"/{number.q}" if number.q != 1 else "")

    def _print_Add(self, value: Any, order: Any = None) -> str:
        terms = [term.as_coeff_Mul() for term in value.args]
        step = math.lcm(*(int(share.q) for share, _ in terms))
        if step > 1 and all(rest == 1 or rest.is_Symbol for _, rest in terms):  # a size, such as (H - 124)/16
            return f"({self._print(expand(value * step))})/{step}"
        return super()._print_Add(value, order)  # type: ignore[no-any-return]

    def _print_Mod(self, value: Any) -> str:
        number, divisor = (self.parenthesize(part, 51) for part in value.args)
        return f"{number} % {divisor}"

    def _print_Max(self, value: Any) -> str:
        return f"max({', '.join(self._ordered(value))})"

    def _print_Min(self, value: Any) -> str:
        return f"min({', '.join(self._ordered(value))})"

    def _ordered(self, value: Any) -> list[str]:
        return sorted(map(self._print, value.args), key=lambda text: (len(text), text))

    def _print_Function(self, value: Any) -> str:
        if not isinstance(value, Opaque):
            return super()._print_Function(value)  # type: ignore[no-any-return]
        if len(value.args) == 1 and NAMES[type(value)] in ("at_least_0", "is_0"):
            left, relation, right = _compared(value)
            return f"[{self._print(left)} {relation} {self._print(right)}]"
        return f"{NAMES[type(value)]}({', '.join(map(self._print, value.args))})"


class Python(_Text):
    """Whole numbers only: `//` in place of every fraction, so that a Python integer stays one."""

    def _print_Symbol(self, value: Any) -> str:
        return identifier(value.name)

    def _print_floor(self, value: Any) -> str:
        parts = linear(value.args[0])
        if parts is None:
            return f"floor({self._exact(value.args[0])})"
        terms, constant, step = parts
        numerator = Add(*(rest * number for rest, number in terms.items()), Integer(constant))
        if step & (step - 1) == 0:  # the same as // and many times faster in NumPy
            return f"({self.parenthesize(numerator, 50)} >> {step.bit_length() - 1})"
        return f"({self._ratio(numerator, Integer(step), '//')})"

    def _print_Mul(self, value: Any) -> str:
        above, below = value.as_numer_denom()
        if below != 1:
            return f"({self._print(above)})//({self._print(below)})"
        return super()._print_Mul(value)

    def _print_Add(self, value: Any, order: Any = None) -> str:
        # The sum as a whole is a whole number.
        step = math.lcm(*(int(term.as_coeff_Mul()[0].q) for term in value.args))
        if step > 1:
            return f"({self._print(expand(value * step))})//{step}"
        return super()._print_Add(value, order)

    def _print_Function(self, value: Any) -> str:
        if isinstance(value, Opaque):
            return f"{NAMES[type(value)]}({', '.join(map(self._exact, value.args))})"
        return super()._print_Function(value)

    def _exact(self, value: Any) -> str:
        """A number that need not be whole, as a fraction of whole ones."""
        above, below = together(value).as_numer_denom()
        return self._print(value) if below == 1 else f"fraction({self._print(above)}, {self._print(below)})"


class _Latex(LatexPrinter):  # type: ignore[misc]
    def _print_floor(self, value: Any, exp: Any = None) -> str:
        ceiling, numerator, step = fraction(value)
        above = self._print(numerator)
        inside = rf"\frac{{{above}}}{{{self._print(step)}}}" if step != 1 else above
        side = "ceil" if ceiling else "floor"
        text = rf"\left\l{side} {inside} \right\r{side}"
        return text if exp is None else rf"{text}^{{{exp}}}"

    def _print_Symbol(self, value: Any, style: str = "plain") -> str:
        name = value.name
        if len(name) == 1 and name.isascii() and name.isalpha():
            return name  # type: ignore[no-any-return]
        if name in GREEK:
            return f"\\{name}"
        return rf"\mathrm{{{escaped(name)}}}"

    def _print_Mul(self, value: Any) -> str:
        number, rest = value.as_coeff_Mul()
        factors = sorted(Mul.make_args(rest), key=_rank)
        if not number.is_Rational or any(f.is_Add or f.as_base_exp()[1].is_negative for f in factors):
            return super()._print_Mul(value)  # type: ignore[no-any-return]
        shown = [self._print(f) for f in factors]
        if abs(number.p) != 1:
            shown.insert(0, str(abs(number.p)))
        above = " ".join(shown)
        return ("- " if number < 0 else "") + (above if number.q == 1 else rf"\frac{{{above}}}{{{number.q}}}")

    def _print_Function(self, value: Any, exp: Any = None) -> str:
        if not isinstance(value, Opaque):
            return super()._print_Function(value, exp)  # type: ignore[no-any-return]
        if len(value.args) == 1 and NAMES[type(value)] in ("at_least_0", "is_0"):
            left, relation, right = _compared(value)
            sign = {">=": r"\ge", "<=": r"\le"}.get(relation, relation)
            text = rf"\left[{self._print(left)} {sign} {self._print(right)}\right]"
        else:
            inside = ", ".join(map(self._print, value.args))
            text = rf"\operatorname{{{escaped(NAMES[type(value)])}}}\left({inside}\right)"
        return text if exp is None else rf"{text}^{{{exp}}}"


_SETTINGS = {"order": None}


@functools.lru_cache(maxsize=1 << 14)
def _text(value: Any) -> str:
    return _Text(_SETTINGS).doprint(value)  # type: ignore[no-any-return]


def text(value: Any) -> str:
    """An expression as a person would write it."""
    return _text(value) if hasattr(value, "free_symbols") else str(value)


def latex(value: Any) -> str:
    """An expression in LaTeX."""
    return _Latex({"order": None, "mul_symbol": None}).doprint(value)  # type: ignore[no-any-return]


__all__ = ["Python", "latex", "text"]
