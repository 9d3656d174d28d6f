"""Loops over a range whose length is a symbol: what they make, what they refuse and what they say."""

import pytest

import archcalc
from archcalc.errors import SpecError
from archcalc.network import Source

HEAD = "config: {n: 3, m: 2, i: 1, widths: [4, 4, 8]}\ninputs: {x: [1, 4, 8, 8]}\nlayers:\n"
CONV = "Conv2d: {out_channels: 4, kernel_size: 1}"


@pytest.fixture
def load(tmp_path):
    def load(layers, free=("n", "m"), **options):
        path = tmp_path / "s.yaml"
        path.write_text(HEAD + layers)
        return archcalc.load(path, free=free, **options)

    return load


MADE = {
    "a key's placeholder prints the variable": (f"  'l{{i}}': {{{CONV}, for: {{i: range(n)}}}}\n", {"li": "n"}, []),
    "or what is made of it": (f"  'l{{i + 1}}': {{{CONV}, for: {{i: range(n)}}}}\n", {"li+1": "n"}, []),
    "a list": (f"  l: [{{{CONV}, for: {{i: range(n)}}}}, ReLU]\n", {"l.0": "n", "l.1": "1"}, []),
    "a splice": (f"  l: [{{splice: [{{{CONV}}}, ReLU], for: {{i: range(n)}}}}]\n", {"l.0": "n", "l.1": "n"}, []),
    "from another start": (f"  'l{{i}}': {{{CONV}, for: {{i: 'range(2, n)'}}}}\n", {"li": "n - 2"}, ["n >= 2"]),
    "between two symbols": (f"  'l{{i}}': {{{CONV}, for: {{i: 'range(m, n)'}}}}\n", {"li": "-m + n"}, ["-m + n >= 0"]),
    "of a known length": ("  'l{i}': {ReLU: , for: {i: 'range(n, n + 2)'}}\n", {"ln": "1", "ln+1": "1"}, []),
    "by a name": (
        f"  l: {{let: {{r: range(n)}}, layers: {{'k{{i}}': {{{CONV}, for: {{i: r}}}}}}}}\n",
        {"l.ki": "n"},
        [],
    ),
    "chosen": (f"  'l{{i}}': {{{CONV}, for: {{i: 'range(n) if m > 0 else [1]'}}}}\n", {"li": "n"}, []),
    "one of several ranges": (
        f"  l: [{{for: {{r: '[range(1), range(1, n)]'}}, splice: [{{{CONV}, for: {{i: r}}}}]}}]\n",
        {"l.0": "1", "l.1": "n - 1"},
        [],
    ),
    "each round repeated": (f"  l: [{{{CONV}, for: {{i: range(n)}}, repeat: m}}]\n", {"l.0": "m*n"}, []),
    "loops within each other": (
        f"  'l{{i}}': {{for: {{i: range(n)}}, layers: {{'k{{i}}': {{{CONV}, for: {{i: range(m)}}}}}}}}\n",
        {"li.ki_": "m*n"},
        [],
    ),
    "conditions that the range decides": (
        f"  'l{{i}}': {{for: {{i: 'range(1, n)'}}, layers: [{{{CONV}, when: i > 0}}, {{ReLU: , when: i == 0}}]}}\n",
        {"li.0": "n - 1"},
        [],
    ),
    "a count that may be a fraction": (f"  l: [{{{CONV}, repeat: n / 2}}]\n", {"l.0": "n/2"}, ["2 divides n"]),
    "a count that may be negative": (f"  l: [{{{CONV}, repeat: n - 5}}]\n", {"l.0": "n - 5"}, ["n >= 5"]),
    "an empty body": ("  l: [{ReLU: , when: false, repeat: n}]\n  end: ReLU\n", {"end": "1"}, []),
    "an empty body that gives another layer": (
        "  a: ReLU\n  l: [{repeat: n - 1, layers: [{ReLU: , when: false, from: x}]}]\n  end: {Add: , from: [l, a]}\n",
        {"a": "1", "end": "1"},
        ["n >= 2"],
    ),
}


@pytest.mark.parametrize(("layers", "times", "assumptions"), MADE.values(), ids=MADE)
def test_one_copy_stands_for_all(load, layers, times, assumptions):
    found = load(layers).summary()
    assert {layer.path: str(layer.times) for layer in found.layers} == times
    assert [*found.assumptions] == assumptions


def test_a_variable_is_no_symbol_of_the_config(load):
    """Both are called i; the one is an entry that is left free, the other the number of a round."""
    layers = f"  'l{{i}}': {{{CONV}, for: {{i: range(n)}}}}\n  last: {{Conv2d: {{out_channels: i, kernel_size: 1}}}}\n"
    found = load(layers, free=["n", "i"])
    assert [layer.path for layer in found.summary().layers] == ["li_", "last"]
    assert str(found.parameters) == "5*i + 20*n"
    assert [*load(layers, free=["n", "i"], assume="i >= 3").summary().assumptions] == ["i >= 3"]


