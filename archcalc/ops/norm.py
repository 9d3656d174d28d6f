"""Normalisations. Shapes: [N, C, ...], or any for those over the last axes."""

from typing import Annotated, ClassVar

from archcalc.algebra.claim import Claim
from archcalc.dim import Shape, at_least, divides, prod, show
from archcalc.op import (
    WHOLE,
    Cost,
    Field,
    Op,
    Reach,
    Requirements,
    Scattered,
    Torch,
    Window,
    elements,
    example,
    has_rank,
    identity,
    refusal,
)
from archcalc.ops.activation import AlongAxis
from archcalc.ops.conv import LETTERS
from archcalc.role import Role
from archcalc.setting import Dim, Flag, Index, Null, Number, Real

Epsilon = Annotated[float, Real(0)]
EpsilonOrNull = Annotated[float | None, Real(0) | Null()]
Momentum = Annotated[float | None, Real() | Null()]
"""The share of the new value in a running statistic; null: the mean of all batches."""


def standardised(size: int, rows: int) -> Cost:
    """The work of (x - mean) / sqrt(variance + eps) for rows of numbers, `size` numbers together.

    A row of k has two sums of k - 1 additions, k subtractions and the addition of eps; k squares and k products with
    the reciprocal of the root; the divisions of two means and of the reciprocal.
    """
    return Cost(add=3 * size - rows, mul=2 * size, div=3 * rows, sqrt=rows)


def scaling(size: int, scale: bool, shift: bool) -> Cost:
    """The work of a product with a trained scale and the addition of a trained shift."""
    return Cost(mul=size if scale else 0, add=size if shift else 0)


def several(sizes: Shape) -> Claim:
    """The claim that an array of these sizes has more than one element."""
    # One size of at least 2 is enough, and shows even where the sign of a product of symbols cannot be seen.
    return any(at_least(n, 2) is True for n in sizes) or at_least(prod(sizes), 2)


