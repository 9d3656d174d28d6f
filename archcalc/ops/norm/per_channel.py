"""Normalisation of each channel by its own statistics."""

from typing import Annotated, ClassVar

from archcalc.algebra.claim import Claim
from archcalc.dim import Shape, prod
from archcalc.op import WHOLE, Cost, Field, Requirements, Torch, Window, example, identity, refusal
from archcalc.ops.base import Spatial, twin
from archcalc.ops.norm import Epsilon, Normalisation, scale_and_shift, several, standardised
from archcalc.setting import Flag, Null, Real

Momentum = Annotated[float | None, Real() | Null()]
"""The share of the new value in a running statistic; null: the mean of all batches."""


class _ChannelNorm(Normalisation, Spatial):
    """Normalise each channel by statistics kept from training or, if none are kept, by those of the input."""

    eps: Epsilon = 1e-5
    momentum: Momentum = 0.1
    affine: Flag = True
    track_running_stats: Flag = True

    over_batch: ClassVar[bool]
    """Whether the statistics of the input include the whole batch."""

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        if not self.track_running_stats:
            over = (x[0], *x[2:]) if self.over_batch else x[2:]
            yield several(over), "without running statistics more than one value per channel is needed, not 1"

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each channel has a scale and a shift, unless affine is false."""
        return scale_and_shift(x[1], self.affine)

    def buffers(self, x: Shape) -> dict[str, Shape]:
        """Each channel keeps a running mean and variance; one number counts the batches."""
        kept: dict[str, Shape] = {"running_mean": (x[1],), "running_var": (x[1],), "num_batches_tracked": ()}
        return kept if self.track_running_stats else {}

    def cost(self, x: Shape) -> Cost:
        """Kept statistics fold into one product and one addition per element; others are computed first."""
        size = prod(x)
        if self.track_running_stats:
            return Cost(mul=size, add=size)
        rows = x[1] if self.over_batch else x[0] * x[1]
        return standardised(size, rows, scale=self.affine, shift=self.affine)

    def field(self, x: Shape) -> Field:
        """With kept statistics each element reads itself; else it reads every element that its statistics include."""
        if self.track_running_stats:
            return (identity(len(x)),)
        return ((WHOLE if self.over_batch else Window(0), Window(1), *(WHOLE for _ in x[2:])),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return twin(self, torch.nn)(x[1], **self.settings())


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
        refusal("more than one value per channel is needed", (1, 3), track_running_stats=False),
        refusal("has no setting 'num_features'", (1, 3), num_features=3),
    )

    def _has_rank(self, x: Shape) -> tuple[Claim, str]:
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
        refusal("more than one value per channel is needed", (1, 3, 1, 1), track_running_stats=False),
        refusal("eps must be greater than 0", (2, 3, 2, 2), eps=0, track_running_stats=False),
        refusal("eps must be a number of at least 0, not -1", (2, 3, 2, 2), eps=-1),
    )


class BatchNorm3d(_BatchNorm):
    """Normalise each channel of a volume over the batch and the volume."""

    axes = 3
    examples = (example((2, 4, 2, 3, 3)), example((1, 2, 2, 2, 1), affine=False, momentum=None))


class _InstanceNorm(_ChannelNorm):
    """Normalise each channel of each sample separately. Source: Ulyanov et al. 2016 (arXiv:1607.08022)."""

    counted_as = "instance norm"
    affine: Flag = False
    track_running_stats: Flag = False
    over_batch = False


class InstanceNorm1d(_InstanceNorm):
    """Normalise each channel of each sequence separately."""

    axes = 1
    examples = (
        example((2, 3, 6)),
        example((1, 2, 4), eps=0.1, affine=True),
        example((2, 2, 1), track_running_stats=True),
    )
    refused = (refusal("more than one value per channel is needed", (2, 3, 1)),)


class InstanceNorm2d(_InstanceNorm):
    """Normalise each channel of each image separately."""

    axes = 2
    examples = (
        example((2, 3, 5, 4)),
        example((1, 2, 1, 3), affine=True),
        example((1, 2, 1, 1), affine=True, track_running_stats=True, momentum=None),
    )
    refused = (refusal("more than one value per channel is needed", (2, 3, 1, 1), affine=True),)


class InstanceNorm3d(_InstanceNorm):
    """Normalise each channel of each volume separately."""

    axes = 3
    examples = (example((2, 3, 2, 3, 3)), example((1, 2, 2, 1, 1), affine=True, eps=0))
