"""The values of the language: what an expression gives."""

from fractions import Fraction
from typing import Any, TypeAlias, TypeGuard

from archcalc import dim
from archcalc.algebra.assumptions import NOTHING
from archcalc.algebra.claim import Undecided
from archcalc.errors import Refused, Undecidable, nearest

Symbolic: TypeAlias = Any
"""A SymPy expression. SymPy has no types."""
Number: TypeAlias = int | Fraction | float | Symbolic
"""A number: exact, real (only from sqrt, log and exp) or symbolic."""
Value: TypeAlias = "Number | str | bool | tuple[Value, ...] | LayerValue | Rounds | Undecided | None"
"""A value of the language. Lists are tuples."""

SHAPE_WORDS = ("channels", "height", "width", "length", "features", "shape", "rank")
"""What a layer's name can be asked for."""
_AXES = {"channels": 1, "length": 2, "height": -2, "width": -1, "features": -1}
_LEAST_RANK = {"channels": 2, "length": 3, "height": 3, "width": 3, "features": 1}


class LayerValue:
    """A layer in an expression: the shapes of its outputs, the first one unless indexed."""

    __slots__ = ("name", "shape", "shapes")

    def __init__(self, name: str, shapes: tuple[dim.Shape, ...]):
        self.name, self.shapes, self.shape = name, shapes, shapes[0]

    def __getitem__(self, port: int) -> "LayerValue":
        if not 0 <= port < len(self.shapes):
            count = len(self.shapes)
            raise Refused(f"{self.name} has {count} output{'s' * (count != 1)}, so there is no [{port}]")
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
        if len(self.shape) < _LEAST_RANK[word]:
            raise Refused(f"{self.name} has no {word}: its shape is {dim.show(self.shape)}")
        return self.shape[_AXES[word]]


class Rounds:
    """The integers from `start` up to but excluding `stop`, where their number is symbolic.

    Only `for` runs over them, and only their number can be asked for.
    """

    __slots__ = ("start", "stop")

    def __init__(self, start: Number, stop: Number):
        self.start, self.stop = start, stop

    @property
    def count(self) -> dim.Dim:
        """The number of integers, where `stop` is not before `start`."""
        count: dim.Dim = dim.tidy(self.stop - self.start)
        return count

    @property
    def length(self) -> Number:
        """The number of integers."""
        return dim.maximum(0, self.count)

    def __str__(self) -> str:
        bounds = [self.stop] if self.start == 0 else [self.start, self.stop]
        return f"range({', '.join(map(dim.text, bounds))})"


def is_number(value: Value) -> TypeGuard[Number]:
    """Whether a value is a number: exact, real or symbolic, but not true or false."""
    return (isinstance(value, (int, Fraction, float)) and not isinstance(value, bool)) or dim.is_symbolic(value)


def unfit(message: str, *values: Value) -> Refused:
    """The error for values that do not fit; where they depend on symbols, it says what would decide them."""
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
