"""Max pooling undone: each value returns to where it was the largest."""

from typing import Annotated, Any

from archcalc.dim import Dim, Shape, at_least, equal, show
from archcalc.op import UNKNOWN, Field, Reach, Requirements, Torch, Window, example, refusal
from archcalc.ops.base import Movement, Spatial, twin
from archcalc.ops.pool.window import Stride
from archcalc.role import Role
from archcalc.setting import CountPerAxis, Each, Null, PerAxis, Whole


class _MaxUnpool(Spatial, Movement):
    """Put each value where the second input, the indices of a max pool, says; all other positions are 0.

    `output_size` tells sizes apart that the pool maps to the same; by default the smallest windows fit exactly.
    """

    role = Role.POOLING
    counted_as = "movement"
    takes_complex = False
    arity = (2, 2)
    integers = (1,)
    kernel_size: PerAxis
    stride: Stride = None
    padding: CountPerAxis = 0
    output_size: Annotated[Any, Each(Whole(1)) | Null()] = None

    def requires(self, x: Shape, indices: Shape) -> Requirements:
        yield from super().requires(x)
        same = f"the indices must have the shape of the values, {show(x)}, not {show(indices)}"
        yield len(x) == len(indices), same
        for a, b in zip(x, indices, strict=True):
            yield equal(a, b), same
        for size, (given, least, step) in zip(self.out(x, indices)[2:], self._sizes(x), strict=True):
            yield at_least(size, 1), f"the output would have {size} positions"
            message = f"output_size {given} must be from {least - step + 1} to {least + step - 1}"
            yield at_least(given, least - step + 1), message
            yield at_least(least + step - 1, given), message

    def _sizes(self, x: Shape) -> list[tuple[Dim, Dim, Dim]]:
        """For each axis its output size, that by default, and the stride."""
        steps = self.stride or self.kernel_size
        usual = [
            (n - 1) * s - 2 * p + k for n, s, p, k in zip(x[2:], steps, self.padding, self.kernel_size, strict=True)
        ]
        return list(zip(self.output_size or usual, usual, steps, strict=True))

    def out(self, x: Shape, indices: Shape) -> Shape:
        """An axis has the given size, or (size - 1) * stride - 2 * padding + kernel_size positions."""
        return (*x[:2], *(size for size, _, _ in self._sizes(x)))

    def field(self, x: Shape, indices: Shape) -> Field:
        """The indices may send a value anywhere in its image."""
        reach: tuple[Reach, ...] = (Window(0), Window(1), *[UNKNOWN] * self.axes)
        return reach, reach

    def torch(self, torch: Torch, x: Shape, indices: Shape) -> Torch:
        module = twin(self, torch.nn)(self.kernel_size, self.stride, self.padding)
        return lambda x, indices: module(x, indices, self.output_size)


class MaxUnpool1d(_MaxUnpool):
    """Put the values of a max pool over a sequence back to their places."""

    axes = 1
    examples = (example((2, 3, 5), (2, 3, 5), kernel_size=2), example((1, 2, 4), (1, 2, 4), kernel_size=3, padding=1))
    refused = (examples[0].but("the indices must have the shape of the values", (2, 3, 5), (2, 3, 4)),)


class MaxUnpool2d(_MaxUnpool):
    """Put the values of a max pool over an image back to their places."""

    axes = 2
    examples = (
        example((2, 3, 4, 4), (2, 3, 4, 4), kernel_size=2),
        example((1, 2, 4, 5), (1, 2, 4, 5), kernel_size=3, stride=2, padding=[1, 0]),
        example((1, 2, 3, 4), (1, 2, 3, 4), kernel_size=2, output_size=[7, 8]),
    )
    refused = (
        examples[0].but("output_size 10 must be from 7 to 9", output_size=10),
        refusal("MaxUnpool2d takes 2 inputs, not 1", (2, 3, 4, 4), kernel_size=2),
    )


class MaxUnpool3d(_MaxUnpool):
    """Put the values of a max pool over a volume back to their places."""

    axes = 3
    examples = (example((1, 2, 2, 3, 4), (1, 2, 2, 3, 4), kernel_size=[1, 2, 2]),)
