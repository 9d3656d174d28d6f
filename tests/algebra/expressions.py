"""Drawn expressions of sizes, as networks make them: windows, halvings, remainders, sums."""

import math
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from archcalc import dim
from archcalc.algebra.declared import INFINITE, Growth, SizeFunction

H, W = dim.symbol("H"), dim.symbol("W")

small = st.integers(-9, 9)
steps = st.integers(1, 6)


def _extended(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    pair = st.tuples(inner, inner)
    return st.one_of(
        st.builds(lambda e, k, s: (e + k) // s, inner, small, steps),  # a window
        st.builds(lambda e, k, s: (e - k) // s + 1, inner, small, steps),
        st.builds(lambda e, s: -(-e // s), inner, steps),
        st.builds(lambda e, s: e % s, inner, steps),
        st.builds(lambda e, k: k * e, inner, st.integers(-3, 3)),
        st.builds(lambda p: p[0] + p[1], pair),
        st.builds(lambda p: p[0] - p[1], pair),
    )


def sizes(*symbols: Any) -> st.SearchStrategy[Any]:
    """Sums of floors of sums, as deep as networks nest them."""
    leaves = st.sampled_from([*symbols, *(s + k for s in symbols for k in (-3, 2))])
    return st.recursive(leaves, _extended, max_leaves=6)


one = sizes(H)
two = sizes(H, W)


class NextEven(SizeFunction):
    """The least even integer not below a number: a function that only the tests know."""

    name = "next_even"
    direction = 1
    definition = "def next_even(value):\n    return 2 * math.ceil(value / 2)\n"
    javascript = "const next_even = (a, b) => -2n * floor(-a, 2n * b);\n"

    @staticmethod
    def value(*numbers):
        return 2 * math.ceil(Fraction(numbers[0]) / 2)

    def bounds(self, *parts):
        return tuple(v if abs(v) == INFINITE else self.value(v) for v in parts[0])

    def growth(self, of):
        found = of(self.args[0])
        return None if found is None else Growth(found.period * (found.step / 2).denominator, found.slope)

    @staticmethod
    def integers(numpy, *parts):
        a, b = parts
        return -(-a // (2 * b)) * 2
