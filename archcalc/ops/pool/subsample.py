"""The subsampling layers of LeNet-5."""

from archcalc.dim import Shape, prod
from archcalc.op import Cost, Torch, example, refusal
from archcalc.ops.base import weight_and_bias
from archcalc.ops.pool.window import SlidingPool
from archcalc.setting import Flag


class Subsample2d(SlidingPool):
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
        refusal("reaches over 9 positions", (1, 3, 8, 8), kernel_size=9),
        refusal("has no setting 'padding'", (1, 3, 8, 8), kernel_size=2, padding=1),
    )

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each channel has one coefficient and, unless bias is false, one bias."""
        return weight_and_bias((x[1],), self.bias, x[1])

    def cost(self, x: Shape) -> Cost:
        """Each output value takes k - 1 additions, the product with the coefficient, and the addition of the bias."""
        out = prod(self.out(x))
        return Cost(add=out * (prod(self.kernel_size) - 1), mul=out, bias=out if self.bias else 0)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        def run(x: Torch, weight: Torch, bias: Torch = None) -> Torch:
            sums = torch.nn.functional.avg_pool2d(x, self.kernel_size, self.stride, divisor_override=1)
            out = sums * weight[:, None, None]
            return out if bias is None else out + bias[:, None, None]

        return run
