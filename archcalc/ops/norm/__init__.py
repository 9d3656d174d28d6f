"""Normalisations. Shapes: [N, C, ...], or any for those over the last axes."""

from typing import Annotated

from archcalc.algebra.claim import Claim
from archcalc.dim import Shape, at_least, prod
from archcalc.op import Cost
from archcalc.ops.base import SameShape
from archcalc.role import Role
from archcalc.setting import Real

Epsilon = Annotated[float, Real(0)]


class Normalisation(SameShape):
    """Normalise elements by statistics of their neighbours."""

    role = Role.NORMALISATION
    channel_axis = 1


def scale_and_shift(channels: int, affine: bool) -> dict[str, Shape]:
    """A trained scale and shift for each channel, if there are any."""
    return {"weight": (channels,), "bias": (channels,)} if affine else {}


def standardised(size: int, rows: int, scale: bool, shift: bool) -> Cost:
    """The work of (x - mean) / sqrt(variance + eps), scaled and shifted, for `rows` rows with `size` numbers in all.

    A row of k takes two sums of k - 1 additions, k subtractions and the addition of eps; k squares and k products with
    the reciprocal of the root; the divisions of two means and of the reciprocal.
    """
    scaled, shifted = size if scale else 0, size if shift else 0
    return Cost(add=3 * size - rows + shifted, mul=2 * size + scaled, div=3 * rows, sqrt=rows)


def several(sizes: Shape) -> Claim:
    """The claim that an array of these sizes has more than one element."""
    # One size of at least 2 is enough, which is known even if the sign of a product of symbols is not.
    return any(at_least(n, 2) is True for n in sizes) or at_least(prod(sizes), 2)