def test_the_length_of_a_range(load):
    def channels(expression):
        return str(
            load(f"  l: {{Conv2d: {{out_channels: '{expression}', kernel_size: 1}}}}\n")
            .summary()
            .outputs[Source("l")][1]
        )

    assert channels("len(range(n))") == "n"
    assert channels("len(range(2, n + 3))") == "n + 1"
    assert channels("len(range(2, n))") == "Max(0, n - 2)"


KNOWN = "give n a number"
RUNS = f"i runs over range(n): {KNOWN}"
SYMBOL = "fix the symbol with --set"
REFUSED = {
    "a setting": (
        "  'l{i}': {Dropout: i / n, for: {i: range(n)}}\n",
        f"4:21: error: li: p depends on i, so the copies are not alike ({RUNS})",
    ),
    "a choice": (
        "  'l{i}': {MaxPool2d: 1 if i == 0 else 2, for: {i: range(n)}}\n",
        f"4:23: error: li: kernel_size depends on i, so the copies are not alike ({RUNS})",
    ),
    "a condition": (
        "  'l{i}': {ReLU: , when: i == 0, for: {i: range(n)}}\n",
        f"4:26: error: li: cannot decide whether i = 0 ({RUNS})",
    ),
    "which layers are frozen": (
        f"  'l{{i}}': {{{CONV}, frozen: i < 2, for: {{i: range(n)}}}}\n",
        f"4:63: error: li: cannot decide whether i < 2 ({RUNS})",
    ),
    "an index": (
        "  'l{i}': {Conv2d: {out_channels: 'widths[i]', kernel_size: 1}, for: {i: range(n)}}\n",
        f"4:35: error: li: an index must be a known number, not i ({RUNS})",
    ),
    "a shape": (
        "  'l{i}': {Concat: , from: [x, x], for: {i: range(n)}}\n",
        f"4:45: error: li: each copy of `for: {{i: range(n)}}` reads the one before, and `from` cannot say otherwise "
        f"({KNOWN})",
    ),
    "growth": (
        "  'l{i}': {layers: {c: {Concat: , from: [input, input]}}, for: {i: range(n)}}\n",
        "4:68: error: li: `for: {i: range(n)}` is symbolic, but the body turns [1, 4, 8, 8] into [1, 8, 8, 8] "
        "(fix the count, or keep the shape)",
    ),
    "what is read": (
        "  a: ReLU\n  'l{i}': {layers: {s: {Add: , from: [input, 'k{i - 1}']}}, for: {i: range(n)}}\n",
        f"5:46: error: li.s: a placeholder needs a name or an integer, not i - 1 ({RUNS})",
    ),
    "an operation": (
        "  'l{i}': {'{i}': , for: {i: range(n)}}\n",
        f"4:12: error: li: a placeholder needs a name or an integer, not i ({RUNS})",
    ),
    "another count": (
        "  'l{i}': {ReLU: , repeat: i, for: {i: range(n)}}\n",
        f"4:28: error: li: `repeat: i` depends on i, so the copies are not alike ({RUNS})",
    ),
    "another loop": (
        "  'l{i}': {layers: {'k{j}': {ReLU: , for: {j: range(i)}}}, for: {i: range(n)}}\n",
        f"4:47: error: li: `for: {{j: range(i)}}` depends on i, so the copies are not alike ({RUNS})",
    ),
    "a list in step": (
        "  'l{i}': {ReLU: , for: {i: range(n), k: widths}}\n",
        f"4:29: error: over range(n), whose length is not known, `for` takes one variable and no other list ({KNOWN})",
    ),
    "rows": (
        "  'l{i}': {ReLU: , for: {'i, k': range(n)}}\n",
        f"4:34: error: over range(n), whose length is not known, `for` takes one variable and no other list ({KNOWN})",
    ),
    "copies that read nothing": (
        "  'l{i}': {Parameter: [2], for: {i: range(n)}}\n",
        f"4:37: error: li: each copy of `for: {{i: range(n)}}` reads the one before, but Parameter reads nothing "
        f"({KNOWN})",
    ),
    "one of the copies": (
        "  l: {ReLU: , repeat: n}\n  sum: {Add: , from: [l, l.0]}\n",
        "5:26: error: sum: l.0 represents n copies, none of which can be named alone "
        "(read their result, by the name of the scope that holds them all)",
    ),
    "a layer in one of the copies": (
        "  l: {layers: {a: ReLU}, repeat: n}\n  sum: {Add: , from: [l, l.0.a]}\n",
        "5:26: error: sum: l.0 represents n copies, none of which can be named alone "
        "(read their result, by the name of the scope that holds them all)",
    ),
    "a layer of a splice": (
        "  l: [{splice: [ReLU, Tanh], repeat: n}, {Add: , from: [1, 1]}]\n",
        "4:57: error: l.2: l.1 represents n copies, none of which can be named alone "
        "(read their result, by the name of the scope that holds them all)",
    ),
    "a count below 0": (
        "  l: {ReLU: , repeat: -n}\n",
        "4:23: error: l: a count must be an integer of at least 0, not -n",
    ),
    "steps": (
        "  'l{i}': {ReLU: , for: {i: 'range(0, n, 2)'}}\n",
        f"4:29: error: range with the step 2 needs known numbers ({SYMBOL})",
    ),
    "halves": (
        "  'l{i}': {ReLU: , for: {i: range(n / 2)}}\n",
        f"4:29: error: range needs integers, but n/2 may be a fraction ({SYMBOL})",
    ),
}


