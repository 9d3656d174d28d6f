"""Config entries left free: their symbols, what is assumed of them, and what is refused."""

from pathlib import Path

import pytest

import archcalc
from archcalc import dim
from archcalc.algebra.evaluate import number
from archcalc.errors import Refused, SpecError

SPEC = """
config:
  N: 1
  H: {default: 64, multiple_of: 32}
  W: {default: 64, min: 33, max: 512}
  width: {default: 16, choices: [8, 16, 24, 48]}
  step: {default: 8, multiple_of: 4}
  scale: {default: 1.0, min: 0.25}
  skip: 0
  depths: [2, 3]
  act: ReLU
  bias: true
inputs: {x: [N, 3, H, W]}
layers:
  stem: {Conv2d: {out_channels: "round_to(width * scale, 8)", kernel_size: 3, stride: 2, padding: 1, bias: bias}}
  steps: {Conv2d: {out_channels: step, kernel_size: 1, padding: skip}}
  deep: [{Conv2d: {out_channels: step, kernel_size: 3, padding: 1}, repeat: "depths[1]"}]
  act: "{act}"
"""


@pytest.fixture
def load(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(SPEC)
    return lambda **given: archcalc.load(path, **given)


@pytest.mark.parametrize(
    ("free", "output", "assumptions"),
    [
        (["N"], "[N, 8, 32, 32]", []),
        (["H"], "[1, 8, 16*h, 32]", ["H = 32*h"]),
        (["W"], "[1, 8, 32, ceil(W/2)]", ["W >= 33", "W <= 512"]),
        (["step"], "[1, 4*step_4, 32, 32]", ["step = 4*step_4"]),
        (["skip"], "[1, 8, 2*skip + 32, 2*skip + 32]", []),
        ({"W": "2*a + 1"}, "[1, 8, 32, a + 1]", ["W = 2*a + 1"]),
        ({"H": "W", "W": None}, "[1, 8, ceil(W/2), ceil(W/2)]", ["H = W", "W >= 33", "W <= 512"]),
        ({"N": "b * 4"}, "[4*b, 8, 32, 32]", ["N = 4*b"]),
    ],
)
def test_what_the_spec_says_is_assumed(load, free, output, assumptions):
    model = load(free=free)
    assert dim.show(model.formula("shape")) == output
    assert list(model.assumptions) == assumptions


def test_choices_and_reals(load):
    model = load(free=["width", "scale"])
    assert dim.text(model.formula("parameters", layer="stem")) == "28*round_to(scale*width, 8)"
    assert list(model.assumptions) == ["width is 8 or 16 or 24 or 48", "scale >= 0.25"]
    assert model.assumptions.hold({"width": 24, "scale": 1}) is None
    assert model.assumptions.hold({"width": 32, "scale": 1}) == "width is 8 or 16 or 24 or 48"
    found = load().lambdify("parameters", free=["width", "scale"])
    assert found(48, 0.75) == load(width=48, scale=0.75).parameters


def test_places_in_lists(load):
    model = load(free=["depths[1]", "depths[0]"])
    assert model.config["depths"] == (dim.symbol("depths[0]"), dim.symbol("depths[1]"))
    assert dim.text(model.formula("parameters", layer="deep")) == "584*depths[1]"
    assert load(free=["depths[-1]"]).formula("macs", layer="deep") == 589824 * dim.symbol("depths[-1]")


@pytest.mark.parametrize(
    ("free", "message"),
    [
        (
            ["hight"],
            "s has no config entry 'hight' to leave free (known: N, H, W, width, step, scale, skip, depths, act, bias)",
        ),
        (["act"], "config act is 'ReLU'; only a number can be left free"),
        (["bias"], "config bias is true; only a number can be left free"),
        (["depths"], "config depths is a list (leave one of its numbers free, such as depths[0])"),
        (["depths[2]"], "config depths has no entry 2 to leave free: it is [2, 3]"),
        (["N[0]"], "config N has no entry 0 to leave free: it is 1"),
        (["depths[x]"], "s has no config entry 'depths[x]' to leave free"),
        ({"H": "32*"}, "'32*' is not an expression: invalid syntax"),
        ({"H": "'a'"}, "config H can be left free as a number, not as 'a'"),
        ({"H": "W == W"}, "config H can be left free as a number, not as true"),
    ],
)
def test_what_cannot_be_free(load, free, message):
    with pytest.raises(Refused) as error:
        load(free=free)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("assume", "assumptions"),
    [
        (["W >= 100"], ["W >= 100", "W <= 512"]),
        (["W >= 2"], ["W >= 33", "W <= 512"]),
        (["W % 32 == 0"], ["W >= 33", "W <= 512", "32 divides W"]),
        ("W == 64 or W == 128", ["W >= 33", "W <= 512", "W = 64 or W = 128"]),
        (["40 < W < 50", "W != 44"], ["W >= 41", "W <= 49", "W != 44"]),
    ],
)
def test_assumptions_of_ones_own(load, assume, assumptions):
    assert list(load(free=["W"], assume=assume).assumptions) == assumptions


@pytest.mark.parametrize(
    ("assume", "message"),
    [
        (["W < 20"], "no W satisfies all assumptions: W >= 33 and W <= 512 and W <= 19"),
        (["W"], "an assumption is a condition such as 'H >= 32', not W"),
        (["W >"], "'W >' is not an expression: invalid syntax"),
        (
            ["W % 2 == 0", "W % 2 == 1"],
            "no W satisfies all assumptions: W >= 33 and W <= 512 and 2 divides W and ",
        ),
        (["__import__('os')"], "there is no function '__import__'"),
    ],
)
def test_wrong_assumptions(load, assume, message):
    with pytest.raises(Refused) as error:
        load(free=["W"], assume=assume)
    assert str(error.value).startswith(message)


