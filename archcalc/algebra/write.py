"""Printers of expressions: as a person would write them, as Python with exact integers, and as LaTeX.

A floor is written over one denominator, and as a ceiling if that has the smaller constant: ``floor(H/32 + 31/32)`` is
``ceil(H/32)``. The order of factors is number, batch, channels, sizes, other names; terms have SymPy's order of
monomials. Neither changes between runs. The printers ask each function's declaration, by SymPy's own hooks.
"""

import functools
import re
from collections.abc import Iterable

from sympy import Expr
from sympy.core.alphabets import greeks
from sympy.printing.latex import LatexPrinter
from sympy.printing.printer import Printer
from sympy.printing.str import StrPrinter

from archcalc.algebra.builtin import BUILT_IN
from archcalc.algebra.functions import functions_in
from archcalc.algebra.names import escaped, identifier

# SymPy writes lamda; omicron is not a command of LaTeX.
GREEK = {*greeks, "lambda"} - {"lamda", "omicron"}


class _Declarations(Printer):
    """Asks the declarations of SymPy's functions for a hook, as SymPy asks the functions themselves."""

    def _print(self, expr: Expr, **options: Expr) -> str:
        known = BUILT_IN.get(type(expr))
        hook = getattr(known, self.printmethod, None)
        shown: str = hook(known(expr), self, **options) if known and hook else super()._print(expr, **options)
        return shown


class _Text(_Declarations, StrPrinter):
    pass


class Python(_Declarations, StrPrinter):
    """Python with `//` in place of every fraction, so that integers stay integers; it calls what `preamble` defines."""

    printmethod = "_pythoncode"

    def _print_Symbol(self, value: Expr) -> str:
        return identifier(value.name)


class _Latex(_Declarations, LatexPrinter):
    def _print_Symbol(self, value: Expr, style: str = "plain") -> str:
        name: str = value.name
        if len(name) == 1 and name.isascii() and name.isalpha():
            return name
        return f"\\{name}" if name in GREEK else rf"\mathrm{{{escaped(name)}}}"


@functools.lru_cache(maxsize=1 << 14)
def _text(value: Expr) -> str:
    return str(_Text({"order": None}).doprint(value))


def text(value: Expr) -> str:
    """An expression as a person would write it."""
    return _text(value) if hasattr(type(value), "free_symbols") else str(value)


def latex(value: Expr) -> str:
    """An expression in LaTeX."""
    return str(_Latex({"order": None, "mul_symbol": None}).doprint(value))


IMPORTS = {"math": "import math", "Any": "from typing import Any", "Fraction": "from fractions import Fraction"}
"""The names that definitions of functions use."""
CALLED = {"fraction": "from fractions import Fraction as fraction", "floor": "from math import floor"}
"""The other functions that the code of expressions calls."""


def preamble(code: str, values: Iterable[Expr]) -> list[str]:
    """The head of the Python code of expressions: imports, then the definitions of archcalc's functions."""
    functions = [function.definition for function in functions_in(values) if function.definition]
    used = set(re.findall(r"\w+", "".join(functions)))
    called = set(re.findall(r"\b(\w+)\(", code))
    imports = [line for name, line in IMPORTS.items() if name in used]
    imports += [line for name, line in CALLED.items() if name in called]
    return ["\n".join(imports) + "\n", *functions] if imports else functions
