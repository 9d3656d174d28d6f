"""Numbers for whole axes: sums, means, norms, and running sums."""

from math import inf
from typing import ClassVar

from archcalc.dim import Shape, at_least, prod, show
from archcalc.op import WHOLE, Before, Cost, Example, Field, Reach, Requirements, Torch, Window, example, real, refusal
from archcalc.ops.axes import has_axis, identity_but
from archcalc.ops.base import AlongAxis, TorchFunction, Weightless, power
from archcalc.role import Role
from archcalc.setting import Axes, Count, Flag, Number


def reduced(x: Shape, gone: set[int], keepdim: bool) -> Shape:
    """A shape without some axes, or with size 1 for them."""
    if keepdim:
        return tuple(1 if axis in gone else size for axis, size in enumerate(x))
    return tuple(size for axis, size in enumerate(x) if axis not in gone)


def reads_reduced(x: Shape, gone: set[int], keepdim: bool) -> tuple[Reach, ...]:
    """The reach of an output that lacks some axes, or has size 1 for them, into an input of this shape."""
    kept = range(len(x)) if keepdim else [axis for axis in range(len(x)) if axis not in gone]
    return tuple(WHOLE if axis in gone else Window(kept.index(axis)) for axis in range(len(x)))


class _Reduction(Weightless, TorchFunction):
    """Reduce one or more axes to a number; an empty list means all axes, as in PyTorch."""

    role = Role.ARITHMETIC
    dim: Axes
    keepdim: Flag = False
    examples: ClassVar[tuple[Example, ...]] = (
        example((2, 3, 4, 5), dim=[2, 3]),
        example((2, 3, 4, 5), dim=[-1, 1], keepdim=True),
        example((2, 7, 3), dim=1),
    )
    refused: ClassVar[tuple[Example, ...]] = (
        refusal("dim must be from -2 to 1, not 2", (2, 3), dim=2),
        refusal("dim [1, -1] names an axis of [2, 3] twice", (2, 3), dim=[1, -1]),
    )

    def requires(self, x: Shape) -> Requirements:
        for dim in self.dim:
            yield has_axis(x, dim)
        named = {dim % len(x) for dim in self.dim}
        yield len(named) == len(self.dim), f"dim {show(self.dim)} names an axis of {show(x)} twice"

    def _axes(self, x: Shape) -> set[int]:
        return {dim % len(x) for dim in self.dim} or set(range(len(x)))

    def out(self, x: Shape) -> Shape:
        """The reduced axes disappear, or have size 1 with keepdim."""
        return reduced(x, self._axes(x), self.keepdim)

    def field(self, x: Shape) -> Field:
        """Each element reads the whole of the reduced axes."""
        return (reads_reduced(x, self._axes(x), self.keepdim),)


class Mean(_Reduction):
    """Take the mean along axes."""

    takes_complex = True

    def cost(self, x: Shape) -> Cost:
        """A mean of k numbers takes k - 1 additions and one division."""
        size, out = prod(x), prod(self.out(x))
        return Cost(add=size - out, div=out)


class Sum(_Reduction):
    """Take the sum along axes."""

    takes_complex = True

    def cost(self, x: Shape) -> Cost:
        """A sum of k numbers takes k - 1 additions."""
        return Cost(add=prod(x) - prod(self.out(x)))


class _Extreme(_Reduction):
    """Take the greatest or the least element along axes."""

    def cost(self, x: Shape) -> Cost:
        """Finding the extreme of k numbers takes k - 1 comparisons."""
        return Cost(compare=prod(x) - prod(self.out(x)))


class Amax(_Extreme):
    """Take the greatest element along axes."""


class Amin(_Extreme):
    """Take the least element along axes."""


class Var(_Reduction):
    """Take the variance along axes: the squares of the distances to the mean, divided by k - correction."""

    correction: Count = 1
    examples = (*_Reduction.examples, example((2, 3, 4), dim=[], correction=0))
    refused = (
        *_Reduction.refused,
        refusal("correction (4) must be less than the number of elements (4)", (2, 4), dim=1, correction=4),
    )

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        count = prod(x[axis] for axis in self._axes(x))
        message = f"correction ({self.correction}) must be less than the number of elements ({count})"
        yield at_least(count - 1, self.correction), message

    def cost(self, x: Shape) -> Cost:
        """A mean, a subtraction and a square for each of k numbers, and the sum of the squares divided once."""
        size, out = prod(x), prod(self.out(x))
        return Cost(add=3 * size - 2 * out, mul=size, div=2 * out)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return lambda x: torch.var(x, self.dim, correction=self.correction, keepdim=self.keepdim)


class Norm(_Reduction):
    """Take the p-norm of the vectors along axes: the p-th root of the sum of the p-th powers of magnitudes."""

    takes_complex = True
    leads = "p"
    p: Number = 2.0
    examples = (
        *_Reduction.examples,
        example((2, 5), p=1, dim=-1),
        example((2, 5), p=3, dim=-1),
    )

    def cost(self, x: Shape) -> Cost:
        """Each element takes a magnitude and a power, each vector a sum or, at infinity, a maximum, and a root."""
        size, out = prod(x), prod(self.out(x))
        if abs(self.p) == inf:
            return Cost(compare=2 * size - out)
        if self.p == 0:  # the number of elements that are not 0
            return Cost(compare=size, add=size - out)
        magnitude = Cost(compare=int(self.p % 2 != 0))
        parts = (magnitude, power(self.p))
        return Cost.sum([*(part.times(size) for part in parts), Cost(add=size - out), power(1 / self.p).times(out)])

    def out_dtype(self, *dtypes: str) -> str:
        return real(dtypes[0])

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return lambda x: torch.linalg.vector_norm(x, self.p, self.dim or None, self.keepdim)


class Cumsum(TorchFunction, AlongAxis):
    """Add up the elements along an axis, up to and including each."""

    role = Role.ARITHMETIC
    takes_complex = True

    def cost(self, x: Shape) -> Cost:
        """A row of k numbers takes k - 1 additions."""
        return Cost(add=prod(x) - self._rows(x))

    def field(self, x: Shape) -> Field:
        """Position i reads positions 0 ... i."""
        dim = self.dim % len(x)
        return (identity_but(x, dim, Before(dim)),)
