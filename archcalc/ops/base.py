"""What operations of several families have in common."""

from collections.abc import Callable
from typing import ClassVar

from archcalc.algebra.claim import Claim
from archcalc.dim import Shape, prod
from archcalc.errors import Refused
from archcalc.op import (
    WHOLE,
    Cost,
    Example,
    Field,
    Inputs,
    Op,
    Requirements,
    Torch,
    example,
    has_rank,
    identity,
    refusal,
)
from archcalc.ops.axes import has_axis, identity_but
from archcalc.role import Role
from archcalc.setting import Index

LETTERS = {1: "N, C, L", 2: "N, C, H, W", 3: "N, C, D, H, W"}
"""The axes of an input by its number of spatial axes."""


class Weightless(Op):
    """An operation without trained arrays."""

    def weights(self, *x: Inputs, **_: Inputs) -> dict[str, Shape]:
        return {}


class SameShape(Op):
    """An operation whose output has the shape of its input."""

    def out(self, x: Shape) -> Shape:
        """The output has the shape of the input."""
        return x


def twin(op: Op, home: Torch, name: Callable[[str], str] = str) -> Torch:
    """PyTorch's module or function named like the class of an operation or its nearest base: a user may derive a class.

    Raises Refused if there is none.
    """
    names = [name(base.__name__) for base in type(op).__mro__]
    found = next((getattr(home, n) for n in names if hasattr(home, n)), None)
    if found is None:
        raise Refused(f"{home.__name__} has no {names[0]}", "define the method `torch` in the class of the operation")
    return found


class TorchModule(Op):
    """An operation that is a module of PyTorch with the same name and the same settings."""

    def torch(self, torch: Torch, *x: Inputs) -> Torch:
        return twin(self, torch.nn)(**self.settings())


class TorchFunction(Op):
    """An operation that is a function of PyTorch with the same name in lower case, of the inputs and the settings."""

    def torch(self, torch: Torch, *x: Inputs) -> Torch:
        function = twin(self, torch, str.lower)
        return lambda *x: function(*x, *self.settings().values())


def weight_and_bias(weight: Shape, bias: bool, channels: int) -> dict[str, Shape]:
    """A weight and, if `bias`, a bias for each output channel."""
    return {"weight": weight, "bias": (channels,)} if bias else {"weight": weight}


class Indexed(Op):
    """An operation that with `return_indices` has a second output: the flat index of each value in its image."""

    def outputs(self, *x: Inputs, **_: Inputs) -> tuple[Shape, ...]:
        # No docstring, so that `explain` prints that of `out`.
        return (self.out(*x),) * (2 if self.settings()["return_indices"] else 1)

    def out_dtypes(self, *dtypes: str) -> tuple[str, ...]:
        return (dtypes[0], "int64")[: 2 if self.settings()["return_indices"] else 1]


_POWERS = {-1.0: Cost(div=1), -0.5: Cost(div=1, sqrt=1), 0.5: Cost(sqrt=1), 2.0: Cost(mul=1), 3.0: Cost(mul=2)}


def power(exponent: float) -> Cost:
    """The work of raising one number to a power: exp(exponent * log(x)) unless there is a simpler way."""
    if exponent in (0, 1):
        return Cost()
    return _POWERS.get(exponent, Cost(log=1, mul=1, exp=1))


class Spatial(Op):
    """An operation on sequences, images or volumes: axis 1 has the channels, and `axes` spatial axes follow."""

    channel_axis = 1

    def requires(self, *x: Inputs, **_: Inputs) -> Requirements:
        yield self._has_rank(x[0])

    def _has_rank(self, x: Shape) -> tuple[Claim, str]:
        return has_rank(x, 2 + self.axes, LETTERS[self.axes])


class Movement(Weightless):
    """Move elements without arithmetic."""

    role = Role.LAYOUT
    takes_complex = True

    def cost(self, *x: Inputs, **_: Inputs) -> Cost:
        """Moving elements takes no arithmetic."""
        return Cost()


class Elementwise(SameShape, Weightless, TorchModule):
    """Apply one function to each element."""

    role = Role.ACTIVATION
    each: ClassVar[Cost]
    """The work for one element; no default, so that none is free because somebody forgot."""
    examples: ClassVar[tuple[Example, ...]] = (example((2, 3, 5)), example((3, 4)))
    refused: ClassVar[tuple[Example, ...]] = (refusal("has no setting 'inplace'", (2, 3), inplace=True),)

    def cost(self, x: Shape) -> Cost:
        """Each element takes the same few operations, or none."""
        return self.each.times(prod(x))

    def field(self, x: Shape) -> Field:
        """Each element reads the element at its own position."""
        return (identity(len(x)),)


class AlongAxis(SameShape, Weightless, TorchModule):
    """Normalise along one axis, which may be counted from the end."""

    role = Role.ACTIVATION
    dim: Index
    examples = (example((2, 5), dim=-1), example((2, 3, 4, 5), dim=1), example((2, 3, 1), dim=-1))
    refused = (
        refusal("dim must be from -2 to 1, not 2", (2, 3), dim=2),
        refusal("dim must be an integer, not null", (2, 3), dim=None),
    )

    def requires(self, x: Shape) -> Requirements:
        yield has_axis(x, self.dim)

    def _rows(self, x: Shape) -> int:
        """The number of rows along the axis."""
        dim = self.dim % len(x)
        return prod((*x[:dim], *x[dim + 1 :]))

    def field(self, x: Shape) -> Field:
        """Each element reads its whole row along the axis."""
        return (identity_but(x, self.dim, WHOLE),)
