"""What one operation declares.

One class holds everything known about an operation: its settings are the fields, its facts the methods. An analysis
never asks which operation it sees; it combines facts.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, NamedTuple, Self, dataclass_transform, get_origin

from archcalc.algebra.claim import Claim
from archcalc.dim import Dim, Shape, is_array, is_symbolic, prod, say, total
from archcalc.errors import Refused, nearest
from archcalc.reach import REACHES as REACHES
from archcalc.reach import UNKNOWN as UNKNOWN
from archcalc.reach import WHOLE as WHOLE
from archcalc.reach import Before as Before
from archcalc.reach import Field as Field
from archcalc.reach import Piece as Piece
from archcalc.reach import Reach as Reach
from archcalc.reach import Scattered as Scattered
from archcalc.reach import Window as Window
from archcalc.reach import identity as identity
from archcalc.role import Role
from archcalc.setting import MISMATCH, Given, Kind, types

Requirements = Iterator[tuple[Claim, str]]
Inputs = Any
"""The shapes of the inputs of an operation, which a subclass names as it likes."""
Torch = Any
"""PyTorch, a module of it or a tensor; it is handed in and never imported here, so it has no type."""


class Cost(NamedTuple):
    """The work of one operation, each entry a number of elementary operations; `macs` are multiply-accumulates.

    `bias` are the additions of a bias to a product; the others are the elementwise operations that are not part of a
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
    sin: Dim = 0
    """Sines and cosines."""

    @classmethod
    def sum(cls, costs: Iterable["Cost"]) -> "Cost":
        """The entry-wise sum."""
        return cls(*map(total, zip(*costs, strict=True)))

    def times(self, count: Dim) -> "Cost":
        """The work of `count` such operations."""
        return self if type(count) is int and count == 1 else Cost(*(v * count for v in self))


class Example(NamedTuple):
    """Settings and input shapes that an operation takes, or refuses with a message that holds `message`."""

    inputs: tuple[Shape, ...]
    settings: dict[str, Any]
    message: str = ""

    def but(self, message: str, *inputs: Shape, **settings: Given) -> "Example":
        """The same with other settings, perhaps on other inputs, which is refused with a part of the message."""
        return Example(inputs or self.inputs, self.settings | settings, message)


def example(*inputs: Shape, **settings: Given) -> Example:
    """An example that works."""
    return Example(inputs, settings)


def refusal(message: str, *inputs: Shape, **settings: Given) -> Example:
    """An example that is refused, with a part of the message."""
    return Example(inputs, settings, message)


class Declared(NamedTuple):
    """One setting of an operation, as its class declares it."""

    kind: Kind
    default: Given
    """REQUIRED where there is none."""


