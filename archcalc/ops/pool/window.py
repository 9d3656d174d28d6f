"""Pooling by a window that slides over the spatial axes."""

from typing import Annotated, Any

from archcalc.dim import Shape, at_least, minimum, prod
from archcalc.op import Cost, Field, Requirements, Window, example, refusal
from archcalc.ops.base import Indexed, Spatial, TorchModule, Weightless
from archcalc.ops.conv import slide
from archcalc.role import Role
from archcalc.setting import CountPerAxis, Each, Flag, Null, PerAxis, Whole

Stride = Annotated[Any, Each(Whole(1)) | Null()]
"""A step for each spatial axis; null: the kernel's size, so that windows neither overlap nor leave gaps."""
Divisor = Annotated[int | None, Whole(1) | Null()]


class SlidingPool(Spatial, Weightless, TorchModule):
    """Reduce each window to one number, separately for each channel."""

    role = Role.POOLING
    kernel_size: PerAxis
    stride: Stride = None

    def _windows(self) -> list[tuple[int, int, int, int]]:
        """Kernel, stride, padding at each end and dilation, for each axis."""
        padding = getattr(self, "padding", (0,) * self.axes)
        dilation = getattr(self, "dilation", (1,) * self.axes)
        return list(zip(self.kernel_size, self.stride or self.kernel_size, padding, dilation, strict=True))

    def _ceil(self) -> bool:
        return getattr(self, "ceil_mode", False)

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        for size, (k, s, p, d) in zip(x[2:], self._windows(), strict=True):
            yield at_least(k, 2 * p), f"padding ({p}) must be at most half of kernel_size ({k})"
            reach, padded = d * (k - 1) + 1, size + 2 * p
            extra = s - 1 if self._ceil() else 0
            more = f" and ceil_mode adds at most {extra}" if self._ceil() else ""
            message = f"the window reaches over {reach} positions, but the padded input has {padded}{more}"
            yield at_least(padded + extra, reach), message
            # There PyTorch returns -inf, and its backward pass writes outside the gradient. No later window can be so.
            first = -p % d
            message = f"the first window reads padding alone: padding ({p}) and dilation ({d}) need an input of"
            yield at_least(size, first + 1), f"{message} at least {first + 1} positions, not {size}"

    def out(self, x: Shape) -> Shape:
        """An axis has (padded size - window's reach) / stride + 1 positions, with the quotient rounded down.

        With ceil_mode a last window may extend past the end. Source: Dumoulin & Visin 2016 (arXiv:1603.07285),
        chapter 3.
        """
        return (*x[:2], *(self._fits(n, *window) for n, window in zip(x[2:], self._windows(), strict=True)))

    def _fits(self, size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
        """The number of windows along an axis; in ceil_mode the last may extend past the end but not start beyond it.

        It is then the lesser of ceil((size + 2*padding - reach)/stride) + 1 and floor((size + padding - 1)/stride) + 1.
        Both are floor(... / stride) + 1 of numerators whose difference does not depend on the size, so the smaller one
        is known even for a symbolic size. Source: pooling_output_shape in PyTorch's aten/src/ATen/native/Pool.h.
        """
        if not self._ceil():
            return slide(size, kernel, stride, 2 * padding, dilation)
        difference: int = minimum(0, padding + stride - dilation * (kernel - 1) - 1)
        return (size + padding - 1 + difference) // stride + 1

    def field(self, x: Shape) -> Field:
        """Output position i reads the positions under its window, separately for each channel."""
        windows = (Window(2 + i, s, -p, d * (k - 1) - p, d) for i, (k, s, p, d) in enumerate(self._windows()))
        return ((Window(0), Window(1), *windows),)


class _MaxPool(Indexed, SlidingPool):
    """Take the largest value of each window."""

    counted_as = "max pool"
    padding: CountPerAxis = 0
    dilation: PerAxis = 1
    return_indices: Flag = False
    ceil_mode: Flag = False

    def cost(self, x: Shape) -> Cost:
        """Finding the largest of k values takes k - 1 comparisons."""
        # Windows that extend past the border count in full.
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
        example((2, 3, 8, 8), kernel_size=2, return_indices=True),
    )
    refused = (
        refusal("padding (1) must be at most half of kernel_size (1)", (1, 2, 8, 8), kernel_size=1, padding=1),
        examples[2].but("but the padded input has 12 and ceil_mode adds at most 1", kernel_size=[8, 17]),
        refusal("MaxPool2d needs kernel_size", (1, 2, 8, 8)),
        examples[0].but("stride must be an integer of at least 1, or a list of 2 or null, not 0", stride=0),
    )


class MaxPool3d(_MaxPool):
    """Take the largest value of each window of a volume."""

    axes = 3
    examples = (
        example((1, 2, 4, 6, 8), kernel_size=2),
        example((1, 2, 4, 7, 9), kernel_size=[1, 3, 3], stride=[1, 2, 2], padding=[0, 1, 1], ceil_mode=True),
        example((1, 1, 6, 7, 5), kernel_size=2, stride=1, dilation=[3, 2, 1]),
    )


class _AvgPool(SlidingPool):
    """Take the mean of each window."""

    counted_as = "average pool"
    padding: CountPerAxis = 0
    ceil_mode: Flag = False
    count_include_pad: Flag = True

    def cost(self, x: Shape) -> Cost:
        """A mean of k values takes k - 1 additions and one division."""
        # Windows that extend past the border count in full.
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
        examples[0].but("divisor_override must be an integer of at least 1 or null, not 0", divisor_override=0),
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
        refusal("kernel_size (3) must be at most the input's size (2)", (1, 1, 2, 4, 4), kernel_size=3, padding=1),
    )

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        # PyTorch compares the kernel with the unpadded input, only in three dimensions.
        for size, k in zip(x[2:], self.kernel_size, strict=True):
            yield at_least(size, k), f"kernel_size ({k}) must be at most the input's size ({size})"
