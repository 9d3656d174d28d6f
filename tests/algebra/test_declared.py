"""A function of sizes is one declaration: one class, and all that archcalc does with expressions works."""

import math
from fractions import Fraction

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import floor

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.bounds import bounds, trend
from archcalc.algebra.compile import Compiled
from archcalc.algebra.domain import Domain
from archcalc.algebra.evaluate import number
from archcalc.algebra.functions import AtLeast0, Is0, RoundHalfEven, RoundTo
from archcalc.algebra.javascript import JavaScript
from archcalc.algebra.known import knowing
from archcalc.algebra.normal import reduced
from archcalc.algebra.periodic import growth
from archcalc.algebra.write import Python, latex, preamble
from tests.algebra.expressions import H, NextEven, W

r = dim.symbol("r", 0, whole=False)
FUNCTIONS = [RoundTo, RoundHalfEven, AtLeast0, Is0]


def test_a_new_function_is_one_class():
    value = 3 * NextEven(H / 3) + W
    points = [(1, 5), (7, 1), (300, 2)]
    expected = [3 * 2 * math.ceil(Fraction(h, 6)) + w for h, w in points]
    assert [number(value, {"H": h, "W": w}) for h, w in points] == expected
    assert NextEven(Fraction(7, 2)) == 4
    assert bounds(knowing(value, {"H": Domain(4, 30), "W": Domain(1, 2)})) == (7, 32)
    assert dim.at_least(NextEven(H), 2) is True
    assert trend(value, "H") == 1
    assert trend(-value, "H") == -1
    assert growth(NextEven(H / 3)) == (6, Fraction(1, 3))
    assert reduced(value) == value
    assert dim.text(value) == "W + 3*next_even(H/3)"
    assert str(value) == "W + 3*next_even(H/3)"
    assert latex(value) == r"W + 3 \operatorname{next\_even}\left(\frac{H}{3}\right)"
    assert latex(NextEven(H) ** 2) == r"\operatorname{next\_even}\left(H\right)^{2}"
    assert Python({"order": None}).doprint(value) == "W + 3*next_even(fraction(H, 3))"
    assert preamble("next_even(fraction(H, 3))", [value]) == [
        "import math\nfrom fractions import Fraction as fraction\n",
        NextEven.definition,
    ]
    h, w = numpy.array(points).T
    array = Compiled(value, ["H", "W"], Assumptions())(h, w)
    assert array.tolist() == expected
    assert array.dtype == numpy.int64
    code = JavaScript(["H", "W"])
    code.add(value)
    assert code.helpers().endswith(NextEven.javascript)
    assert "next_even(v[0], 3n)" in code.function().replace("t0", "v[0]")


numbers = st.integers(-40, 400) | st.fractions(-5, 100, max_denominator=60)


@given(st.sampled_from(FUNCTIONS), st.lists(numbers, min_size=1, max_size=4), st.integers(1, 16))
def test_arrays_are_values(function, values, divisor):
    others = (divisor,) if function is RoundTo else ()
    expected = [function.value(v, *others) for v in values]
    above, below = (numpy.array([getattr(v, part) for v in values]) for part in ("numerator", "denominator"))
    pairs = [n for other in others for n in (other, 1)]
    assert function.integers(numpy, above, below, *pairs).tolist() == expected


@given(st.sampled_from(FUNCTIONS), numbers, numbers, numbers, st.integers(1, 16))
def test_bounds_and_direction_hold(function, a, b, between, divisor):
    others = (divisor,) if function is RoundTo else ()
    low, middle, high = sorted([a, between, b])
    least, most = function(r, *others).bounds((low, high), *((n, n) for n in others))
    found = [function.value(v, *others) for v in (low, middle, high)]
    assert least <= min(found)
    assert max(found) <= most
    if function.direction == 1:
        assert found == sorted(found)


@given(st.sampled_from(FUNCTIONS), numbers, st.integers(1, 16))
def test_definitions_say_the_same(function, value, divisor):
    if not function.definition:
        return
    others = (divisor,) if function is RoundTo else ()
    namespace = {"math": math, "Fraction": Fraction, "Any": object}
    exec(function.definition, namespace)
    assert namespace[function.name](value, *others) == function.value(value, *others)


def test_negative_powers_are_exact():
    symbol = dim.symbol("i", -5)  # may be negative
    value = floor(7 * dim.symbol("C") / symbol)
    c, i = numpy.array([[3, 9, 10, 11], [-2, -5, 4, 3]])
    found = Compiled(value, ["C", "i"], Assumptions())(c, i)
    assert found.tolist() == [math.floor(Fraction(7 * int(a), int(b))) for a, b in zip(c, i, strict=True)]


@pytest.mark.parametrize("points", [[0.35, 0.5, 1.4], numpy.arange(35, 141) / 100, [Fraction(1, 3), 1, Fraction(9, 7)]])
def test_decimals_and_fractions_are_computed_as_integers(points):
    found = Compiled(dim.round_to(32 * r, 8) * 9 + dim.maximum(1, r) // 1, ["r"], Assumptions())
    array = found(points)
    assert array.dtype == numpy.int64
    assert array.tolist() == [found(p) for p in points]


@given(st.lists(st.floats(0.01, 3), min_size=1, max_size=4))
def test_every_float_is_the_decimal_that_it_prints_as(points):
    found = Compiled(dim.round_to(320 * r, 8) * dim.round_to(30 * r, 8), ["r"], Assumptions())
    assert found(points).tolist() == [found(p) for p in points]


def test_numerators_beyond_2_63_are_exact():
    found = Compiled(dim.round_to(32 * r, 8), ["r"], Assumptions())
    assert found([1 / 3, 10**17 + 0.0]).tolist() == [found(1 / 3), found(10.0**17)]
