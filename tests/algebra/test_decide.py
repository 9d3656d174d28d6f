import operator
from dataclasses import FrozenInstanceError
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import sympify

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.algebra.claim import Several, Undecided
from archcalc.algebra.domain import Domain
from archcalc.algebra.evaluate import number
from archcalc.algebra.known import Known, fixed
from archcalc.errors import Refused, Undecidable
from tests.algebra.expressions import H, W, one, two

POINTS = [*range(1, 70), 96, 224, 500]
RELATIONS = {
    "=": (dim.equal, operator.eq),
    ">=": (dim.at_least, operator.ge),
    "divides": (dim.divides, lambda a, b: b % a == 0),
}


def holds(relation, a, b, at):
    return RELATIONS[relation][1](number(sympify(a), at), number(sympify(b), at))


@given(two, two | st.integers(-20, 40), st.sampled_from(["=", ">="]))
def test_what_is_decided_is_true(a, b, relation):
    claim = RELATIONS[relation][0](a, b)
    for h in POINTS[::7]:
        for w in (1, 5, 32):
            at = {"H": h, "W": w}
            expected = holds(relation, a, b, at)
            if isinstance(claim, bool):
                assert claim is expected, at
            else:
                assert claim.at(at) is expected
                assert claim.negated().at(at) is not expected


@given(one, st.integers(1, 12))
def test_divisibility_is_true(value, divisor):
    claim = dim.divides(divisor, value)
    for h in POINTS:
        expected = number(sympify(value), {"H": h}) % divisor == 0
        assert (claim if isinstance(claim, bool) else claim.at({"H": h})) is expected


@given(one, one | st.integers(-20, 60), st.sampled_from(["=", ">=", "divides"]), st.booleans())
def test_a_solved_claim_says_the_same(a, b, relation, negated):
    if relation == "divides":
        a = 4
    claim = RELATIONS[relation][0](a, b)
    if isinstance(claim, bool):
        return
    claim = claim.negated() if negated else claim
    for domain in claim.domains().values():
        for h in POINTS:
            assert (h in domain) is claim.at({"H": h}), (str(claim), domain, h)


@given(one, one, st.integers(1, 40), st.sampled_from([1, 2, 4, 12]), st.integers(0, 11))
def test_what_is_known_is_used_rightly(a, b, least, modulus, rest):
    domain = Domain(least, None, modulus, frozenset({rest % modulus}))
    given = Assumptions().restrict("H", domain)
    for relation in ("=", ">="):
        claim = given.judge(RELATIONS[relation][0](a, b))
        for h in [n for n in range(1, 150) if n in domain][:20]:
            found = claim if isinstance(claim, bool) else claim.at({"H": h})
            assert found is holds(relation, a, b, {"H": h})
    value = given.plain(dim.tidy(given.knowing(sympify(a))))
    for h in [n for n in range(1, 150) if n in domain][:20]:
        assert number(sympify(value), {"H": h}) == number(sympify(a), {"H": h})


domains = st.builds(
    lambda least, most, modulus, rests: Domain(least, most, modulus, frozenset(r % modulus for r in rests)),
    st.none() | st.integers(0, 30),
    st.none() | st.integers(20, 60),
    st.integers(1, 12),
    st.sets(st.integers(0, 11), min_size=1, max_size=6),
)


@given(domains, domains)
def test_domains_meet(a, b):
    met = a.meet(b)
    for n in range(80):
        assert (n in met) is (n in a and n in b)
        assert (n in met) is (n in met.shortest())


