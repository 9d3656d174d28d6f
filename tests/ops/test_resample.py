"""Resizing: sizes as torch rounds them, and which positions each output combines."""

from fractions import Fraction

import pytest
import torch

from archcalc.call import Call
from archcalc.dim import ceil, floor, symbol
from archcalc.errors import Refused, Undecidable
from archcalc.op import UNKNOWN, Cost, Window
from archcalc.ops.resample import PixelShuffle, PixelUnshuffle, Upsample

C, H, N, W = (symbol(name) for name in "CHNW")


@pytest.mark.parametrize("factor", [1, 2, 3, 0.5, 1.5, 0.7, 1.1, 0.29, 2.3])
def test_a_factor_rounds_as_torch_rounds(factor):
    for size in (4, 7, 10, 30, 100):
        wanted = torch.nn.functional.interpolate(torch.zeros(1, 1, size), scale_factor=factor).shape[2]
        assert Call(Upsample(scale_factor=factor), ((1, 1, size),)).outputs[0][2] == wanted


def test_sizes_on_symbols():
    image = (N, C, H, W)
    assert Call(Upsample(scale_factor=2), (image,)).outputs == ((N, C, 2 * H, 2 * W),)
    assert Call(Upsample(scale_factor=[2, 1.5]), (image,)).outputs == ((N, C, 2 * H, W + W // 2),)
    assert Call(Upsample(size=[7, W]), (image,)).outputs == ((N, C, 7, W),)
    with pytest.raises(Undecidable, match=r"H times 0\.7 depends on how PyTorch rounds; give the size instead"):
        Call(Upsample(scale_factor=0.7), (image,))


def reach(op, size):
    spatial = 2 if op.mode in ("bilinear", "bicubic") else 1
    return Call(op, ((1, 1, *[size] * spatial),)).fields[0][0][2]


@pytest.mark.parametrize(
    ("op", "size", "wanted"),
    [
        (Upsample(scale_factor=3), 4, Window(2, Fraction(1, 3), Fraction(-2, 3), 0)),
        (Upsample(size=4), 8, Window(2, 2, 0, 0)),
        (Upsample(scale_factor=2, mode="linear"), 4, Window(2, Fraction(1, 2), -1, Fraction(1, 2))),
        (Upsample(scale_factor=0.5, mode="linear"), 8, Window(2, 2, 0, 1)),
        (
            Upsample(size=7, mode="linear", align_corners=True),
            4,
            Window(2, Fraction(1, 2), Fraction(-1, 2), Fraction(1, 2)),
        ),
        (Upsample(size=1, mode="linear", align_corners=True), 4, Window(2, 0)),
        (Upsample(scale_factor=2, mode="bicubic"), 4, Window(2, Fraction(1, 2), -2, Fraction(3, 2))),
        (Upsample(size=3, mode="bicubic"), 9, Window(2, 3, 1, 1)),
        (Upsample(scale_factor=3, mode="bicubic"), 4, UNKNOWN),
        (Upsample(size=7, mode="bicubic", align_corners=True), 4, UNKNOWN),
    ],
)
def test_the_windows(op, size, wanted):
    assert reach(op, size) == wanted


def taps(op, size, output, at):
    """The first and the last position that torch reads for one position of the output."""
    x = torch.randn(1, 1, size, dtype=torch.float64, requires_grad=True)
    image = x[..., None].expand(1, 1, size, size) if op.mode in ("bilinear", "bicubic") else x
    y = op.torch(torch, tuple(image.shape))(image)
    (gradient,) = torch.autograd.grad(y[0, 0, at].sum(), x)
    read = (gradient[0, 0].abs() > 1e-6).nonzero().flatten().tolist()
    return read[0], read[-1]


@pytest.mark.parametrize("mode", ["nearest", "linear", "bilinear", "bicubic"])
@pytest.mark.parametrize("align_corners", [None, True])
@pytest.mark.parametrize(("size", "output"), [(4, 8), (5, 15), (8, 4), (9, 3), (6, 9), (9, 6), (5, 7), (4, 10), (7, 1)])
def test_each_window_is_what_torch_reads(mode, align_corners, size, output):
    if mode == "nearest" and align_corners:
        return
    op = Upsample(size=output, mode=mode, align_corners=align_corners)
    window = reach(op, size)
    if window is UNKNOWN:
        assert mode == "bicubic"
        return
    for at in range(output):
        first, last = ceil(window.stride * at + window.first), floor(window.stride * at + window.last)
        assert (max(first, 0), min(last, size - 1)) == taps(op, size, output, at), at


def test_interpolation_costs_a_weighted_sum_along_each_axis():
    image = ((1, 1, 4, 4),)
    assert Call(Upsample(scale_factor=2), image).cost == Cost()
    assert Call(Upsample(scale_factor=2, mode="bilinear"), image).cost == Cost(mul=6 * 64, add=3 * 64)
    assert Call(Upsample(scale_factor=2, mode="bicubic"), image).cost == Cost(mul=20 * 64, add=15 * 64)


def test_pixel_shuffle_is_read_in_steps_and_unshuffle_in_blocks():
    shuffled = Call(PixelShuffle(upscale_factor=2), ((N, 4 * C, H, W),))
    assert shuffled.outputs == ((N, C, 2 * H, 2 * W),)
    half = Fraction(1, 2)
    assert shuffled.fields[0][0] == (
        Window(0),
        Window(1, 4, 0, 3),
        Window(2, half, -half, 0),
        Window(3, half, -half, 0),
    )
    back = Call(PixelUnshuffle(downscale_factor=2), ((N, C, 2 * H, 2 * W),))
    assert back.outputs == ((N, 4 * C, H, W),)
    assert back.fields[0][0][2:] == (Window(2, 2, 0, 1), Window(3, 2, 0, 1))


@pytest.mark.parametrize(
    ("op", "shape", "wanted"),
    [
        (Upsample(), (1, 1, 4), "either size or scale_factor must be given, and not both"),
        (Upsample(size=8, scale_factor=2), (1, 1, 4), "either size or scale_factor must be given, and not both"),
        (
            Upsample(size=8, align_corners=True),
            (1, 1, 4),
            "align_corners has no meaning in mode 'nearest'",
        ),
        (
            Upsample(size=8, mode="linear"),
            (1, 1, 4, 4),
            "the input must have 3 axes in mode 'linear', not 4: [1, 1, 4, 4]",
        ),
        (Upsample(size=8), (1, 4), "the input must have 3 to 5 axes in mode 'nearest', not 2: [1, 4]"),
        (
            Upsample(scale_factor=[2, 2]),
            (1, 1, 4),
            "scale_factor lists 2 numbers, but the input has 1 spatial axis",
        ),
        (Upsample(scale_factor=0.125), (1, 1, 4), "the output would have 0 positions on axis 2"),
        (
            PixelShuffle(upscale_factor=3),
            (1, 8, 4, 4),
            "the square of upscale_factor (9) must divide the input's channels (8)",
        ),
        (
            PixelUnshuffle(downscale_factor=3),
            (1, 8, 6, 4),
            "downscale_factor (3) must divide axis -1, which has 4 positions",
        ),
    ],
)
def test_messages(op, shape, wanted):
    with pytest.raises(Refused) as caught:
        Call(op, (shape,))
    assert str(caught.value) == wanted
