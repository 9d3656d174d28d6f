"""Closed forms as functions of numbers: of Python's integers, exact, and of NumPy arrays, a point for each entry.

The code is made by our own printer from an expression whose symbols are renamed to v0, v1, ...: no name of a spec is in
it. Arrays are computed as int64 where a bound shows that nothing can pass 2^63, else as Python's integers.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from sympy import Mod, Symbol, floor, lambdify, sympify

from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.claim import Undecided
from archcalc.algebra.domain import Domain
from archcalc.algebra.evaluate import number
from archcalc.algebra.functions import OPAQUE, Opaque
from archcalc.algebra.write import Python
from archcalc.errors import MissingExtra, Refused

LIMIT = 2**63


class Compiled:
    """A closed form as a function of its symbols, given by name or in order.

    A point outside of the assumptions is refused: there the form says nothing.
    """

    def __init__(self, value: Any, names: Sequence[str], assumptions: Assumptions):
        self.value, self.names, self.assumptions = sympify(value), tuple(names), assumptions
        # A parameter may be a config entry that is an expression of one symbol: H = 32*h.
        self._given = {name: assumptions.definitions.get(name) for name in names}
        unknown = {s.name for s in self.value.free_symbols} - {
            s.name for n, v in self._given.items() for s in (v.free_symbols if v is not None else [Symbol(n)])
        }
        if unknown:
            raise Refused(f"the formula holds {', '.join(sorted(unknown))}, for which no number would be given")

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The number for numbers, an array for arrays, which are broadcast.

        Raises Refused for a point outside of the assumptions, TypeError for a wrong number of values.
        """
        values = self._values(given, named)
        if any(_is_array(v) for v in values.values()):
            return self._of_arrays(values)
        if (broken := self.assumptions.hold(values)) is not None:
            raise Refused(f"the formula holds only where {broken}")
        return number(self.value, values)

    def valid(self, *given: Any, **named: Any) -> Any:
        """Whether the formula holds at a point; of arrays an array of truths."""
        values = self._values(given, named)
        if any(_is_array(v) for v in values.values()):
            return _valid(self.assumptions, values)
        return self.assumptions.hold(values) is None

    def _values(self, given: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
        """The number or array of every symbol."""
        both = dict(zip(self.names, given, strict=False)) | dict(named)
        if len(given) + len(named) != len(self.names) or set(both) != set(self.names):
            raise TypeError(f"the formula takes {', '.join(self.names) or 'nothing'}")
        found: dict[str, Any] = {}
        for name, value in both.items():
            found |= self.assumptions.symbols(name, _taken(name, value))
        return found

    def _of_arrays(self, values: dict[str, Any]) -> Any:
        numpy = _numpy()
        inside = _valid(self.assumptions, values)
        if not numpy.all(inside):
            raise Refused(
                f"the formula does not hold at {int(numpy.sum(~inside)):,} of {inside.size:,} points: it holds where "
                f"{'; '.join(self.assumptions)}",
                "`valid` tells them",
            )
        return self._code(values)

    @cached_property
    def _code(self) -> "_Code":
        return _Code(self.value)


class _Code:
    """An expression as code for arrays."""

    def __init__(self, value: Any):
        self.value = value
        symbols = sorted(value.free_symbols, key=str)
        self.names = [s.name for s in symbols]
        # The same assumptions, so that the printer knows what is whole.
        renamed = [Symbol(f"v{i}", **s.assumptions0) for i, s in enumerate(symbols)]
        code = value.xreplace(dict(zip(symbols, renamed, strict=True)))
        self.run = lambdify(renamed, code, modules=[_helpers()], printer=_Printer(), cse=_shared)

    def __call__(self, values: Mapping[str, Any]) -> Any:
        numpy = _numpy()
        used = [numpy.asarray(values[name]) for name in self.names]
        whole = all(array.dtype != object for array in used)
        most = [max(abs(int(a.min())), abs(int(a.max()))) for a in used] if whole else []
        if not whole or largest(self.value, dict(zip(self.names, most, strict=True))) >= LIMIT:
            used = [array.astype(object) for array in used]
        else:
            used = [array.astype(numpy.int64, copy=False) for array in used]
        return self._run(used, numpy.broadcast_shapes(*map(numpy.shape, values.values())))

    def _run(self, arrays: list[Any], shape: tuple[int, ...]) -> Any:
        """In pieces that stay in the processor's cache."""
        numpy = _numpy()
        if math.prod(shape) <= PIECE or not shape:
            return numpy.broadcast_to(numpy.asarray(self.run(*arrays)), shape)
        flat = [a if a.ndim == 0 else numpy.broadcast_to(a, shape).reshape(-1) for a in arrays]
        out = numpy.empty(math.prod(shape), dtype=object if any(a.dtype == object for a in arrays) else numpy.int64)
        for start in range(0, out.size, PIECE):
            out[start : start + PIECE] = self.run(*(a if a.ndim == 0 else a[start : start + PIECE] for a in flat))
        return out.reshape(shape)


PIECE = 1 << 15
"""The points that are computed at once."""


def largest(value: Any, most: Mapping[str, int]) -> int:
    """A bound of the absolute value of everything that is computed on the way to an expression."""
    if value.is_Rational:
        return abs(int(value.p))
    if isinstance(value, Symbol):
        return most[value.name]
    if isinstance(value, Opaque):
        return LIMIT  # computed from fractions
    if isinstance(value, (floor, Mod)):
        return sum(largest(part, most) for part in value.args)
    if value.is_Add:
        terms = [term.as_coeff_Mul() for term in value.args]
        shared = math.lcm(*(int(share.q) for share, _ in terms))  # all terms are brought over one denominator
        return sum(abs(int(share * shared)) * largest(rest, most) for share, rest in terms)
    parts = [largest(part, most) for part in value.args]
    if value.is_Mul:
        return math.prod(parts)
    if value.is_Pow and value.exp.is_Integer and value.exp > 0:
        return parts[0] ** int(value.exp)  # type: ignore[no-any-return]
    return max(parts) if value.func.__name__ in ("Max", "Min") else LIMIT


class _Printer(Python):
    """Python for arrays: small powers as products, which NumPy does many times faster."""

    def _print_Pow(self, value: Any, rational: bool = False) -> str:
        base, power = value.as_base_exp()
        if power.is_Integer and 2 <= power <= 4:
            return "*".join([self.parenthesize(base, 50)] * int(power))
        return super()._print_Pow(value, rational)  # type: ignore[no-any-return]


def _shared(expression: Any) -> Any:
    """Every rounded part once: what lambdify asks of a `cse`."""
    found: dict[Any, Any] = {}

    def replaced(part: Any) -> Any:
        if not part.args:
            return part
        made = part.func(*map(replaced, part.args), evaluate=False) if part.has(floor, Opaque) else part
        if not isinstance(part, (floor, Opaque)):
            return made
        return found.setdefault(made, Symbol(f"x{len(found)}", integer=True))

    reduced = replaced(expression)
    return [(symbol, part) for part, symbol in found.items()], reduced


def _numpy() -> Any:
    try:
        import numpy
    except ImportError:
        raise MissingExtra("numpy", "numpy", "an array of points") from None
    return numpy


def _helpers() -> dict[str, Callable[..., Any]]:
    numpy = _numpy()

    def each(function: Callable[..., Any]) -> Callable[..., Any]:
        return numpy.frompyfunc(function, function.__code__.co_argcount, 1)  # type: ignore[no-any-return]

    def reduced(function: Any) -> Callable[..., Any]:
        def run(first: Any, *others: Any) -> Any:
            for other in others:
                first = function(first, other)
            return first

        return run

    bodies: dict[str, Callable[..., Any]] = {name: each(cls.body) for name, cls in OPAQUE.items()}
    fraction = numpy.frompyfunc(Fraction, 2, 1)
    rounded = numpy.frompyfunc(math.floor, 1, 1)
    return bodies | {
        "max": reduced(numpy.maximum),
        "min": reduced(numpy.minimum),
        "fraction": fraction,
        "floor": rounded,
    }


def _valid(assumptions: Assumptions, values: Mapping[str, Any]) -> Any:
    numpy = _numpy()
    shape = numpy.broadcast_shapes(*(numpy.shape(v) for v in values.values()))
    found = numpy.ones(shape, dtype=bool)
    for name, domain in assumptions.domains.items():
        if name in values:
            found &= _within(domain, numpy.asarray(values[name]))
    for claim in assumptions.others:
        found &= _holds(claim, values)
    return found


def _within(domain: Domain, array: Any) -> Any:
    numpy = _numpy()
    found = numpy.ones(array.shape, dtype=bool)
    if domain.least is not None:
        found &= array >= domain.least
    if domain.most is not None:
        found &= array <= domain.most
    if domain.modulus > 1:
        found &= numpy.isin(array % domain.modulus, list(domain.remainders))
    return found


def _holds(claim: Undecided, values: Mapping[str, Any]) -> Any:
    numpy = _numpy()
    names = sorted(claim.symbols())
    arrays = numpy.broadcast_arrays(*(numpy.asarray(values[n], dtype=object) for n in names))
    test = numpy.frompyfunc(lambda *point: claim.at(dict(zip(names, point, strict=True))), len(names), 1)
    return numpy.asarray(test(*arrays), dtype=bool)


def _is_array(value: Any) -> bool:
    return hasattr(value, "dtype") or isinstance(value, (list, tuple))


def _taken(name: str, value: Any) -> Any:
    """A value as whole numbers, or as fractions where it is not whole: the decimal fractions that floats print as."""
    if _is_array(value):
        numpy = _numpy()
        array = numpy.asarray(value)
        if array.dtype.kind in "iu" and (array.dtype.itemsize < 8 or array.dtype.kind == "i"):
            return array
        return numpy.frompyfunc(lambda v: _taken(name, v), 1, 1)(array)
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        value = Fraction(repr(value))
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        raise TypeError(f"{name} must be a number, not {value!r}")
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value
