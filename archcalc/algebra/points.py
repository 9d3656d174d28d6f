"""Arrays of exact numbers: integers over one denominator, or each over its own."""

import math
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

from archcalc.errors import MissingExtra

Array: TypeAlias = Any
"""A NumPy array; NumPy is not imported unless there is one."""

DIGITS = 15
"""The most digits of a decimal that a float represents uniquely."""
WIDE = 2**62
"""Numerators beyond this are kept as Python's integers."""


class ExactArray(NamedTuple):
    """Numbers as numerators over positive denominators."""

    above: Array
    below: Any = 1
    """An int, or an array of them."""

    @property
    def is_whole(self) -> bool:
        """Whether the numbers are integers."""
        return isinstance(self.below, int) and self.below == 1

    def numbers(self) -> Array:
        """The numbers as Python's: ints and Fractions."""
        numpy = numpy_of()
        return self.above if self.is_whole else numpy.frompyfunc(ratio, 2, 1)(self.above.astype(object), self.below)


def ratio(above: int, below: int) -> Any:
    """Above / below as an int, or as a Fraction if it is not an integer."""
    found = Fraction(above, below)
    return found.numerator if found.denominator == 1 else found


def numpy_of() -> Any:
    """NumPy; raises MissingExtra if it is not installed."""
    try:
        import numpy
    except ImportError:
        raise MissingExtra("numpy", "numpy", "an array of points") from None
    return numpy


def is_array(value: Any) -> bool:
    """Whether a value holds many numbers."""
    return hasattr(value, "dtype") or isinstance(value, (list, tuple))


def exact_number(name: str, value: Any) -> Any:
    """A number as an int or a Fraction; a float becomes the decimal fraction that it prints as."""
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        value = Fraction(repr(value))
    if isinstance(value, bool) or not isinstance(value, (int, Fraction)):
        raise TypeError(f"{name} must be a number, not {value!r}")
    return ratio(value.numerator, value.denominator)


def exact_points(name: str, values: Any) -> ExactArray:
    """An array of numbers, exact."""
    numpy = numpy_of()
    array = numpy.asarray(values)
    if array.dtype.kind == "i" or (array.dtype.kind == "u" and array.dtype.itemsize < 8):
        return ExactArray(array.astype(numpy.int64, copy=False))
    if array.dtype.kind == "f" and (found := _decimals(array.astype(numpy.float64, copy=False))) is not None:
        return found
    return _over_one(numpy.frompyfunc(lambda value: exact_number(name, value), 1, 1)(array))


def _decimals(array: Array) -> ExactArray | None:
    """Floats as the decimal fractions that they print as; None if one has too many digits."""
    numpy = numpy_of()
    wide = float(numpy.abs(array).max(initial=0.0))
    for digits in range(DIGITS + 1):
        scale = 10**digits
        if not wide * scale < 10**DIGITS:
            return None
        scaled = numpy.rint(array * scale)
        if (scaled / scale == array).all():
            return ExactArray(scaled.astype(numpy.int64), scale)
    return None


def _over_one(array: Array) -> ExactArray:
    """Exact numbers over one denominator, if that is small."""
    numpy = numpy_of()
    shape, flat = numpy.shape(array), numpy.ravel(array).tolist()
    below = math.lcm(*{value.denominator for value in flat})
    if max((abs(value.numerator) for value in flat), default=0) * below < WIDE:
        above = [value.numerator * (below // value.denominator) for value in flat]
        return ExactArray(numpy.array(above, dtype=numpy.int64).reshape(shape), below)
    parts = [numpy.array([getattr(v, part) for v in flat], dtype=object) for part in ("numerator", "denominator")]
    above, own = (part.reshape(shape) for part in parts)
    return ExactArray(above, 1 if below == 1 else own)