REQUIRED: Given = object()


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Op(ABC):
    """A primitive operation of a network.

    The annotated fields of a subclass are its settings, checked and immutable. They are given by name, the first ones
    also by position: `Conv2d(64, 3)`. It is like a dataclass, but not one: creating a hundred of them would dominate
    start-up.

    Methods receive the shapes of the inputs and are written so that they run on integers, on SymPy expressions and on
    NumPy arrays. The abstract ones have no default: no operation costs nothing because somebody forgot.
    """

    declared: ClassVar[dict[str, Declared]] = {}
    """Every setting by name, in the order of declaration."""
    arity: ClassVar[tuple[int, int | None]] = (1, 1)
    """The least and the greatest number of inputs; None: any number."""
    leads: ClassVar[str] = ""
    """The setting that comes first, if settings that a base declares would stand before it."""
    axes: ClassVar[int] = 0
    """How many spatial axes a setting per axis has."""
    view: ClassVar[bool] = False
    """Whether the output is the input's own memory under another shape, so that no new activation is kept."""
    integers: ClassVar[tuple[int, ...]] = ()
    """The inputs that hold integers, such as token indices."""
    booleans: ClassVar[tuple[int, ...]] = ()
    """The inputs that hold truth values, such as a mask."""
    takes_complex: ClassVar[bool] = False
    """Whether its inputs may hold complex numbers."""
    gate: ClassVar[bool] = False
    """Whether an input that was pooled over the whole image may be seen as a gate of the others."""
    role: ClassVar[Role] = Role.OTHER
    """What the operation is."""
    counted_as: ClassVar[str | None] = None
    """What counting tools take it for, a word of `archcalc.convention.kinds`; None follows the role, "" is unknown."""
    channel_axis: ClassVar[int | None] = None
    """The axis that holds the channels of input and output; None: any."""
    letters: ClassVar[tuple[str, ...]] = ()
    """The axes of each input from the last, where the usual letters would mislead; `...` are the usual ones."""
    examples: ClassVar[tuple[Example, ...]] = ()
    refused: ClassVar[tuple[Example, ...]] = ()

    def __init_subclass__(cls) -> None:
        inherited = (base.__dict__.get("declared", {}) for base in reversed(cls.__mro__[1:]))
        cls.declared = {name: d for declared in inherited for name, d in declared.items()}
        for name, annotation in inspect.get_annotations(cls, eval_str=True).items():
            origin: object = get_origin(annotation)
            if origin is not ClassVar:
                cls.declared[name] = Declared(_kind(cls, name, annotation), cls.__dict__.get(name, REQUIRED))
        if cls.leads:
            cls.declared = {cls.leads: cls.declared[cls.leads], **cls.declared}

    def __init__(self, *first: Given, **settings: Given) -> None:
        declared, name = self.declared, type(self).__name__
        if first:
            settings = _by_name(name, first, settings, declared)
        for given in settings:
            if given not in declared:
                raise no_setting(name, given, declared)
        values = {key: settings.get(key, d.default) for key, d in declared.items()}
        missing = [key for key, value in values.items() if value is REQUIRED]
        if missing:
            raise Refused(f"{name} needs {' and '.join(missing)}")
        taken = {key: self._taken(key, value) for key, value in values.items()}
        self.__dict__.update(taken)
        self.__dict__["_key"] = self._keyed(taken)

    def _taken(self, name: str, value: Given) -> Given:
        """A setting in normal form; raises Refused for a value of the wrong kind."""
        kind, axes = self.declared[name].kind, type(self).axes
        taken = kind.take(value, axes)
        if taken is MISMATCH:
            raise Refused(f"{name} must be {kind.words(axes)}, not {say(value)}", setting=name)
        return taken

    def _keyed(self, taken: dict[str, Given]) -> tuple[object, ...]:
        """The class, the settings and their types."""
        values = tuple(taken.values())
        return type(self), *values, types(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Op) and bool(self.__dict__["_key"] == other.__dict__["_key"])

    def __hash__(self) -> int:
        return hash(self.__dict__["_key"])

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.settings().items())
        return f"{type(self).__name__}({shown})"

    @classmethod
    def kinds(cls) -> dict[str, Kind]:
        """The kind of every setting, by name, in the order of declaration."""
        return {name: declared.kind for name, declared in cls.declared.items()}

    @classmethod
    def required(cls) -> list[str]:
        """The names of the settings without a default."""
        return [name for name, declared in cls.declared.items() if declared.default is REQUIRED]

    def settings(self) -> dict[str, Any]:
        """The settings by name, in normal form."""
        return {name: self.__dict__[name] for name in self.declared}

    def claims(self) -> Requirements:
        """What must hold of the symbols in the settings, each claim with the message for when it does not."""
        axes = type(self).axes
        for name, value in self.settings().items():
            kind = self.declared[name].kind
            for claim in kind.claims(value, axes):
                yield claim, f"{name} must be {kind.words(axes)}, not {say(value)}"

    def replaced(self, change: Callable[[Any], Any]) -> Self:
        """The same operation with each setting changed to an equal value in another form."""
        made = object.__new__(type(self))
        taken = {name: change(value) for name, value in self.settings().items()}
        made.__dict__.update(taken, _key=self._keyed(taken))
        return made

    @property
    def is_symbolic(self) -> bool:
        """Whether a setting has symbols."""
        return _has_symbols(self.__dict__["_key"][1:-1])

    def named_axes(self) -> tuple[str, ...]:
        """The letters of the axes under these settings."""
        return self.letters

    # `*x: Inputs, **_: Inputs` lets a subclass name its inputs: `def out(self, query, key, value)`.
    def requires(self, *x: Inputs, **_: Inputs) -> Requirements:
        """What must hold of the inputs, each claim with the message for when it does not; the first failure ends."""
        return iter(())

    @abstractmethod
    def out(self, *x: Inputs, **_: Inputs) -> Shape:
        """The shape of the output."""

    def outputs(self, *x: Inputs, **_: Inputs) -> tuple[Shape, ...]:
        """The shapes of all outputs, for an operation that has several."""
        return (self.out(*x),)

    @abstractmethod
    def weights(self, *x: Inputs, **_: Inputs) -> dict[str, Shape]:
        """The trained arrays by name, as PyTorch names and shapes them."""

    def buffers(self, *x: Inputs, **_: Inputs) -> dict[str, Shape]:
        """The arrays that are kept but not trained."""
        return {}

    @abstractmethod
    def cost(self, *x: Inputs, **_: Inputs) -> Cost | None:
        """The work of one pass in eval mode; None where it is not known."""

    @abstractmethod
    def field(self, *x: Inputs, **_: Inputs) -> Field:
        """Which input positions an output position reads."""

    def fields(self, *x: Inputs, **_: Inputs) -> tuple[Field, ...]:
        """The field of each output, for an operation whose outputs differ in it."""
        return (self.field(*x),) * len(self.outputs(*x))

    def out_dtype(self, *dtypes: str) -> str:
        """The element type of the output: the one that holds the numbers of all inputs."""
        indices = {*self.integers, *self.booleans}
        return promoted(*(dtype for slot, dtype in enumerate(dtypes) if slot not in indices))

    def out_dtypes(self, *dtypes: str) -> tuple[str, ...]:
        """The element types of the outputs, for an operation whose outputs differ in it; one alone holds for all."""
        return (self.out_dtype(*dtypes),)

    @abstractmethod
    def torch(self, torch: Torch, *x: Inputs) -> Torch:
        """The operation in PyTorch: a module, or a function of the inputs and, by name, of the weights.

        PyTorch is handed in, so that the core never imports it; `x` are the input shapes.
        """


