"""Pooling: which windows there are, and where they lie."""

from itertools import product
from math import ceil, floor

import pytest
import torch

from archcalc.algebra.evaluate import number
from archcalc.call import Call
from archcalc.dim import symbol
from archcalc.errors import Refused
from archcalc.op import WHOLE, Cost, Scattered, Window
from archcalc.ops import OPS
from archcalc.ops.pool.adaptive import AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveMaxPool2d, window_lengths
from archcalc.ops.pool.subsample import Subsample2d
from archcalc.ops.pool.window import AvgPool2d, AvgPool3d, MaxPool1d, MaxPool2d

H, W = symbol("H"), symbol("W")


def size_of(op, size):
    """The output's size for one of `size`, or None where the operation refuses it."""
    try:
        return Call(op, ((1, 1, *(size,) * op.axes),)).outputs[0][2]
    except Refused:
        return None


def size_in_torch(op, size):
    """The output's size, or None where torch refuses, or has nothing to take the largest of and says -inf."""
    shape = (1, 1, *(size,) * op.axes)
    try:
        out = op.torch(torch, shape)(torch.zeros(shape))
    except (RuntimeError, ValueError):
        return None
    return None if out.isinf().any() else out.shape[2]


GRID = list(product(range(1, 5), range(1, 6), range(3), (False, True)))


@pytest.mark.parametrize("name", ["MaxPool1d", "MaxPool2d", "AvgPool1d", "AvgPool2d"])
def test_sizes_and_refusals_are_those_of_torch(name):
    dilations = (1, 2, 3) if name.startswith("Max") else (None,)
    for (k, s, p, up), d in product(GRID, dilations):
        more = {} if d is None else {"dilation": d}
        op = OPS[name](kernel_size=k, stride=s, padding=p, ceil_mode=up, **more)
        for size in range(1, 10):
            assert size_of(op, size) == size_in_torch(op, size), (op, size)


@pytest.mark.parametrize("name", ["MaxPool3d", "AvgPool3d"])
def test_sizes_and_refusals_in_three_dimensions(name):
    for (k, s, p, up), size in product(GRID, (1, 2, 4, 5)):
        op = OPS[name](kernel_size=k, stride=s, padding=p, ceil_mode=up)
        assert size_of(op, size) == size_in_torch(op, size), (op, size)


# Settings under which ceil() alone would give one window more: it would start in the padding after the input.
DROPPED = [
    # size, kernel, stride, padding, windows
    (3, 2, 2, 1, 2),
    (5, 2, 2, 1, 3),
    (4, 2, 5, 1, 1),
    (5, 3, 3, 1, 2),
    (8, 3, 3, 1, 3),
    (9, 1, 5, 0, 2),
    (10, 1, 5, 0, 2),
    (5, 2, 6, 1, 1),
]  # fmt: skip


@pytest.mark.parametrize(("size", "kernel", "stride", "padding", "windows"), DROPPED)
def test_a_window_that_would_start_after_the_input_is_dropped(size, kernel, stride, padding, windows):
    op = MaxPool1d(kernel_size=kernel, stride=stride, padding=padding, ceil_mode=True)
    assert ceil((size + 2 * padding - kernel) / stride) + 1 == windows + 1
    assert op.out((1, 1, size))[2] == size_in_torch(op, size) == windows


