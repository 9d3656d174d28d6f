"""Sums, products and means of whole arrays, element by element or along axes. Inputs of any shape."""

from functools import reduce
from typing import Annotated, ClassVar

from archcalc.dim import Shape, prod, show
from archcalc.op import WHOLE, Cost, Example, Field, Requirements, Torch, Window, example, refusal
from archcalc.ops.axes import aligned, broadcast, fits, has_axis
from archcalc.ops.base import Elementwise, TorchFunction, Weightless, twin
from archcalc.role import Role
from archcalc.setting import Axes, Flag, Null, Number, Real


class _Broadcast(Weightless):
    """Combine inputs element by element; their last axes are aligned, and size 1 broadcasts to any size."""

    role = Role.ARITHMETIC
    each: ClassVar[Cost]
    """The work for one element of two inputs."""
    examples: ClassVar[tuple[Example, ...]] = (
        example((2, 3, 4), (2, 3, 4)),
        example((2, 3, 4, 4), (2, 3, 1, 1)),
        example((2, 5, 4), (4,)),
        example((1, 5), (2, 3, 1)),
    )
    refused: ClassVar[tuple[Example, ...]] = (
        refusal("shapes [2, 3, 4] and [2, 5, 4] do not fit on axis -2: 3 and 5", (2, 3, 4), (2, 5, 4)),
        refusal("shapes [2, 3] and [2] do not fit on axis -1: 3 and 2", (2, 3), (2,)),
    )

    def requires(self, *x: Shape) -> Requirements:
        yield from fits(*x)

    def out(self, *x: Shape) -> Shape:
        """The shapes are aligned at their last axes, and size 1 takes the size of the other inputs."""
        return broadcast(*x)

    def cost(self, *x: Shape) -> Cost:
        """Each input after the first takes one operation per element."""
        # From left to right, so each step has the elements that the inputs so far broadcast to.
        return Cost.sum(self.each.times(prod(broadcast(*x[:count]))) for count in range(2, len(x) + 1))

    def field(self, *x: Shape) -> Field:
        """Each element reads the elements at its own position; an axis of size 1 is read at its only position."""
        out = broadcast(*x)
        return tuple(aligned(shape, out) for shape in x)

    def torch(self, torch: Torch, *x: Shape) -> Torch:
        return lambda *x: reduce(twin(self, torch, str.lower), x)


class Add(_Broadcast):
    """Add inputs element by element."""

    arity = (2, None)
    each = Cost(add=1)
    examples = (*_Broadcast.examples, example((2, 3), (2, 3), (2, 3)))
    refused = (*_Broadcast.refused, refusal("Add takes at least 2 inputs, not 1", (2, 3)))


class Subtract(_Broadcast):
    """Subtract the second input from the first, element by element."""

    arity = (2, 2)
    each = Cost(add=1)
    refused = (*_Broadcast.refused, refusal("Subtract takes 2 inputs, not 3", (2, 3), (2, 3), (2, 3)))


class Multiply(_Broadcast):
    """Multiply inputs element by element."""

    arity = (2, None)
    gate = True
    each = Cost(mul=1)
    examples = (*_Broadcast.examples, example((2, 3, 1), (2, 1, 4), (2, 3, 4)))


class Divide(_Broadcast):
    """Divide the first input by the second, element by element."""

    arity = (2, 2)
    each = Cost(div=1)


class _Function(TorchFunction, Elementwise):
    """Apply one function to each element."""

    role = Role.ARITHMETIC
    refused = (refusal("takes 1 input, not 2", (2, 3), (2, 3)),)


class Square(_Function):
    """Multiply each element by itself."""

    each = Cost(mul=1)


class Sqrt(_Function):
    """Take the square root of each element."""

    each = Cost(sqrt=1)


class Exp(_Function):
    """Raise e to the power of each element."""

    each = Cost(exp=1)


class Scale(Elementwise):
    """Multiply each element by one number."""

    role = Role.ARITHMETIC
    each = Cost(mul=1)
    factor: Number
    examples = (example((2, 3, 5), factor=16), example((3, 4), factor=-0.5))
    refused = (refusal("Scale needs factor", (2, 3)), refusal("factor must be a number", (2, 3), factor="twice"))

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return lambda x: x * self.factor


Bound = Annotated[float | None, Real() | Null()]


class Clamp(TorchFunction, Elementwise):
    """Replace values below min by min and values above max by max; null means no bound."""

    role = Role.ARITHMETIC
    # min(max(x, min), max)
    each = Cost(compare=1)  # for each bound
    min: Bound = None
    max: Bound = None
    examples = (example((2, 3, 5), max=0.5), example((3, 4), min=-1, max=1), example((2, 6), min=0))
    refused = (
        refusal("Clamp needs min or max", (2, 3)),
        refusal("max must be a number or null, not 'high'", (2, 3), max="high"),
    )

    def requires(self, x: Shape) -> Requirements:
        yield self.min is not None or self.max is not None, "Clamp needs min or max"

    def cost(self, x: Shape) -> Cost:
        """Each element takes one comparison per bound."""
        return super().cost(x).times((self.min is not None) + (self.max is not None))


class _Reduction(Weightless, TorchFunction):
    """Reduce one or more axes to a number; an empty list means all axes, as in PyTorch."""

    role = Role.ARITHMETIC
    dim: Axes
    keepdim: Flag = False
    examples = (
        example((2, 3, 4, 5), dim=[2, 3]),
        example((2, 3, 4, 5), dim=[-1, 1], keepdim=True),
        example((2, 7, 3), dim=1),
    )
    refused = (
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
        gone = self._axes(x)
        if self.keepdim:
            return tuple(1 if axis in gone else size for axis, size in enumerate(x))
        return tuple(size for axis, size in enumerate(x) if axis not in gone)

    def field(self, x: Shape) -> Field:
        """Each element reads the whole of the reduced axes."""
        gone = self._axes(x)
        kept = range(len(x)) if self.keepdim else [axis for axis in range(len(x)) if axis not in gone]
        return (tuple(WHOLE if axis in gone else Window(kept.index(axis)) for axis in range(len(x))),)


class Mean(_Reduction):
    """Take the mean along axes."""

    def cost(self, x: Shape) -> Cost:
        """A mean of k numbers takes k - 1 additions and one division."""
        size, out = prod(x), prod(self.out(x))
        return Cost(add=size - out, div=out)


class Sum(_Reduction):
    """Take the sum along axes."""

    def cost(self, x: Shape) -> Cost:
        """A sum of k numbers takes k - 1 additions."""
        return Cost(add=prod(x) - prod(self.out(x)))
