"""Compound scaling."""

import json
from fractions import Fraction

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import Refused, SpecError
from archcalc.solving.scale import power


@pytest.fixture(scope="module")
def b0():
    return archcalc.load("efficientnet:b0")


@pytest.mark.parametrize(
    ("phi", "depth", "width", "size"),
    [
        (0, 1, 1, 224),
        (1, Fraction(6, 5), Fraction(11, 10), 258),  # 1.15 * 224 = 257.6
        (3, Fraction(216, 125), Fraction(1331, 1000), 341),  # 1.15^3 * 224 = 340.676
        (-1, Fraction(5, 6), Fraction(10, 11), 195),  # 224 / 1.15 = 194.78
    ],
)
def test_scaled_configurations(b0, phi, depth, width, size):
    found = b0.scale(phi)
    assert found.scaled.used == {"depth": depth, "width": width, "H": size, "W": size}
    expected = b0.changed({"depth": depth, "width": width, "H": size, "W": size}).summary().totals
    assert (found.scaled.totals.parameters, found.scaled.totals.cost) == (expected.parameters, expected.cost)
    assert found.growth == pytest.approx(expected.cost.macs / b0.macs)


def test_half_steps(b0):
    found = b0.scale(0.5)
    assert float(found.scaled.exact["depth"]) == pytest.approx(1.2**0.5, rel=1e-11)
    assert found.scaled.used["H"] == 240
    assert power(Fraction(6, 5), 3) == Fraction(216, 125)
    assert float(power(2, Fraction(1, 2))) == pytest.approx(2**0.5)


def test_the_released_networks_beside_the_formula(b0):
    found = {was.name: (was, formula) for was, formula in b0.scale(3).released}
    assert list(found) == [f"efficientnet:b{i}" for i in range(8)]
    was, formula = found["efficientnet:b4"]
    assert (was.used["width"], formula.used["width"]) == (Fraction(7, 5), Fraction(1331, 1000))
    assert was.totals.cost.macs == 4393771024
    assert found["efficientnet:b0"][0].totals == found["efficientnet:b0"][1].totals


def test_coefficients_that_are_given():
    found = archcalc.load("resnet:50").scale(1, by={"width": 1.1, "H": 1.15, "W": 1.15})
    assert found.scaled.used == {"width": 70, "H": 258, "W": 258}
    assert found.released == []


@pytest.mark.parametrize(
    ("phi", "by", "message"),
    [
        (1, None, "resnet has no scaling (give the coefficients, such as --by width=1.1 --by H=1.15)"),
        (1, {"depth": 1.2}, "resnet has no config entry 'depth' to scale (did you mean 'width'?)"),
        (1, {"depths": 1.2}, "config depths is not a number and cannot be scaled"),
        (1, {"width": -1}, "the coefficient of width must be a number above 0 and up to 100"),
        (1, {"width": "2"}, "the coefficient of width must be a number above 0 and up to 100"),
        (99, {"width": 2}, "phi must be a number from -50 to 50"),
        ("1", {"width": 2}, "phi must be a number from -50 to 50"),
    ],
)
def test_wrong_scaling(phi, by, message):
    with pytest.raises(Refused) as error:
        archcalc.load("resnet:50").scale(phi, by)
    assert str(error.value) == message


def test_the_advised_coefficients_are_taken(capsys):
    with pytest.raises(Refused) as error:
        archcalc.load("resnet:50").scale(1)
    _, found, advice = error.value.hint.partition("--by")
    assert found
    with pytest.raises(SystemExit) as left:
        main(["scale", "resnet:50", "--phi", "1", *f"{found}{advice}".split()])
    assert left.value.code == 0, capsys.readouterr().err


def test_a_network_that_cannot_be():
    found = archcalc.load("vgg16").scale(4, by={"H": 0.5})
    assert found.scaled.totals is None
    assert found.scaled.refusal == "config H must be at least 32, not 14"
    assert found.growth is None


HEAD = "config: {width: 4, act: a}\nvariants: {big: {width: 8}}\ninputs: {x: [1, width]}\nlayers: [{Linear: 3}]\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("scaling: 3", "5:10: error: scaling must be a mapping, not 3"),
        ("scaling: {of: {}}", "5:11: error: scaling has no key 'of'"),
        ("scaling: {by: {}}", "error: scaling needs the coefficients (such as by: {depth: 1.2, width: 1.1})"),
        ("scaling: {by: {wide: 2}}", "scaling names 'wide', which config does not have (did you mean 'width'?)"),
        ("scaling: {by: {width: much}}", "5:23: error: a coefficient must be a number above 0 and up to 100, not much"),
        ("scaling: {by: {width: 0}}", "a coefficient must be a number above 0 and up to 100, not 0"),
        ("scaling: {by: {width: 2}, released: {huge: 1}}", "there is no variant 'huge'"),
        ("scaling: {by: {width: 2}, released: {big: x}}", "a phi must be a number"),
    ],
)
def test_wrong_specs(text, message, tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(f"{HEAD}{text}\n")
    with pytest.raises(SpecError) as error:
        archcalc.load(path)
    assert message in str(error.value)


def test_commands(capsys, golden):
    with pytest.raises(SystemExit) as left:
        main(["scale", "efficientnet:b0", "--phi", "3"])
    assert left.value.code == 0
    golden("scaling.txt", capsys.readouterr().out)
    with pytest.raises(SystemExit):
        main(["scale", "efficientnet:b0", "--phi", "0.5", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    assert document["scaled"]["config"]["H"] == 240
    for arguments, status, message in (
        (["--phi", "x"], 2, "--phi takes a number, not 'x'"),
        ([], 2, "Missing option '--phi'"),
        (["--phi", "1", "--by", "wide=2"], 3, "efficientnet has no config entry 'wide' to scale"),
    ):
        with pytest.raises(SystemExit) as left:
            main(["scale", "efficientnet:b0", *arguments])
        assert left.value.code == status
        assert message in capsys.readouterr().err
