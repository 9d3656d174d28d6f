"""Closed forms as functions of numbers: of Python's integers, exact, and of NumPy arrays, a point for each entry."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from sympy import Mul, Symbol, sympify

from archcalc.algebra.arraycode import ArrayCode
from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.domain import Domain
from archcalc.algebra.evaluate import number
from archcalc.algebra.iverson import bracket
from archcalc.algebra.points import Array, ExactArray, exact_number, exact_points, is_array, numpy_of
from archcalc.errors import Refused


class Compiled:
    """A closed form as a function of its symbols, given by name or in order.

    A point outside of the assumptions is refused: there the form says nothing.
    """

    def __init__(self, value: Any, names: Sequence[str], assumptions: Assumptions):
        self.value, self.names, self.assumptions = sympify(value), tuple(names), assumptions
        # A parameter may be a config entry that is an expression of one symbol: H = 32*h.
        given = {name: assumptions.definitions.get(name) for name in names}
        unknown = {s.name for s in self.value.free_symbols} - {
            s.name for n, v in given.items() for s in (v.free_symbols if v is not None else [Symbol(n)])
        }
        if unknown:
            raise Refused(f"the formula holds {', '.join(sorted(unknown))}, for which no number would be given")

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The number for numbers, an array for arrays, which are broadcast.

        Raises Refused for a point outside of the assumptions, TypeError for a wrong number of values.
        """
        values = self._values(given, named)
        if any(isinstance(v, ExactArray) for v in values.values()):
            return self._of_arrays(_arrays(values))
        if (broken := self.assumptions.hold(values)) is not None:
            raise Refused(f"the formula holds only where {broken}")
        return number(self.value, values)

    def valid(self, *given: Any, **named: Any) -> Any:
        """Whether the formula holds at a point; of arrays an array of truths."""
        values = self._values(given, named)
        if any(isinstance(v, ExactArray) for v in values.values()):
            return self._valid(_arrays(values))
        return self.assumptions.hold(values) is None

    def _values(self, given: Sequence[Any], named: Mapping[str, Any]) -> dict[str, Any]:
        """The number or the points of every symbol."""
        both = dict(zip(self.names, given, strict=False)) | dict(named)
        if len(given) + len(named) != len(self.names) or set(both) != set(self.names):
            raise TypeError(f"the formula takes {', '.join(self.names) or 'nothing'}")
        found: dict[str, Any] = {}
        for name, value in both.items():
            found |= self._points(name, value) if is_array(value) else self._number(name, value)
        return found

    def _number(self, name: str, value: Any) -> dict[str, Any]:
        return self.assumptions.symbols(name, exact_number(name, value))

    def _points(self, name: str, value: Any) -> dict[str, ExactArray]:
        points = exact_points(name, value)
        if name not in self.assumptions.definitions:
            return {name: points}
        return {n: ExactArray(v) for n, v in self.assumptions.symbols(name, points.numbers()).items()}

    def _of_arrays(self, values: dict[str, ExactArray]) -> Array:
        inside = self._valid(values)
        if not inside.all():
            raise Refused(
                f"the formula does not hold at {int((~inside).sum()):,} of {inside.size:,} points: it holds where "
                f"{'; '.join(self.assumptions)}",
                "`valid` tells them",
            )
        return self._code(values, inside.shape)

    @cached_property
    def _code(self) -> ArrayCode:
        return ArrayCode(self.value)

    @cached_property
    def _claims(self) -> ArrayCode:
        """1 where all assumptions hold that cannot be solved for one symbol, and 0 elsewhere."""
        return ArrayCode(Mul(*map(bracket, self.assumptions.others)))

    def _valid(self, values: dict[str, ExactArray]) -> Array:
        numpy = numpy_of()
        shape = numpy.broadcast_shapes(*(points.above.shape for points in values.values()))
        found = numpy.ones(shape, dtype=bool)
        for name, domain in self.assumptions.domains.items():
            if name in values:
                found &= _within(domain, values[name])
        return found & (self._claims(values, shape) == 1)


def _arrays(values: Mapping[str, Any]) -> dict[str, ExactArray]:
    return {name: v if isinstance(v, ExactArray) else exact_points(name, v) for name, v in values.items()}


def _within(domain: Domain, points: ExactArray) -> Array:
    numpy = numpy_of()
    found = numpy.ones(points.above.shape, dtype=bool)
    if domain.least is not None:
        found &= points.above >= domain.least * points.below
    if domain.most is not None:
        found &= points.above <= domain.most * points.below
    if domain.modulus > 1:
        found &= numpy.isin(points.numbers() % domain.modulus, list(domain.remainders))
    return found
