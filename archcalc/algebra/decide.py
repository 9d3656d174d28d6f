"""What can be proved of expressions, and claims solved for a symbol."""

import functools
import math
from collections.abc import Mapping

from sympy import Add, Dummy, Expr, Integer, Symbol, expand, floor, sympify
from sympy.core.function import Application

from archcalc.algebra import periodic
from archcalc.algebra.bounds import bounds, symbol_bounds
from archcalc.algebra.declared import INFINITE, number_of
from archcalc.algebra.domain import Domain
from archcalc.algebra.linear import linear
from archcalc.algebra.normal import reduced
from archcalc.algebra.periodic import remainders
from archcalc.algebra.relations import OPPOSITE


def least(value: Expr, known: Mapping[str, Domain]) -> Expr:
    """A lower bound of an expression; minus infinity where none was found."""
    if periodic.growth(value) is not None:
        (symbol,) = value.free_symbols
        found = periodic.least(value, *symbol_bounds(symbol, known))
        if found is not None:
            return found
    names = [symbol.name for symbol in value.free_symbols if symbol.name in known]
    return _least(value, tuple((name, known[name].least, known[name].most) for name in names))


@functools.lru_cache(maxsize=1 << 14)
def _least(value: Expr, known: tuple[tuple[str, Expr, Expr], ...]) -> Expr:
    domains = {name: Domain(low, high) for name, low, high in known}
    low = bounds(value, domains)[0]  # before it is expanded, which takes remainders apart
    if low >= 0:
        return low
    value = reduced(value)
    relaxed = _relaxed(value, domains)
    return max(low, bounds(value, domains)[0], -INFINITE if relaxed is None else relaxed)


# -- by taking the floors away, so that what they round can cancel ---------------------------------------------------


def _relaxed(value: Expr, known: Mapping[str, Domain]) -> Expr:
    others = value.atoms(Application) - value.atoms(floor)
    value = value.xreplace({found: _unbounded(found) for found in others})
    parts = linear(value)
    whole = parts is not None and parts[2] == 1
    for _ in range(20):  # each round takes away the outermost floors
        found = value.atoms(floor)
        outer = [f for f in found if not any(f is not g and g.has(f) for g in found)]
        if not outer:
            break
        value = expand(Add(*(_without(term, outer) for term in Add.make_args(value))))
    shifted: dict[Expr, Expr] = {}
    for symbol in value.free_symbols:
        low, high = symbol_bounds(symbol, known)
        if low == -INFINITE:
            return None
        share = value.coeff(symbol)
        falls = high != INFINITE and share.is_number and share < 0 and not (value - share * symbol).has(symbol)
        shifted[symbol] = high - symbol if falls else low + symbol
    numbers = expand(value.xreplace(shifted)).as_coefficients_dict()
    constant = numbers.pop(Integer(1), Integer(0))
    if not constant.is_Rational:
        return None
    if all(n.is_nonnegative and rest.free_symbols and _is_product(rest) for rest, n in numbers.items()):
        return math.ceil(constant) if whole else number_of(constant)
    return None


def _is_product(value: Expr) -> bool:
    """Whether a term is a product of powers of symbols, which is not negative where the symbols are not."""
    return all(base.is_Symbol and power.is_nonnegative for base, power in value.as_powers_dict().items())


def _without(term: Expr, outer: list[Expr]) -> Expr:
    """A lower bound of a term without its outermost floors; the term itself where its sign is not known."""
    share, rest = term.as_coeff_Mul()
    inside = [found for found in outer if rest.has(found)]
    if not inside:
        return term
    factors = rest.as_powers_dict()
    rounded = [base for base in factors if base in inside]
    if len(rounded) != len(inside) or any(power != 1 for base, power in factors.items() if base in rounded):
        return term.xreplace({found: _unbounded(found) for found in inside})
    if len(rounded) > 1:
        # A product of several floors is bounded by zero alone, where none of them is negative.
        both = share > 0 and all(found.is_nonnegative for found in rounded)
        return Integer(0) if both else term.xreplace({found: _unbounded(found) for found in inside})
    (found,) = rounded
    parts = linear(found.args[0])
    slack = Integer(1) if parts is None else Integer(parts[2] - 1) / parts[2]
    return expand(share * rest.xreplace({found: found.args[0] - (slack if share > 0 else 0)}))


def _unbounded(found: Expr) -> Expr:
    """A symbol of which nothing is known, for what cannot be bounded."""
    return Dummy(found.func.__name__, integer=True)


# -- claims solved for a symbol --------------------------------------------------------------------------------------


def solved(left: Expr, relation: str, right: Expr) -> dict[str, Domain]:
    """What a claim says of a symbol; nothing where it cannot be solved for one."""
    if left == 0 and relation in (">=", "<") and len(parted(left, ">=", right)) == 1:
        return solved(right, "=" if relation == ">=" else "!=", 0)
    value = _expression(left, relation, right)
    if len(value.free_symbols) != 1:
        return {}
    (symbol,) = value.free_symbols
    if relation in (">=", "<"):
        value = value if relation == ">=" else -value - 1
        found = _solved_for_bound(value) or _solved_by_period(value)
        strict = relation == "<" and not symbol.is_integer
        return {} if found is None or strict else {symbol.name: found}
    if relation == "=" and (edge := _root(value, symbol)) is not None:
        return {symbol.name: Domain(edge, edge)}
    holds = remainders(value, relation if relation in ("=", "divides") else OPPOSITE[relation])
    if holds is None:
        return {}
    period, kept = holds
    if relation not in ("=", "divides"):
        kept = frozenset(range(period)) - kept
    return {symbol.name: Domain(None, None, period, kept).shortest()}


def parted(left: Expr, relation: str, right: Expr) -> list[Expr]:
    """The terms that are all zero where a claim says that a sum of terms, none of them negative, is not positive."""
    if relation != ">=" or left != 0:
        return []
    terms = Add.make_args(right)
    return list(terms) if all(bounds(term, {})[0] >= 0 for term in terms) else []


def _expression(left: Expr, relation: str, right: Expr) -> Expr:
    """What is compared with zero; of "divides" the quotient, which must be whole."""
    # sympify() sees numbers and expressions, never text.
    left, right = sympify(left), sympify(right)
    return reduced(right / left if relation in ("divides", OPPOSITE["divides"]) else left - right)


def _root(value: Expr, symbol: Expr) -> Expr:
    """Where a linear expression is zero."""
    share = value.coeff(symbol)
    constant = expand(value - share * symbol)
    if share.is_Rational and share != 0 and constant.is_Rational:
        return number_of(-constant / share)
    return None


def _solved_by_period(value: Expr) -> Domain | None:
    edge = periodic.threshold(value)
    return None if edge is None else Domain(least=edge)


def _solved_for_bound(value: Expr) -> Domain | None:
    """Where number * (a symbol in floors) + constant is at least 0."""
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
        # share * floor(y) + constant >= 0 bounds the floor by a whole number, from below or from above
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


def by_remainder(value: Expr, relation: str, known: Mapping[str, Domain]) -> bool | None:
    """Whether an expression is 0, or whole ("divides"), for all remainders that its symbol may have, or for none."""
    if (found := remainders(value, relation)) is None:
        return None
    period, kept = found
    (symbol,) = value.free_symbols
    domain = known.get(symbol.name, Domain())
    allowed = [r for r in range(math.lcm(period, domain.modulus)) if r % domain.modulus in domain.remainders]
    verdicts = {r % period in kept for r in allowed}
    return verdicts.pop() if len(verdicts) == 1 else None


__all__ = ["by_remainder", "least", "parted", "solved"]
