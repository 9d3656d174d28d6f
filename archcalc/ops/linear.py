"""Dense layers."""

from archcalc.dim import Shape, equal, prod, show
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


class Bilinear(Op):
    """Multiply the last axes of two inputs by a learned array of three axes, and add a bias."""

    role = Role.LINEAR
    counted_as = "bilinear"
    channel_axis = -1
    arity = (2, 2)
    out_features: Dim
    bias: Flag = True

    letters = ("...C", "...D")
    examples = (
        example((2, 8), (2, 3), out_features=5),
        example((2, 3, 4), (2, 3, 6), out_features=2, bias=False),
    )
    refused = (
        refusal("[2, 8] and [3, 4] must agree on all axes but the last", (2, 8), (3, 4), out_features=3),
        refusal("Bilinear takes 2 inputs, not 1", (2, 8), out_features=3),
    )

    def requires(self, x: Shape, y: Shape) -> Requirements:
        message = f"{show(x)} and {show(y)} must agree on all axes but the last"
        yield len(x) == len(y) and len(x) >= 1, message
        for a, b in zip(x[:-1], y[:-1], strict=True):
            yield equal(a, b), message

    def out(self, x: Shape, y: Shape) -> Shape:
        """The last axis becomes out_features; the other axes stay."""
        return (*x[:-1], self.out_features)

    def weights(self, x: Shape, y: Shape) -> dict[str, Shape]:
        """Each output feature has a weight for each pair of input features and, unless bias is false, a bias."""
        return weight_and_bias((self.out_features, x[-1], y[-1]), self.bias, self.out_features)

    def cost(self, x: Shape, y: Shape) -> Cost:
        """Each output value is a product of the first input with a matrix, and of the result with the second input."""
        rows = prod(x[:-1]) * self.out_features
        return Cost(macs=rows * (x[-1] + 1) * y[-1], bias=rows if self.bias else 0)

    def field(self, x: Shape, y: Shape) -> Field:
        """Each output value reads all features at its own position."""
        return identity_but(x, -1, WHOLE), identity_but(y, -1, WHOLE)

    def torch(self, torch: Torch, x: Shape, y: Shape) -> Torch:
        return torch.nn.Bilinear(x[-1], y[-1], **self.settings())
