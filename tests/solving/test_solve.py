"""Inverse questions against brute force, and what is said of them."""

import json
import random
from fractions import Fraction

import pytest

import archcalc
from archcalc.cli import main
from archcalc.errors import ArchcalcError, Refused
from archcalc.solving.condition import Condition

SMALL = """
config:
  H: 40
  W: {default: 48, multiple_of: 4}
  width: 8
  wide: 1.0
  depth: 3
  groups: {default: 2, choices: [1, 2, 3, 4, 6]}
  least: {default: 5, min: 3, max: 60}
inputs: {x: [1, 3, H, W]}
layers:
  stem: {Conv2d: {out_channels: width, kernel_size: 5, stride: 2}}
  mid: {Conv2d: {out_channels: "round_to(16 * wide, 4) * 3", kernel_size: 3, padding: 1, groups: groups}}
  deep:
    - {Conv2d: {out_channels: "round_to(16 * wide, 4) * 3", kernel_size: 3, padding: 1}, repeat: depth}
  pool: {MaxPool2d: 3}
  split: {Conv2d: {out_channels: 12, kernel_size: 1, groups: 4}}
  grid: {AdaptiveAvgPool2d: 3}
  flat: Flatten
  head: {Linear: least}
"""
ENTRIES = {"H": (1, 90), "W": (4, 96), "width": (1, 60), "depth": (1, 20), "least": (3, 60), "groups": (1, 6)}
CONDITIONS = [
    "parameters <= {p}",
    "parameters > {p}",
    "macs <= {m}",
    "macs >= {m} and parameters < 2 * {p}",
    "activations <= {a}",
    "memory < {b}",
    "pool.height >= {s}",
    "pool.height == {s}",
    "stem.width <= {s} or parameters < {p}",
    "'deep.0'.macs / parameters > {r}",
    "pool.receptive_field <= {f}",
    "mid.parameters + head.parameters <= {p}",
    "not parameters < {p}",
    "width * H <= {w}",
    "output.features % 4 == 1",
    "valid",
]
SEEDS = [*range(60), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(60, 240))]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("solve") / "small.yaml"
    path.write_text(SMALL)
    return archcalc.load(path)


def holds(model, entry, value, conditions):
    """Whether conditions hold at a value, decided by the network alone."""
    try:
        summary = model.changed({entry: value}).summary()
    except ArchcalcError:
        return False
    return all(Condition(text).of(summary) is True for text in conditions)


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_are_those_of_brute_force(seed, small):
    draw = random.Random(seed)
    entry = draw.choice(list(ENTRIES))
    low, high = ENTRIES[entry]
    total = small.summary().totals
    numbers = {
        "p": int(total.parameters * draw.uniform(0.3, 3)),
        "m": int(total.cost.macs * draw.uniform(0.2, 4)),
        "a": int(total.activations * draw.uniform(0.3, 3)),
        "b": int(4 * total.activations * draw.uniform(0.5, 4)),
        "s": draw.randint(1, 12),
        "r": draw.randint(1, 300),
        "f": draw.randint(5, 60),
        "w": draw.randint(10, 2000),
    }
    conditions = [text.format(**numbers) for text in draw.sample(CONDITIONS, draw.choice([1, 1, 2, 3]))]
    multiple = draw.choice([None, None, 2, 4]) if entry != "groups" else None
    step = {"W": 4}.get(entry, 1) * 1 if multiple is None else (4 if entry == "W" else multiple)
    values = [v for v in range(1, high + 1) if v >= low and v % step == 0]
    if entry == "groups":
        values = [1, 2, 3, 4, 6]
    right = [v for v in values if holds(small, entry, v, conditions)]
    for direction, expected in (("largest", max(right, default=None)), ("smallest", min(right, default=None))):
        found = small.solve(entry, conditions, multiple_of=multiple, between=(low, high), direction=direction)
        assert found.value == expected, (entry, conditions, multiple, direction, found.method)
        assert found.unbounded is False
        if found.found is not None:
            assert found.found.holds
            neighbour = found.above if direction == "largest" else found.below
            assert neighbour is None or not neighbour.holds


@pytest.mark.parametrize("seed", range(12))
def test_real_multipliers_are_those_of_brute_force(seed, small):
    draw = random.Random(seed)
    limit = int(small.parameters * draw.uniform(0.3, 4))
    values = [Fraction(n, 20) for n in range(1, 61)]
    right = [v for v in values if holds(small, "wide", v, [f"parameters <= {limit}"])]
    found = small.solve("wide", f"parameters <= {limit}", step=0.05, between=(0, 3))
    assert found.value == max(right, default=None)


