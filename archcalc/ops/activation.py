"""Activation functions: each element by itself, or normalised along one axis. Inputs of any shape."""

from typing import Annotated, ClassVar

from archcalc.dim import Shape, divides, equal
from archcalc.op import (
    WHOLE,
    Cost,
    Example,
    Field,
    Op,
    Requirements,
    Torch,
    Window,
    elements,
    example,
    identity,
    refusal,
)
from archcalc.ops.axes import has_axis
from archcalc.role import Role
from archcalc.setting import Choice, Dim, Index, Number


class Elementwise(Op):
    """Apply one function to each element."""

    role = Role.ACTIVATION
    each: ClassVar[Cost]
    """The work for one element; no default, so that none is free because somebody forgot."""
    examples: ClassVar[tuple[Example, ...]] = (example((2, 3, 5)), example((3, 4)))
    refused: ClassVar[tuple[Example, ...]] = (refusal("has no setting 'inplace'", (2, 3), inplace=True),)

    def out(self, x: Shape) -> Shape:
        """The output has the shape of the input."""
        return x

    def weights(self, x: Shape) -> dict[str, Shape]:
        return {}

    def cost(self, x: Shape) -> Cost:
        """Each element takes the same few operations, or none."""
        return self.each.times(elements(x))

    def field(self, x: Shape) -> Field:
        """Each element reads the element at its own place."""
        return (identity(len(x)),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return getattr(torch.nn, type(self).__name__)(**self.settings())


# Each `each` counts the formula above it, every elementary operation once; a negation is a multiplication.


class ReLU(Elementwise):
    """Replace negative values by zero."""

    counted_as = "relu"
    # max(x, 0)
    each = Cost(compare=1)


class ReLU6(Elementwise):
    """Clip to 0 ... 6."""

    counted_as = "relu6"
    # min(max(x, 0), 6)
    each = Cost(compare=2)


class LeakyReLU(Elementwise):
    """Multiply negative values by a small slope."""

    counted_as = "leaky relu"
    # x >= 0 ? x : slope * x
    each = Cost(compare=1, mul=1)
    negative_slope: Number = 0.01
    examples = (*Elementwise.examples, example((2, 3), negative_slope=0.2))
    refused = (refusal("negative_slope must be a number, not 'steep'", (2, 3), negative_slope="steep"),)


class PReLU(Elementwise):
    """Multiply negative values by a trained slope, one for all channels or one for each.

    Source: He et al. 2015 (arXiv:1502.01852). The channels are axis 1.
    """

    counted_as = "prelu"
    # x >= 0 ? x : slope * x
    each = Cost(compare=1, mul=1)
    num_parameters: Dim = 1
    init: Number = 0.25
    examples = (
        *Elementwise.examples,
        example((2, 3, 4, 4), num_parameters=3),
        example((2, 3), num_parameters=3, init=0.1),
    )
    refused = (
        refusal("num_parameters must be 1 or the number of channels (4), not 3", (2, 4, 3), num_parameters=3),
        refusal("num_parameters must be 1 or the number of channels (1), not 3", (3,), num_parameters=3),
        refusal("num_parameters must be a whole number of at least 1, not 0", (2, 3), num_parameters=0),
    )

    def requires(self, x: Shape) -> Requirements:
        channels = x[1] if len(x) > 1 else 1
        yield (
            self.num_parameters == 1 or equal(self.num_parameters, channels),
            f"num_parameters must be 1 or the number of channels ({channels}), not {self.num_parameters}",
        )

    def weights(self, x: Shape) -> dict[str, Shape]:
        """There is one slope for all channels, or one for each."""
        return {"weight": (self.num_parameters,)}


class ELU(Elementwise):
    """Let negative values saturate exponentially at -alpha. Source: Clevert et al. 2015 (arXiv:1511.07289)."""

    counted_as = "elu"
    # x > 0 ? x : alpha * (exp(x) - 1)
    each = Cost(compare=1, exp=1, add=1, mul=1)
    alpha: Number = 1.0
    examples = (*Elementwise.examples, example((2, 3), alpha=0.5))
    refused = (refusal("alpha must be a number, not true", (2, 3), alpha=True),)


class SELU(Elementwise):
    """Apply an ELU scaled to keep mean 0 and variance 1. Source: Klambauer et al. 2017 (arXiv:1706.02515)."""

    # scale * (x > 0 ? x : alpha * (exp(x) - 1))
    each = Cost(compare=1, exp=1, add=1, mul=2)


class CELU(Elementwise):
    """Apply an ELU that is continuously differentiable for every alpha. Source: Barron 2017 (arXiv:1704.07483)."""

    # x > 0 ? x : alpha * (exp(x / alpha) - 1)
    each = Cost(compare=1, div=1, exp=1, add=1, mul=1)
    alpha: Number = 1.0
    examples = (*Elementwise.examples, example((2, 3), alpha=-2.0))
    refused = (refusal("alpha must not be 0", (2, 3), alpha=0),)

    def requires(self, x: Shape) -> Requirements:
        yield self.alpha != 0, "alpha must not be 0: the input is divided by it"


class GELU(Elementwise):
    """Multiply by the normal distribution function, exact or approximated.

    Source: Hendrycks & Gimpel 2016 (arXiv:1606.08415).
    """

    counted_as = "gelu"
    approximate: Annotated[str, Choice("none", "tanh")] = "none"
    examples = (*Elementwise.examples, example((2, 3), approximate="tanh"))
    refused = (refusal("approximate must be 'none' or 'tanh', not 'erf'", (2, 3), approximate="erf"),)

    def cost(self, x: Shape) -> Cost:
        # none: (x * 1/2) * (1 + erf(x * sqrt(1/2))); tanh: (x * 1/2) * (1 + tanh(sqrt(2/pi) * (x + 0.044715 * x*x*x)))
        each = Cost(mul=3, add=1, erf=1) if self.approximate == "none" else Cost(mul=6, add=2, tanh=1)
        return each.times(elements(x))


class SiLU(Elementwise):
    """Multiply by the sigmoid; also called swish. Source: Elfwing et al. 2017 (arXiv:1702.03118)."""

    counted_as = "silu"
    # x / (1 + exp(-x))
    each = Cost(mul=1, exp=1, add=1, div=1)


class Mish(Elementwise):
    """Multiply by the tanh of the softplus. Source: Misra 2019 (arXiv:1908.08681)."""

    # x * tanh(log(1 + exp(x)))
    each = Cost(exp=1, add=1, log=1, tanh=1, mul=1)


class Hardswish(Elementwise):
    """Multiply by the hard sigmoid. Source: Howard et al. 2019 (arXiv:1905.02244), section 5.2."""

    # x * min(max(x + 3, 0), 6) / 6
    each = Cost(add=1, compare=2, mul=1, div=1)


class Hardsigmoid(Elementwise):
    """Approximate the sigmoid by three straight lines."""

    # min(max(x + 3, 0), 6) / 6
    each = Cost(add=1, compare=2, div=1)


class Hardtanh(Elementwise):
    """Clip to min_val ... max_val."""

    # min(max(x, min_val), max_val)
    each = Cost(compare=2)
    min_val: Number = -1.0
    max_val: Number = 1.0
    examples = (*Elementwise.examples, example((2, 3), min_val=0, max_val=6))
    refused = (refusal("max_val (1.0) must be greater than min_val (1.0)", (2, 3), min_val=1),)

    def requires(self, x: Shape) -> Requirements:
        yield self.max_val > self.min_val, f"max_val ({self.max_val}) must be greater than min_val ({self.min_val})"


class Sigmoid(Elementwise):
    """Map to 0 ... 1 by the logistic function."""

    # 1 / (1 + exp(-x))
    each = Cost(mul=1, exp=1, add=1, div=1)


class LogSigmoid(Elementwise):
    """Take the logarithm of the sigmoid."""

    # -log(1 + exp(-x))
    each = Cost(mul=2, exp=1, add=1, log=1)


class Tanh(Elementwise):
    """Map to -1 ... 1 by the hyperbolic tangent."""

    each = Cost(tanh=1)


class Softplus(Elementwise):
    """Round off the corner of the ReLU; above the threshold of beta * x it is the identity."""

    # beta * x > threshold ? x : log(1 + exp(beta * x)) / beta
    each = Cost(mul=1, compare=1, exp=1, add=1, log=1, div=1)
    beta: Number = 1.0
    threshold: Number = 20.0
    examples = (*Elementwise.examples, example((2, 3), beta=2, threshold=10))
    refused = (refusal("beta must be a number, not null", (2, 3), beta=None),)


class Softsign(Elementwise):
    """Divide by one more than the absolute value."""

    # x / (1 + |x|)
    each = Cost(compare=1, add=1, div=1)


class AlongAxis(Op):
    """Normalise along one axis, which may be counted from the end."""

    role = Role.ACTIVATION
    dim: Index
    examples = (example((2, 5), dim=-1), example((2, 3, 4, 5), dim=1), example((2, 3, 1), dim=-1))
    refused = (
        refusal("dim must be from -2 to 1, not 2", (2, 3), dim=2),
        refusal("dim must be a whole number, not null", (2, 3), dim=None),
    )

    def requires(self, x: Shape) -> Requirements:
        yield has_axis(x, self.dim)

    def out(self, x: Shape) -> Shape:
        """The output has the shape of the input."""
        return x

    def weights(self, x: Shape) -> dict[str, Shape]:
        return {}

    def field(self, x: Shape) -> Field:
        """Each element reads all of its own row along the axis."""
        dim = self.dim % len(x)
        return (tuple(WHOLE if axis == dim else Window(axis) for axis in range(len(x))),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return getattr(torch.nn, type(self).__name__)(**self.settings())


class Softmax(AlongAxis):
    """Exponentiate and divide by the sum along an axis."""

    counted_as = "softmax"

    def cost(self, x: Shape) -> Cost:
        """A row of k takes k - 1 comparisons and additions; each element a subtraction, an exponential, a division."""
        # exp(x - m) / sum(exp(x - m)) with m the greatest x of the row: each row of k has k - 1 comparisons and k - 1
        # additions, each element a subtraction, an exponential and a division.
        size, rows = _size_and_rows(x, self.dim)
        return Cost(compare=size - rows, add=2 * size - rows, exp=size, div=size)


class LogSoftmax(AlongAxis):
    """Take the logarithm of the softmax along an axis."""

    counted_as = "log softmax"

    def cost(self, x: Shape) -> Cost:
        """A row of k takes k - 1 comparisons and additions, a logarithm; each element two subtractions and an exp."""
        # (x - m) - log(sum(exp(x - m))) with m the greatest x of the row.
        size, rows = _size_and_rows(x, self.dim)
        return Cost(compare=size - rows, add=3 * size - rows, exp=size, log=rows)


def _size_and_rows(x: Shape, dim: int) -> tuple[int, int]:
    """The number of elements, and of the rows that lie along an axis."""
    dim = dim % len(x)
    return elements(x), elements((*x[:dim], *x[dim + 1 :]))


class GLU(Op):
    """Multiply the first half of an axis by the sigmoid of the second.

    Source: Dauphin et al. 2016 (arXiv:1612.08083).
    """

    role = Role.ACTIVATION
    dim: Index = -1
    examples = (example((2, 6)), example((2, 4, 5), dim=1), example((1, 2, 3, 8), dim=-1), example((4, 3), dim=0))
    refused = (
        refusal("axis 1 must be even to be halved, but has 3 positions", (2, 3)),
        refusal("dim must be from -2 to 1, not -3", (2, 4), dim=-3),
    )

    def requires(self, x: Shape) -> Requirements:
        yield has_axis(x, self.dim)
        dim = self.dim % len(x)
        yield divides(2, x[dim]), f"axis {dim} must be even to be halved, but has {x[dim]} positions"

    def out(self, x: Shape) -> Shape:
        """The axis is halved."""
        dim = self.dim % len(x)
        return (*x[:dim], x[dim] // 2, *x[dim + 1 :])

    def weights(self, x: Shape) -> dict[str, Shape]:
        return {}

    def cost(self, x: Shape) -> Cost:
        """Each output element takes a sigmoid and a product."""
        # a / (1 + exp(-b))
        return Cost(mul=1, exp=1, add=1, div=1).times(elements(self.out(x)))

    def field(self, x: Shape) -> Field:
        """Output position i reads position i of either half."""
        # Output i reads positions i and i + half.
        dim = self.dim % len(x)
        return (tuple(Window(i, 1, 0, n // 2) if i == dim else Window(i) for i, n in enumerate(x)),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return torch.nn.GLU(**self.settings())
