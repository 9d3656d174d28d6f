"""Budgets: what keeps them, and what there is to say where no number decides."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import archcalc
from archcalc.analyse.budgets import budget, verdict
from archcalc.analyse.quantities import QUANTITIES, part
from archcalc.errors import ArchcalcError, Refused

from ..render.networks import VGG, summary
from ..render.test_columns import unknown


def one(name, side, text, network="vgg16", **given):
    return archcalc.load(network).check(budget(name, side, text), **given).verdicts[0]


@pytest.mark.parametrize("name", [name for name in QUANTITIES if name not in ("shape", "receptive_field")])
@given(shift=st.integers(-3, 3))
def test_a_number_keeps_what_it_is_equal_to(name, shift):
    value = LENET.part().value(QUANTITIES[name])
    for side, kept in (("max", shift >= 0), ("min", shift <= 0)):
        found = LENET.check([budget(name, side, str(max(0, value + shift)))]).verdicts[0]
        assert (found.kept, found.value) == (kept or value + shift < 0, value)
        assert found.margin == (max(0, value + shift) - value) * (1 if side == "max" else -1)


LENET = archcalc.load("lenet_dense")


def test_a_receptive_field_that_is_the_whole_input_has_its_size():
    found = one("receptive_field", "min", "224")
    assert (found.kept, found.value, found.reason) == (True, 224, "whole input")
    assert not one("receptive_field", "min", "225").kept
    assert one("receptive_field", "max", "224").kept


def test_of_several_axes_the_worst_decides():
    model = archcalc.load("r3d:18")
    for side, value in (("max", 219), ("min", 109)):
        assert model.check([budget("receptive_field", side, "200")], "layer4").verdicts[0].value == value
    wide = archcalc.load("vgg16", H=256)
    found = wide.check([budget("receptive_field", side, "240") for side in ("max", "min")])
    assert [verdict.value for verdict in found.verdicts] == [256, 224]


def test_a_receptive_field_that_cannot_be_told_breaks_every_budget():
    for side in ("max", "min"):
        found = one("receptive_field", side, "1", "swin:t", layer="features")
        assert (found.kept, found.value, found.reason, found.margin) == (False, None, "it is unknown", None)


def test_a_network_without_places_has_no_receptive_field(tmp_path):
    (tmp_path / "net.yaml").write_text("inputs: {x: [1, 4]}\nlayers: [{Linear: 4}]\n")
    found = archcalc.load(tmp_path / "net.yaml").check([budget("receptive_field", "max", "1")]).verdicts[0]
    assert (found.kept, found.reason) == (False, "there is none: no place of an input is read")


@pytest.mark.parametrize(
    ("side", "limit", "kept"), [("max", "1e12", False), ("max", "1", False), ("min", "1e12", False), ("min", "1", True)]
)
def test_work_that_is_not_known_keeps_only_what_it_already_reaches(tmp_path, side, limit, kept):
    facts = unknown(summary(tmp_path, VGG), "features.0")
    found = verdict(budget("macs", side, limit), part(facts))
    assert (found.kept, found.reason) == (kept, "at least: the work of features.0 is not known")
    assert verdict(budget("parameters", "max", "1e12"), part(facts)).kept


def test_a_symbol_breaks_a_budget():
    found = archcalc.load("lenet_dense", free=["N"]).check([budget("macs", "max", "1e9")]).verdicts[0]
    assert (found.kept, found.value) == (False, None)
    assert found.reason == "it is 416520*N, which is not a number"


def test_of_a_layer():
    assert one("receptive_field", "min", "212", layer="features").margin == Fraction(0)
    with pytest.raises(Refused, match=r"vgg16 has no layer or scope 'feature' \(did you mean 'features'"):
        one("macs", "max", "1", layer="feature")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("parameter", "there is no quantity 'parameter' (did you mean 'parameters'?)"),
        ("shape", "shape is not a number, so it has no budget"),
    ],
)
def test_refused(name, message):
    with pytest.raises(Refused) as error:
        budget(name, "max", "1")
    assert str(error.value) == message


@pytest.mark.parametrize(
    "asked",
    [
        "parameters <= 61.7k",
        ["parameters<=61_700"],
        {"parameters": "61.7k"},
        {"parameters": 61700},
        budget("parameters", "max", 61_700),
        (budget("parameters", "max", 61_700.0),),
    ],
)
def test_budgets_are_conditions_numbers_or_values(asked):
    for found in (LENET.check(asked), archcalc.check("lenet_dense", budgets=asked)):
        (verdict,) = found.verdicts
        assert verdict.budget == budget("parameters", "max", "61700")
        assert (found.kept, verdict.margin) == (False, -6)


def test_a_condition_may_bound_from_below():
    found = LENET.check(["receptive_field >= 24", "memory <= 1MiB"])
    assert [(v.budget.side, v.kept) for v in found.verdicts] == [("min", True), ("max", True)]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ("parameters < 5M", "'parameters < 5M' is not a budget (write 'parameters <= 5M'"),
        ("parameters", "'parameters' is not a budget"),
        (5, "5 is not a budget"),
        ([5], "5 is not a budget"),
        ({"parameters": None}, "'None' is not a valid amount"),
        ({"parameters": 10**5000}, "is too large"),
        ({"parameters": -1}, "'-1' is not a valid amount"),
        ({"parameter": 5}, "there is no quantity 'parameter'"),
        ("parameters <= many", "'many' is not a valid amount"),
    ],
)
def test_what_is_not_a_budget_is_refused(asked, message):
    with pytest.raises(ArchcalcError) as error:
        LENET.check(asked)
    assert message in str(error.value)
