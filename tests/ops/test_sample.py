"""What samples images where another input says, against plain loops: torchvision, which has them, is no extra."""

import math

import pytest
import torch

from archcalc.ops import OPS
from archcalc.torchcheck.module import as_module


def value(image, y, x):
    """Linear interpolation in an image that is 0 outside."""
    low_y, low_x = math.floor(y), math.floor(x)
    found = 0.0
    for row in (low_y, low_y + 1):
        for column in (low_x, low_x + 1):
            if 0 <= row < image.shape[0] and 0 <= column < image.shape[1]:
                found += (1 - abs(y - row)) * (1 - abs(x - column)) * image[row, column].item()
    return found


def clipped(image, y, x):
    """A sample of a region: 0 beyond one position outside, else that at the nearest point inside."""
    height, width = image.shape
    if not (-1 <= y <= height and -1 <= x <= width):
        return 0.0
    return value(image, min(max(y, 0), height - 1), min(max(x, 0), width - 1))


@pytest.mark.parametrize(("ratio", "aligned"), [(2, False), (1, True), (0, False), (-1, True)])
def test_a_cell_of_a_region_is_the_mean_of_its_samples(ratio, aligned):
    torch.manual_seed(0)
    settings = {"output_size": [3, 2], "spatial_scale": 0.5, "sampling_ratio": ratio, "aligned": aligned}
    x = torch.randn(2, 2, 6, 7)
    boxes = torch.tensor([[0, 1.0, 2.0, 9.0, 8.0], [1, -5.0, -4.0, 3.0, 20.0], [1, 4.0, 4.0, 4.5, 4.5]])
    found = as_module(OPS["RoIAlign"](**settings), x.shape, boxes.shape)(x, boxes)
    for k, (image, *corners) in enumerate(boxes.tolist()):
        x1, y1, x2, y2 = (0.5 * c - (0.5 if aligned else 0) for c in corners)
        least = 0 if aligned else 1
        high, wide = max(y2 - y1, least) / 3, max(x2 - x1, least) / 2
        rows, columns = (ratio, ratio) if ratio > 0 else (math.ceil(high), math.ceil(wide))
        for channel in range(2):
            for i in range(3):
                for j in range(2):
                    samples = [
                        clipped(
                            x[int(image), channel],
                            y1 + (i + (a + 0.5) / rows) * high,
                            x1 + (j + (b + 0.5) / columns) * wide,
                        )
                        for a in range(rows)
                        for b in range(columns)
                    ]
                    assert found[k, channel, i, j].item() == pytest.approx(sum(samples) / len(samples), abs=1e-5)


def deformed(x, offset, mask, weight, op):
    """A deformable convolution as a sum over its kernel."""
    parts = offset.shape[1] // (2 * math.prod(op.kernel_size))
    rows, columns = op.kernel_size
    out = torch.zeros(x.shape[0], op.out_channels, *offset.shape[2:])
    for n, o, y, z in torch.cartesian_prod(*map(torch.arange, out.shape)).tolist():
        per_group = x.shape[1] // op.groups
        first = o // (op.out_channels // op.groups) * per_group
        for c in range(per_group):
            part = (first + c) // (x.shape[1] // parts)
            for tap in range(rows * columns):
                place = part * rows * columns + tap
                dy, dx = offset[n, 2 * place : 2 * place + 2, y, z].tolist()
                at_y = y * op.stride[0] - op.padding[0] + tap // columns * op.dilation[0] + dy
                at_x = z * op.stride[1] - op.padding[1] + tap % columns * op.dilation[1] + dx
                read = value(x[n, first + c], at_y, at_x) * (1 if mask is None else mask[n, place, y, z].item())
                out[n, o, y, z] += read * weight[o, c, tap // columns, tap % columns].item()
    return out


@pytest.mark.parametrize("number", range(len(OPS["DeformConv2d"].examples)))
def test_a_deformable_convolution_is_a_sum_over_its_moved_kernel(number):
    torch.manual_seed(0)
    example = OPS["DeformConv2d"].examples[number]
    op = OPS["DeformConv2d"](**example.settings)
    x, offset, *mask = map(torch.randn, example.inputs)
    module = as_module(op, *example.inputs)
    weight, bias = module.weight, getattr(module, "bias", None)
    wanted = deformed(x, offset, mask[0] if mask else None, weight, op)
    wanted = wanted if bias is None else wanted + bias[:, None, None]
    assert torch.allclose(module(x, offset, *mask), wanted, atol=1e-4)
