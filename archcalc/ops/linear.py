"""Dense layers."""

from archcalc.dim import Shape, prod
from archcalc.op import WHOLE, Cost, Field, Op, Requirements, Torch, example, refusal
from archcalc.ops.axes import identity_but
from archcalc.ops.base import weight_and_bias
from archcalc.role import Role
from archcalc.setting import Dim, Flag


class Linear(Op):
    """Multiply the last axis by a learned matrix and add a bias."""

    role = Role.LINEAR
    counted_as = "linear"
    channel_axis = -1
    out_features: Dim
    bias: Flag = True

    letters = ("...C",)
    examples = (example((2, 8), out_features=5), example((2, 3, 8), out_features=4, bias=False))
    refused = (
        refusal("at least one axis", (), out_features=3),
        refusal("out_features must be an integer of at least 1, not 0", (2, 8), out_features=0),
        refusal("not true", (2, 8), out_features=True),
    )

    def requires(self, x: Shape) -> Requirements:
        yield len(x) >= 1, "the input must have at least one axis"

    def out(self, x: Shape) -> Shape:
        """The last axis, the features, becomes out_features; the other axes stay."""
        return (*x[:-1], self.out_features)

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each output feature has a weight for each input feature and, unless bias is false, a bias."""
        return weight_and_bias((self.out_features, x[-1]), self.bias, self.out_features)

    def cost(self, x: Shape) -> Cost:
        """Each output value is a sum of products, one for each input feature."""
        rows = prod(x[:-1]) * self.out_features
        return Cost(macs=rows * x[-1], bias=rows if self.bias else 0)

    def field(self, x: Shape) -> Field:
        """Each output value reads all features at its own position."""
        return (identity_but(x, -1, WHOLE),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return torch.nn.Linear(x[-1], **self.settings())
