"""Element types: each output of a layer has its own, and an input may be refused for its own."""

import pytest
import torch

from archcalc.builder import Builder
from archcalc.errors import Refused
from archcalc.op import promoted
from archcalc.ops import OPS
from archcalc.torchcheck.build import build


def test_each_output_has_its_own_element_type():
    builder = Builder()
    values, indices = builder.layer("top", OPS["TopK"](k=2), [builder.input("x", (2, 5))])
    found = builder.layer("found", OPS["Gather"](dim=1), [builder.input("y", (2, 5)), indices])
    network = builder.finish([values, *found])
    assert network.layers["top"].dtypes == ("float32", "int64")
    assert network.layers["found"].dtypes == ("float32",)


def test_what_reads_integers_takes_indices_and_no_values():
    builder = Builder()
    pool = OPS["MaxPool2d"](kernel_size=2, return_indices=True)
    values, indices = builder.layer("pool", pool, [builder.input("x", (1, 3, 8, 8))])
    builder.layer("back", OPS["MaxUnpool2d"](kernel_size=2), [values, indices])
    with pytest.raises(Refused, match="MaxUnpool2d reads integers, but its input is float32"):
        builder.layer("wrong", OPS["MaxUnpool2d"](kernel_size=2), [values, values])


@pytest.mark.parametrize(
    ("name", "settings"), [("Linear", {"out_features": 3}), ("ReLU", {}), ("RFFT", {}), ("Maximum", {})]
)
def test_complex_numbers_are_refused_as_in_torch(name, settings):
    builder = Builder()
    x = builder.input("x", (2, 5), dtype="complex64")
    with pytest.raises(Refused, match=f"{name} takes no complex numbers, but its input is complex64"):
        builder.layer("wrong", OPS[name](**settings), [x] * OPS[name].arity[0])


def test_a_condition_holds_truth_values():
    builder = Builder()
    x = builder.input("x", (2, 5))
    with pytest.raises(Refused, match="Where reads truth values, but its input is float32"):
        builder.layer("wrong", OPS["Where"](), [x, x, x])


def test_a_filter_of_frequencies_is_that_of_torch():
    builder = Builder()
    x, kernel = builder.input("x", (2, 3, 8)), builder.input("kernel", (5,), dtype="complex64")
    coefficients = builder.layer("rfft", OPS["RFFT"](), [x])
    scaled = builder.layer("scaled", OPS["Multiply"](), [kernel, *coefficients])
    network = builder.finish(builder.layer("irfft", OPS["IRFFT"](n=8), scaled))
    assert [layer.dtypes for layer in network.layers.values()] == [
        *(("float32",), ("complex64",), ("complex64",), ("complex64",), ("float32",))
    ]
    inputs = build(network).example_inputs()
    found = build(network)(*inputs)
    assert torch.allclose(found, torch.fft.irfft(torch.fft.rfft(inputs[0]) * inputs[1], n=8), atol=1e-6)


DTYPES = ["bool", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("one", DTYPES)
@pytest.mark.parametrize("other", DTYPES)
def test_types_are_promoted_as_in_torch(one, other):
    right = torch.promote_types(getattr(torch, one), getattr(torch, other))
    assert getattr(torch, promoted(one, other)) is right
