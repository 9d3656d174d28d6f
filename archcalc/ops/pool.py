"""Pooling. Shapes: [N, C, L], [N, C, H, W] or [N, C, D, H, W]."""

from typing import Annotated, Any

from archcalc.dim import Shape, at_least, equal, gcd, minimum, prod, ratio
from archcalc.errors import Undecidable
from archcalc.op import (
    WHOLE,
    Cost,
    Field,
    Op,
    Reach,
    Requirements,
    Scattered,
    Torch,
    Window,
    example,
    has_rank,
    refusal,
)
from archcalc.ops.conv import LETTERS, slide
from archcalc.role import Role
from archcalc.setting import CountPerAxis, Each, Flag, Null, PerAxis, Whole

Stride = Annotated[Any, Each(Whole(1)) | Null()]
"""A step for each spatial axis; null: the kernel's size, so that windows neither overlap nor leave gaps."""
Divisor = Annotated[int | None, Whole(1) | Null()]
OutputSize = Annotated[Any, Each(Whole(1) | Null())]
"""A size for each spatial axis; null: the input's."""


class _Pool(Op):
    """Reduce each window to one number, each channel by itself."""

    role = Role.POOLING
    channel_axis = 1
    kernel_size: PerAxis
    stride: Stride = None

    def _windows(self) -> list[tuple[int, int, int, int]]:
        """Kernel, stride, padding of either end and dilation, for each axis."""
        padding = getattr(self, "padding", (0,) * self.axes)
        dilation = getattr(self, "dilation", (1,) * self.axes)
        return list(zip(self.kernel_size, self.stride or self.kernel_size, padding, dilation, strict=True))

    def _ceil(self) -> bool:
        return getattr(self, "ceil_mode", False)

    def requires(self, x: Shape) -> Requirements:
        yield has_rank(x, 2 + self.axes, LETTERS[self.axes])
        for size, (k, s, p, d) in zip(x[2:], self._windows(), strict=True):
            yield at_least(k, 2 * p), f"padding ({p}) must be at most half of kernel_size ({k})"
            reach, padded = d * (k - 1) + 1, size + 2 * p
            extra = s - 1 if self._ceil() else 0
            more = f" and ceil_mode adds at most {extra}" if self._ceil() else ""
            yield (
                at_least(padded + extra, reach),
                f"the window reaches over {reach} positions, but the padded input has {padded}{more}",
            )
            # PyTorch gives -inf there and its backward pass writes outside of the gradient. No later window can be so.
            first = -p % d
            yield (
                at_least(size, first + 1),
                f"the first window reads padding alone: padding ({p}) and dilation ({d}) need an input of at least "
                f"{first + 1} positions, not {size}",
            )

    def out(self, x: Shape) -> Shape:
        """A window fits as often as its stride goes into what it leaves free of the padded input, and once more.

        With ceil_mode a last window may hang over the end. Source: Dumoulin & Visin 2016 (arXiv:1603.07285), chapter 3.
        """
        fit = fits_ceil if self._ceil() else fits
        return (*x[:2], *(fit(n, *window) for n, window in zip(x[2:], self._windows(), strict=True)))

    def weights(self, x: Shape) -> dict[str, Shape]:
        return {}

    def field(self, x: Shape) -> Field:
        """Output position i reads what lies under its window, each channel by itself."""
        windows = (Window(2 + i, s, -p, d * (k - 1) - p) for i, (k, s, p, d) in enumerate(self._windows()))
        return ((Window(0), Window(1), *windows),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return getattr(torch.nn, type(self).__name__)(**self.settings())


def fits(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """How often a window fits into the input, padded at either end."""
    return slide(size, kernel, stride, 2 * padding, dilation)


def fits_ceil(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """How often a window fits in ceil_mode, where the last one may hang over the end but must not start beyond it.

    That is the smaller of ceil((size + 2*padding - reach) / stride) + 1 and floor((size + padding - 1) / stride) + 1.
    Both are floor(... / stride) + 1 of numerators whose difference does not depend on the size, so that the smaller one
    is known even where the size is a symbol. Source: pooling_output_shape in PyTorch's aten/src/ATen/native/Pool.h.
    """
    difference: int = minimum(0, padding + stride - dilation * (kernel - 1) - 1)
    return (size + padding - 1 + difference) // stride + 1


class _MaxPool(_Pool):
    """Take the largest value of each window."""

    counted_as = "max pool"
    padding: CountPerAxis = 0
    dilation: PerAxis = 1
    ceil_mode: Flag = False

    def cost(self, x: Shape) -> Cost:
        """To find the largest of k values takes k - 1 comparisons."""
        # k values need k - 1 comparisons. Windows that hang over the border count whole.
        return Cost(compare=prod(self.out(x)) * (prod(self.kernel_size) - 1))


class MaxPool1d(_MaxPool):
    """Take the largest value of each window of a sequence."""

    axes = 1
    examples = (
        example((2, 3, 10), kernel_size=2),
        example((1, 2, 11), kernel_size=3, stride=2, padding=1, dilation=2),
        example((1, 2, 5), kernel_size=2, stride=4, padding=1, ceil_mode=True),
    )
    refused = (
        refusal("the input must have 3 axes (N, C, L), not 4", (1, 3, 8, 8), kernel_size=2),
        refusal("padding (2) must be at most half of kernel_size (3)", (1, 2, 8), kernel_size=3, padding=2, dilation=4),
        refusal("at least 3 positions, not 2", (1, 2, 2), kernel_size=2, padding=1, dilation=3),
        refusal("the window reaches over 9 positions, but the padded input has 8", (1, 2, 8), kernel_size=9),
    )


class MaxPool2d(_MaxPool):
    """Take the largest value of each window of an image."""

    axes = 2
    examples = (
        example((2, 3, 8, 8), kernel_size=2),
        example((1, 2, 14, 15), kernel_size=3, stride=2, padding=1),
        example((1, 2, 13, 12), kernel_size=3, stride=2, ceil_mode=True),
        example((1, 2, 12, 17), kernel_size=[2, 3], stride=[3, 1], padding=[1, 0], dilation=[1, 4]),
        example((1, 1, 7, 7), kernel_size=2, stride=5, padding=1, ceil_mode=True),
    )
    refused = (
        refusal("padding (1) must be at most half of kernel_size (1)", (1, 2, 8, 8), kernel_size=1, padding=1),
        refusal(
            "reaches over 9 positions, but the padded input has 6 and ceil_mode adds at most 2",
            (1, 2, 8, 6),
            kernel_size=[8, 9],
            stride=3,
            ceil_mode=True,
        ),
        refusal("MaxPool2d needs kernel_size", (1, 2, 8, 8)),
        refusal(
            "stride must be a whole number of at least 1, or a list of 2 or null, not 0",
            (1, 2, 8, 8),
            kernel_size=2,
            stride=0,
        ),
    )


class MaxPool3d(_MaxPool):
    """Take the largest value of each window of a volume."""

    axes = 3
    examples = (
        example((1, 2, 4, 6, 8), kernel_size=2),
        example((1, 2, 4, 7, 9), kernel_size=[1, 3, 3], stride=[1, 2, 2], padding=[0, 1, 1], ceil_mode=True),
        example((1, 1, 6, 7, 5), kernel_size=2, stride=1, dilation=[3, 2, 1]),
    )
    refused = (refusal("must have 5 axes", (1, 3, 8, 8), kernel_size=2),)


class _AvgPool(_Pool):
    """Take the mean of each window."""

    counted_as = "average pool"
    padding: CountPerAxis = 0
    ceil_mode: Flag = False
    count_include_pad: Flag = True

    def cost(self, x: Shape) -> Cost:
        """A mean of k values takes k - 1 additions and one division."""
        # The sum of k values and a division. Windows that hang over the border count whole.
        out = prod(self.out(x))
        return Cost(add=out * (prod(self.kernel_size) - 1), div=out)


class AvgPool1d(_AvgPool):
    """Take the mean of each window of a sequence."""

    axes = 1
    examples = (
        example((2, 3, 10), kernel_size=2),
        example((1, 2, 11), kernel_size=4, stride=3, padding=2, ceil_mode=True, count_include_pad=False),
    )
    refused = (
        refusal("must have 3 axes", (1, 3, 8, 8), kernel_size=2),
        refusal("padding (2) must be at most half of kernel_size (3)", (1, 2, 8), kernel_size=3, padding=2),
        refusal("has no setting 'divisor_override'", (1, 2, 8), kernel_size=2, divisor_override=1),
    )


class AvgPool2d(_AvgPool):
    """Take the mean of each window of an image."""

    divisor_override: Divisor = None
    axes = 2
    examples = (
        example((2, 3, 8, 8), kernel_size=2),
        example((1, 2, 9, 12), kernel_size=[3, 2], stride=[2, 5], padding=[1, 1], ceil_mode=True),
        example((1, 2, 9, 9), kernel_size=3, stride=2, padding=1, count_include_pad=False, divisor_override=5),
    )
    refused = (
        refusal("reaches over 9 positions", (1, 2, 8, 8), kernel_size=9),
        refusal(
            "divisor_override must be a whole number of at least 1 or null, not 0",
            (1, 2, 8, 8),
            kernel_size=2,
            divisor_override=0,
        ),
    )


class AvgPool3d(_AvgPool):
    """Take the mean of each window of a volume."""

    divisor_override: Divisor = None
    axes = 3
    examples = (
        example((1, 2, 4, 6, 8), kernel_size=2),
        example((1, 2, 4, 7, 9), kernel_size=[1, 3, 4], stride=2, padding=[0, 1, 2], ceil_mode=True),
    )
    refused = (
        refusal("must have 5 axes", (1, 3, 8, 8), kernel_size=2),
        refusal("kernel_size (3) must be at most the input's size (2)", (1, 1, 2, 4, 4), kernel_size=3, padding=1),
    )

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        # PyTorch compares the kernel with the input without its padding, in three dimensions only.
        for size, k in zip(x[2:], self.kernel_size, strict=True):
            yield at_least(size, k), f"kernel_size ({k}) must be at most the input's size ({size})"


class _AdaptivePool(Op):
    """Divide each spatial axis into a given number of windows.

    Output i of `out` reads positions floor(i * size / out) to ceil((i + 1) * size / out) - 1: neighbouring windows may
    differ in length by one, and share a position.
    """

    role = Role.POOLING
    channel_axis = 1
    output_size: OutputSize

    def _sizes(self, x: Shape) -> tuple[int, ...]:
        return tuple(n if out is None else out for n, out in zip(x[2:], self.output_size, strict=True))

    def requires(self, x: Shape) -> Requirements:
        yield has_rank(x, 2 + self.axes, LETTERS[self.axes])

    def out(self, x: Shape) -> Shape:
        """Each spatial axis has the size that is asked for, or its own where that is null."""
        return (*x[:2], *self._sizes(x))

    def weights(self, x: Shape) -> dict[str, Shape]:
        return {}

    def _merged(self, x: Shape) -> int | None:
        """The number of values merged into an existing one: the length of all windows, less one for each."""
        try:
            lengths = prod(window_lengths(n, out) for n, out in zip(x[2:], self._sizes(x), strict=True))
        except Undecidable:
            return None
        return prod(x[:2]) * (lengths - prod(self._sizes(x)))

    def field(self, x: Shape) -> Field:
        """Output i of out reads the positions floor(i * size / out) to ceil((i + 1) * size / out) - 1."""
        spatial = (_adaptive(2 + i, n, out) for i, (n, out) in enumerate(zip(x[2:], self.output_size, strict=True)))
        return ((Window(0), Window(1), *spatial),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        # PyTorch takes no null in one dimension, hence the resolved sizes.
        return getattr(torch.nn, type(self).__name__)(self._sizes(x))


def window_lengths(size: int, out: int) -> int:
    """The length of all windows of an adaptive pool together, along one axis.

    The starts floor(i*size/out) and the ends ceil((i+1)*size/out) fall together at the gcd(size, out) whole values of
    i*size/out and else lie one apart, so that out - gcd(size, out) positions are read twice.
    """
    return size + out - gcd(size, out)


def _adaptive(axis: int, size: int, out: int | None) -> Reach:
    """How the windows of an adaptive pool lie along an axis."""
    if out is None:
        return Window(axis)
    try:
        if equal(out, 1):
            return WHOLE
        shared = gcd(size, out)
    except Undecidable:
        return Scattered((axis,), single=False)
    # i*size/out is a multiple of shared/out, so that floor(i*size / out) = ceil((i*size + shared - out) / out) and
    # ceil((i+1)*size / out) - 1 = floor((i*size + size - shared) / out).
    return Window(axis, ratio(size, out), ratio(shared - out, out), ratio(size - shared, out))


class _AdaptiveAvgPool(_AdaptivePool):
    """Take the means of a given number of windows."""

    counted_as = "adaptive average pool"

    def cost(self, x: Shape) -> Cost | None:
        """The windows along an axis hold size + out - gcd(size, out) positions; each mean has a division.

        In a window each value after the first takes an addition.
        """
        merged = self._merged(x)
        return None if merged is None else Cost(add=merged, div=prod(self.out(x)))


class _AdaptiveMaxPool(_AdaptivePool):
    """Take the largest values of a given number of windows."""

    counted_as = "adaptive max pool"

    def cost(self, x: Shape) -> Cost | None:
        """The windows along an axis hold size + out - gcd(size, out) positions.

        In a window each value after the first takes a comparison.
        """
        merged = self._merged(x)
        return None if merged is None else Cost(compare=merged)


class AdaptiveAvgPool1d(_AdaptiveAvgPool):
    """Take the means of a given number of windows of a sequence."""

    axes = 1
    examples = (
        example((2, 3, 8), output_size=1),
        example((1, 2, 10), output_size=4),
        example((1, 2, 5), output_size=[None]),
    )
    refused = (refusal("must have 3 axes (N, C, L), not 4", (1, 3, 8, 8), output_size=1),)


class AdaptiveAvgPool2d(_AdaptiveAvgPool):
    """Take the means of a given number of windows of an image."""

    axes = 2
    examples = (
        example((2, 3, 8, 8), output_size=1),
        example((1, 2, 8, 9), output_size=[4, 3]),
        example((1, 2, 10, 7), output_size=[7, None]),
        example((1, 2, 3, 5), output_size=7),
    )
    refused = (
        refusal("must have 4 axes", (1, 3, 8), output_size=1),
        refusal("AdaptiveAvgPool2d needs output_size", (1, 3, 8, 8)),
        refusal(
            "output_size must be a whole number of at least 1 or null, or a list of 2, not 0",
            (1, 3, 8, 8),
            output_size=0,
        ),
    )


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """Take the means of a given number of windows of a volume."""

    axes = 3
    examples = (
        example((1, 2, 4, 6, 6), output_size=1),
        example((1, 2, 4, 6, 5), output_size=[2, None, 3]),
    )
    refused = (refusal("must have 5 axes", (1, 3, 8, 8), output_size=1),)


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """Take the largest values of a given number of windows of a sequence."""

    axes = 1
    examples = (
        example((2, 3, 8), output_size=1),
        example((1, 2, 7), output_size=3),
    )
    refused = (refusal("must have 3 axes", (1, 3, 8, 8), output_size=1),)


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """Take the largest values of a given number of windows of an image."""

    axes = 2
    examples = (
        example((2, 3, 8, 8), output_size=1),
        example((1, 2, 9, 8), output_size=[3, 5]),
        example((1, 2, 4, 7), output_size=[None, 2]),
    )
    refused = (refusal("must have 4 axes", (1, 3, 8), output_size=1),)


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """Take the largest values of a given number of windows of a volume."""

    axes = 3
    examples = (
        example((1, 2, 4, 6, 6), output_size=1),
        example((1, 1, 5, 4, 3), output_size=[3, 2, None]),
    )
    refused = (refusal("must have 5 axes", (1, 3, 8, 8), output_size=1),)


class Subsample2d(_Pool):
    """Multiply the sum of each window by a trained coefficient and add a trained bias, one of each per channel.

    Source: LeCun et al. 1998, section II.B (layers S2 and S4 of LeNet-5).
    """

    counted_as = "subsampling"
    bias: Flag = True
    axes = 2
    examples = (
        example((2, 6, 8, 8), kernel_size=2),
        example((1, 3, 9, 8), kernel_size=[3, 2], stride=[2, 1], bias=False),
    )
    refused = (
        refusal("must have 4 axes", (1, 3, 8), kernel_size=2),
        refusal("reaches over 9 positions", (1, 3, 8, 8), kernel_size=9),
        refusal("has no setting 'padding'", (1, 3, 8, 8), kernel_size=2, padding=1),
    )

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each channel has one coefficient and, unless bias is false, one bias."""
        bias: dict[str, Shape] = {"bias": (x[1],)} if self.bias else {}
        return {"weight": (x[1],), **bias}

    def cost(self, x: Shape) -> Cost:
        """Each output value is a sum of k values, its product with the coefficient, and the addition of the bias."""
        # The sum of the k values of a window, its product with the coefficient, and the addition of the bias.
        out = prod(self.out(x))
        return Cost(add=out * (prod(self.kernel_size) - 1), mul=out, bias=out if self.bias else 0)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        def run(x: Torch, weight: Torch, bias: Torch = None) -> Torch:
            sums = torch.nn.functional.avg_pool2d(x, self.kernel_size, self.stride, divisor_override=1)
            out = sums * weight[:, None, None]
            return out if bias is None else out + bias[:, None, None]

        return run