class _ChannelNorm(Op):
    """Normalise each channel by statistics kept from training or, where none are kept, by those of the input."""

    role = Role.NORMALISATION
    channel_axis = 1
    eps: Epsilon = 1e-5
    momentum: Momentum = 0.1
    affine: Flag = True
    track_running_stats: Flag = True

    over_batch: ClassVar[bool]
    """Whether the statistics of the input run over the batch, too."""

    def _rank(self, x: Shape) -> tuple[Claim, str]:
        return has_rank(x, 2 + self.axes, LETTERS[self.axes])

    def requires(self, x: Shape) -> Requirements:
        yield self._rank(x)
        if not self.track_running_stats:
            over = (x[0], *x[2:]) if self.over_batch else x[2:]
            yield several(over), "without running statistics more than one value per channel is needed, not 1"

    def out(self, x: Shape) -> Shape:
        """Normalising changes no shape."""
        return x

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each channel has a scale and a shift, unless affine is false."""
        return {"weight": (x[1],), "bias": (x[1],)} if self.affine else {}

    def buffers(self, x: Shape) -> dict[str, Shape]:
        """Each channel keeps a running mean and variance; one number counts the batches."""
        kept: dict[str, Shape] = {"running_mean": (x[1],), "running_var": (x[1],), "num_batches_tracked": ()}
        return kept if self.track_running_stats else {}

    def cost(self, x: Shape) -> Cost:
        """Kept statistics fold into one product and one addition for each element; others are computed first."""
        size = elements(x)
        if self.track_running_stats:
            # Kept statistics are numbers like the trained ones: all fold into one scale and one shift.
            return Cost(mul=size, add=size)
        rows = x[1] if self.over_batch else x[0] * x[1]
        return Cost.sum([standardised(size, rows), scaling(size, self.affine, self.affine)])

    def field(self, x: Shape) -> Field:
        """With kept statistics each element reads itself; else it reads all that its statistics run over."""
        if self.track_running_stats:
            return (identity(len(x)),)
        return ((WHOLE if self.over_batch else Window(0), Window(1), *(WHOLE for _ in x[2:])),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return getattr(torch.nn, type(self).__name__)(x[1], **self.settings())


class _BatchNorm(_ChannelNorm):
    """Normalise each channel over the batch. Source: Ioffe & Szegedy 2015 (arXiv:1502.03167)."""

    counted_as = "batch norm"
    over_batch = True

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        if not self.track_running_stats:
            yield self.eps > 0, f"without running statistics eps must be greater than 0, not {self.eps:g}"


class BatchNorm1d(_BatchNorm):
    """Normalise each channel of a vector [N, C] or a sequence [N, C, L] over the batch."""

    axes = 1
    examples = (
        example((2, 4)),
        example((2, 4, 5), eps=0.001, momentum=None),
        example((1, 3), affine=False),
        example((3, 2), track_running_stats=False),
        example((1, 2, 4), affine=False, track_running_stats=False),
    )
    refused = (
        refusal("the input must have 2 or 3 axes (N, C or N, C, L), not 4", (1, 2, 3, 3)),
        refusal("more than one value per channel is needed", (1, 3), track_running_stats=False),
        refusal("has no setting 'num_features'", (1, 3), num_features=3),
    )

    def _rank(self, x: Shape) -> tuple[Claim, str]:
        return len(x) in (2, 3), f"the input must have 2 or 3 axes (N, C or N, C, L), not {len(x)}"


class BatchNorm2d(_BatchNorm):
    """Normalise each channel of an image over the batch and the image."""

    axes = 2
    examples = (
        example((2, 4, 5, 5)),
        example((1, 3, 1, 1), affine=False),
        example((2, 3, 2, 1), eps=0.01, momentum=0.5, track_running_stats=False),
    )
    refused = (
        refusal("the input must have 4 axes (N, C, H, W), not 2", (2, 4)),
        refusal("more than one value per channel is needed", (1, 3, 1, 1), track_running_stats=False),
        refusal("eps must be greater than 0", (2, 3, 2, 2), eps=0, track_running_stats=False),
        refusal("eps must be a number of at least 0, not -1", (2, 3, 2, 2), eps=-1),
    )


class BatchNorm3d(_BatchNorm):
    """Normalise each channel of a volume over the batch and the volume."""

    axes = 3
    examples = (example((2, 4, 2, 3, 3)), example((1, 2, 2, 2, 1), affine=False, momentum=None))
    refused = (refusal("must have 5 axes", (1, 2, 3, 3)),)


class _InstanceNorm(_ChannelNorm):
    """Normalise each channel of each sample by itself. Source: Ulyanov et al. 2016 (arXiv:1607.08022)."""

    counted_as = "instance norm"
    affine: Flag = False
    track_running_stats: Flag = False
    over_batch = False


class InstanceNorm1d(_InstanceNorm):
    """Normalise each channel of each sequence by itself."""

    axes = 1
    examples = (
        example((2, 3, 6)),
        example((1, 2, 4), eps=0.1, affine=True),
        example((2, 2, 1), track_running_stats=True),
    )
    refused = (
        refusal("the input must have 3 axes (N, C, L), not 4", (1, 2, 3, 3)),
        refusal("more than one value per channel is needed", (2, 3, 1)),
    )


class InstanceNorm2d(_InstanceNorm):
    """Normalise each channel of each image by itself."""

    axes = 2
    examples = (
        example((2, 3, 5, 4)),
        example((1, 2, 1, 3), affine=True),
        example((1, 2, 1, 1), affine=True, track_running_stats=True, momentum=None),
    )
    refused = (
        refusal("must have 4 axes", (1, 2, 3)),
        refusal("more than one value per channel is needed", (2, 3, 1, 1), affine=True),
    )


class InstanceNorm3d(_InstanceNorm):
    """Normalise each channel of each volume by itself."""

    axes = 3
    examples = (example((2, 3, 2, 3, 3)), example((1, 2, 2, 1, 1), affine=True, eps=0))
    refused = (refusal("must have 5 axes", (1, 2, 3, 3)),)


class _LastAxesNorm(Op):
    """Normalise over the last axes together, each position of the others by itself."""

    role = Role.NORMALISATION
    channel_axis = -1

    # How many last axes, where PyTorch wants their sizes. No setting here is per spatial axis, which Op.axes counts.
    axes: Dim = 1  # type: ignore[misc]
    eps: EpsilonOrNull = None
    elementwise_affine: Flag = True

    letters = ("...C",)

    def requires(self, x: Shape) -> Requirements:
        # The first axis is the batch. bool(): how many axes there are must be decided, it is no assumption.
        most = len(x) - 1
        yield bool(at_least(most, self.axes)), f"axes must be at most {most}, not {self.axes}"

    def out(self, x: Shape) -> Shape:
        """Normalising changes no shape."""
        return x

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each element of the last axes has a scale, unless elementwise_affine is false."""
        return {"weight": x[-self.axes :]} if self.elementwise_affine else {}

    def field(self, x: Shape) -> Field:
        """Each element reads all of its own row, the last axes."""
        rest = len(x) - self.axes
        return ((*identity(rest), *(WHOLE for _ in x[rest:])),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        settings = self.settings()
        return getattr(torch.nn, type(self).__name__)(x[-settings.pop("axes") :], **settings)


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
        refusal("axes must be a whole number of at least 1, not 0", (2, 8), axes=0),
        refusal("has no setting 'normalized_shape'", (2, 8), normalized_shape=8),
    )

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each element of the last axes has a scale and, unless bias is false, a shift."""
        bias = {"bias": x[-self.axes :]} if self.elementwise_affine and self.bias else {}
        return super().weights(x) | bias

    def cost(self, x: Shape) -> Cost:
        """Each row of k takes its mean, its variance and one root, then each element is standardised and scaled."""
        size = elements(x)
        scaled = scaling(size, self.elementwise_affine, self.elementwise_affine and self.bias)
        return Cost.sum([standardised(size, prod(x[: -self.axes])), scaled])


class LayerNorm2d(Op):
    """Normalise the channels at each place of an image. Source: Liu et al. 2022 (arXiv:2201.03545).

    Shape: [N, C, H, W]. It is LayerNorm over the second axis in place of the last; named as in torchvision.
    """

    role = Role.NORMALISATION
    counted_as = "channel layer norm"
    channel_axis = 1
    eps: Epsilon = 1e-5
    examples = (example((2, 4, 5, 3)), example((1, 6, 2, 2), eps=1e-6))
    refused = (
        refusal("the input must have 4 axes (N, C, H, W), not 3", (2, 4, 5)),
        refusal("eps must be a number of at least 0, not -1", (2, 4, 5, 5), eps=-1),
    )

    def requires(self, x: Shape) -> Requirements:
        yield has_rank(x, 4, LETTERS[2])

    def out(self, x: Shape) -> Shape:
        """Normalising changes no shape."""
        return x

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each channel has a scale and a shift."""
        return {"weight": (x[1],), "bias": (x[1],)}

    def cost(self, x: Shape) -> Cost:
        """At each place the channels take their mean, variance and one root; each is standardised and scaled."""
        size = elements(x)
        return Cost.sum([standardised(size, x[0] * x[2] * x[3]), scaling(size, scale=True, shift=True)])

    def field(self, x: Shape) -> Field:
        """Each element reads all channels at its own place."""
        return ((Window(0), WHOLE, Window(2), Window(3)),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        def run(x: Torch, weight: Torch, bias: Torch) -> Torch:
            normed = torch.nn.functional.layer_norm(x.movedim(1, -1), weight.shape, weight, bias, self.eps)
            return normed.movedim(-1, 1)

        return run


class Normalize(AlongAxis):
    """Divide by the Euclidean length of the vectors along an axis, or by eps where that is more."""

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
        # x / max(sqrt(sum(x * x)), eps), the sum of a row of k having k - 1 additions.
        dim = self.dim % len(x)
        size, rows = elements(x), elements((*x[:dim], *x[dim + 1 :]))
        return Cost(mul=size, add=size - rows, sqrt=rows, compare=rows, div=size)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return lambda x: torch.nn.functional.normalize(x, dim=self.dim, eps=self.eps)


class RMSNorm(_LastAxesNorm):
    """Divide by the root of the mean square over the last axes. Source: Zhang & Sennrich 2019 (arXiv:1910.07467)."""

    counted_as = "RMS norm"
    examples = (
        example((2, 5, 8)),
        example((2, 3, 4), axes=2, eps=1e-6),
        example((2, 6), elementwise_affine=False),
    )
    refused = (
        refusal("axes must be at most 2, not 3", (2, 4, 8), axes=3),
        refusal("has no setting 'bias'", (2, 8), bias=False),
    )

    def cost(self, x: Shape) -> Cost:
        """Each row of k takes k squares, their mean, the addition of eps and one root; each element is scaled."""
        # x * (1 / sqrt(mean(x * x) + eps)); the sum of a row of k and the addition of eps are k additions.
        size, rows = elements(x), prod(x[: -self.axes])
        scaled = scaling(size, self.elementwise_affine, False)
        return Cost.sum([Cost(mul=2 * size, add=size, div=2 * rows, sqrt=rows), scaled])


class GroupNorm(Op):
    """Normalise each group of channels of each sample by itself. Source: Wu & He 2018 (arXiv:1803.08494)."""

    role = Role.NORMALISATION
    counted_as = "group norm"
    channel_axis = 1
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
        groups, channels = self.num_groups, x[1]
        yield divides(groups, channels), f"num_groups ({groups}) must divide the input's channels ({channels})"
        # PyTorch counts the batch, too, though the statistics do not run over it.
        yield (
            several((x[0], channels // groups, *x[2:])),
            "a group must have more than one value, not 1",
        )

    def out(self, x: Shape) -> Shape:
        """Normalising changes no shape."""
        return x

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each channel has a scale and a shift, unless affine is false."""
        return {"weight": (x[1],), "bias": (x[1],)} if self.affine else {}

    def cost(self, x: Shape) -> Cost:
        """Each group of a sample takes its mean, variance and one root; each element is standardised and scaled."""
        size = elements(x)
        return Cost.sum([standardised(size, x[0] * self.num_groups), scaling(size, self.affine, self.affine)])

    def field(self, x: Shape) -> Field:
        """Each element reads all of its own group."""
        channels: Reach = WHOLE if self.num_groups == 1 else Scattered((1,))
        return ((Window(0), channels, *(WHOLE for _ in x[2:])),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return torch.nn.GroupNorm(self.num_groups, x[1], eps=self.eps, affine=self.affine)


class LocalResponseNorm(Op):
    """Divide by a power of the mean square of the neighbouring channels.

    Source: Krizhevsky et al. 2012, section 3.3; unlike there, alpha multiplies the mean and not the sum.
    """

    role = Role.NORMALISATION
    counted_as = "local response norm"
    channel_axis = 1
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
        refusal("size must be a whole number of at least 1, not 0", (2, 8, 4), size=0),
    )

    def requires(self, x: Shape) -> Requirements:
        yield len(x) >= 3, f"the input must have at least 3 axes, not {len(x)}: {show(x)}"

    def out(self, x: Shape) -> Shape:
        """Normalising changes no shape."""
        return x

    def weights(self, x: Shape) -> dict[str, Shape]:
        return {}

    def cost(self, x: Shape) -> Cost:
        """Each element takes a sum of squares over its neighbouring channels, a power and a division."""
        # x / (k + alpha * sum(x * x) / size) ** beta, the sum over `size` channels, the power as exp(beta * log(...)).
        # Windows that hang over the first and last channels count whole.
        return Cost(mul=3, add=self.size, div=2, exp=1, log=1).times(elements(x))

    def field(self, x: Shape) -> Field:
        """Each element reads the neighbouring channels at its own place."""
        # PyTorch puts the odd one of an even size before.
        channels = Window(1, 1, -(self.size // 2), (self.size - 1) // 2)
        return ((Window(0), channels, *identity(len(x))[2:]),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return torch.nn.LocalResponseNorm(**self.settings())