@pytest.mark.parametrize(
    ("claim", "facts"),
    [
        (dim.at_least(H, 33), ["H >= 33"]),
        (dim.at_least((H - 1) // 2 + 1, 7), ["H >= 13"]),
        (dim.at_least(20, H // 4), ["H <= 83"]),
        (dim.at_least(H // 4, 8).negated() if not isinstance(dim.at_least(H // 4, 8), bool) else None, ["H <= 31"]),
        (dim.divides(12, H), ["12 divides H"]),
        (dim.divides(6, 4 * H), ["3 divides H"]),
        (dim.divides(7, H // 4), ["H mod 28 is 0 to 3"]),
        (dim.divides(2, H + 1), ["H mod 2 = 1"]),
        (dim.equal(2 * (H // 2), H), ["2 divides H"]),
        (dim.equal(H, 8), ["H = 8"]),
        (dim.equal(2 * H, 5 + H // 1), ["H = 5"]),
        (dim.equal(H, W), []),
        (dim.at_least(H * W, 7), []),
    ],
)
def test_claims_as_facts(claim, facts):
    assert claim.facts() == facts


def test_assumptions_keep_the_strongest():
    given = Assumptions()
    claims = [dim.at_least(H, n) for n in (20, 33, 7)] + [dim.divides(4, H), dim.divides(6, H), dim.equal(H, W)]
    for claim in [*claims, dim.at_least(W, 2), dim.at_least(300, W), *claims]:
        given = given.take(claim)
    assert list(given) == ["H >= 33", "12 divides H", "W >= 2", "W <= 300", "H = W"]
    assert given.hold({"H": 36, "W": 36}) is None
    assert given.hold({"H": 34, "W": 34}) == "H >= 33 and 12 divides H"
    assert given.hold({"H": 36, "W": 37}) == "H = W"
    with pytest.raises(Refused, match="no W satisfies all assumptions: W >= 2 and W <= 300 and W >= 301"):
        given.take(dim.at_least(W, 301))


def test_an_open_claim_says_what_would_decide_it():
    with pytest.raises(
        Undecidable, match=r"cannot decide whether floor\(H/4\) >= 8 \(fix H, or assume 'H >= 32' or 'H <= 31'\)"
    ):
        bool(dim.at_least(H // 4, 8))


def test_defaults_decide_and_are_noted():
    given = Assumptions(near=True, defaults={"H": 224, "W": 10})
    both = dim.both(dim.divides(8, H), dim.at_least(H, W))
    claims = [dim.at_least(H // 4, 8), dim.at_least(W, 12), dim.equal(H, 7 * W), both]
    for claim, expected in zip(claims, [True, False, False, True], strict=True):
        verdict, given = given.decide(claim)
        assert verdict is expected
    assert list(given) == ["H >= 32", "8 divides H", "W <= 11", "H != 7*W"]


def test_an_open_claim_has_no_truth_wherever_it_is_asked():
    """What is assumed elsewhere does not give an open claim a truth."""
    claim = dim.at_least(H, 200)
    given = Assumptions(near=True, defaults={"H": 224}).take(dim.at_least(H, 300))
    assert given.judge(claim) is True
    with pytest.raises(Undecidable):
        bool(claim)


def test_assumptions_are_values():
    given = Assumptions()
    more = given.take(dim.at_least(H, 33))
    assert (list(given), list(more)) == ([], ["H >= 33"])
    assert more.take(dim.at_least(H, 33)) is more
    with pytest.raises(FrozenInstanceError):
        more.near = True


def test_symbols_that_carry_equal_domains_are_equal():
    first, second = (frozenset(numbers) for numbers in ([0, 8], [8, 0]))
    assert first == second
    assert repr(first) != repr(second)
    symbols = [Known(H, Domain(modulus=16, remainders=numbers)) for numbers in (first, second)]
    assert symbols[0] == symbols[1]
    assert hash(symbols[0]) == hash(symbols[1])
    assert symbols[0] - symbols[1] == 0
    others = [Known(H, domain) for domain in (Domain(), Domain(3), Domain(None, 3), Domain(3, Fraction(7, 2)))]
    assert len({*symbols, *others}) == 5
    assert len(sum(others).args) == 4  # SymPy can put them in an order


def test_fixed_symbols_fix_an_expression():
    fixing = Assumptions().restrict("H", Domain(3, 3))
    assert [fixed(fixing.knowing(value)) for value in (H // 2, H, H + W, W)] == [1, 3, None, None]


def test_what_is_known_leaves_no_trace():
    """A symbol that carries a domain proves what the plain symbol does not, before and after."""
    given = Assumptions().take(dim.divides(4, H), dim.at_least(H, 8))
    for _ in range(2):
        assert isinstance(dim.divides(4, H), Undecided)
        assert dim.divides(4, given.knowing(H)) is True
        assert dim.tidy(given.knowing(H // 4)) == given.knowing(H) / 4
        assert dim.tidy(H // 4) == H // 4
        assert dim.maximum(given.knowing(H), 8) == given.knowing(H)
        assert dim.maximum(H, 8) != H
    assert given.plain(given.knowing((H // 3, W))) == (H // 3, W)


def test_several():
    both = dim.both(dim.at_least(H, 5), dim.divides(2, W))
    assert isinstance(both, Several)
    assert str(both) == "H >= 5 and 2 divides W"
    assert str(both.negated()) == "H < 5 or 2 does not divide W"
    assert both.at({"H": 5, "W": 4})
    assert both.negated().at({"H": 4, "W": 4})
    assert both != Undecided(H, ">=", 5)
    assert both.symbols() == {"H", "W"}


@pytest.mark.parametrize("condition", ["H > 5", "H <= 20", "H % 3 == 1", "H // 2 != 7", "H > 5 and H < 9", "H == W"])
def test_a_choice_left_open_is_right(condition):
    from archcalc.language.expression.names import Names
    from archcalc.language.expression.parse import parse

    class Symbols(Names):
        def value(self, name):
            return dim.symbol(name)

    chosen = parse(f"10 * H + 1 if {condition} else W")(Symbols())
    for h in range(1, 30):
        for w in (1, 8):
            expected = 10 * h + 1 if eval(condition, {"H": h, "W": w}) else w
            assert number(chosen, {"H": h, "W": w}) == expected


def test_a_sum_of_what_is_never_negative_is_nought_in_every_part():
    given = Assumptions().take(dim.at_least(0, H % 4 + W % 6))
    assert list(given) == ["4 divides H", "6 divides W"]
