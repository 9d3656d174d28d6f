"""Arrays that stand at a layer's own path: in the state dict, when loaded, and when the network is converted."""

import pytest
import torch

import archcalc
from archcalc.errors import SpecError

SPEC = """
inputs: {x: [1, 2]}
layers:
  table: {Parameter: [3, 2]}
  index: {Buffer: {shape: 4, dtype: int64}}
  rows: {IndexSelect: 0, from: [table, index]}
  kept: {Buffer: [4, 2]}
  mask: {Buffer: {shape: [4, 2], persistent: false}}
  sum: {Add: , from: [x, rows, kept, mask]}
  batch: {Rearrange: r c -> 1 c r}
  first: BatchNorm1d
  second: {BatchNorm1d: , share: first}
"""


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "arrays.yaml"
    path.write_text(SPEC)
    return archcalc.load(path)


def test_they_are_in_the_state_dict_under_the_path(model):
    state = model.to_torch().state_dict()
    assert {name: state[name].dtype for name in ("table", "index", "kept")} == {
        "table": torch.float32,
        "index": torch.int64,
        "kept": torch.float32,
    }
    assert not any(name.startswith("mask") for name in state)


def test_they_are_counted_apart_from_the_parameters(model):
    totals = model.summary().totals
    assert totals.parameters == 3 * 2 + 2 * 2
    assert totals.buffers == 4 + 4 * 2 + 5


def test_loaded_arrays_are_used(model):
    network = model.to_torch()
    network.load_state_dict(
        network.state_dict()
        | {
            "table": torch.tensor([[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]),
            "index": torch.tensor([2, 0, 1, 2]),
            "kept": torch.full((4, 2), 10.0),
        }
    )
    seen = {}

    def run(layer, module, inputs):
        seen[layer.path] = module(*inputs)
        return seen[layer.path]

    network.run([torch.tensor([[100.0, 200.0]])], run)
    assert seen["sum"].tolist() == [[114, 215], [110, 211], [112, 213], [114, 215]]


def test_a_converted_network_has_one_copy_of_each(model):
    network = model.to_torch().double()
    out = network(torch.zeros(1, 2, dtype=torch.float64))
    assert out.dtype == torch.float64
    for path, name in (("index", "weight"), ("kept", "weight"), ("second", "running_mean")):
        owner = network.state_dict()[path if name == "weight" else f"first.{name}"]
        assert getattr(network.layers[path], name).data_ptr() == owner.data_ptr()
    assert network.layers["index"].weight.dtype == torch.int64
    assert network.layers["mask"].weight.dtype == torch.float64


def test_an_index_must_be_whole(tmp_path):
    path = tmp_path / "wrong.yaml"
    path.write_text(SPEC.replace("{shape: 4, dtype: int64}", "4"))
    with pytest.raises(SpecError, match="IndexSelect reads integers, but its input is float32"):
        archcalc.load(path)
