"""Arrays of the network's own, and what is looked up in them."""

import pytest
import torch

from archcalc.call import Call
from archcalc.dim import symbol
from archcalc.op import Cost, Scattered, Window
from archcalc.ops import OPS
from archcalc.torchcheck.module import as_module

C, N = symbol("C"), symbol("N")


def call(name, *inputs, **settings):
    return Call(OPS[name](**settings), inputs)


def test_a_buffer_is_kept_and_not_trained():
    kept = call("Buffer", shape=[3, 4])
    assert (kept.outputs, kept.weights, kept.buffers) == (((3, 4),), {}, {"": (3, 4)})
    assert (kept.parameters, kept.buffer_elements, kept.activations) == (0, 12, 0)


def test_a_buffer_that_is_not_persistent_is_in_no_state_dict():
    computed = call("Buffer", shape=[3, 4], persistent=False)
    assert (computed.outputs, computed.buffers) == (((3, 4),), {})
    assert not as_module(computed.op).state_dict()
    assert as_module(computed.op)().shape == (3, 4)


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16", "int64", "int32", "bool"])
def test_a_buffer_has_its_dtype(dtype):
    op = OPS["Buffer"](shape=[2], dtype=dtype)
    assert op.out_dtype() == dtype
    assert as_module(op)().dtype is getattr(torch, dtype)


def test_positions_are_taken_in_the_order_of_the_index():
    x, index = torch.arange(12).reshape(2, 3, 2), torch.tensor([2, 0, 0, 1])
    for dim, axis in ((1, 1), (-2, 1)):
        found = as_module(OPS["IndexSelect"](dim=dim), (2, 3, 2), (4,))(x, index)
        assert torch.equal(found, torch.stack([x.select(axis, i) for i in (2, 0, 0, 1)], axis))


def test_where_the_table_is_read_is_not_regular():
    found = call("IndexSelect", (N, 9, C), (16,), dim=1)
    assert found.outputs == ((N, 16, C),)
    assert found.fields == (((Window(0), Scattered((1,)), Window(2)), (Window(1),)),)
    assert found.cost == Cost()
