"""The declaration of an expression: its own class, or the one that stands for SymPy's."""

from typing import Any

from sympy import Add, Expr, Max, Min, Mod, Mul, Pow, ceiling, floor

from archcalc.algebra.arithmetic import Addition, Multiplication, Power
from archcalc.algebra.declared import BuiltIn, Declaration, SizeFunction
from archcalc.algebra.integers import Ceiling, Floor, Largest, Remainder, Smallest

BUILT_IN: dict[Any, type[BuiltIn]] = {
    Add: Addition,
    Mul: Multiplication,
    Pow: Power,
    floor: Floor,
    ceiling: Ceiling,
    Mod: Remainder,
    Max: Largest,
    Min: Smallest,
}
"""The declaration of each of SymPy's functions that formulas hold."""


def declared(value: Expr) -> Declaration:
    """The declaration of an expression that is neither a number nor a symbol."""
    return value if isinstance(value, SizeFunction) else BUILT_IN.get(type(value), BuiltIn)(value)
