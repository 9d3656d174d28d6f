"""What one operation declares, and one operation applied to shapes.

Everything known about an operation stands in one class: its settings are the fields, its facts are the methods. An
analysis never asks which operation it sees; it combines facts.
"""

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar, NamedTuple, TypeVar, dataclass_transform

from archcalc.dim import Claim, Dim, Shape, Undecided, is_array, prod, say, total
from archcalc.errors import Refused, nearest
from archcalc.setting import MISMATCH, Kind

T = TypeVar("T")
Requirements = Iterator[tuple[Claim, str]]


@dataclass(frozen=True, slots=True)
class Cost:
    """The work of one operation, each entry a number of elementary operations; `macs` are multiply-accumulates.

    `bias` are the additions of a bias to a product; the others are the elementwise operations that are no part of a
    product. A counting convention is a projection of this vector.
    """

    macs: Dim = 0
    bias: Dim = 0
    add: Dim = 0
    mul: Dim = 0
    div: Dim = 0
    compare: Dim = 0
    exp: Dim = 0
    log: Dim = 0
    sqrt: Dim = 0
    tanh: Dim = 0
    erf: Dim = 0

    @classmethod
    def sum(cls, costs: Iterable["Cost"]) -> "Cost":
        """The entry-wise sum."""
        rows = [(c.macs, c.bias, c.add, c.mul, c.div, c.compare, c.exp, c.log, c.sqrt, c.tanh, c.erf) for c in costs]
        return cls(*map(total, zip(*rows, strict=True)))

    def times(self, count: Dim) -> "Cost":
        """The work of `count` such operations."""
        return self if type(count) is int and count == 1 else Cost(*(v * count for v in dataclasses.astuple(self)))


@dataclass(frozen=True, slots=True)
class Window:
    """Position i of output axis `axis` reads positions stride*i + first ... stride*i + last of this input axis.

    All three may be fractions (upsampling); then the positions read are the whole numbers between the two bounds.
    """

    axis: int
    stride: Any = 1
    first: Any = 0
    last: Any = 0


@dataclass(frozen=True, slots=True)
class Scattered:
    """Where this input axis is read depends on output axes `axes`, but not regularly: flattened, rolled or shuffled."""

    axes: tuple[int, ...]


class _Everywhere:
    """The type of WHOLE and UNKNOWN."""

    def __init__(self, name: str):
        self.name = name

    def __repr__(self) -> str:
        return self.name


WHOLE = _Everywhere("WHOLE")
"""Every output position reads the whole of this input axis."""
UNKNOWN = _Everywhere("UNKNOWN")
"""It cannot be said which positions of this input axis are read."""

Reach = Window | Scattered | _Everywhere
Field = tuple[tuple[Reach, ...], ...]
"""For each input, for each of its axes: how an output position reads it."""


@cache
def identity(rank: int) -> tuple[Reach, ...]:
    """Each output position reads the input position of the same index."""
    return tuple(Window(axis) for axis in range(rank))


class Example(NamedTuple):
    """Settings and input shapes that an operation takes, or refuses with a message that holds `message`."""

    inputs: tuple[Shape, ...]
    settings: dict[str, Any]
    message: str = ""


def example(*inputs: Shape, **settings: Any) -> Example:
    """An example that works."""
    return Example(inputs, settings)


def refusal(message: str, *inputs: Shape, **settings: Any) -> Example:
    """An example that is refused, with a part of the message."""
    return Example(inputs, settings, message)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def operation(cls: type[T]) -> type[T]:
    """Make a class with annotated fields an operation: immutable, its settings given by name and checked."""
    return dataclass(frozen=True, kw_only=True)(cls)


@operation
class Op(ABC):
    """A primitive operation of a network.

    Methods receive the shapes of the inputs and are written so that they run on integers, on SymPy expressions and on
    NumPy arrays. The three abstract ones have no default: no operation costs nothing because somebody forgot.
    """

    arity: ClassVar[tuple[int, int | None]] = (1, 1)
    """The least and the greatest number of inputs; None: any number."""
    axes: ClassVar[int] = 0
    """How many spatial axes a setting per axis has."""
    view: ClassVar[bool] = False
    """Whether the output is the input's own memory under another shape, so that no new activation is kept."""
    integers: ClassVar[tuple[int, ...]] = ()
    """The inputs that hold whole numbers, such as the numbers of tokens."""
    gate: ClassVar[bool] = False
    """Whether an input that was pooled over the whole image may be seen as a gate of the others."""
    letters: ClassVar[tuple[str, ...]] = ()
    """What the reference page calls the axes of each input, where the usual letters would mislead."""
    examples: ClassVar[tuple[Example, ...]] = ()
    refused: ClassVar[tuple[Example, ...]] = ()

    def __post_init__(self) -> None:
        for name, kind in kinds(type(self)).items():
            value = getattr(self, name)
            taken = kind.take(value, self.axes)
            if taken is MISMATCH:
                error = Refused(f"{name} must be {kind.words(self.axes)}, not {say(value)}")
                error.setting = name
                raise error
            if taken is not value:
                object.__setattr__(self, name, taken)

    def settings(self) -> dict[str, Any]:
        """The settings by name, in normal form."""
        return {name: getattr(self, name) for name in kinds(type(self))}

    # `*x: Any, **_: Any` lets a subclass name its inputs: `def out(self, query, key, value)`.
    def requires(self, *x: Any, **_: Any) -> Requirements:
        """What must hold of the inputs, each claim with the message for when it does not; the first failure ends."""
        return iter(())

    @abstractmethod
    def out(self, *x: Any, **_: Any) -> Shape:
        """The shape of the output."""

    def outputs(self, *x: Any, **_: Any) -> tuple[Shape, ...]:
        """The shapes of all outputs, for an operation that has several."""
        return (self.out(*x),)

    @abstractmethod
    def weights(self, *x: Any, **_: Any) -> dict[str, Shape]:
        """The trained arrays by name, as PyTorch names and shapes them."""

    def buffers(self, *x: Any, **_: Any) -> dict[str, Shape]:
        """The arrays that are kept but not trained."""
        return {}

    @abstractmethod
    def cost(self, *x: Any, **_: Any) -> Cost | None:
        """The work of one pass in eval mode; None where it is not known."""

    @abstractmethod
    def field(self, *x: Any, **_: Any) -> Field:
        """Which input positions an output position reads."""

    def fields(self, *x: Any, **_: Any) -> tuple[Field, ...]:
        """The field of each output, for an operation whose outputs differ in it."""
        return (self.field(*x),) * len(self.outputs(*x))

    def out_dtype(self, *dtypes: str) -> str:
        """The element type of the outputs."""
        return dtypes[0]

    @abstractmethod
    def torch(self, torch: Any, *x: Any) -> Any:
        """The operation in PyTorch: a module, or a function of the inputs and, by name, of the weights.

        PyTorch is handed in, so that the core never imports it; `x` are the input shapes.
        """


