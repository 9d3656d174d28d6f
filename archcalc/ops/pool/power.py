"""Pooling by a norm of each window."""

from archcalc.dim import Shape, prod
from archcalc.op import Cost, Requirements, Torch, example, refusal
from archcalc.ops.base import power, twin
from archcalc.ops.pool.window import SlidingPool
from archcalc.setting import Flag, Number


class _LPPool(SlidingPool):
    """Take the norm of each window: the p-th root of the sum of the p-th powers, where p is norm_type."""

    counted_as = "power pool"
    leads = "norm_type"
    norm_type: Number
    ceil_mode: Flag = False

    def requires(self, x: Shape) -> Requirements:
        yield self.norm_type != 0, "norm_type must not be 0: the root is the power 1 / norm_type"
        yield from super().requires(x)

    def cost(self, x: Shape) -> Cost:
        """Each input value is raised to a power; a sum of k values takes k - 1 additions, and a root."""
        # Windows that extend past the border count in full.
        out = prod(self.out(x))
        sums = Cost(add=out * (prod(self.kernel_size) - 1))
        return Cost.sum([power(self.norm_type).times(prod(x)), sums, power(1 / self.norm_type).times(out)])


class LPPool1d(_LPPool):
    """Take the norm of each window of a sequence."""

    axes = 1
    examples = (example((2, 3, 10), norm_type=2, kernel_size=2), example((1, 2, 11), norm_type=3, kernel_size=4))
    refused = (examples[0].but("norm_type must not be 0", norm_type=0),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        # PyTorch takes no list of one number here.
        return twin(self, torch.nn)(self.norm_type, *self.kernel_size, *self.stride or (None,), self.ceil_mode)


class LPPool2d(_LPPool):
    """Take the norm of each window of an image."""

    axes = 2
    examples = (
        example((2, 3, 8, 8), norm_type=2, kernel_size=2),
        example((1, 2, 9, 8), norm_type=1, kernel_size=[3, 2], stride=[2, 1], ceil_mode=True),
    )
    refused = (
        examples[0].but("reaches over 9 positions", kernel_size=9),
        refusal("LPPool2d needs kernel_size", (1, 2, 8, 8), norm_type=2),
    )


class LPPool3d(_LPPool):
    """Take the norm of each window of a volume."""

    axes = 3
    examples = (example((1, 2, 4, 6, 8), norm_type=2, kernel_size=2, stride=1),)
