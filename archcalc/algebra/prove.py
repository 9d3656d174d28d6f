"""Claims over expressions: decided if they follow from what their symbols carry, or solved for a symbol."""

import math
from collections.abc import Callable, Mapping

from sympy import Add, Expr, Integer, Symbol, expand, floor, sympify

from archcalc.algebra import periodic
from archcalc.algebra.bounds import bounds, least
from archcalc.algebra.declared import number_of
from archcalc.algebra.domain import Domain
from archcalc.algebra.known import domains_of
from archcalc.algebra.linear import linear
from archcalc.algebra.normal import reduced
from archcalc.algebra.relations import OPPOSITE


def judged(left: Expr, relation: str, right: Expr) -> bool | None:
    """Whether a relation holds between two numbers or expressions; None if it does not follow."""
    if relation in _JUDGES:
        return _JUDGES[relation](left, right)
    found = _JUDGES[OPPOSITE[relation]](left, right)
    return None if found is None else not found


def _equal(a: Expr, b: Expr) -> bool | None:
    difference = _difference(a, b)
    if difference == 0:
        return True
    if _sign(difference, "zero") is False or least(difference) > 0 or least(-difference) > 0:
        return False
    return _by_remainder(difference, "=")


def _at_least(a: Expr, b: Expr) -> bool | None:
    a, b = sympify(a), sympify(b)
    difference = _difference(a, b)
    # Also as it is: expanding takes remainders apart, whose bounds are known.
    if least(a - b) >= 0 or least(difference) >= 0 or _sign(difference, "nonnegative"):
        return True
    if least(b - a) > 0 or least(-difference) > 0 or _sign(difference, "negative"):
        return False
    return None


def _divides(a: Expr, b: Expr) -> bool | None:
    quotient = _quotient(a, b)
    if quotient.is_integer is not None:
        return bool(quotient.is_integer)
    return _by_remainder(quotient, "divides")


_JUDGES: Mapping[str, Callable[[Expr, Expr], bool | None]] = {"=": _equal, ">=": _at_least, "divides": _divides}


# Never simplify(): it takes seconds on nested floors. And sympify() sees numbers and expressions, never text.
def _difference(a: Expr, b: Expr) -> Expr:
    return reduced(sympify(a) - sympify(b))


def _quotient(a: Expr, b: Expr) -> Expr:
    """B / a, an integer if a divides b."""
    return reduced(sympify(b) / sympify(a))


def _sign(value: Expr, word: str) -> bool | None:
    """SymPy's own verdict on an expression without floors; with several of them it takes minutes."""
    return None if value.has(floor) else getattr(value, f"is_{word}")


def _by_remainder(value: Expr, relation: str) -> bool | None:
    """Whether an expression is 0, or an integer ("divides"), for all possible remainders of its symbol, or for none."""
    if (found := periodic.remainders(value, relation)) is None:
        return None
    (symbol,) = value.free_symbols
    domain = domains_of(value).get(symbol.name, Domain())
    allowed = [r for r in range(math.lcm(found.modulus, domain.modulus)) if r % domain.modulus in domain.remainders]
    verdicts = {r in found for r in allowed}
    return verdicts.pop() if len(verdicts) == 1 else None


# -- claims solved for a symbol --------------------------------------------------------------------------------------


def solved(left: Expr, relation: str, right: Expr) -> dict[str, Domain]:
    """The domain of a symbol that a claim is equivalent to; empty if it cannot be solved for one symbol."""
    if left == 0 and relation in (">=", "<") and len(parted(left, ">=", right)) == 1:
        return solved(right, "=" if relation == ">=" else "!=", 0)
    value = _quotient(left, right) if "divide" in relation else _difference(left, right)
    if len(value.free_symbols) != 1:
        return {}
    (symbol,) = value.free_symbols
    found = _solved(value, relation, symbol)
    return {} if found is None else {symbol.name: found}


def _solved(value: Expr, relation: str, symbol: Expr) -> Domain | None:
    if relation in (">=", "<"):
        value = value if relation == ">=" else -value - 1
        strict = relation == "<" and not symbol.is_integer
        return None if strict else _solved_for_bound(value) or periodic.nonnegative(value)
    if relation == "=" and (edge := _root(value, symbol)) is not None:
        return Domain(edge, edge)
    found = periodic.remainders(value, relation if relation in _JUDGES else OPPOSITE[relation])
    if found is None:
        return None
    if relation not in _JUDGES:
        found = found._replace(remainders=frozenset(range(found.modulus)) - found.remainders)
    return found.shortest()


def parted(left: Expr, relation: str, right: Expr) -> list[Expr]:
    """The terms that are all zero if a claim says that a sum of nonnegative terms is not positive."""
    if relation != ">=" or left != 0:
        return []
    terms = Add.make_args(right)
    return list(terms) if all(bounds(term)[0] >= 0 for term in terms) else []


def _root(value: Expr, symbol: Expr) -> Expr:
    """The zero of a linear expression."""
    share = value.coeff(symbol)
    constant = expand(value - share * symbol)
    if share.is_Rational and share != 0 and constant.is_Rational:
        return number_of(-constant / share)
    return None


def _solved_for_bound(value: Expr) -> Domain | None:
    """The domain in which number * (a symbol in floors) + constant is at least 0."""
    constant, rest = value.as_coeff_Add()
    if rest.is_Add or not constant.is_Rational:
        return None
    share, what = rest.as_coeff_Mul()
    if not share.is_Rational:
        return None
    while isinstance(what, floor):
        parts = linear(what.args[0])
        if parts is None or len(parts[0]) != 1:
            return None
        ((inner, inside),), offset, step = parts[0].items(), parts[1], parts[2]
        # share * floor(y) + constant >= 0 bounds the floor by an integer, from below or from above
        if share > 0:
            share, constant = inside, offset - step * math.ceil(-constant / share)
        else:
            share, constant = -inside, step * (math.floor(-constant / share) + 1) - 1 - offset
        what = inner
        constant, share = Integer(constant), Integer(share)
    if not isinstance(what, Symbol):
        return None
    edge = number_of(-constant / share)
    if what.is_integer:
        edge = math.ceil(edge) if share > 0 else math.floor(edge)
    return Domain(least=edge) if share > 0 else Domain(most=edge)
