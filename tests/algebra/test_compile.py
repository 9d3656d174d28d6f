import sys
from fractions import Fraction

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import sympify

import archcalc
from archcalc import dim
from archcalc.algebra.arraycode import ArrayCode
from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.compile import Compiled
from archcalc.algebra.evaluate import number
from archcalc.algebra.magnitude import LIMIT
from archcalc.errors import MissingExtra, Refused
from tests.algebra.expressions import H, W, two

sizes = st.integers(1, 400)


@given(two, st.lists(st.tuples(sizes, sizes), min_size=1, max_size=5))
def test_arrays_are_numbers(value, points):
    found = Compiled(value, ["H", "W"], Assumptions())
    expected = [number(sympify(value), {"H": h, "W": w}) for h, w in points]
    assert [found(h, w) for h, w in points] == expected
    h, w = numpy.array(points).T
    array = found(H=h, W=w)
    assert array.tolist() == expected
    assert array.dtype == numpy.int64


@given(two, st.tuples(sizes, sizes))
def test_the_bound_holds(value, point):
    value = sympify(value)
    at = {"H": point[0], "W": point[1]}
    assert abs(number(value, at)) <= ArrayCode(value).largest(at)


@pytest.mark.parametrize("power", [1, 10, 20, 30, 31, 40, 60])
def test_totals_beyond_2_63_are_exact(power):
    value = 3 * H**2 * W - 7 * H + (H + 1) // 2
    found = Compiled(value, ["H", "W"], Assumptions())
    h, w = numpy.array([2**power, 2**power - 1]), numpy.array([5, 2**20])
    expected = [number(value, {"H": int(a), "W": int(b)}) for a, b in zip(h, w, strict=True)]
    array = found(h, w)
    assert array.tolist() == expected
    assert (array.dtype == object) is (ArrayCode(value).largest({"H": 2**power, "W": 2**20}) >= LIMIT)


def test_unsigned_and_short_integers_do_not_wrap():
    found = Compiled(H**3, ["H"], Assumptions())
    for dtype in ("int8", "uint8", "int16", "int32", "uint32", "uint64"):
        assert found(numpy.array([100, 120], dtype=dtype)).tolist() == [10**6, 120**3]
    assert found(numpy.array([2**63], dtype="uint64")).tolist() == [2**189]
    assert found([100, 120]).tolist() == [10**6, 120**3]


def test_shapes_broadcast():
    found = Compiled(H * W + W, ["H", "W"], Assumptions())
    assert found(numpy.arange(1, 4)[:, None], numpy.arange(1, 3)).tolist() == [[2, 4], [3, 6], [4, 8]]
    assert found(2, numpy.arange(1, 3)).tolist() == [3, 6]
    large = found(numpy.arange(1, 200_001), 3)
    assert large[-1] == 600_003
    assert large.shape == (200_000,)


def test_reals_are_the_fractions_that_they_print_as():
    width = dim.symbol("width", 0, whole=False)
    found = Compiled(dim.round_to(30 * width, 8), ["width"], Assumptions())
    assert found(0.1) == found(Fraction(1, 10)) == 8
    # 30*0.4 is exactly 12, halfway between 8 and 16; as floats it may not be
    assert found(0.4) == 16
    assert found([0.1, 0.4, 1.4]).tolist() == [8, 16, 40]


def test_choices_and_extremes():
    value = dim.maximum(H, W) + 3 * dim.minimum(H, 2 * W) + dim.choose(dim.at_least(H, W), 5, 0)
    found = Compiled(value, ["H", "W"], Assumptions())
    points = [(1, 9), (9, 1), (4, 4), (8, 3)]
    expected = [max(h, w) + 3 * min(h, 2 * w) + 5 * (h >= w) for h, w in points]
    h, w = numpy.array(points).T
    assert found(h, w).tolist() == expected == [found(*p) for p in points]


def test_a_point_outside_of_the_assumptions_is_refused():
    found = archcalc.load("vgg16").lambdify("macs", free=["H"])
    with pytest.raises(Refused, match="the formula holds only if H >= 32"):
        found(31)
    with pytest.raises(Refused, match="does not hold at 2 of 3 points: it holds if H >= 32"):
        found([30, 31, 32])
    assert found.valid([30, 31, 32]).tolist() == [False, False, True]
    assert (found.valid(31), found.valid(32)) == (False, True)


def test_an_entry_that_is_a_multiple_is_given_itself():
    model = archcalc.load("resnet:50")
    found = model.lambdify("macs", free={"H": "32*h", "W": "32*w + 32"})
    assert found(224, 224) == model.macs
    assert found([224, 256], 224).tolist() == [model.macs, archcalc.load("resnet:50", H=256).macs]
    with pytest.raises(Refused, match=r"H = 32\*h, and h must be an integer, which it is not for H = 225"):
        found(225, 224)


def test_wrong_calls():
    found = Compiled(H * W, ["H", "W"], Assumptions())
    for wrong in ((), (1,), (1, 2, 3)):
        with pytest.raises(TypeError, match="the formula takes H, W"):
            found(*wrong)
    with pytest.raises(TypeError, match="the formula takes H, W"):
        found(1, h=2)
    with pytest.raises(TypeError, match="H must be a number, not 'a'"):
        found("a", 2)
    with pytest.raises(Refused, match="the formula contains W, which is not a parameter"):
        Compiled(H * W, ["H"], Assumptions())
    with pytest.raises(Refused, match=r"shape is \[1, 1000\], which is not a number"):
        archcalc.load("resnet:50").lambdify("shape", free=["H"])


def test_a_formula_runs_no_text_of_a_spec(tmp_path):
    name = "__import__"
    spec = tmp_path / "s.yaml"
    spec.write_text(f"config: {{{name}: 3}}\ninputs: {{x: [1, {name}]}}\nlayers: [{{Linear: {name}}}]\n")
    found = archcalc.load(spec).lambdify("parameters", free=[name])
    assert found([3, 4]).tolist() == [12, 20]


def test_numbers_need_no_numpy(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", None)
    found = archcalc.load("vgg16").lambdify("macs", free=["H"])
    assert found(224) == 15470264320
    with pytest.raises(MissingExtra, match=r"an array of points needs numpy; install it with"):
        found([224])
