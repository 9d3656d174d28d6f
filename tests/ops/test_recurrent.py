"""Recurrent layers: the names of their weights, their work per step, and what each state reads."""

import pytest
import torch

from archcalc.call import Call
from archcalc.dim import symbol
from archcalc.errors import Refused, Undecidable
from archcalc.op import WHOLE, Before, Cost, Window
from archcalc.ops import OPS
from archcalc.ops.recurrent import GRU, LSTM, RNN

H, L, N = (symbol(name) for name in "HLN")


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("num_layers", [1, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_weights_have_the_names_of_torch_in_its_order(name, num_layers, bidirectional, bias):
    settings = {"hidden_size": 3, "num_layers": num_layers, "bidirectional": bidirectional, "bias": bias}
    of_torch = getattr(torch.nn, name)(5, **settings).state_dict()
    weights = Call(OPS[name](**settings), ((4, 2, 5),)).weights
    assert list(weights.items()) == [(key, tuple(t.shape)) for key, t in of_torch.items()]


def test_the_module_has_the_state_dict_of_torch():
    module = LSTM(hidden_size=3, proj_size=2).torch(torch, (4, 2, 5))
    assert list(module.state_dict()) == list(torch.nn.LSTM(5, 3, proj_size=2).state_dict())


def test_a_projection_is_one_more_weight_and_the_size_of_the_hidden_state():
    call = Call(LSTM(hidden_size=6, num_layers=2, proj_size=3), ((5, 2, 4),))
    assert call.outputs == ((5, 2, 3), (2, 2, 3), (2, 2, 6))
    assert call.weights["weight_hr_l0"] == (3, 6)
    assert call.weights["weight_ih_l1"] == (24, 3)
    per_step = 24 * (4 + 3) + 6 * 3 + 24 * (3 + 3) + 6 * 3
    assert call.cost.macs == 5 * 2 * per_step


def test_states_have_layers_first_even_with_batch_first():
    call = Call(GRU(hidden_size=3, num_layers=2, bidirectional=True, batch_first=True), ((2, 5, 4), (4, 2, 3)))
    assert call.outputs == ((2, 5, 6), (4, 2, 3))


def test_the_outputs_are_flat_and_equal_to_those_of_torch():
    torch.manual_seed(0)
    shapes = ((5, 2, 4), (1, 2, 3), (1, 2, 3))
    x, h0, c0 = map(torch.randn, shapes)
    module = LSTM(hidden_size=3).torch(torch, *shapes)
    twin = torch.nn.LSTM(4, 3)
    twin.load_state_dict(module.state_dict())
    output, (h, c) = twin(x, (h0, c0))
    for ours, theirs in zip(module(x, h0, c0), (output, h, c), strict=True):
        assert torch.equal(ours, theirs)
    assert len(module(x)) == 3


@pytest.mark.parametrize(("op", "gates"), [(RNN, 1), (GRU, 3), (LSTM, 4)])
def test_a_step_costs_the_two_products_of_its_gates(op, gates):
    call = Call(op(hidden_size=H), ((L, N, 7),))
    assert (call.cost.macs - L * N * gates * H * (7 + H)).expand() == 0
    assert call.cost.bias == 2 * gates * H * L * N


def test_the_work_of_the_gates_of_one_unit():
    shape = ((1, 1, 1),)
    assert Call(RNN(hidden_size=1, bias=False), shape).cost == Cost(macs=2, add=1, tanh=1)
    assert Call(RNN(hidden_size=1, bias=False, nonlinearity="relu"), shape).cost == Cost(macs=2, add=1, compare=1)
    # f, i, o: three sigmoids; g and the new cell: two tanh; four sums of two products.
    lstm = Cost(macs=8, add=4 + 3 + 1, mul=3 + 3, exp=3, div=3, tanh=2)
    assert Call(LSTM(hidden_size=1, bias=False), shape).cost == lstm
    # r and z: two sigmoids of a sum each; n: a tanh, a product, a sum; h: two products, a difference, a sum.
    gru = Cost(macs=6, add=2 + 2 + 3, mul=2 + 3, exp=2, div=2, tanh=1)
    assert Call(GRU(hidden_size=1, bias=False), shape).cost == gru


def test_forward_a_step_reads_itself_and_the_steps_before():
    output, last = Call(RNN(hidden_size=3), ((5, 2, 4),)).fields
    assert output[0] == (Before(0), Window(1), WHOLE)
    assert last[0] == (WHOLE, Window(1), WHOLE)


def test_in_both_directions_a_step_reads_all_steps():
    output, _ = Call(RNN(hidden_size=3, bidirectional=True, batch_first=True), ((2, 5, 4),)).fields
    assert output[0] == (Window(0), Window(1, 0, 0, 4), WHOLE)


def test_a_layer_reads_the_states_of_the_layers_below():
    _, last = Call(GRU(hidden_size=3, num_layers=3), ((5, 2, 4), (3, 2, 3))).fields
    assert last[1] == (Window(0, 1, -2, 0), Window(1), WHOLE)


def test_one_layer_makes_no_warning_about_dropout(recwarn):
    GRU(hidden_size=3, dropout=0.5).torch(torch, (5, 2, 4))
    assert not list(recwarn)


def test_the_number_of_layers_must_be_known():
    with pytest.raises(Undecidable, match="num_layers is L, but must be one number; fix the symbols in it"):
        Call(LSTM(hidden_size=3, num_layers=L), ((5, 2, 4),))


@pytest.mark.parametrize(
    ("op", "inputs", "wanted"),
    [
        (LSTM(hidden_size=3), [(5, 4)], "the input must have 3 axes (L, N, I), not 2: [5, 4]"),
        (LSTM(hidden_size=3, batch_first=True), [(5, 4)], "the input must have 3 axes (N, L, I), not 2: [5, 4]"),
        (LSTM(hidden_size=3), [(5, 2, 4), (1, 2, 3)], "h0 and c0 must be given together, or none of them"),
        (LSTM(hidden_size=3), [(5, 2, 4), (1, 2, 3), (1, 3, 3)], "c0 must be [1, 2, 3], not [1, 3, 3]"),
        (GRU(hidden_size=3, bidirectional=True), [(5, 2, 4), (1, 2, 3)], "h0 must be [2, 2, 3], not [1, 2, 3]"),
        (GRU(hidden_size=3), [(5, 2, 4), (2, 3)], "h0 must be [1, 2, 3], not [2, 3]"),
        (LSTM(hidden_size=3, proj_size=4), [(5, 2, 4)], "proj_size (4) must be smaller than hidden_size (3)"),
        (RNN(hidden_size=3), [(5, 2, 4), (1, 2, 3), (1, 2, 3)], "RNN takes 1 to 2 inputs, not 3"),
    ],
)
def test_messages(op, inputs, wanted):
    with pytest.raises(Refused) as caught:
        Call(op, tuple(inputs))
    assert str(caught.value) == wanted
