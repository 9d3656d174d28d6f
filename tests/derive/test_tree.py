"""Integers that remember how they were made: what is written, and that it is the number."""

import pytest

from archcalc import dim
from archcalc.derive.factors import factored
from archcalc.derive.named import Named, tree_of
from archcalc.derive.notation import LatexSpelling, TextSpelling
from archcalc.derive.tree import Leaf, numbers, value

A, B, C = (Named(n, Leaf(name, n)) for name, n in (("a", 12), ("b", 3), ("c", 5)))
ONE = Named(1, Leaf("one", 1, usual=True))


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (A + B * C, "a + b*c"),
        ((A + B) * C, "(a + b)*c"),
        (A - (B - C), "a - (b - c)"),
        (1 * A + 0, "a"),
        (A + A, "2*a"),
        (A + B + B, "a + 2*b"),
        (A // C, "floor(a/c)"),
        (dim.ceil_div(A, C), "ceil(a/c)"),
        (dim.ratio(A, B), "a/b"),
        (dim.maximum(0, A - B), "max(0, a - b)"),
        (dim.minimum(A, B), "min(a, b)"),
        (dim.maximum(A, A), "a"),
        (dim.gcd(A, B), "gcd(a, b)"),
        (dim.prod([A, B, C]), "a*b*c"),
        (dim.total([A, B, C]), "a + b + c"),
        (A % C, "a % c"),
        (A**2, "a**2"),
        (-A + B, "-a + b"),
        (A * B + A, "a*(b + 1)"),
        (4 * A * B + 4 * A * C + 4 * A + 4 * A, "4*a*(b + c + 2)"),
        (A + (B - A), "b"),
    ],
)
def test_written(made, written):
    tree = factored(tree_of(made))
    assert TextSpelling().write(tree) == written
    assert value(tree) == made
    assert value(numbers(tree)) == made


def test_what_depends_on_no_name_is_plain():
    for made in (A * 0, A - A):
        assert type(made) is int
    assert type(dim.prod([2, 3])) is int


def test_a_quotient_is_exact_where_a_requirement_says_so():
    a = Named(12, tree_of(A), set())
    assert dim.divides(B, a)
    assert TextSpelling().write(tree_of(a // B)) == "a/b"
    assert TextSpelling().write(tree_of(a // C)) == "floor(a/c)"
    assert TextSpelling().write(tree_of(A // B)) == "floor(a/b)"


def test_a_divisor_left_at_one_is_not_written():
    assert TextSpelling().write(tree_of(dim.ratio(A, ONE))) == "a"


def test_latex():
    size = Named(7, Leaf("kernel_size[0]", 7))
    out = Named(3, Leaf("H_out", 3))
    written = LatexSpelling().write(tree_of((A - size) // B * out))
    assert written == r"\left\lfloor \frac{a - \mathrm{kernel\_size}_{0}}{b} \right\rfloor \cdot H_{\mathrm{out}}"


def test_a_wrong_formula_is_an_error(monkeypatch):
    from archcalc.call import Call
    from archcalc.derive import facts
    from archcalc.ops import OPS

    monkeypatch.setattr(facts, "factored", lambda tree: tree_of(A))
    with pytest.raises(AssertionError, match="the derivation of output comes to 12"):
        facts.Facts(Call(OPS["Linear"](out_features=4), ((2, 3),))).output()


def test_a_mistake_in_a_method_is_not_a_missing_formula():
    from archcalc.call import Call
    from archcalc.derive.facts import Facts
    from archcalc.ops import OPS

    class Mistaken(OPS["Linear"]):
        def cost(self, x):
            raise TypeError("a mistake")

    with pytest.raises(TypeError, match="a mistake"):
        Facts(Call(Mistaken(out_features=4), ((2, 3),)))
