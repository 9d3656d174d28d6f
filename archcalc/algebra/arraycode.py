"""Expressions as code for NumPy: on int64 if a bound shows that nothing can reach 2^63, else on Python's integers."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sympy import Expr

from archcalc.algebra.declared import Ratio
from archcalc.algebra.evaluate import number
from archcalc.algebra.exactcode import ExactCode
from archcalc.algebra.magnitude import LIMIT, Bounding, Magnitude, most
from archcalc.algebra.points import Array, ExactArray, numpy_of
from archcalc.errors import Refused

PIECE = 1 << 15
"""The number of points that are computed at once, so that they stay in the processor's cache."""


class NumPy(ExactCode):
    """The code of one expression: numerators are v[0], v[1], ..., the denominators of real symbols d[...]."""

    modulo = "({0}) % ({1})"
    chosen = {"max": "numpy.maximum({0}, {1})", "min": "numpy.minimum({0}, {1})"}
    called = "{0}(numpy, {1})"

    def function(self, value: Expr) -> Callable[..., Any]:
        """A function of NumPy (or its `Bounding`), the numerators and the denominators."""
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


class ArrayCode:
    """An expression as a function of arrays."""

    def __init__(self, value: Expr):
        self.value = value
        self.symbols = sorted(value.free_symbols, key=str)
        self.names = [symbol.name for symbol in self.symbols]
        try:
            self.run: Callable[..., Any] | None = NumPy(self.names).function(value)
        except Refused:  # a power with an open exponent, for example
            self.run = None

    def __call__(self, values: Mapping[str, ExactArray], shape: tuple[int, ...]) -> Array:
        """The expression's integers, as an array of a shape to which all values are broadcast."""
        used = {name: values[name] for name in self.names}
        fractions = any(s.is_integer and not used[s.name].is_whole for s in self.symbols)
        if self.run is None or fractions:
            return self._one_by_one(list(used.values()), shape)
        above, below = [points.above for points in used.values()], [points.below for points in used.values()]
        bounds = {name: _most(points.above) for name, points in used.items()}
        if not all(isinstance(b, int) for b in below) or self.largest(bounds, below) >= LIMIT:
            above = [array.astype(object) for array in above]
        return self._in_pieces(above, below, shape)

    def largest(self, values: Mapping[str, int], below: Sequence[int] = ()) -> int:
        """A bound of all intermediate values, for numerators within absolute values, over 1 or `below`."""
        if self.run is None:
            return LIMIT
        met = Bounding()
        result = self.run(met, [Magnitude(values[name], met) for name in self.names], below or [1] * len(self.names))
        return max(met.most, most(result))

    def _in_pieces(self, above: list[Array], below: list[Any], shape: tuple[int, ...]) -> Array:
        numpy = numpy_of()
        assert self.run is not None
        count = math.prod(shape)
        if count <= PIECE:
            return numpy.broadcast_to(numpy.asarray(self.run(numpy, above, below)), shape)
        parts = [[_flat(a, shape) for a in arrays] for arrays in (above, below)]
        out = numpy.empty(count, dtype=object if any(a.dtype == object for a in above) else numpy.int64)
        for start in range(0, count, PIECE):
            piece = slice(start, start + PIECE)
            out[piece] = self.run(numpy, *([a[piece] if numpy.ndim(a) else a for a in arrays] for arrays in parts))
        return out.reshape(shape)

    def _one_by_one(self, used: list[ExactArray], shape: tuple[int, ...]) -> Array:
        numpy = numpy_of()

        def at(*point: Any) -> Any:
            return number(self.value, dict(zip(self.names, point, strict=True)))

        found = numpy.frompyfunc(at, len(used), 1)(*(points.numbers().astype(object) for points in used))
        return numpy.broadcast_to(numpy.asarray(found), shape)


def _most(array: Array) -> int:
    return max(abs(int(array.min())), abs(int(array.max()))) if array.dtype != object and array.size else LIMIT


def _flat(value: Any, shape: tuple[int, ...]) -> Any:
    numpy = numpy_of()
    return numpy.broadcast_to(value, shape).reshape(-1) if numpy.ndim(value) else value
