"""Claims over expressions, decided where they follow from the expressions and from what their symbols carry."""

from collections.abc import Callable, Mapping

from sympy import Expr, floor, sympify

from archcalc.algebra.decide import by_remainder
from archcalc.algebra.decide import least as lower_bound
from archcalc.algebra.known import domains_of
from archcalc.algebra.normal import reduced
from archcalc.algebra.relations import OPPOSITE


def judged(left: Expr, relation: str, right: Expr) -> bool | None:
    """Whether a relation holds of two numbers or expressions; None where it does not follow."""
    if relation in _JUDGES:
        return _JUDGES[relation](left, right)
    found = _JUDGES[OPPOSITE[relation]](left, right)
    return None if found is None else not found


def least(value: Expr) -> Expr:
    """A lower bound of an expression; minus infinity where none was found."""
    return lower_bound(value, domains_of(value))


def _equal(a: Expr, b: Expr) -> bool | None:
    difference = _difference(a, b)
    if difference == 0:
        return True
    if _sign(difference, "zero") is False or least(difference) > 0 or least(-difference) > 0:
        return False
    return by_remainder(difference, "=", domains_of(difference))


def _at_least(a: Expr, b: Expr) -> bool | None:
    a, b = _expression(a), _expression(b)
    difference = _difference(a, b)
    # As it stands too: to expand it takes remainders apart, of which the bounds are known.
    if least(a - b) >= 0 or least(difference) >= 0 or _sign(difference, "nonnegative"):
        return True
    if least(b - a) > 0 or least(-difference) > 0 or _sign(difference, "negative"):
        return False
    return None


def _divides(a: Expr, b: Expr) -> bool | None:
    quotient = _difference(_expression(b) / _expression(a), 0)
    if quotient.is_integer is not None:
        return bool(quotient.is_integer)
    return by_remainder(quotient, "divides", domains_of(quotient))


_JUDGES: Mapping[str, Callable[[Expr, Expr], bool | None]] = {"=": _equal, ">=": _at_least, "divides": _divides}


def _expression(value: Expr) -> Expr:
    # sympify() sees numbers and expressions, never text.
    return sympify(value)


def _difference(a: Expr, b: Expr) -> Expr:
    # Never simplify(): it takes seconds on nested floors.
    return reduced(_expression(a) - _expression(b))


def _sign(value: Expr, word: str) -> bool | None:
    """What SymPy's own assumptions say of an expression without floors; with several of them it takes minutes."""
    return None if value.has(floor) else getattr(value, f"is_{word}")
