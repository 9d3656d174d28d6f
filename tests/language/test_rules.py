"""Rules of the language, one by one."""

import pytest

import archcalc
from archcalc.errors import SpecError
from archcalc.network import Source


@pytest.fixture
def load(tmp_path):
    def load(text, **settings):
        path = tmp_path / "s.yaml"
        path.write_text("archcalc: 1\n" + text)
        return archcalc.load(path, **settings)

    return load


X = "inputs: {x: [1, 4, 8, 8]}\n"


def paths(model):
    return list(model.graph)[len(model.graph.graph["inputs"]) :]


def reads(model, path):
    edges = sorted((e["slot"], s, e["port"]) for s, _, e in model.graph.in_edges(path, data=True))
    return [f"{source}[{port}]" if port else source for _, source, port in edges]


def test_a_block_with_several_inputs_and_outputs(load):
    model = load(
        X + "blocks:\n"
        "  fork:\n"
        "    inputs: [a, b]\n"
        "    layers:\n"
        "      sum: {Add: , from: [a, b]}\n"
        "      parts: {Split: {sizes: 2, dim: 1}}\n"
        "    outputs: ['parts[1]', sum]\n"
        "layers:\n"
        "  act: ReLU\n"
        "  f: {fork: , from: [x, act]}\n"
        "  half: {ReLU: , from: f}\n"
        "  whole: {ReLU: , from: 'f[1]'}\n"
        "  inner: {ReLU: , from: f.parts}\n"
        "outputs: [half, whole, inner]\n"
    )
    assert [reads(model, name) for name in ("f.sum", "half", "whole", "inner")] == [
        ["x", "act"],
        ["f.parts[1]"],
        ["f.sum"],
        ["f.parts"],
    ]
    shapes = {"half": (1, 2, 8, 8), "whole": (1, 4, 8, 8), "inner": (1, 2, 8, 8)}
    assert {str(source): shape for source, shape in model.summary().outputs.items()} == shapes


def test_an_absent_layer_stands_for_what_would_have_gone_in(load):
    text = X + "config: {on: true}\nlayers:\n  a: ReLU\n  b: {Tanh: , when: on}\n  c: {Add: , from: [a, b]}\n"
    assert reads(load(text), "c") == ["a", "b"]
    assert reads(load(text, on=False), "c") == ["a", "a"]


def test_lists_number_what_is_present_and_has_no_name(load):
    model = load(
        X + "layers:\n  - ReLU\n  - {Tanh: , when: false}\n  - {Identity: , name: view}\n  - {ReLU: , repeat: 2}\n"
    )
    assert paths(model) == ["0", "view", "1", "2"]


def test_repeat_in_a_mapping_makes_numbered_copies(load):
    assert paths(load(X + "layers:\n  body: {ReLU: , repeat: 3}\n  end: Tanh\n")) == [
        "body.0",
        "body.1",
        "body.2",
        "end",
    ]


def test_for_runs_over_lists_in_step_and_unpacks_rows(load):
    model = load(
        X + "config: {n: 2}\nlayers:\n"
        "  'c{i}': {Conv2d: {out_channels: c, kernel_size: k}, for: {i: range(n), 'c, k': [[8, 1], [n * 4, 3]]}}\n"
    )
    assert [model.graph.nodes[p]["op"].kernel_size for p in ("c0", "c1")] == [(1, 1), (3, 3)]


def test_let_is_evaluated_where_the_entry_stands(load):
    model = load(
        X + "let: {double: 2 * base, base: 3}\nlayers:\n"
        "  a: {Conv2d: {out_channels: c, kernel_size: 1}, let: {c: double + input.channels}}\n"
        "  b:\n    let: {c: 2 * a.channels}\n    layers: [{Conv2d: {out_channels: c, kernel_size: 1}}]\n"
    )
    assert model.summary().outputs == {Source("b.0"): (1, 20, 8, 8)}


def test_a_block_sees_nothing_of_the_place_that_calls_it(load):
    text = X + "blocks: {b: {layers: [{Conv2d: {out_channels: c, kernel_size: 1}}]}}\nlayers: {a: {b: , let: {c: 3}}}\n"
    with pytest.raises(SpecError, match="there is nothing called 'c' here"):
        load(text)


def test_an_input_of_a_block_must_be_read(load):
    blocks = "blocks: {b: {inputs: [p, q], layers: {a: {ReLU: , from: p}}}}\n"
    text = X + blocks + "layers:\n  a: ReLU\n  c: {b: , from: [a, x]}\n"
    with pytest.raises(SpecError, match="the block b does not read its input 'q'"):
        load(text)


def test_shared_scopes_count_once(load):
    model = load(
        X + "layers:\n"
        "  head: [{Conv2d: {out_channels: 4, kernel_size: 1}}, BatchNorm2d]\n"
        "  again: {layers: [{Conv2d: {out_channels: 4, kernel_size: 1}}, BatchNorm2d], share: head}\n"
        "  third: {layers: [{Conv2d: {out_channels: 4, kernel_size: 1}}, BatchNorm2d], share: again}\n"
    )
    assert model.parameters == 4 * 4 + 4 + 8
    assert model.macs == 3 * 4 * 4 * 64
    assert model.graph.nodes["third.0"]["weights_of"] == "head.0"
    assert len(list(model.to_torch().parameters())) == 4


def test_a_count_may_stay_symbolic_where_the_shape_is_kept(load):
    text = X + "config: {n: 3, c: 4}\nlayers:\n  - {Conv2d: {out_channels: c, kernel_size: 1}, repeat: n}\n"
    model = load(text, free=["n"])
    assert str(model.parameters) == "20*n"
    assert load(text).parameters == 60
    with pytest.raises(
        SpecError, match=r"`repeat: n` is symbolic, but the body turns \[1, 4, 8, 8\] into \[1, 5, 8, 8\]"
    ):
        load(text, free=["n"], c=5)


def test_a_condition_on_a_symbol_names_it(load):
    with pytest.raises(SpecError, match=r"cannot decide whether n = 3 \(fix n, or assume 'n == 3' or 'n != 3'\)"):
        load(X + "config: {n: 3}\nlayers:\n  - {ReLU: , when: n == 3}\n", free=["n"])


def test_open_requirements_become_assumptions(load):
    head = "inputs: {x: [1, c, 8, 8]}\nconfig: {c: 8}\n"
    text = head + "layers:\n  - {Conv2d: {out_channels: 4, kernel_size: 1, groups: 4}}\n"
    assert load(text, free=["c"]).summary().assumptions == ("4 divides c",)
    assert load(text).summary().assumptions == ()
