"""The order of elements along an axis. The outputs are the values, and their positions along the axis as integers.

Comparisons are those of inserting into a sorted list, or into a tournament of the best k: Knuth, The Art of Computer
Programming 3, sections 5.2.1 and 5.3.3.
"""

from collections.abc import Callable
from typing import ClassVar

from archcalc.dim import Dim, Shape, at_least, ceil_log2, prod
from archcalc.errors import Undecidable
from archcalc.op import Cost, Example, Field, Requirements, example, refusal
from archcalc.ops.arithmetic.reduction import reads_reduced, reduced
from archcalc.ops.axes import has_axis, with_size
from archcalc.ops.base import TorchFunction, Weightless
from archcalc.role import Role
from archcalc.setting import Dim as Size
from archcalc.setting import Flag, Index


class _Ordered(Weightless, TorchFunction):
    """Take the elements along an axis in their order, or some of them."""

    role = Role.ARITHMETIC
    dim: Index
    refused: ClassVar[tuple[Example, ...]] = (refusal("dim must be from -2 to 1, not 2", (2, 3), dim=2),)

    def requires(self, x: Shape) -> Requirements:
        yield has_axis(x, self.dim)

    def outputs(self, x: Shape) -> tuple[Shape, ...]:
        return (self.out(x),) * 2

    def out_dtypes(self, *dtypes: str) -> tuple[str, ...]:
        return (dtypes[0], "int64")

    def _work(self, x: Shape, compares: Callable[[Dim], Dim]) -> Cost | None:
        """The work for all rows, given that of a row of some size; None if it depends on a symbol."""
        try:
            return Cost(compare=prod(with_size(x, self.dim, 1)) * compares(x[self.dim]))
        except Undecidable:
            return None

    def field(self, x: Shape) -> Field:
        """Each element reads its whole row along the axis."""
        return (reads_reduced(x, {self.dim % len(x)}, keepdim=True),)


def _insertions(size: Dim) -> Dim:
    """The sum of ceil(log2(i)) for i = 1 ... size: the comparisons of sorting by binary insertion."""
    digits = ceil_log2(size)
    powers: Dim = 2**digits
    return size * digits - powers + 1


class Sort(_Ordered):
    """Sort the elements along an axis; the outputs are the values and their positions.

    For a free size the number of comparisons is unknown.
    """

    dim: Index = -1
    descending: Flag = False
    examples = (example((2, 5)), example((2, 4, 3), dim=1, descending=True))

    def out(self, x: Shape) -> Shape:
        """The output has the shape of the input."""
        return x

    def cost(self, x: Shape) -> Cost | None:
        """The i-th of a row of k elements is inserted among those before it: the sum of ceil(log2(i)) comparisons."""
        return self._work(x, _insertions)


class TopK(_Ordered):
    """Take the k largest elements along an axis, or the k smallest; the outputs are the values and their positions.

    For a free size the number of comparisons is unknown.
    """

    leads = "k"
    k: Size
    dim: Index = -1
    largest: Flag = True
    sorted: Flag = True
    examples = (example((2, 7), k=3), example((2, 5, 3), k=2, dim=1, largest=False))
    refused = (
        refusal("k (4) must be at most the size of axis 1 (3)", (2, 3), k=4),
        refusal("dim must be from -2 to 1, not 2", (2, 3), k=1, dim=2),
    )

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        axis = self.dim % len(x)
        yield at_least(x[axis], self.k), f"k ({self.k}) must be at most the size of axis {axis} ({x[axis]})"

    def out(self, x: Shape) -> Shape:
        """The axis has k positions."""
        return with_size(x, self.dim, self.k)

    def cost(self, x: Shape) -> Cost | None:
        """A row of n takes n - k comparisons, and the sum of ceil(log2(i)) for i = n - k + 2 ... n."""
        return self._work(x, lambda n: n - self.k + _insertions(n) - _insertions(n - self.k + 1))


class _Extreme(_Ordered):
    """Take the greatest or the least element along an axis."""

    keepdim: Flag = False
    examples = (example((2, 7, 3), dim=1), example((2, 3, 4), dim=-1, keepdim=True))

    def out(self, x: Shape) -> Shape:
        """The axis disappears, or has size 1 with keepdim."""
        return reduced(x, {self.dim % len(x)}, self.keepdim)

    def cost(self, x: Shape) -> Cost | None:
        """Finding the extreme of k numbers takes k - 1 comparisons."""
        return self._work(x, lambda size: size - 1)

    def field(self, x: Shape) -> Field:
        """Each element reads its whole row along the axis."""
        return (reads_reduced(x, {self.dim % len(x)}, self.keepdim),)


class Max(_Extreme):
    """Take the greatest element along an axis, and its position; `Amax` takes several axes and gives no position."""


class Min(_Extreme):
    """Take the least element along an axis, and its position; `Amin` takes several axes and gives no position."""
