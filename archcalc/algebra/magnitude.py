"""A bound of every number that a computation makes, found by running the computation itself on bounds."""

from typing import Any

LIMIT = 2**63
"""The bound of an int64."""


class Bounding:
    """The functions of NumPy that code may call, for bounds; `most` is the largest bound so far."""

    def __init__(self) -> None:
        self.most = 0

    def maximum(self, a: "Operand", b: "Operand") -> "Operand":
        """A bound of either number."""
        return max(a, b, key=most)

    minimum = maximum

    def where(self, condition: object, a: "Operand", b: "Operand") -> "Operand":
        """A bound of either number."""
        return max(a, b, key=most)


class Magnitude:
    """A bound of the absolute value of an integer, which notes every bound that is computed from it."""

    __slots__ = ("met", "most")

    def __init__(self, most: int, met: Bounding):
        self.most, self.met = most, met
        met.most = max(met.most, most)

    def _made(self, bound: int, other: "Operand" = 0) -> "Magnitude":
        self.met.most = max(self.met.most, most(other))  # NumPy takes no constant beyond an int64
        return Magnitude(bound, self.met)

    def __add__(self, other: "Operand") -> "Magnitude":
        return self._made(self.most + most(other), other)

    def __mul__(self, other: "Operand") -> "Magnitude":
        return self._made(self.most * most(other), other)

    def __floordiv__(self, other: "Operand") -> "Magnitude":
        # A divisor that is not a constant may be 1.
        return self._made(self.most if isinstance(other, Magnitude) else self.most // abs(other) + 1, other)

    def __mod__(self, other: "Operand") -> "Magnitude":
        return self._made(most(other), other)

    def __rmod__(self, other: int) -> "Magnitude":
        return self._made(self.most, other)

    def __rshift__(self, bits: int) -> "Magnitude":
        return self._made((self.most >> bits) + 1)

    def __pow__(self, exponent: int) -> "Magnitude":
        return self._made(self.most**exponent)

    def __neg__(self) -> "Magnitude":
        return self

    def __eq__(self, other: Any) -> Any:
        return self._made(1, other)

    __radd__ = __sub__ = __rsub__ = __add__
    __rmul__ = __mul__
    __rfloordiv__ = __mod__  # a constant is at least its quotient
    __lt__ = __le__ = __gt__ = __ge__ = __eq__


Operand = Magnitude | int


def most(value: Operand) -> int:
    """The largest absolute value of a bound or a constant."""
    return value.most if isinstance(value, Magnitude) else abs(value)