def test_without_bounds():
    resnet = archcalc.load("resnet:50")
    found = resnet.solve("width", "parameters <= 10e6")
    assert (found.value, found.above.holds, found.below.holds) == (39, False, True)
    assert found.forms == (("parameters <= 10e6", "5724*width**2 + 32977*width + 1000 <= 10,000,000"),)
    assert resnet.solve("width", "macs <= 10**30").value > 10**9
    assert resnet.solve("width", "parameters >= 1", direction="largest").unbounded
    assert resnet.solve("width", "parameters < 1").value is None
    assert resnet.solve("width", "parameters >= 25557032").value == 64
    assert resnet.solve(["H", "W"], "macs <= 4089184256").value == 224
    assert archcalc.load("vgg16").solve("H", "valid").value == 32
    assert archcalc.load("unet").solve(["H", "W"], "valid").value == 188
    assert resnet.solve("depths[2]", "layer4.receptive_field <= 427").value == 6


def test_a_condition_that_is_not_known_to_rise_is_tried_everywhere():
    found = archcalc.load("resnet:50").solve("H", "layer4.height == 7", between=(1, 512))
    assert found.value == 224
    assert found.method == (
        "the conditions are not known to rise or fall with it: 289 of the 512 values from 1 to 512 were tried, "
        "from the largest down"
    )


PAIRS = [(5, "5"), ((1,), "[1]"), ((1, 2, 3), "[1, 2, 3]"), ("ab", "'ab'"), ((1, "b"), "[1, 'b']")]
STEPS = [(0, "0"), (-8, "-8"), (0.5, "0.5"), ("x", "'x'"), (True, "true")]
WRONG = [
    ({"entries": "hight"}, "resnet has no config entry 'hight' to leave free (known"),
    ({"entries": "block"}, "config block is 'bottleneck'; only a number can be left free"),
    ({"entries": []}, "name a config entry to solve for (one of N, H, W"),
    ({"where": []}, "give a condition (such as 'parameters <= 10e6', or valid)"),
    ({"where": "parameters"}, "a condition is a comparison such as 'parameters <= 10e6', not 'parameters'"),
    ({"where": "parameter < 3"}, "resnet:50 has nothing called 'parameter' (did you mean 'parameters'?)"),
    ({"where": "layer5.height < 3"}, "resnet:50 has nothing called 'layer5' (did you mean 'layer4'?)"),
    ({"where": "layer4.hight < 3"}, "a layer has no 'hight' (did you mean 'height'?)"),
    ({"where": "fc.receptive_field < 3"}, "the receptive_field of fc is not a number: whole input"),
    ({"where": "parameters <"}, "'parameters <' is not an expression"),
    ({"where": "__import__('os') < 3"}, "there is no function '__import__'"),
    ({"between": (9, 3)}, "the range from 9 to 3 holds no value to try"),
    *(({"between": pair}, f"a range is two numbers, such as 8 and 512, not {said}") for pair, said in PAIRS),
    *(({"step": step}, f"the step must be an integer of at least 1, not {said}") for step, said in STEPS),
    *(({"multiple_of": step}, f"the step must be an integer of at least 1, not {said}") for step, said in STEPS),
    ({"direction": "up"}, "direction must be 'largest' or 'smallest', not 'up'"),
    ({"where": "macs <= 100MB"}, "'100MB' is in bytes, which only memory is counted in"),
    (
        {"entries": "H", "where": "layer4.height == 7", "between": (1, 10**6)},
        "the conditions are not known to rise or fall, and",
    ),
]


@pytest.mark.parametrize(("changed", "message"), WRONG)
def test_wrong_questions(changed, message):
    asked = {"entries": "width", "where": "parameters <= 10e6"} | changed
    with pytest.raises(Refused) as error:
        archcalc.load("resnet:50").solve(asked.pop("entries"), asked.pop("where"), **asked)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("asked", [{"step": 0}, {"multiple_of": -1}, {"between": 3}])
def test_wrong_questions_about_listed_values(small, asked):
    with pytest.raises(Refused, match=r"the step must be|a range is"):
        small.solve("groups", "valid", **asked)


