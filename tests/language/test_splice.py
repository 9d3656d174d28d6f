"""`splice`: entries of a list that a loop or a condition holds together, without a scope of their own."""

import pytest

import archcalc
from archcalc.errors import SpecError

HEAD = "archcalc: 1\nconfig: {n: 2, on: true}\ninputs: {x: [1, 4, 8, 8]}\nlayers:\n"
CONV = "Conv2d: {out_channels: 4, kernel_size: 1}"


@pytest.fixture
def layers(tmp_path):
    def load(text, **options):
        path = tmp_path / "net.yaml"
        path.write_text(HEAD + text)
        return {
            a.path: (a.kind, tuple(map(str, a.sources)), a.times)
            for a in archcalc.load(path, **options).summary().layers
        }

    return load


def test_the_layers_take_the_numbers_of_the_list(layers):
    found = layers(f"  - ReLU\n  - repeat: n\n    splice: [{CONV}, {{ReLU: , when: on}}]\n  - Sigmoid\n")
    assert [(path, kind) for path, (kind, *_) in found.items()] == [
        ("0", "ReLU"),
        ("1", "Conv2d"),
        ("2", "ReLU"),
        ("3", "Conv2d"),
        ("4", "ReLU"),
        ("5", "Sigmoid"),
    ]
    assert found["5"] == ("Sigmoid", ("4",), 1)


def test_a_layer_that_is_not_there_takes_no_number(layers):
    assert [*layers(f"  - repeat: n\n    splice: [{CONV}, {{ReLU: , when: not on}}]\n")] == ["0", "1"]
    assert [*layers("  - {splice: [ReLU, ReLU], when: not on}\n  - Sigmoid\n")] == ["0"]


def test_it_reads_what_from_says_and_its_names_are_those_of_the_list(layers):
    text = "  - {ReLU: , name: a}\n  - Sigmoid\n  - {splice: [{Tanh: , name: b}], from: a}\n  - {Add: , from: [0, b]}\n"
    found = layers(text)
    assert found["b"] == ("Tanh", ("a",), 1)
    assert found["1"] == ("Add", ("0", "b"), 1)


def test_splices_nest_and_see_the_variables_of_the_loops_around(layers):
    text = (
        '  - for: {c: "[4, 8]", k: "[1, 2]"}\n    splice:\n'
        "      - for: {i: range(k)}\n        splice: [Conv2d: {out_channels: c + i, kernel_size: 1}]\n      - ReLU\n"
    )
    assert [kind for kind, *_ in layers(text).values()] == ["Conv2d", "ReLU", "Conv2d", "Conv2d", "ReLU"]


def test_a_symbolic_repeat_stands_once(layers):
    found = layers(f"  - repeat: n\n    splice: [{CONV}, ReLU]\n", free=["n"])
    assert {path: str(times) for path, (_, _, times) in found.items()} == {"0": "n", "1": "n"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  a: {splice: [ReLU]}\n", "`splice` is for entries of a list without a name (use `layers`)"),
        ("  - {splice: {a: ReLU}}\n", "`splice` needs a list (use `layers` for layers with names)"),
        ("  - {ReLU: , name: a}\n  - {splice: [Tanh], share: a}\n", "a spliced list cannot share weights"),
        ("  - {splice: [{ReLU: , name: a}], repeat: 2}\n", "the name 'a' is defined twice in this scope"),
    ],
)
def test_what_is_refused(layers, text, message):
    with pytest.raises(SpecError) as error:
        layers(text)
    assert message in str(error.value)