def test_a_known_remainder_takes_the_rounding_away(load):
    assert dim.show(load(free=["W"], assume=["W % 2 == 0"]).formula("shape")) == "[1, 8, 32, W/2]"
    assert dim.show(load(free=["W"], assume=["W % 4 == 3"]).formula("shape")) == "[1, 8, 32, (W + 1)/2]"


def test_conditions_are_errors_unless_the_defaults_decide(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(
        "config: {n: 40, m: 3}\ninputs: {x: [1, n]}\n"
        "layers:\n  - {Linear: 8, when: n // 4 > 7}\n  - {Linear: 5, when: n % 6 == 4 and m != 4}\n"
    )
    with pytest.raises(SpecError) as error:
        archcalc.load(path, free=["n", "m"])
    assert [p.message for p in error.value.problems] == [
        "cannot decide whether 7 < floor(n/4)",
        "cannot decide whether n % 6 = 4 and m != 4",
    ]
    assert error.value.problems[0].hint == "fix n, or assume 'n >= 32' or 'n <= 31'"
    assert error.value.problems[1].hint == (
        "fix m or n, or assume '(n % 6 == 4) and (m != 4)' or '(n % 6 != 4) or (m == 4)'"
    )
    model = archcalc.load(path, free=["n", "m"], assume="defaults")
    assert list(model.assumptions) == ["n >= 32", "n mod 6 = 4", "m != 4"]
    assert dim.text(model.parameters) == "8*n + 53"
    assert number(model.parameters, {"n": 40}) == archcalc.load(path).parameters
    for claim in ("n <= 31", "n % 6 != 4"):
        assert archcalc.load(path, free=["n"], assume=[claim, "defaults"]).parameters != model.parameters


@pytest.mark.parametrize(
    ("layer", "inputs", "assumptions", "output"),
    [
        ("{Expand: {shape: [6, 3]}}", "{x: [n, 3]}", ["n = 1"], "[6, 3]"),
        ("{Add: , from: [x, y]}", "{x: [n, 3], y: [m, 3]}", ["n = 1"], "[m, 3]"),
        ("{Add: , from: [x, y]}", "{x: [2*n - 1, 3], y: [m, 3]}", ["n = 1"], "[m, 3]"),
        ("{Add: , from: [x, y, z]}", "{x: [n, 3], y: [m, 3], z: [k, 3]}", ["n = 1", "k = 1"], "[m, 3]"),
        ("{Multiply: , from: [x, z]}", "{x: [n, 3], z: [k, 3]}", ["n = k"], "[n, 3]"),
        ("{MatMul: , from: [x, y]}", "{x: [n, 4, m], y: [5, m, 3]}", ["n = 1"], "[5, 4, 3]"),
        ("{Einsum: 'bij,bjk->bik', from: [x, y]}", "{x: [n, 4, m], y: [5, m, 3]}", ["n = 1"], "[5, 4, 3]"),
    ],
)
def test_what_broadcasts_at_the_defaults_is_assumed_to(layer, inputs, assumptions, output, tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(f"config: {{n: 1, m: 5, k: 1}}\ninputs: {inputs}\nlayers: {{e: {layer}}}")
    model = archcalc.load(path, free=["n", "m", "k"], assume="defaults")
    assert list(model.assumptions) == assumptions
    assert dim.show(model.formula("shape")) == output
    assert model.assumptions.hold({"n": 1, "m": 5, "k": 1}) is None
    other = archcalc.load(path, free=["n", "m", "k"], assume=["n >= 2", "k >= 2", "defaults"])
    assert "n = 1" not in list(other.assumptions)


@pytest.mark.parametrize(
    "name", ["lambda", "N", "S", "E", "I", "O", "Q", "beta", "gamma", "zeta", "re", "Symbol", "class"]
)
def test_every_name_is_a_symbol_everywhere(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("s.yaml").write_text(
        f"config: {{{name}: 6}}\ninputs: {{x: [1, {name}, 8]}}\n"
        f"layers: [{{Conv1d: {{out_channels: 2 * {name}, kernel_size: 1, groups: {name} // {name}}}}}]\n"
    )
    model = archcalc.load("s.yaml")
    assert dim.text(model.formula("parameters", free=[name])) == f"2*{name}**2 + 2*{name}"
    assert model.lambdify("parameters", free=[name])([6, 7]).tolist() == [84, 112]
    assert list(model.freed({name: f"3*{name}2"}, [f"{name} >= 9"]).assumptions) == [
        f"{name} = 3*{name}2",
        f"{name}2 >= 3",
    ]
    assert str(model.freed([name]).summary()).count(f"2*{name}") > 0
    assert f"= [1, 2*{name}, 8]" in str(model.freed([name]).explain("0"))


def test_what_is_free_stays_free_until_it_gets_a_value(load):
    model = load(free={"N": None, "H": "32*h", "depths[1]": None}, assume=["h >= 2"])
    changed = model.changed({"width": 24, "depths[0]": 1})
    assert changed.free == model.free
    assert {str(s) for s in changed.macs.free_symbols} == {"N", "h", "depths[1]"}
    assert "h >= 2" in list(changed.assumptions)
    assert list(model.changed({"N": 2}).free) == ["H", "depths[1]"]
    assert list(model.changed({"depths[-1]": 2}).free) == ["N", "H"]
    assert list(model.changed({"depths": [1, 1]}).free) == ["N", "H"]
    assert model.changed({"N": 2}).changed({"H": 64, "depths[1]": 3}).macs == load(N=2).macs
    assert list(model.freed(["W"]).free) == ["W"]
