"""Operations that act only in training: in eval mode the output is the input itself."""

from typing import Annotated, ClassVar

from archcalc.dim import Shape
from archcalc.op import Cost, Example, Torch, example, refusal
from archcalc.ops.base import Elementwise, Spatial
from archcalc.role import Role
from archcalc.setting import Choice, Probability


class Identity(Elementwise):
    """Return the input."""

    role = Role.DROPOUT
    each = Cost()
    view = True


class _Dropout(Elementwise):
    """Set parts of the input to zero in training, each with probability p."""

    role = Role.DROPOUT
    each = Cost()
    view = True
    p: Probability = 0.5
    examples: ClassVar[tuple[Example, ...]] = (example((2, 3)), example((2, 3, 4, 4), p=0.1), example((1, 5), p=1))
    refused: ClassVar[tuple[Example, ...]] = (
        refusal("p must be a number from 0 to 1, not 1.5", (2, 3), p=1.5),
        refusal("has no setting 'inplace'", (2, 3), inplace=True),
    )


class Dropout(_Dropout):
    """Set single elements to zero in training. Source: Srivastava et al. 2014 (JMLR 15)."""


class AlphaDropout(_Dropout):
    """Set single elements to the SELU's negative limit in training, keeping mean and variance.

    Source: Klambauer et al. 2017 (arXiv:1706.02515).
    """


class Dropout1d(_Dropout, Spatial):
    """Set whole channels of a sequence to zero in training."""

    axes = 1
    examples = (example((2, 3, 5)), example((1, 2, 4), p=0))
    refused = (refusal("p must be a number from 0 to 1, not -1", (1, 2, 4), p=-1),)


class Dropout2d(_Dropout, Spatial):
    """Set whole channels of an image to zero in training. Source: Tompson et al. 2014 (arXiv:1411.4280)."""

    axes = 2
    examples = (example((2, 3, 5, 4)), example((1, 2, 4, 4), p=0.2))


class Dropout3d(_Dropout, Spatial):
    """Set whole channels of a volume to zero in training."""

    axes = 3
    examples = (example((2, 3, 2, 5, 4)), example((1, 2, 4, 4, 4), p=0.2))


class StochasticDepth(_Dropout):
    """Set a branch to zero in training: for each sample separately (row) or for the whole batch at once (batch).

    Source: Huang et al. 2016 (arXiv:1603.09382); the name is torchvision's. A sum loses the branch with probability p.
    """

    mode: Annotated[str, Choice("batch", "row")] = "row"
    examples = (example((2, 3, 4, 4), p=0.2), example((2, 5), p=0.1, mode="batch"))
    refused = (
        refusal("mode must be 'batch' or 'row', not 'column'", (2, 3), p=0.1, mode="column"),
        refusal("p must be a number from 0 to 1, not 2", (2, 3), p=2),
    )

    def torch(self, torch: Torch, x: Shape) -> Torch:
        # Doing nothing does not need torchvision.
        return lambda x: x
