"""Normalisation across channels: over the last axes, over groups of channels, over neighbouring channels."""

from typing import Annotated

from archcalc.dim import Shape, plain, prod, show
from archcalc.op import WHOLE, Cost, Field, Reach, Requirements, Scattered, Torch, Window, example, identity, refusal
from archcalc.ops.axes import divides_channels, identity_but
from archcalc.ops.base import AlongAxis, Spatial, TorchModule, Weightless, twin
from archcalc.ops.norm import Epsilon, Normalisation, scale_and_shift, several, standardised
from archcalc.role import Role
from archcalc.setting import Dim, Flag, Index, Null, Number, Real

EpsilonOrNull = Annotated[float | None, Real(0) | Null()]


class _LastAxesNorm(Normalisation):
    """Normalise over the last axes together, separately at each position of the other axes."""

    channel_axis = -1

    # The number of last axes, where PyTorch takes their sizes. It replaces Op.axes, which counts spatial axes.
    axes: Dim = 1  # type: ignore[misc]
    eps: EpsilonOrNull = None
    elementwise_affine: Flag = True

    letters = ("...C",)

    def requires(self, x: Shape) -> Requirements:
        most = len(x) - 1  # the first axis is the batch
        yield plain(self.axes, "axes") <= most, f"axes must be at most {most}, not {self.axes}"

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each element of the last axes has a scale, unless elementwise_affine is false."""
        return {"weight": x[-self.axes :]} if self.elementwise_affine else {}

    def field(self, x: Shape) -> Field:
        """Each element reads its whole row: the last axes."""
        return ((*identity(len(x) - self.axes), *[WHOLE] * self.axes),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        settings = self.settings()
        return twin(self, torch.nn)(x[-settings.pop("axes") :], **settings)


class LayerNorm(_LastAxesNorm):
    """Normalise over the last axes together. Source: Ba et al. 2016 (arXiv:1607.06450)."""

    counted_as = "layer norm"
    eps: Epsilon = 1e-5
    bias: Flag = True
    examples = (
        example((2, 5, 8)),
        example((2, 3, 4, 5), axes=3, bias=False),
        example((2, 6), eps=1e-6, elementwise_affine=False),
    )
    refused = (
        refusal("axes must be at most 1, not 2", (2, 8), axes=2),
        refusal("axes must be an integer of at least 1, not 0", (2, 8), axes=0),
        refusal("has no setting 'normalized_shape'", (2, 8), normalized_shape=8),
    )

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each element of the last axes has a scale and, unless bias is false, a shift."""
        bias = {"bias": x[-self.axes :]} if self.elementwise_affine and self.bias else {}
        return super().weights(x) | bias

    def cost(self, x: Shape) -> Cost:
        """Each row takes its mean, its variance and one root, then each element is standardised and scaled."""
        scale, shift = self.elementwise_affine, self.elementwise_affine and self.bias
        return standardised(prod(x), prod(x[: -self.axes]), scale, shift)


