from itertools import product
from time import perf_counter

import pytest
from hypothesis import given
from sympy import floor, sympify

from archcalc import dim
from archcalc.algebra.domain import Domain
from archcalc.algebra.evaluate import number
from archcalc.algebra.known import knowing
from archcalc.algebra.normal import normal, reduced
from archcalc.algebra.periodic import growth, least, shortened, values
from archcalc.algebra.resolve import resolved
from tests.algebra.expressions import H, W, one, two

POINTS = [*range(1, 40), 63, 64, 100, 223, 224, 225]


def same(a, b, points=POINTS):
    for h in points:
        for w in (1, 7, 32):
            at = {"H": h, "W": w}
            assert number(sympify(a), at) == number(sympify(b), at), (a, b, at)


@given(two)
def test_every_form_has_the_same_values(value):
    value = sympify(value)
    for form in (normal, reduced):
        same(value, form(value))
        same(form(value), form(form(value)))


@given(one)
def test_a_shorter_form_has_the_same_values(value):
    value = normal(sympify(value))
    same(value, shortened(value))


@given(one)
def test_growth_tells_every_value(value):
    value = sympify(value)
    found = growth(value) if value.free_symbols else None
    if found is None or found.period > 200:
        return
    first, later = (values(value, start, found.period) for start in (0, 5 * found.period))
    assert all(b - a == 5 * found.step for a, b in zip(first, later, strict=True))
    if found.slope >= 0:
        assert least(value, 3, float("inf")) == min(values(value, 3, 3 * found.period))


@given(two)
def test_remainders_decide_floors(value):
    value = normal(sympify(value))
    for modulus, rest in ((4, 0), (6, 5), (16, 12)):
        found = resolved(knowing(value, {"H": Domain(modulus=modulus, remainders=frozenset({rest}))}))
        same(value, found, [n for n in range(1, 200) if n % modulus == rest][:12])


def halved(times):
    size = H
    for _ in range(times):
        size = (size + 2 * 1 - 3) // 2 + 1
    return size


@pytest.mark.parametrize("times", range(1, 11))
def test_halvings_are_one_ceiling(times):
    assert dim.text(dim.tidy(halved(times))) == f"ceil(H/{2**times})"


def test_ten_nested_floors_are_quick():
    started = perf_counter()
    for stride, kernel, padding in product((2, 3), (1, 2, 3, 5), (0, 1, 2)):
        size = W
        for _ in range(10):
            size = dim.tidy((size + 2 * padding - kernel) // stride + 1)
        assert len(sympify(size).atoms(floor)) <= 1
    # 24 of them; each would take SymPy's simplify more than ten seconds
    assert perf_counter() - started < 20


@pytest.mark.parametrize(
    ("given", "written"),
    [
        (H // 2 // 2 // 2, "floor(H/8)"),
        ((H - 1) // 2 + 1, "ceil(H/2)"),
        (((H + 2 * 3 - 7) // 2 + 1 + 2 * 1 - 3) // 2 + 1, "ceil(H/4)"),
        ((H - 3) // 2 + 1, "floor((H - 1)/2)"),
        (2 * ((H + 1) // 2) - H, "-H + 2*ceil(H/2)"),
        (H - 2 * (H // 2), "H - 2*floor(H/2)"),
        (H // 2 + -(-H // 2), "H"),
        ((H - H // 2), "ceil(H/2)"),
        ((6 * H + 4) // 4, "H + floor(H/2) + 1"),
        (((H - 5) // 2 + (H - 5) // 4 + 3) // 2, "ceil((floor((H - 5)/4) + floor((H - 5)/2) + 2)/2)"),
        ((H - 4 - (H - 3) % 2) // 2, "floor((H - 5)/2)"),
        (5 * (H // 3) + 10, "5*floor(H/3) + 10"),
        ((2 * H) // 4 * 7, "7*floor(H/2)"),
        (W * (H // 2) + W * ((H + 1) // 2), "W*floor(H/2) + W*ceil(H/2)"),
    ],
)
def test_how_forms_read(given, written):
    assert dim.text(dim.tidy(given)) == written
