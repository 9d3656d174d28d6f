"""Whether an expression rises or falls with a symbol, where that follows from its form."""

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Symbol

from archcalc.algebra.builtin import declared
from archcalc.algebra.decide import least
from archcalc.algebra.declared import Trend
from archcalc.algebra.domain import Domain


def trend(value: Any, name: str, known: Mapping[str, Domain]) -> Trend | None:
    """Whether an expression rises (1), falls (-1) or does not change (0) with a symbol; None: it does not follow."""
    if not hasattr(type(value), "free_symbols") or all(s.name != name for s in value.free_symbols):
        return 0
    if isinstance(value, Symbol):
        return 1

    def of(part: Expr) -> Trend | None:
        return trend(part, name, known)

    return declared(value).trend(of, lambda part: least(part, known))
