"""What a program gives: config entries, names and conditions of any type are taken or refused, never a raw error."""

from decimal import Decimal
from fractions import Fraction
from functools import reduce

import numpy
import pytest
import sympy

import archcalc
from archcalc.errors import ArchcalcError, LimitReached, Refused
from archcalc.language.limits import DEFAULT


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("outside") / "s.yaml"
    path.write_text(
        "config: {n: 4, scale: 0.5, act: ReLU, bias: true, widths: [4, 8]}\nvariants: {'8': {n: 8}}\n"
        "inputs: {x: [1, n, 4, 4]}\nlayers: ['{act}', {Linear: {out_features: n, bias: bias}, when: bias}]\n"
    )
    return path


TAKEN = [
    ("n", numpy.int64(6), 6),
    ("n", numpy.float32(6), 6),
    ("n", sympy.Integer(6), 6),
    ("n", 6.0, 6),
    ("scale", numpy.float64(0.1), Fraction(1, 10)),
    ("scale", numpy.float32(0.1), Fraction(1, 10)),
    ("scale", sympy.Rational(1, 3), Fraction(1, 3)),
    ("act", numpy.str_("Tanh"), "Tanh"),
    ("bias", False, False),
    ("widths", [numpy.int8(1), 2.0], (1, 2)),
]


@pytest.mark.parametrize(("entry", "given", "value"), TAKEN)
def test_taken(path, entry, given, value):
    for model in (archcalc.load(path, **{entry: given}), archcalc.load(path).changed({entry: given})):
        assert model.config[entry] == value
        assert type(model.config[entry]) is type(value)


CYCLE: list[object] = []
CYCLE.append(CYCLE)
DEEP: list[object] = reduce(lambda inner, _: [inner], range(100_000), [])
WRONG = [
    *(float("nan"), float("inf"), -float("inf"), numpy.float64("nan"), numpy.bool_(True), numpy.array([1, 2])),
    *(numpy.array(3), CYCLE, DEEP, b"40", object(), {"a": 1}, {1}, None, 1 + 2j, Decimal(4), len),
    *(sympy.Symbol("n"), [object()], [float("nan")], range(3)),
]


def _name(value):
    return type(value).__name__


@pytest.mark.parametrize("value", WRONG, ids=_name)
@pytest.mark.parametrize("entry", ["n", "act", "bias", "widths"])
def test_refused(path, entry, value):
    for make in (lambda: archcalc.load(path, **{entry: value}), lambda: archcalc.load(path).changed({entry: value})):
        with pytest.raises(Refused, match=f"config {entry}"):
            make()


@pytest.mark.parametrize("value", [*WRONG, 5, [5], [None], {5: "n"}, {"n": object()}, {"n": float("nan")}], ids=_name)
@pytest.mark.parametrize("argument", ["free", "assume", "variant"])
def test_arguments_of_wrong_types(path, argument, value):
    if argument == "variant" and value is None:
        return
    with pytest.raises(Refused):
        archcalc.load(path, **{argument: value})


@pytest.mark.parametrize("value", WRONG, ids=_name)
def test_a_spec_is_a_string_or_a_path(value):
    with pytest.raises(ArchcalcError, match="a spec is named by a string or a path"):
        archcalc.load(value)


def test_one_name_may_stand_alone(path):
    assert [*archcalc.load(path, free="n").assumptions.defaults] == ["n"]


def test_every_kind_of_entry_can_be_changed(path):
    model = archcalc.load(path).changed({"bias": False, "act": "Tanh", "widths": [1], "n": 5})
    assert {key: model.config[key] for key in ("bias", "act", "widths", "n")} == {
        "bias": False,
        "act": "Tanh",
        "widths": (1,),
        "n": 5,
    }
    assert archcalc.load(path).changed({"widths[1]": 9}).config["widths"] == (4, 9)


CHANGES = {
    "nn": "s has no config entry 'nn' (did you mean 'n'?)",
    "widths[2]": "config widths has no entry 2: it is [4, 8]",
    "n[0]": "config n has no entry 0: it is 4",
}


@pytest.mark.parametrize(("entry", "message"), CHANGES.items())
def test_what_cannot_be_changed(path, entry, message):
    with pytest.raises(Refused) as caught:
        archcalc.load(path).changed({entry: 1})
    assert str(caught.value) == message


def test_messages(path):
    cases = [
        ({"n": float("nan")}, "config n: nan is not a value of the language"),
        ({"n": numpy.bool_(True)}, "config n: a Python object of type numpy"),
        ({"n": DEEP}, "config n: a list is nested too deeply"),
        ({"variant": 8}, "a variant is named by a string, not a Python object of type int"),
        ({"free": 5}, "`free` takes strings, not a Python object of type int"),
        ({"n,act": 5}, "s has no config entry 'n,act' (set each: --set n=VALUE --set act=VALUE)"),
    ]
    for given, message in cases:
        with pytest.raises(Refused) as caught:
            archcalc.load(path, **given)
        assert str(caught.value).startswith(message)


@pytest.mark.parametrize("value", [10**5000, -(10**5000), Fraction(1, 10**5000)], ids=["large", "negative", "small"])
@pytest.mark.parametrize("entry", ["n", "scale", "widths"])
def test_numbers_with_too_many_digits_reach_a_limit(path, entry, value):
    given = [value] if entry == "widths" else value
    for make in (lambda: archcalc.load(path, **{entry: given}), lambda: archcalc.load(path).changed({entry: given})):
        with pytest.raises(LimitReached, match=f"config {entry}: a number of 16,6.. binary") as error:
            make()
        assert (error.value.name, error.value.limit) == ("bits", DEFAULT.bits)


def test_the_limits_of_a_spec_hold_for_values_of_a_program(path):
    wide = DEFAULT.raised({"bits": 20_000, "nesting": 100})
    assert archcalc.load(path, limits=wide, scale=Fraction(1, 10**5000)).config["scale"] == Fraction(1, 10**5000)
    deep = reduce(lambda inner, _: [inner], range(80), [])
    assert archcalc.load(path, limits=wide).changed({"widths": deep}).config["widths"]
    with pytest.raises(LimitReached, match="the limit bits is 8"):
        archcalc.load(path, limits=DEFAULT.raised({"bits": 8}), n=256)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"ops": "my_ops"}, "'my_ops' cannot be `ops` (give a mapping such as archcalc.OPS | my_ops.OPS)"),
        ({"ops": 5}, "5 cannot be `ops`"),
        ({"config": ["n"]}, "['n'] cannot be `config` (give a mapping from config entries to values)"),
        ({"config": {5: 5}}, "s has no config entry 5"),
        ({"limits": {"layers": 5}}, "{'layers': 5} cannot be `limits`"),
    ],
)
def test_ways_of_loading_of_wrong_types(path, given, message):
    with pytest.raises(Refused) as error:
        archcalc.load(path, **given)
    assert message in str(error.value)
