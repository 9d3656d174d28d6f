"""Arithmetic of whole arrays, element by element or along axes. Inputs of any shape."""

from functools import reduce
from typing import Annotated, ClassVar

from archcalc.dim import Shape, prod
from archcalc.op import Cost, Example, Field, Requirements, Torch, example, real, refusal
from archcalc.ops.axes import aligned, broadcast, fits
from archcalc.ops.base import Elementwise, TorchFunction, Weightless, power, twin
from archcalc.role import Role
from archcalc.setting import Null, Number, Real


class _Broadcast(Weightless):
    """Combine inputs element by element; their last axes are aligned, and size 1 broadcasts to any size."""

    role = Role.ARITHMETIC
    takes_complex = True
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


class _Extreme(_Broadcast):
    """Take the greater or the lesser of two inputs."""

    takes_complex = False
    arity = (2, 2)
    each = Cost(compare=1)


class Maximum(_Extreme):
    """Take the greater of two inputs, element by element."""


class Minimum(_Extreme):
    """Take the lesser of two inputs, element by element."""


class Where(_Broadcast):
    """Take the second input where the first, a condition, is true, else the third."""

    arity = (3, 3)
    booleans = (0,)
    each = Cost()
    examples = (
        example((2, 3, 4), (2, 3, 4), (2, 3, 4)),
        example((4, 4), (2, 3, 4, 4), (1,)),
        example((2, 5, 1), (4,), (2, 1, 4)),
    )
    refused = (
        refusal("shapes [2, 3] and [2, 4] do not fit on axis -1: 3 and 4", (2, 3), (2, 4), (1,)),
        refusal("Where takes 3 inputs, not 2", (2, 3), (2, 3)),
    )

    def torch(self, torch: Torch, *x: Shape) -> Torch:
        return torch.where


class _Function(TorchFunction, Elementwise):
    """Apply one function to each element."""

    role = Role.ARITHMETIC
    takes_complex = True
    refused: ClassVar[tuple[Example, ...]] = (refusal("takes 1 input, not 2", (2, 3), (2, 3)),)


class Square(_Function):
    """Multiply each element by itself."""

    each = Cost(mul=1)


class Sqrt(_Function):
    """Take the square root of each element."""

    each = Cost(sqrt=1)


class Exp(_Function):
    """Raise e to the power of each element."""

    each = Cost(exp=1)


class Log(_Function):
    """Take the natural logarithm of each element."""

    each = Cost(log=1)


class Sin(_Function):
    """Take the sine of each element."""

    each = Cost(sin=1)


class Cos(_Function):
    """Take the cosine of each element."""

    each = Cost(sin=1)


class Abs(_Function):
    """Take the absolute value of each element, or the magnitude of a complex number."""

    each = Cost(compare=1)

    def out_dtype(self, *dtypes: str) -> str:
        return real(dtypes[0])


class Pow(_Function):
    """Raise each element to a power."""

    exponent: Number
    examples = (
        example((2, 3, 5), exponent=2),
        example((3, 4), exponent=-0.5),
        example((2, 3), exponent=3),
        example((2, 6), exponent=1.7),
    )
    refused = (refusal("Pow needs exponent", (2, 3)), refusal("takes 1 input, not 2", (2, 3), (2, 3), exponent=2))

    def cost(self, x: Shape) -> Cost:
        """Small powers are products, roots and a division; any other is exp(exponent * log(x))."""
        return power(self.exponent).times(prod(x))


class Scale(Elementwise):
    """Multiply each element by one number."""

    role = Role.ARITHMETIC
    takes_complex = True
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