@pytest.mark.parametrize(("layers", "message"), REFUSED.values(), ids=REFUSED)
def test_messages(load, tmp_path, layers, message):
    with pytest.raises(SpecError) as caught:
        load(layers)
    assert [str(p).splitlines()[0].replace(f"{tmp_path / 's.yaml'}:", "") for p in caught.value.problems] == [message]


def test_the_defaults_decide_nothing_about_the_number_of_a_round(load):
    with pytest.raises(SpecError, match=r"cannot decide whether i = 0 \(i runs over range\(n\): give n a number\)"):
        load("  'l{i}': {MaxPool2d: 1 if i == 0 else 2, for: {i: range(n)}}\n", assume="defaults")


USES = {
    "range(n)[1:]": "a slice needs a list and integers, not range(n)[1:null:null]",
    "range(n)[0]": "an index needs a list and an integer, not range(n)[0]",
    "range(n) + [1]": "+ needs numbers, not range(n)",
    "-range(n)": "- needs a number, not range(n)",
    "[j for j in range(n)]": "`for` needs a list, not range(n)",
    "sum(range(n))": "sum needs a list, not range(n)",
    "max(range(n))": "max needs a number, not range(n)",
    "reversed(range(n))": "reversed needs a list, not range(n)",
    "1 in range(n)": "`in` needs a list, not range(n)",
    "range(n) == [0]": "range(n) cannot be compared",
    "range(n) < 2": "only numbers can be ordered, not range(n)",
    "1 if range(n) else 2": "a condition must be true or false, not range(n)",
    "range(n)": "out_channels needs a known list, not range(n)",
    "[1] * n": "a list can be repeated a known number of times, not n times",
}


@pytest.mark.parametrize(("expression", "message"), USES.items(), ids=USES)
def test_other_uses_of_a_range_say_what_would_decide_them(load, expression, message):
    with pytest.raises(SpecError) as caught:
        load(f"  l: {{Conv2d: {{out_channels: '{expression}', kernel_size: 1}}}}\n")
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == (message, SYMBOL)


def test_a_spec_that_extends_another_cannot_change_one_of_the_copies(tmp_path):
    (tmp_path / "base.yaml").write_text(HEAD + "  l: {layers: {a: ReLU, b: Tanh}, repeat: n}\n")
    path = tmp_path / "s.yaml"
    path.write_text("extends: base.yaml\nlayers: {l.0.b: Sigmoid}\n")
    assert [layer.kind for layer in archcalc.load(path).summary().layers][:3] == ["ReLU", "Sigmoid", "ReLU"]
    with pytest.raises(SpecError, match=r"l\.0\.b: this represents n copies, so it cannot be changed alone"):
        archcalc.load(path, free=["n"])


ZOO = {
    ("densenet:121", "depths[1]"): [
        "features.denseblock2.denselayerj: `for: {j: range(1, depths[1] + 1)}` is symbolic, but the body turns "
        "[1, 128, 28, 28] into [1, 160, 28, 28] (fix the count, or keep the shape)"
    ],
    ("convnext:tiny", "depths[2]"): [
        "features.1.1.stochastic_depth: p must be a number from 0 to 1, not 1/(10*(depths[2] + 8)) "
        "(fix the symbol with --set)"
    ],
    ("swin:t", "depths[2]"): [
        "features.1.1.stochastic_depth: p must be a number from 0 to 1, not 1/(5*(depths[2] + 5)) "
        "(fix the symbol with --set)"
    ],
    ("vgg:C", "convolutions[2]"): [
        "features.12: kernel_size depends on i, so the copies are not alike "
        "(i runs over range(1, convolutions[2]): give convolutions[2] a number)"
    ],
}


@pytest.mark.parametrize(("network", "messages"), ZOO.items(), ids=["-".join(key) for key in ZOO])
def test_depths_of_the_zoo_that_cannot_be_free(network, messages):
    name, entry = network
    with pytest.raises(SpecError) as caught:
        archcalc.load(name, free=[entry])
    assert [str(p).splitlines()[0].partition(" error: ")[2] for p in caught.value.problems] == messages
