"""Closed forms as functions of numbers: exact for Python's integers, and for arrays of points."""

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
    """A closed form as a function of its symbols, given by name or in order; it refuses points outside the assumptions.

    A parameter may be a config entry that is an expression of one symbol, such as H = 32*h.
    """

    def __init__(self, value: Any, names: Sequence[str], assumptions: Assumptions):
        self.value, self.names, self.assumptions = sympify(value), tuple(names), assumptions
        known = {s for name in names for s in assumptions.definitions.get(name, Symbol(name)).free_symbols}
        unknown = {s.name for s in self.value.free_symbols} - {s.name for s in known}
        if unknown:
            raise Refused(f"the formula contains {', '.join(sorted(unknown))}, which is not a parameter")

    def __call__(self, *given: Any, **named: Any) -> Any:
        """The number for numbers, an array for arrays, which are broadcast.

        Raises Refused for a point outside the assumptions, TypeError for a wrong number of values.
        """
        values, many = self._values(given, named)
        if many:
            return self._of_arrays(values)
        if (broken := self.assumptions.hold(values)) is not None:
            raise Refused(f"the formula holds only if {broken}")
        return number(self.value, values)

    def valid(self, *given: Any, **named: Any) -> Any:
        """Whether the formula holds at a point; for arrays an array of bools."""
        values, many = self._values(given, named)
        return self._valid(values) if many else self.assumptions.hold(values) is None

    def _values(self, given: Sequence[Any], named: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
        """The number or the points of every symbol, and whether they are points."""
        both = dict(zip(self.names, given, strict=False)) | dict(named)
        if len(given) + len(named) != len(self.names) or set(both) != set(self.names):
            raise TypeError(f"the formula takes {', '.join(self.names) or 'nothing'}")
        many = any(map(is_array, both.values()))
        found: dict[str, Any] = {}
        for name, value in both.items():
            found |= self._points(name, value) if many else self.assumptions.symbols(name, exact_number(name, value))
        return found, many

    def _points(self, name: str, value: Any) -> dict[str, ExactArray]:
        points = exact_points(name, value)
        if name not in self.assumptions.definitions:
            return {name: points}
        return {n: ExactArray(v) for n, v in self.assumptions.symbols(name, points.numbers()).items()}

    def _of_arrays(self, values: dict[str, ExactArray]) -> Array:
        inside = self._valid(values)
        if not inside.all():
            points = f"{inside.size:,} point{'s' * (inside.size != 1)}"
            raise Refused(
                f"the formula does not hold at {int((~inside).sum()):,} of {points}: it holds if "
                f"{'; '.join(self.assumptions)}",
                "`valid` finds them",
            )
        return self._code(values, inside.shape)

    @cached_property
    def _code(self) -> ArrayCode:
        return ArrayCode(self.value)

    @cached_property
    def _claims(self) -> ArrayCode:
        """1 if all assumptions hold that cannot be solved for one symbol, else 0."""
        return ArrayCode(Mul(*map(bracket, self.assumptions.others)))

    def _valid(self, values: dict[str, ExactArray]) -> Array:
        numpy = numpy_of()
        shape = numpy.broadcast_shapes(*(points.above.shape for points in values.values()))
        found = numpy.ones(shape, dtype=bool)
        for name in values.keys() & self.assumptions.domains:
            found &= _within(self.assumptions.domains[name], values[name])
        return found & (self._claims(values, shape) == 1)


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
