"""Activation functions: element by element, or normalised along one axis. Inputs of any shape."""

from typing import Annotated

from archcalc.dim import Shape, divides, equal, prod
from archcalc.op import Cost, Field, Requirements, Window, example, refusal
from archcalc.ops.axes import has_axis, identity_but, is_one, with_size
from archcalc.ops.base import AlongAxis, Elementwise, TorchModule, Weightless
from archcalc.role import Role
from archcalc.setting import Choice, Dim, Index, Number

# `each` counts every elementary operation of the formula beside it; a negation is a multiplication.


class ReLU(Elementwise):
    """Replace negative values by zero."""

    counted_as = "relu"
    each = Cost(compare=1)  # max(x, 0)


class ReLU6(Elementwise):
    """Clip to 0 ... 6."""

    counted_as = "relu6"
    each = Cost(compare=2)  # min(max(x, 0), 6)


class LeakyReLU(Elementwise):
    """Multiply negative values by a small slope."""

    counted_as = "leaky relu"
    each = Cost(compare=1, mul=1)  # x >= 0 ? x : slope * x
    negative_slope: Number = 0.01
    examples = (*Elementwise.examples, example((2, 3), negative_slope=0.2))
    refused = (refusal("negative_slope must be a number, not 'steep'", (2, 3), negative_slope="steep"),)


class PReLU(Elementwise):
    """Multiply negative values by a trained slope: one for all channels, or one per channel.

    Source: He et al. 2015 (arXiv:1502.01852). The channels are axis 1.
    """

    counted_as = "prelu"
    each = Cost(compare=1, mul=1)  # x >= 0 ? x : slope * x
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
        refusal("num_parameters must be an integer of at least 1, not 0", (2, 3), num_parameters=0),
    )

    def requires(self, x: Shape) -> Requirements:
        channels = x[1] if len(x) > 1 else 1
        message = f"num_parameters must be 1 or the number of channels ({channels}), not {self.num_parameters}"
        yield is_one(self.num_parameters) or equal(self.num_parameters, channels), message

    def weights(self, x: Shape) -> dict[str, Shape]:
        """There is one slope for all channels, or one per channel."""
        return {"weight": (self.num_parameters,)}


class ELU(Elementwise):
    """Let negative values saturate exponentially at -alpha. Source: Clevert et al. 2015 (arXiv:1511.07289)."""

    counted_as = "elu"
    each = Cost(compare=1, exp=1, add=1, mul=1)  # x > 0 ? x : alpha * (exp(x) - 1)
    alpha: Number = 1.0
    examples = (*Elementwise.examples, example((2, 3), alpha=0.5))
    refused = (refusal("alpha must be a number, not true", (2, 3), alpha=True),)


class SELU(Elementwise):
    """Apply an ELU scaled to keep mean 0 and variance 1. Source: Klambauer et al. 2017 (arXiv:1706.02515)."""

    each = Cost(compare=1, exp=1, add=1, mul=2)  # scale * (x > 0 ? x : alpha * (exp(x) - 1))


class CELU(Elementwise):
    """Apply an ELU that is continuously differentiable for every alpha. Source: Barron 2017 (arXiv:1704.07483)."""

    each = Cost(compare=1, div=1, exp=1, add=1, mul=1)  # x > 0 ? x : alpha * (exp(x / alpha) - 1)
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
        return each.times(prod(x))


class SiLU(Elementwise):
    """Multiply by the sigmoid; also called swish. Source: Elfwing et al. 2017 (arXiv:1702.03118)."""

    counted_as = "silu"
    each = Cost(mul=1, exp=1, add=1, div=1)  # x / (1 + exp(-x))


class Mish(Elementwise):
    """Multiply by the tanh of the softplus. Source: Misra 2019 (arXiv:1908.08681)."""

    each = Cost(exp=1, add=1, log=1, tanh=1, mul=1)  # x * tanh(log(1 + exp(x)))


class Hardswish(Elementwise):
    """Multiply by the hard sigmoid. Source: Howard et al. 2019 (arXiv:1905.02244), section 5.2."""

    each = Cost(add=1, compare=2, mul=1, div=1)  # x * min(max(x + 3, 0), 6) / 6


class Hardsigmoid(Elementwise):
    """Approximate the sigmoid by three straight lines."""

    each = Cost(add=1, compare=2, div=1)  # min(max(x + 3, 0), 6) / 6


class Hardtanh(Elementwise):
    """Clip to min_val ... max_val."""

    each = Cost(compare=2)  # min(max(x, min_val), max_val)
    min_val: Number = -1.0
    max_val: Number = 1.0
    examples = (*Elementwise.examples, example((2, 3), min_val=0, max_val=6))
    refused = (refusal("max_val (1.0) must be greater than min_val (1.0)", (2, 3), min_val=1),)

    def requires(self, x: Shape) -> Requirements:
        yield self.max_val > self.min_val, f"max_val ({self.max_val}) must be greater than min_val ({self.min_val})"


class Sigmoid(Elementwise):
    """Map to 0 ... 1 by the logistic function."""

    each = Cost(mul=1, exp=1, add=1, div=1)  # 1 / (1 + exp(-x))


class LogSigmoid(Elementwise):
    """Take the logarithm of the sigmoid."""

    each = Cost(mul=2, exp=1, add=1, log=1)  # -log(1 + exp(-x))


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

    each = Cost(compare=1, add=1, div=1)  # x / (1 + |x|)


class Softmax(AlongAxis):
    """Exponentiate and divide by the sum along an axis."""

    counted_as = "softmax"

    def cost(self, x: Shape) -> Cost:
        """A row of k takes k - 1 comparisons and additions; each element a subtraction, an exponential, a division."""
        # exp(x - m) / sum(exp(x - m)) with m the greatest x of the row
        size, rows = prod(x), self._rows(x)
        return Cost(compare=size - rows, add=2 * size - rows, exp=size, div=size)


class LogSoftmax(AlongAxis):
    """Take the logarithm of the softmax along an axis."""

    counted_as = "log softmax"

    def cost(self, x: Shape) -> Cost:
        """A row of k takes k - 1 comparisons and additions, a logarithm; each element two subtractions and an exp."""
        # (x - m) - log(sum(exp(x - m))) with m the greatest x of the row
        size, rows = prod(x), self._rows(x)
        return Cost(compare=size - rows, add=3 * size - rows, exp=size, log=rows)


class GLU(Weightless, TorchModule):
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
        return with_size(x, self.dim, x[self.dim] // 2)

    def cost(self, x: Shape) -> Cost:
        """Each output element takes a sigmoid and a product."""
        # a / (1 + exp(-b))
        return Cost(mul=1, exp=1, add=1, div=1).times(prod(self.out(x)))

    def field(self, x: Shape) -> Field:
        """Output position i reads position i of each half."""
        return (identity_but(x, self.dim, Window(self.dim % len(x), 1, 0, x[self.dim] // 2)),)