@pytest.mark.parametrize(
    ("condition", "in_full"),
    [
        ("parameters <= 20k", "parameters <= 20000"),
        ("'deep.0'.macs / 1k <= 1.5 M", "'deep.0'.macs / 1000 <= 1500000"),
        ("memory <= 1.5MB", "memory <= 1500000"),
        ("memory < 2MiB and 2_0 k > parameters", "memory < 2097152 and 20000 > parameters"),
        ("stem.memory < 100B", "stem.memory < 100"),
        ("parameters <= 0.3k**2 - 2e1K", "parameters <= 300**2 - 20000"),
        ("parameters <= 12.345K", "parameters <= 12345"),
        ("width <= 0.0125k", "width <= 25/2"),
    ],
)
def test_amounts_are_those_of_budgets(small, condition, in_full):
    values = [small.solve("width", text, between=(1, 60)).value for text in (condition, in_full)]
    assert values[0] == values[1]


def test_work_that_is_not_known_is_no_number(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text("config: {n: 20, m: 6}\ninputs: {x: [1, 3, n, n]}\nlayers: [{AdaptiveMaxPool2d: m}]\n")
    model = archcalc.load(path)
    assert model.solve("n", "macs <= 5").unbounded or model.solve("n", "macs <= 5").value is not None


@pytest.fixture
def run(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as left:
            main(["solve", *arguments])
        return left.value.code, *capsys.readouterr()

    return run


COMMANDS = [
    ["resnet:50", "--for", "width", "--where", "parameters <= 10e6"],
    ["resnet:50", "--for", "width", "--multiple-of", "8", "--where", "parameters <= 10e6", "--where", "macs <= 2e9"],
    ["vgg16", "--for", "H", "--where", "valid"],
    ["unet", "--for", "H", "--where", "valid"],
    ["resnet:50", "--for", "depths[2]", "--where", "layer4.receptive_field <= 800"],
    ["mobilenet_v2", "--for", "width", "--where", "parameters <= 3e6", "--step", "0.05", "--range", "0.1:2"],
    ["resnet:50", "--for", "width", "--where", "parameters >= 1", "--largest"],
]


def test_commands(run, golden):
    texts = []
    for arguments in COMMANDS:
        status, out, err = run(*arguments)
        assert err == ""
        texts.append(f"$ archcalc solve {' '.join(arguments)}\n{out}[{status}]\n")
    golden("solutions.txt", "\n".join(texts))
    status, out, _ = run(*COMMANDS[0], "--format", "json")
    document = json.loads(out)
    assert (status, document["value"], document["above"]["holds"]) == (0, 39, False)
    assert document["at"]["conditions"][0]["left"] == 9993307


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["resnet:50", "--for", "width", "--where", "parameters < 1"], 1, ""),
        (["resnet:50", "--where", "valid"], 2, "Missing option '--for'"),
        (["resnet:50", "--for", "width"], 2, "Missing option '--where'"),
        (
            ["resnet:50", "--for", "width", "--where", "valid", "--range", "3"],
            2,
            "--range takes two numbers, such as 8:512",
        ),
        (["resnet:50", "--for", "width", "--where", "valid", "--step", "x"], 2, "--step takes a number, not 'x'"),
        (
            ["resnet:50", "--for", "wide", "--where", "valid"],
            3,
            "error: resnet has no config entry 'wide' to leave free",
        ),
    ],
)
def test_wrong_commands(run, arguments, status, message):
    code, _, err = run(*arguments)
    assert code == status
    assert message in err


@pytest.mark.parametrize(
    ("size", "direction", "value"),
    [("40 - width", "largest", 39), ("width // 16", "smallest", 16), ("width - 3", None, 4)],
)
def test_a_size_that_may_vanish_bounds_the_entry(tmp_path, size, direction, value):
    path = tmp_path / "s.yaml"
    layer = f"{{Conv2d: {{out_channels: {size}, kernel_size: 1}}}}"
    path.write_text(f"config: {{width: 20}}\ninputs: {{x: [1, 3, 8, 8]}}\nlayers: [{layer}]\n")
    assert archcalc.load(path).solve("width", "valid", direction=direction).value == value


def test_a_search_that_ended_for_want_of_a_bound_says_so():
    found = archcalc.load("mobilenet_v2").solve("width", "macs <= 5e9")
    assert found.method.endswith("no bound is declared, so the search ended there: --range searches further")


def test_what_is_free_stays_free():
    model = archcalc.load("resnet:50", free=["N"])
    assert model.solve("width", "parameters <= 30e6").value == 69
    with pytest.raises(Refused, match="the answer may depend on what is free: N"):
        model.solve("width", "macs <= 5e9")
    with pytest.raises(Refused, match="scaling takes numbers, but these are free: N"):
        archcalc.load("efficientnet:b0", free=["N"]).scale(1)
