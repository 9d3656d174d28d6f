"""Pooling into a given number of windows."""

from typing import Annotated, Any

from archcalc.dim import Shape, equal, gcd, prod, ratio
from archcalc.errors import Undecidable
from archcalc.op import WHOLE, Cost, Field, Reach, Scattered, Torch, Window, example, refusal
from archcalc.ops.base import Indexed, Spatial, Weightless, twin
from archcalc.role import Role
from archcalc.setting import Each, Flag, Null, Whole

OutputSize = Annotated[Any, Each(Whole(1) | Null())]
"""A size for each spatial axis; null: the input's."""


class _AdaptivePool(Spatial, Weightless):
    """Divide each spatial axis into a given number of windows.

    Neighbouring windows may differ in length by one and may share a position.
    """

    role = Role.POOLING
    output_size: OutputSize

    def _sizes(self, x: Shape) -> tuple[int, ...]:
        return tuple(n if out is None else out for n, out in zip(x[2:], self.output_size, strict=True))

    def out(self, x: Shape) -> Shape:
        """Each spatial axis has the requested size, or keeps its own if that is null."""
        return (*x[:2], *self._sizes(x))

    def _merged(self, x: Shape) -> int | None:
        """The number of values after the first of a window: the total length of all windows minus their number."""
        try:
            lengths = prod(window_lengths(n, out) for n, out in zip(x[2:], self._sizes(x), strict=True))
        except Undecidable:
            return None
        return prod(x[:2]) * (lengths - prod(self._sizes(x)))

    def field(self, x: Shape) -> Field:
        """Output i of out reads positions floor(i * size / out) to ceil((i + 1) * size / out) - 1."""
        spatial = (_adaptive(2 + i, n, out) for i, (n, out) in enumerate(zip(x[2:], self.output_size, strict=True)))
        return ((Window(0), Window(1), *spatial),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        # In one dimension PyTorch does not accept null, hence the resolved sizes.
        return twin(self, torch.nn)(**self.settings() | {"output_size": self._sizes(x)})


def window_lengths(size: int, out: int) -> int:
    """The total length of the windows of an adaptive pool along one axis.

    A window starts at floor(i*size/out), where the one before it ends at ceil(i*size/out). If i*size/out is an integer,
    as it is gcd(size, out) times, both are equal; else the two share a position: out - gcd(size, out) are read twice.
    """
    return size + out - gcd(size, out)


def _adaptive(axis: int, size: int, out: int | None) -> Reach:
    """The reach of the windows of an adaptive pool along an axis."""
    if out is None:
        return Window(axis)
    try:
        if equal(out, 1):
            return WHOLE
        shared = gcd(size, out)
    except Undecidable:
        return Scattered((axis,), single=False)
    # i*size/out is a multiple of shared/out, so floor(i*size / out) = ceil((i*size + shared - out) / out) and
    # ceil((i+1)*size / out) - 1 = floor((i*size + size - shared) / out).
    return Window(axis, ratio(size, out), ratio(shared - out, out), ratio(size - shared, out))


class _AdaptiveAvgPool(_AdaptivePool):
    """Take the means of a given number of windows."""

    counted_as = "adaptive average pool"

    def cost(self, x: Shape) -> Cost | None:
        """The windows along an axis have size + out - gcd(size, out) positions in all.

        In each window every value after the first takes an addition, and the mean takes a division.
        """
        merged = self._merged(x)
        return None if merged is None else Cost(add=merged, div=prod(self.out(x)))


class _AdaptiveMaxPool(Indexed, _AdaptivePool):
    """Take the largest values of a given number of windows."""

    counted_as = "adaptive max pool"
    return_indices: Flag = False

    def cost(self, x: Shape) -> Cost | None:
        """The windows along an axis have size + out - gcd(size, out) positions in all.

        In each window every value after the first takes a comparison.
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
        refusal("AdaptiveAvgPool2d needs output_size", (1, 3, 8, 8)),
        examples[0].but("output_size must be an integer of at least 1 or null, or a list of 2, not 0", output_size=0),
    )


class AdaptiveAvgPool3d(_AdaptiveAvgPool):
    """Take the means of a given number of windows of a volume."""

    axes = 3
    examples = (example((1, 2, 4, 6, 6), output_size=1), example((1, 2, 4, 6, 5), output_size=[2, None, 3]))


class AdaptiveMaxPool1d(_AdaptiveMaxPool):
    """Take the largest values of a given number of windows of a sequence."""

    axes = 1
    examples = (example((2, 3, 8), output_size=1), example((1, 2, 7), output_size=3))


class AdaptiveMaxPool2d(_AdaptiveMaxPool):
    """Take the largest values of a given number of windows of an image."""

    axes = 2
    examples = (
        example((2, 3, 8, 8), output_size=1),
        example((1, 2, 9, 8), output_size=[3, 5]),
        example((1, 2, 4, 7), output_size=[None, 2]),
        example((1, 2, 6, 5), output_size=2, return_indices=True),
    )


class AdaptiveMaxPool3d(_AdaptiveMaxPool):
    """Take the largest values of a given number of windows of a volume."""

    axes = 3
    examples = (example((1, 2, 4, 6, 6), output_size=1), example((1, 1, 5, 4, 3), output_size=[3, 2, None]))
