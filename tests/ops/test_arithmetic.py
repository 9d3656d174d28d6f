"""Broadcasting, reductions, and what they cost."""

import pytest
import torch

from archcalc.call import Call
from archcalc.dim import symbol
from archcalc.errors import Refused
from archcalc.op import WHOLE, Cost, Window
from archcalc.ops.arithmetic import Add, Clamp, Divide, Exp, Multiply, Scale, Square, Subtract
from archcalc.ops.arithmetic.reduction import Mean, Norm, Sum
from tests.ops import laws
from tests.ops.laws import Case

C, H, N, W = (symbol(name) for name in "CHNW")


def message(op, *inputs):
    with pytest.raises(Refused) as caught:
        Call(op, inputs)
    return str(caught.value)


@pytest.mark.parametrize(
    ("shapes", "out"),
    [
        (((2, 3), (2, 3)), (2, 3)),
        (((2, 3), (3,)), (2, 3)),
        (((1, 3), (2, 1)), (2, 3)),
        (((4, 1, 3), (2, 1)), (4, 2, 3)),
        (((N, C, H, W), (N, C, 1, 1)), (N, C, H, W)),
        (((1, 1, C), (N, W, C)), (N, W, C)),
    ],
)
def test_shapes_broadcast_from_the_right(shapes, out):
    assert Call(Add(), shapes).outputs == (out,)


def test_symbolic_sizes_are_taken_to_be_equal():
    assert tuple(map(str, Call(Add(), ((N, C, H), (N, C, W), (N, 1, 7))).assumptions)) == ("H = W", "H = 7")


def test_sizes_that_differ_for_sure_are_refused():
    assert message(Add(), (N, H), (N, H + 1)) == "shapes [N, H] and [N, H + 1] do not fit on axis -1: H and H + 1"


def test_the_message_gives_both_shapes_and_the_axis():
    wanted = "shapes [2, 3, 4] and [5, 4] do not fit on axis -2: 3 and 5"
    assert message(Multiply(), (2, 3, 4), (5, 4)) == wanted
    assert message(Add(), (2, 3, 4), (1, 1, 1), (5, 4)) == wanted


def test_the_number_of_inputs_is_checked():
    assert message(Add(), (2, 3)) == "Add takes at least 2 inputs, not 1"
    assert message(Divide(), (2, 3), (2, 3), (2, 3)) == "Divide takes 2 inputs, not 3"


def test_a_broadcast_axis_is_read_at_its_one_position():
    image, gate = Call(Multiply(), ((N, C, H, W), (N, C, 1, 1))).fields[0]
    assert image == (Window(0), Window(1), Window(2), Window(3))
    assert gate == (Window(0), Window(1), Window(2, 0), Window(3, 0))


def test_a_shorter_shape_is_read_at_the_last_axes():
    _, bias = Call(Add(), ((N, W, C), (C,))).fields[0]
    assert bias == (Window(2),)


def test_each_step_costs_what_its_inputs_broadcast_to():
    assert Call(Add(), ((3,), (3,), (2, 3))).cost == Cost(add=3 + 6)
    assert Call(Subtract(), ((2, 3), (2, 3))).cost == Cost(add=6)
    assert Call(Multiply(), ((2, 3), (2, 3), (2, 3))).cost == Cost(mul=12)
    assert Call(Divide(), ((2, 3), (3,))).cost == Cost(div=6)
    assert Call(Square(), ((2, 3),)).cost == Cost(mul=6)


def test_each_element_costs_one_step():
    assert Call(Exp(), ((2, 3),)).cost == Cost(exp=6)
    assert Call(Scale(factor=16), ((2, 3),)).cost == Cost(mul=6)
    assert Call(Clamp(max=1), ((2, 3),)).cost == Cost(compare=6)
    assert Call(Clamp(min=0, max=1), ((2, 3),)).cost == Cost(compare=12)


def test_what_one_bound_leaves():
    x = torch.tensor([-2.0, 0.5, 2.0])
    assert Clamp(min=-1).torch(torch, (3,))(x).tolist() == [-1, 0.5, 2]
    assert Clamp(max=1).torch(torch, (3,))(x).tolist() == [-2, 0.5, 1]
    assert Clamp(min=-1, max=1).torch(torch, (3,))(x).tolist() == [-1, 0.5, 1]
    assert Scale(factor=-2).torch(torch, (3,))(x).tolist() == [4, -1, -4]


def test_only_a_product_can_be_a_gate():
    assert Multiply.gate
    assert not Add.gate


def test_a_mean_is_a_sum_and_a_division():
    assert Call(Mean(dim=[2, 3]), ((2, 3, 4, 5),)).cost == Cost(add=6 * 19, div=6)
    assert Call(Sum(dim=-1), ((2, 3, 4),)).cost == Cost(add=6 * 3)


def test_reduced_axes_are_read_whole():
    assert Call(Mean(dim=[1]), ((N, C, H),)).fields[0][0] == (Window(0), WHOLE, Window(1))
    assert Call(Mean(dim=[1], keepdim=True), ((N, C, H),)).fields[0][0] == (Window(0), WHOLE, Window(2))


def test_no_axis_means_all_axes():
    assert Call(Mean(dim=[]), ((2, 3),)).outputs == ((),)
    assert Call(Sum(dim=[], keepdim=True), ((2, 3),)).outputs == ((1, 1),)


def test_reduction_messages():
    assert message(Mean(dim=[1, -2]), (2, 3, 4)) == "dim [1, -2] names an axis of [2, 3, 4] twice"
    assert message(Sum(dim=3), (2, 3, 4)) == "dim must be from -3 to 2, not 3"


@pytest.mark.parametrize("p", [float("inf"), -float("inf")])
def test_the_norm_at_infinity_is_an_extreme_of_magnitudes(p):
    case = Case(Norm, ((2, 5),), {"p": p, "dim": 1})
    laws.check_shapes(case)
    assert case.call().cost == Cost(compare=2 * 5 + 2 * 4)
