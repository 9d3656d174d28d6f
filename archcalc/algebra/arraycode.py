"""Expressions as code for NumPy: int64 where a bound shows that nothing can pass 2^63, else Python's integers."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sympy import Expr

from archcalc.algebra.declared import Ratio
from archcalc.algebra.evaluate import number
from archcalc.algebra.exactcode import ExactCode
from archcalc.algebra.magnitude import LIMIT, Bounding, Magnitude, Peak, most
from archcalc.algebra.points import Array, ExactArray, numpy_of
from archcalc.errors import Refused

PIECE = 1 << 15
"""The number of points that are computed at once, so that they stay in the processor's cache."""


class NumPy(ExactCode):
    """The code of one expression: numerators are v[0], v[1], ..., the denominators of symbols that are real d[...]."""

    def function(self, value: Expr) -> Callable[..., Any]:
        """A function of what serves as NumPy, the numerators and the denominators."""
        result = self.whole(value)
        source = "\n    ".join(["def run(numpy, v, d):", *self.lines, f"return {result}"])
        namespace: dict[str, Any] = {name: function.integers for name, function in self.functions.items()}
        exec(source, namespace)
        run: Callable[..., Any] = namespace["run"]
        return run

    def literal(self, value: int) -> str:
        return str(value) if value >= 0 else f"({value})"

    def symbol(self, symbol: Expr) -> Ratio:
        place = self.places[symbol.name]
        return Ratio(f"v[{place}]", 1 if symbol.is_integer else f"d[{place}]")

    def raised(self, base: str, exponent: int) -> str:
        # NumPy multiplies many times faster than it raises.
        return "*".join([base] * exponent) if 1 <= exponent <= 4 else f"{base}**{exponent}"

    def divided(self, a: str, b: int | str) -> str:
        if isinstance(b, int) and b & (b - 1) == 0:
            return f"({a}) >> {b.bit_length() - 1}"
        return f"({a}) // ({b})"

    def modulo(self, a: str, b: str) -> str:
        return f"({a}) % ({b})"

    def chosen(self, a: str, b: str, sign: str) -> str:
        return f"numpy.{'maximum' if sign == '>' else 'minimum'}({a}, {b})"

    def called(self, name: str, given: Sequence[str]) -> str:
        return f"{name}(numpy, {', '.join(given)})"


class ArrayCode:
    """An expression as a function of arrays."""

    def __init__(self, value: Expr):
        self.value = value
        symbols = sorted(value.free_symbols, key=str)
        self.names = [symbol.name for symbol in symbols]
        self.whole = {symbol.name for symbol in symbols if symbol.is_integer}
        try:
            self.run: Callable[..., Any] | None = NumPy(self.names).function(value)
        except Refused:  # a power with an open exponent, for example
            self.run = None

    def __call__(self, values: Mapping[str, ExactArray], shape: tuple[int, ...]) -> Array:
        """The expression's integers, as an array of a shape to which all values are broadcast."""
        used = [values[name] for name in self.names]
        if self.run is None or any(name in self.whole and not values[name].is_whole for name in self.names):
            return self._one_by_one(used, shape)
        above, below = [point.above for point in used], [point.below for point in used]
        if self._largest([_most(array) for array in above], [_bound_of(b) for b in below]) >= LIMIT:
            above = [array.astype(object) for array in above]
        return self._in_pieces(above, below, shape)

    def largest(self, values: Mapping[str, int]) -> int:
        """A bound of all that is computed on the way, for symbols (over 1) within absolute values."""
        return self._largest([values[name] for name in self.names], [1] * len(self.names))

    def _largest(self, above: Sequence[int], below: Sequence[Any]) -> int:
        if self.run is None:
            return LIMIT
        met = Peak()
        below = [Magnitude(LIMIT, met) if bound is None else bound for bound in below]
        result = self.run(Bounding, [Magnitude(bound, met) for bound in above], below)
        return max(met.most, most(result))

    def _in_pieces(self, above: list[Array], below: list[Any], shape: tuple[int, ...]) -> Array:
        numpy = numpy_of()
        assert self.run is not None
        count = math.prod(shape)
        if count <= PIECE or not shape:
            return numpy.broadcast_to(numpy.asarray(self.run(numpy, above, below)), shape)
        above, below = ([_flat(a, shape) for a in arrays] for arrays in (above, below))
        out = numpy.empty(count, dtype=object if any(a.dtype == object for a in above) else numpy.int64)
        for start in range(0, count, PIECE):
            piece = slice(start, start + PIECE)
            out[piece] = self.run(numpy, *([_cut(a, piece) for a in arrays] for arrays in (above, below)))
        return out.reshape(shape)

    def _one_by_one(self, used: list[ExactArray], shape: tuple[int, ...]) -> Array:
        numpy = numpy_of()
        if not used:
            return numpy.broadcast_to(numpy.asarray(number(self.value, {})), shape)

        def at(*point: Any) -> Any:
            return number(self.value, dict(zip(self.names, point, strict=True)))

        found = numpy.frompyfunc(at, len(used), 1)(*(points.numbers().astype(object) for points in used))
        return numpy.broadcast_to(numpy.asarray(found), shape)


def _most(array: Array) -> int:
    return max(abs(int(array.min())), abs(int(array.max()))) if array.dtype != object and array.size else LIMIT


def _bound_of(below: Any) -> int | None:
    return below if isinstance(below, int) else None


def _flat(value: Any, shape: tuple[int, ...]) -> Any:
    if isinstance(value, int) or value.ndim == 0:
        return value
    return numpy_of().broadcast_to(value, shape).reshape(-1)


def _cut(value: Any, piece: slice) -> Any:
    return value if isinstance(value, int) or value.ndim == 0 else value[piece]