def test_ceil_mode_on_symbols_is_one_floor():
    assert MaxPool2d(kernel_size=3, stride=2, ceil_mode=True).out((1, 1, H, W)) == (1, 1, (H - 2) // 2 + 1, W // 2)
    assert MaxPool2d(kernel_size=2, stride=5, padding=1, ceil_mode=True).out((1, 1, H, 4)) == (1, 1, H // 5 + 1, 1)


def test_null_stride_is_the_kernel():
    assert MaxPool2d(kernel_size=[2, 3]).out((1, 4, 9, 9)) == (1, 4, 4, 3)
    assert MaxPool2d(kernel_size=[2, 3]).field((1, 4, 9, 9))[0][3] == Window(3, 3, 0, 2, 1)


def test_work_of_a_window():
    x = (2, 3, 8, 8)
    assert MaxPool2d(kernel_size=3, stride=2, padding=1).cost(x) == Cost(compare=2 * 3 * 16 * 8)
    assert AvgPool2d(kernel_size=2).cost(x) == Cost(add=2 * 3 * 16 * 3, div=2 * 3 * 16)


def test_three_dimensional_means_need_the_kernel_within_the_input():
    Call(AvgPool2d(kernel_size=3, padding=1), ((1, 1, 2, 3),))
    with pytest.raises(Refused, match=r"kernel_size \(3\) must be at most the input's size \(2\)"):
        Call(AvgPool3d(kernel_size=3, padding=1), ((1, 1, 2, 3, 3),))


def read_by(op, size, i):
    """The positions that output i of a pool in torch has a gradient for."""
    x = torch.ones(1, 1, size, requires_grad=True)
    op.torch(torch, (1, 1, size))(x)[0, 0, i].backward()
    return x.grad[0, 0].nonzero().flatten().tolist()


@pytest.mark.parametrize("size", range(1, 13))
def test_adaptive_windows_are_those_of_torch(size):
    for out in range(1, 15):
        op = AdaptiveAvgPool1d(output_size=out)
        reach = op.field((1, 1, size))[0][2]
        windows = [read_by(op, size, i) for i in range(out)]
        assert sum(map(len, windows)) == window_lengths(size, out)
        for i, read in enumerate(windows):
            bounds = (0, size - 1)
            if reach is not WHOLE:
                bounds = ceil(reach.stride * i + reach.first), floor(reach.stride * i + reach.last)
            assert read == list(range(bounds[0], bounds[1] + 1)), (size, out, i)


def test_adaptive_reach():
    h = symbol("h")
    field = AdaptiveAvgPool2d(output_size=[1, None]).field((1, 8, H, W))
    assert field == ((Window(0), Window(1), WHOLE, Window(3)),)
    even, open_ = AdaptiveAvgPool2d(output_size=7).field((1, 8, 14 * h, H))[0][2:]
    assert even == Window(2, 2 * h, 0, 2 * h - 1)
    for size in range(1, 30):
        exact = AdaptiveAvgPool2d(output_size=7).field((1, 8, 14, size))[0][3]
        assert tuple(number(v, {"H": size}) for v in open_[:4]) == exact[:4]
    unrelated = AdaptiveAvgPool2d(output_size=[W, None]).field((1, 8, H, W))[0][2]
    assert unrelated == Scattered((2,), single=False)


def test_adaptive_work():
    x = (2, 3, 10, 6)
    # Axes of 10 in 4 windows (together 12 long) and of 6 in 3 (together 6).
    assert AdaptiveAvgPool2d(output_size=[4, 3]).cost(x) == Cost(add=6 * (12 * 6 - 12), div=6 * 12)
    assert AdaptiveMaxPool2d(output_size=[4, 3]).cost(x) == Cost(compare=6 * (12 * 6 - 12))
    assert AdaptiveAvgPool2d(output_size=1).cost((1, 8, H, W)) == Cost(add=8 * H * W - 8, div=8)


def test_adaptive_work_on_symbols():
    symbolic = AdaptiveMaxPool2d(output_size=[6, None]).cost((1, 1, H, 3)).compare
    for size in range(1, 30):
        assert symbolic.subs({H: size}) == AdaptiveMaxPool2d(output_size=[6, None]).cost((1, 1, size, 3)).compare
    assert AdaptiveAvgPool1d(output_size=symbol("windows")).cost((1, 1, H)) is None


@pytest.mark.parametrize(("maps", "size", "parameters", "connections"), [(6, 28, 12, 5880), (16, 10, 32, 2000)])
def test_subsampling_of_lenet_5(maps, size, parameters, connections):
    """Layers S2 and S4 as published (LeCun et al. 1998, section II.B); a connection is one operation of ours."""
    call = Call(Subsample2d(kernel_size=2), ((1, maps, size, size),))
    assert call.parameters == parameters
    assert call.cost.add + call.cost.mul + call.cost.bias == connections
    assert call.outputs == ((1, maps, size // 2, size // 2),)


def test_subsampling_computes_the_scaled_sum():
    x = torch.arange(16.0).reshape(1, 1, 4, 4)
    out = Subsample2d(kernel_size=2).torch(torch, (1, 1, 4, 4))(x, torch.tensor([0.5]), torch.tensor([1.0]))
    assert out[0, 0].tolist() == [[6.0, 10.0], [22.0, 26.0]]