def _by_name(
    owner: str, first: tuple[Given, ...], settings: dict[str, Given], known: Iterable[str]
) -> dict[str, Given]:
    """All settings by name; the first are in the order of declaration."""
    names = list(known)
    if len(first) > len(names):
        raise Refused(f"{owner} has {len(names) or 'no'} settings, but {len(first)} are given", ", ".join(names))
    placed = dict(zip(names, first, strict=False))
    if twice := placed.keys() & settings:
        raise Refused(f"{owner} is given {min(twice)} twice, by position and by name")
    return placed | settings


def _kind(cls: type, name: str, annotation: object) -> Kind:
    """The kind in a setting's annotation."""
    found = next((m for m in getattr(annotation, "__metadata__", ()) if isinstance(m, Kind)), None)
    if found is None:
        raise TypeError(f"{cls.__name__}.{name} must be annotated with a kind of archcalc.setting, or with ClassVar")
    return found


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


def _has_symbols(value: object) -> bool:
    return any(map(_has_symbols, value)) if isinstance(value, tuple) else is_symbolic(value)


_PROMOTED = ("bool", "int32", "int64", "float16", "bfloat16", "float32", "float64", "complex64", "complex128")
"""Each element type holds the numbers of those before it, apart from two pairs."""
_APART = {("float16", "bfloat16"): "float32", ("float64", "complex64"): "complex128"}


def promoted(*dtypes: str) -> str:
    """The element type of a sum of arrays of these types, as PyTorch promotes them."""
    wide = max(dtypes, key=_PROMOTED.index) if len(set(dtypes)) > 1 else dtypes[0]
    return next((both for (one, other), both in _APART.items() if wide == other and one in dtypes), wide)


def real(dtype: str) -> str:
    """The element type of the parts of complex numbers; real numbers keep theirs."""
    return {"complex64": "float32", "complex128": "float64"}.get(dtype, dtype)


def elements(shape: Shape) -> Dim:
    """The number of elements of an array."""
    return prod(shape)


def has_rank(shape: Shape, rank: int, what: str) -> tuple[Claim, str]:
    """The requirement that an input has a number of axes, named by their letters."""
    if len(shape) == rank:
        return True, ""  # SymPy takes longer to write the sizes than all else that is required
    shown = ", ".join(str(d) for d in shape) if not any(map(is_array, shape)) else "..."
    return False, f"the input must have {rank} axes ({what}), not {len(shape)}: [{shown}]"
