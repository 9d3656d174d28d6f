"""Sizes and claims about them: the only module that knows int, SymPy and NumPy apart.

A formula of archcalc is written once, with ``+ - * //`` and the names below, and runs alike on Python integers, on
SymPy expressions (a size that is still free) and on NumPy arrays (many sizes at once). Neither SymPy nor NumPy is
imported here unless a symbol is asked for.
"""

import functools
import math
import operator
import sys
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from archcalc.algebra import rounding
from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.claim import Claim, Undecided, joined
from archcalc.algebra.relations import HOLDS
from archcalc.errors import Undecidable

Dim = int
"""A size. To the type checker an int; at run time also a SymPy expression or a NumPy array."""

Size = Any
"""A number, a SymPy expression or a NumPy array, where a function takes or gives any of them."""
Shape = tuple[Dim, ...]


def is_symbolic(value: object) -> bool:
    """Whether a value is a SymPy expression (true also for a SymPy integer)."""
    kind = type(value)
    return kind is not int and hasattr(kind, "free_symbols")  # an instance would compute the property


def is_array(value: object) -> bool:
    """Whether a value is a NumPy array."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.ndarray)


def is_named(value: object) -> bool:
    """Whether a value is an int that remembers how it was made (`archcalc.derive.named`)."""
    return hasattr(value, "tree")


def is_size(value: object) -> bool:
    """Whether a value can be a size: an int (but not a bool), an integer expression or an array."""
    if type(value) is int or is_named(value):
        return True
    if is_symbolic(value):
        return getattr(value, "is_integer", None) is not False
    return is_array(value)


@functools.cache
def symbol(name: str, least: int = 1, whole: bool = True) -> Size:
    """The one symbol of this name: an integer, positive unless `least` is below 1; or a positive real number.

    Two SymPy symbols of one name and different assumptions are unequal, so all symbols come from here.
    """
    from sympy import Symbol

    kind = {"positive": True} if least >= 1 else {"nonnegative": True} if least >= 0 else {}
    return Symbol(name, **{"integer": True} if whole else {"real": True}, **kind)


def free_symbols(values: Iterable[object]) -> set[str]:
    """The names of all symbols in some sizes."""
    return {s.name for v in values for s in getattr(v, "free_symbols", ())}


def tidy(value: Size) -> Size:
    """A number in its plainest type: a SymPy integer or a whole Fraction becomes an int."""
    if type(value) is int:
        return value
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    if is_symbolic(value):
        if value.is_Integer:
            return int(value)
        if value.is_Rational:
            return Fraction(int(value.p), int(value.q))
        from archcalc.algebra.normal import normal
        from archcalc.algebra.periodic import shortened
        from archcalc.algebra.resolve import resolved

        value = resolved(shortened(normal(value)))
        return int(value) if value.is_Integer else value
    return value


def settled(value: Size, given: Assumptions) -> Size:
    """A value simplified under the assumptions, its symbols plain."""
    if not given.domains or type(value) in (int, str, bool):
        return value
    from archcalc.algebra.known import mapped

    return given.plain(mapped(given.knowing(value), _settled))


def _settled(value: Size) -> Size:
    """An expression without what another part of a maximum or minimum surpasses."""
    from sympy import Max, Min

    extremes = {Max: maximum, Min: minimum}
    swaps = {found: extremes[found.func](*found.args) for found in value.atoms(Max, Min)}
    return tidy(value.xreplace(swaps) if swaps else value)


def plain(value: Size, what: str) -> int:
    """The one number that a value is; raises Undecidable where it depends on a symbol or on which of many sizes."""
    if is_array(value) and (value == value.flat[0]).all():
        return int(value.flat[0])
    value = tidy(value)
    if not (type(value) is int or is_named(value)):
        raise Undecidable(f"{what} is {text(value)}, but must be one number; fix the symbols in it")
    number: int = value
    return number


def prod(values: Iterable[Dim]) -> Dim:
    """The product of sizes; 1 for none."""
    return functools.reduce(operator.mul, values, 1)


def total(values: Iterable[Dim]) -> Dim:
    """The sum of sizes; one flat SymPy sum where any is symbolic (a running sum is quadratic)."""
    items = list(values)
    if not set(map(type, items)) <= {int} and any(map(is_symbolic, items)):
        from sympy import Add, expand

        summed: Dim = tidy(expand(Add(*map(tidy, items))))
        return summed
    return sum(items)


def floor_div(a: Dim, b: Dim) -> Dim:
    """A / b rounded down: `a // b`, which takes SymPy ten times as long where b is a number."""
    if not is_symbolic(a) or is_symbolic(b):
        return a // b
    from archcalc.algebra.normal import floor_of_quotient

    quotient: Dim = floor_of_quotient(a, b)
    return quotient


def ceil_div(a: Dim, b: Dim) -> Dim:
    """A / b rounded up."""
    return -(-a // b)


def ceil_log2(value: Dim) -> Dim:
    """The base-2 logarithm of a size, rounded up; raises Undecidable for a symbol."""
    if not is_array(value):
        return (plain(value, "the number of elements") - 1).bit_length()
    digits: Dim = sys.modules["numpy"].frexp(value - 1)[1].astype("int64")
    return digits


def ratio(a: Dim, b: Dim) -> Size:
    """A / b exactly: an int where it is whole, else a Fraction, or an expression of symbols."""
    if is_symbolic(a) or is_symbolic(b):
        return tidy(a / b)
    return _remembered("/", tidy(Fraction(a, b)), a, b)


def _remembered(function: str, value: Size, *of: Any) -> Size:
    """An integer computed from sizes; it records its origin if one of them does."""
    named: Any = next(filter(is_named, of), None)
    return value if named is None or not isinstance(value, int) else named.made(function, int(value), of)


def maximum(*values: Size) -> Size:
    """The largest of some sizes."""
    return _extreme(values, max, "Max", "maximum")


def minimum(*values: Size) -> Size:
    """The smallest of some sizes."""
    return _extreme(values, min, "Min", "minimum")


def _extreme(values: tuple[Any, ...], plain: Any, symbolic: str, many: str) -> Size:
    if any(is_symbolic(v) for v in values):
        return _extreme_of_symbols(values, symbolic)
    if any(is_array(v) for v in values):
        return functools.reduce(getattr(sys.modules["numpy"], many), values)
    return _remembered(plain.__name__, plain(values), *values)


def _extreme_of_symbols(values: tuple[Any, ...], name: str) -> Size:
    """Max or Min of the values that no other value dominates."""
    import sympy

    left: list[Any] = []
    for value in map(tidy, values):
        greater = at_least if name == "Max" else lambda a, b: at_least(b, a)
        if any(greater(other, value) is True for other in left):
            continue
        left = [*(other for other in left if greater(value, other) is not True), value]
    if len(left) == 1:
        return left[0]
    shared, rest = _without_shared(left)
    # SymPy would try to order them by itself, which takes minutes where they hold floors.
    return shared + getattr(sympy, name)(*sorted(rest, key=sympy.default_sort_key), evaluate=False)


def _without_shared(values: list[Any]) -> tuple[Any, list[Any]]:
    """The sum of the symbolic terms that all of some values have, and the values without it."""
    from sympy import Add, sympify

    terms = [Add.make_args(sympify(value)) for value in values]
    shared = Add(*[t for t in terms[0] if t.free_symbols and all(t in others for others in terms[1:])])
    return shared, [sympify(value) - shared for value in values]


def gcd(a: Dim, b: Dim) -> Dim:
    """The greatest common divisor; raises Undecidable where it has no formula, for two unrelated symbols."""
    if is_array(a) or is_array(b):
        common: Dim = sys.modules["numpy"].gcd(a, b)
        return common
    if not (is_symbolic(a) or is_symbolic(b)):
        found: Dim = _remembered("gcd", math.gcd(a, b), a, b)
        return found
    for divisor, size in ((a, b), (b, a)):
        if divides(divisor, size) is True:
            return divisor
        if type(divisor) is int:
            return _gcd_of_symbol(divisor, size)
    shown = f"{text(a)} and {text(b)}"
    raise Undecidable(f"the greatest common divisor of {shown} has no formula; fix one of them")


def _gcd_of_symbol(number: int, size: Dim) -> Dim:
    """Gauss: gcd(n, m) is the sum of Euler's phi(d) over the d that divide both; d divides m iff the floors differ."""
    from sympy import divisors, totient

    return total(int(totient(d)) * (size // d - (size - 1) // d) for d in divisors(number))


def floor(value: Size) -> Size:
    """The greatest integer not above a number."""
    return tidy(value // 1) if is_symbolic(value) else math.floor(value)


def ceil(value: Size) -> Size:
    """The least integer not below a number."""
    return tidy(-(-value // 1)) if is_symbolic(value) else math.ceil(value)


def round_to(value: Size, divisor: int) -> Size:
    """The multiple of `divisor` nearest to a number, as architectures round their channels (`algebra.rounding`)."""
    if not is_symbolic(value):
        return rounding.round_to(value, divisor)
    from archcalc.algebra.functions import RoundTo

    return tidy(RoundTo(value, divisor))


def round_half_even(value: Size) -> Size:
    """The nearest integer; of two, the even one."""
    if not is_symbolic(value):
        return round(value)
    from archcalc.algebra.functions import RoundHalfEven

    return tidy(value if value.is_integer else RoundHalfEven(value))


def equal(a: Size, b: Size) -> Claim:
    """The claim that two sizes are equal."""
    return _claim(a, "=", b)


def at_least(a: Size, b: Size) -> Claim:
    """The claim that a >= b."""
    return _claim(a, ">=", b)


def divides(a: Size, b: Size) -> Claim:
    """The claim that a divides b without remainder."""
    return _claim(a, "divides", b)


def _claim(a: Size, relation: str, b: Size) -> Claim:
    if not (is_symbolic(a) or is_symbolic(b)):
        return HOLDS[relation](a, b)
    from archcalc.algebra.prove import judged

    found = judged(a, relation, b)
    return Undecided(tidy(a), relation, tidy(b)) if found is None else found


def least(value: Size) -> Size:
    """The greatest known lower bound of a size; None if it has none."""
    if not is_symbolic(value):
        return value
    from archcalc.algebra.bounds import least

    bound = least(value)
    return None if bound == -math.inf else bound


def most(value: Size) -> Size:
    """The least known upper bound of a size; None if it has none."""
    bound = least(-value)
    return None if bound is None else -bound


def both(*claims: Claim) -> Claim:
    """The claim that all of some claims hold."""
    return joined(claims, True)


def choose(claim: Undecided, yes: Size, no: Size) -> Size:
    """`yes` where an open claim holds, else `no`: both times Iverson's bracket of it."""
    from sympy import sympify

    from archcalc.algebra.iverson import bracket

    yes, no = sympify(yes), sympify(no)
    return tidy(no + (yes - no) * bracket(claim))


def text(value: Size) -> str:
    """A size as a reader writes it: ``ceil(H/32)``."""
    if not is_symbolic(value):
        return str(value)
    from archcalc.algebra.write import text as written

    return written(value)


def show(shape: Iterable[Any]) -> str:
    """A shape as a reader writes it: ``[1, 3, H, W]``."""
    return f"[{', '.join(map(text, shape))}]"


def say(value: Size) -> str:
    """A value as a spec writes it, cut off where it is long."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, tuple):
        shown = f"[{', '.join(say(v) for v in value[:12])}{', ...' if len(value) > 12 else ''}]"
    elif isinstance(value, Fraction):
        shown = f"{float(value):g}" if abs(value) < 1e300 else str(int(value))
    else:
        shown = repr(value) if isinstance(value, str) else text(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
