"""The values of the language: the results of expressions."""

from fractions import Fraction
from typing import Any, TypeAlias, TypeGuard

from archcalc import dim
from archcalc.algebra.assumptions import NOTHING
from archcalc.algebra.claim import Undecided
from archcalc.dim import say
from archcalc.errors import Refused, Undecidable, nearest
from archcalc.render.words import count_of

Symbolic: TypeAlias = Any
"""A SymPy expression. SymPy has no types."""
Number: TypeAlias = int | Fraction | float | Symbolic
"""A number: exact, real (only from sqrt, log and exp) or symbolic."""
Value: TypeAlias = "Number | str | bool | tuple[Value, ...] | LayerValue | Rounds | Undecided | None"
"""A value of the language. Lists are tuples."""

_AXES = {"channels": (1, 2), "height": (-2, 3), "width": (-1, 3), "length": (2, 3), "features": (-1, 1)}
"""The axis of each size, and the least rank of a shape that has it."""
SHAPE_WORDS = (*_AXES, "shape", "rank")
"""The attributes of a layer."""


class LayerValue:
    """A layer in an expression: the shapes of its outputs, the first one unless indexed."""

    __slots__ = ("name", "shape", "shapes")

    def __init__(self, name: str, shapes: tuple[dim.Shape, ...]):
        self.name, self.shapes, self.shape = name, shapes, shapes[0]

    def __getitem__(self, port: int) -> "LayerValue":
        check_port(self.name, port, len(self.shapes))
        return LayerValue(f"{self.name}[{port}]", (self.shapes[port],))

    def __str__(self) -> str:
        return f"the layer {self.name}"

    def ask(self, word: str) -> Value:
        """The size that a word such as `channels` names."""
        if word == "shape":
            return self.shape
        if word == "rank":
            return len(self.shape)
        if word not in _AXES:
            raise Refused(f"a layer has no {word!r}", nearest(word, SHAPE_WORDS))
        axis, least_rank = _AXES[word]
        if len(self.shape) < least_rank:
            raise Refused(f"{self.name} has no {word}: its shape is {dim.show(self.shape)}")
        return self.shape[axis]


def check_port(name: str, port: int, count: int) -> None:
    """Raise Refused unless a layer with `count` outputs has output number `port`."""
    if not 0 <= port < count:
        raise Refused(f"{name} has {count_of(count, 'output')}, so there is no [{port}]")


class Rounds:
    """The integers from `start` up to but excluding `stop`, if their number is symbolic.

    Only `for` runs over them, and only their number can be asked for.
    """

    __slots__ = ("start", "stop")

    def __init__(self, start: Number, stop: Number):
        self.start, self.stop = start, stop

    @property
    def count(self) -> dim.Dim:
        """The number of integers, if `stop` is not before `start`."""
        count: dim.Dim = dim.tidy(self.stop - self.start)
        return count

    @property
    def length(self) -> Number:
        """The number of integers."""
        return dim.maximum(0, self.count)

    def __str__(self) -> str:
        bounds = [self.stop] if self.start == 0 else [self.start, self.stop]
        return f"range({', '.join(map(dim.text, bounds))})"


def is_exact(value: object) -> TypeGuard[int | Fraction]:
    """Whether a value is an exact number, which true and false are not."""
    return isinstance(value, (int, Fraction)) and not isinstance(value, bool)


def is_number(value: Value) -> TypeGuard[Number]:
    """Whether a value is a number: exact, real or symbolic, but not true or false."""
    return is_exact(value) or isinstance(value, float) or dim.is_symbolic(value)


def number_of(value: Value, of: str) -> Number:
    """A value that must be a number for the function or operator `of`."""
    if is_number(value):
        return value
    raise unfit(f"{of} needs a number, not {say(value)}", value)


def list_of(value: Value, of: str) -> tuple[Value, ...]:
    """A value that must be a list for the function or operator `of`."""
    if isinstance(value, tuple):
        return value
    raise unfit(f"{of} needs a list, not {say(value)}", value)


def unfit(message: str, *values: Value) -> Refused:
    """The error for values that do not fit; if they depend on symbols, its hint says how to decide them."""
    names = sorted(symbols_in(values))
    return Undecidable(message, NOTHING.decided_by(names), symbols=names) if names else Refused(message)


def numbers_for(value: Value) -> str:
    """The hint that the symbols in a value need numbers."""
    return f"give {' and '.join(sorted(symbols_in(value)))} a number"


def symbols_in(value: Value) -> set[str]:
    """The names of the symbols in a value."""
    if isinstance(value, tuple):
        return {name for item in value for name in symbols_in(item)}
    if isinstance(value, Rounds):
        return symbols_in((value.start, value.stop))
    return dim.free_symbols([value])