_KINDS: dict[type, dict[str, Kind]] = {}


def kinds(cls: type[Op]) -> dict[str, Kind]:
    """The kind of every setting of an operation, by name, in the order of declaration."""
    found = _KINDS.get(cls)
    if found is None:
        found = _KINDS[cls] = {f.name: f.type.__metadata__[0] for f in dataclasses.fields(cls)}  # type: ignore[union-attr]
    return found


def required(cls: type[Op]) -> list[str]:
    """The names of the settings without a default."""
    return [f.name for f in dataclasses.fields(cls) if f.default is dataclasses.MISSING]


_FOLLOWS = ("in_channels", "in_features", "num_features", "num_channels", "normalized_shape", "input_size", "embed_dim")
"""What PyTorch asks for and a spec never says."""


def no_setting(owner: str, name: str, known: Iterable[str]) -> Refused:
    """The error for a setting that an operation or block does not have, with the mistake that is likely behind it."""
    hint = nearest(name, known)
    if name in _FOLLOWS:
        hint = "it follows from the input, leave it out"
    elif name == "inplace":
        hint = "it changes nothing that is computed, leave it out"
    return Refused(f"{owner} has no setting {name!r}", hint)


def make(cls: type[Op], settings: Mapping[str, Any]) -> Op:
    """An operation with these settings; raises Refused for one that is unknown, missing or of the wrong kind."""
    known = kinds(cls)
    for name in settings:
        if name not in known:
            raise no_setting(cls.__name__, name, known)
    missing = [name for name in required(cls) if name not in settings]
    if missing:
        raise Refused(f"{cls.__name__} needs {' and '.join(missing)}")
    return cls(**settings)


class Call:
    """One operation applied to input shapes: its facts, each computed once. Equal calls share one object."""

    def __init__(self, op: Op, inputs: tuple[Shape, ...]):
        self.op, self.inputs = op, inputs
        self.assumptions: tuple[str, ...] = tuple(self._check())
        self.outputs = op.outputs(*inputs)
        for shape in self.outputs:
            _within_bounds(shape)

    def _check(self) -> Iterator[str]:
        least, most = self.op.arity
        count = len(self.inputs)
        if count < least or (most is not None and count > most):
            wanted = f"{least}" if most == least else f"at least {least}" if most is None else f"{least} to {most}"
            raise Refused(f"{type(self.op).__name__} takes {wanted} input{'' if wanted == '1' else 's'}, not {count}")
        for claim, message in self.op.requires(*self.inputs):
            if isinstance(claim, Undecided):
                yield claim.text
            elif not claim:
                raise Refused(message)

    @cached_property
    def weights(self) -> dict[str, Shape]:
        """The trained arrays by name."""
        return self.op.weights(*self.inputs)

    @cached_property
    def buffers(self) -> dict[str, Shape]:
        """The arrays by name that are kept but not trained."""
        return self.op.buffers(*self.inputs)

    @cached_property
    def parameters(self) -> Dim:
        """The number of elements of all weights."""
        return total(map(prod, self.weights.values()))

    @cached_property
    def buffer_elements(self) -> Dim:
        """The number of elements of all buffers."""
        return total(map(prod, self.buffers.values()))

    @cached_property
    def cost(self) -> Cost | None:
        """The work of one pass; None where it is not known."""
        return self.op.cost(*self.inputs)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """For each output, which input positions one of its positions reads."""
        return self.op.fields(*self.inputs)

    @cached_property
    def activations(self) -> Dim:
        """The number of elements that the operation writes; none where the output is a view of the input."""
        return 0 if self.op.view else total(map(prod, self.outputs))


AXES, SIZE = 64, 2**63 - 1
"""The most axes of an array, and the largest size of one: what arrays of PyTorch and NumPy can have."""


def _within_bounds(shape: Shape) -> None:
    if len(shape) > AXES:
        raise Refused(f"the output would have {len(shape)} axes", f"at most {AXES}")
    for size in shape:
        if type(size) is int and size > SIZE:
            raise Refused("the output would have a size beyond 2^63", "no array can be so large")


def elements(shape: Shape) -> Dim:
    """The number of elements of an array."""
    return prod(shape)


def has_rank(shape: Shape, rank: int, what: str) -> tuple[Claim, str]:
    """The requirement that an input has a number of axes, named by their letters."""
    shown = ", ".join(str(d) for d in shape) if not any(map(is_array, shape)) else "..."
    return len(shape) == rank, f"the input must have {rank} axes ({what}), not {len(shape)}: [{shown}]"