class LayerNorm2d(Normalisation, Spatial):
    """Normalise the channels at each position of an image. Source: Liu et al. 2022 (arXiv:2201.03545).

    Shape: [N, C, H, W]. It is LayerNorm over the second axis instead of the last; the name is torchvision's.
    """

    counted_as = "channel layer norm"
    axes = 2
    eps: Epsilon = 1e-5
    examples = (example((2, 4, 5, 3)), example((1, 6, 2, 2), eps=1e-6))
    refused = (refusal("eps must be a number of at least 0, not -1", (2, 4, 5, 5), eps=-1),)

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each channel has a scale and a shift."""
        return scale_and_shift(x[1], affine=True)

    def cost(self, x: Shape) -> Cost:
        """At each position the channels take their mean, variance and one root; each is standardised and scaled."""
        return standardised(prod(x), x[0] * x[2] * x[3], scale=True, shift=True)

    def field(self, x: Shape) -> Field:
        """Each element reads all channels at its own position."""
        return (identity_but(x, 1, WHOLE),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        def run(x: Torch, weight: Torch, bias: Torch) -> Torch:
            normed = torch.nn.functional.layer_norm(x.movedim(1, -1), weight.shape, weight, bias, self.eps)
            return normed.movedim(-1, 1)

        return run


class Normalize(AlongAxis):
    """Divide the vectors along an axis by their Euclidean length, or by eps if that is greater."""

    role = Role.NORMALISATION
    counted_as = "arithmetic"
    dim: Index = 1
    eps: Epsilon = 1e-12
    examples = (example((2, 5, 8), dim=-1), example((2, 6, 3)), example((3, 4), dim=0, eps=0.1))
    refused = (
        refusal("dim must be from -2 to 1, not 2", (2, 3), dim=2),
        refusal("eps must be a number of at least 0, not -1", (2, 3), eps=-1),
    )

    def cost(self, x: Shape) -> Cost:
        """Each row of k takes k squares, k - 1 additions, a root and a comparison with eps; each element a division."""
        # x / max(sqrt(sum(x * x)), eps)
        size, rows = prod(x), self._rows(x)
        return Cost(mul=size, add=size - rows, sqrt=rows, compare=rows, div=size)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return lambda x: torch.nn.functional.normalize(x, dim=self.dim, eps=self.eps)


class RMSNorm(_LastAxesNorm):
    """Divide by the root of the mean square over the last axes. Source: Zhang & Sennrich 2019 (arXiv:1910.07467)."""

    counted_as = "RMS norm"
    examples = (example((2, 5, 8)), example((2, 3, 4), axes=2, eps=1e-6), example((2, 6), elementwise_affine=False))
    refused = (
        refusal("axes must be at most 2, not 3", (2, 4, 8), axes=3),
        refusal("has no setting 'bias'", (2, 8), bias=False),
    )

    def cost(self, x: Shape) -> Cost:
        """Each row of k takes k squares, their mean, the addition of eps and one root; each element is scaled."""
        # x * (1 / sqrt(mean(x * x) + eps)); the sum of a row of k and the addition of eps are k additions.
        size, rows = prod(x), prod(x[: -self.axes])
        scaled = size if self.elementwise_affine else 0
        return Cost(mul=2 * size + scaled, add=size, div=2 * rows, sqrt=rows)


class GroupNorm(Normalisation):
    """Normalise each group of channels of each sample separately. Source: Wu & He 2018 (arXiv:1803.08494)."""

    counted_as = "group norm"
    num_groups: Dim
    eps: Epsilon = 1e-5
    affine: Flag = True
    examples = (
        example((2, 6, 4, 5), num_groups=3),
        example((1, 4, 3), num_groups=4, affine=False),
        example((2, 6, 2), num_groups=1, eps=0.001),
        example((2, 4), num_groups=2),
    )
    refused = (
        refusal("num_groups (4) must divide the input's channels (6)", (2, 6, 4, 4), num_groups=4),
        refusal("at least 2 axes", (6,), num_groups=1),
        refusal("more than one value", (1, 6, 1), num_groups=6),
        refusal("GroupNorm needs num_groups", (2, 6, 4, 4)),
    )

    def requires(self, x: Shape) -> Requirements:
        yield len(x) >= 2, f"the input must have at least 2 axes (N, C, ...), not {len(x)}"
        yield divides_channels("num_groups", self.num_groups, x[1])
        # PyTorch counts the batch too, though the statistics do not include it.
        yield several((x[0], x[1] // self.num_groups, *x[2:])), "a group must have more than one value, not 1"

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each channel has a scale and a shift, unless affine is false."""
        return scale_and_shift(x[1], self.affine)

    def cost(self, x: Shape) -> Cost:
        """Each group of a sample takes its mean, variance and one root; each element is standardised and scaled."""
        return standardised(prod(x), x[0] * self.num_groups, scale=self.affine, shift=self.affine)

    def field(self, x: Shape) -> Field:
        """Each element reads its whole group."""
        channels: Reach = WHOLE if self.num_groups == 1 else Scattered((1,))
        return ((Window(0), channels, *(WHOLE for _ in x[2:])),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return torch.nn.GroupNorm(self.num_groups, x[1], eps=self.eps, affine=self.affine)


class LocalResponseNorm(Normalisation, Weightless, TorchModule):
    """Divide by a power of the mean square of the neighbouring channels.

    Source: Krizhevsky et al. 2012, section 3.3; unlike there, alpha multiplies the mean and not the sum.
    """

    counted_as = "local response norm"
    size: Dim
    alpha: Number = 1e-4
    beta: Number = 0.75
    k: Number = 1.0
    examples = (
        example((2, 8, 4, 4), size=5),
        example((1, 5, 6), size=2, alpha=0.1, beta=0.5, k=2),
        example((1, 3, 2, 2, 2), size=8),
        example((1, 3, 4), size=1),
    )
    refused = (
        refusal("the input must have at least 3 axes, not 2: [2, 8]", (2, 8), size=5),
        refusal("size must be an integer of at least 1, not 0", (2, 8, 4), size=0),
    )

    def requires(self, x: Shape) -> Requirements:
        yield len(x) >= 3, f"the input must have at least 3 axes, not {len(x)}: {show(x)}"

    def cost(self, x: Shape) -> Cost:
        """Each element takes a sum of squares over its neighbouring channels, a power and a division."""
        # x / (k + alpha * sum(x * x) / size) ** beta, the sum over `size` channels, the power as exp(beta * log(...)).
        # Windows that extend past the first and last channels count in full.
        return Cost(mul=3, add=self.size, div=2, exp=1, log=1).times(prod(x))

    def field(self, x: Shape) -> Field:
        """Each element reads the neighbouring channels at its own position."""
        # For an even size, PyTorch reads one more channel before than after.
        channels = Window(1, 1, -(self.size // 2), (self.size - 1) // 2)
        return ((Window(0), channels, *identity(len(x))[2:]),)
