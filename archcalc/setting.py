"""What a setting of an operation accepts: the kinds, their checks, their words and their JSON schema.

A kind is the annotation of a field, so an operation reads like its PyTorch twin::

    out_channels: Dim
    kernel_size: PerAxis
    bias: Flag = True
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Annotated, Any

from archcalc.algebra.claim import Claim
from archcalc.dim import at_least, is_size, is_symbolic, tidy

Given = Any
"""The value of a setting, as a spec or a program gives it."""
MISMATCH: Given = object()
"""What `Kind.take` gives back for a value that it does not accept."""


def types(value: object) -> object:
    """The types in a value: 1, true and 1.0 are equal to Python, but not to a setting."""
    return tuple(map(types, value)) if isinstance(value, tuple) else type(value)


class Kind(ABC):
    """A set of values that a setting accepts."""

    @abstractmethod
    def take(self, value: Given, axes: int) -> Given:
        """The value in normal form, or MISMATCH; `axes` is the operation's number of spatial axes."""

    def claims(self, value: Given, axes: int) -> Iterator[Claim]:
        """What must hold of the symbols in a value in normal form, on `axes` spatial axes."""
        return iter(())

    @abstractmethod
    def words(self, axes: int) -> str:
        """The accepted values in words, to stand after 'must be'."""

    @abstractmethod
    def schema(self, axes: int) -> dict[str, Any]:
        """The accepted values as JSON schema, where every expression is a string."""

    def __or__(self, other: "Kind") -> "Kind":
        return Either(self, other)


class Whole(Kind):
    """An integer, exact or symbolic, but not a boolean."""

    def __init__(self, least: int | None = None):
        self.least = least

    def take(self, value: Given, axes: int) -> Given:
        value = tidy(value)
        if not is_size(value):
            return MISMATCH
        if type(value) is int and ((self.least is not None and value < self.least) or abs(value) >> 63):
            return MISMATCH
        return value

    def claims(self, value: Given, axes: int) -> Iterator[Claim]:
        # The least number of a symbol alone is known.
        if self.least is not None and is_symbolic(value) and not value.is_Symbol:
            yield at_least(value, self.least)

    def words(self, axes: int) -> str:
        return "an integer" if self.least is None else f"an integer of at least {self.least}"

    def schema(self, axes: int) -> dict[str, Any]:
        least = {} if self.least is None else {"minimum": self.least}
        return {"anyOf": [{"type": "integer"} | least, {"type": "string"}]}


class Each(Kind):
    """One value for all spatial axes, or a list with one for each; in normal form always the list."""

    def __init__(self, item: Kind):
        self.item = item

    def take(self, value: Given, axes: int) -> Given:
        items = list(value) if isinstance(value, (list, tuple)) else [value] * axes
        taken = tuple(self.item.take(v, axes) for v in items)
        return taken if len(taken) == axes and MISMATCH not in taken else MISMATCH

    def claims(self, value: Given, axes: int) -> Iterator[Claim]:
        for item in value:
            yield from self.item.claims(item, axes)

    def words(self, axes: int) -> str:
        return self.item.words(axes) if axes == 1 else f"{self.item.words(axes)}, or a list of {axes}"

    def schema(self, axes: int) -> dict[str, Any]:
        item = self.item.schema(axes)
        return {"anyOf": [item, {"type": "array", "items": item, "minItems": axes, "maxItems": axes}]}


class Many(Kind):
    """A list of some kind; a single value becomes a list of one unless `strict`."""

    def __init__(self, item: Kind, strict: bool = False):
        self.item, self.strict = item, strict

    def take(self, value: Given, axes: int) -> Given:
        if not isinstance(value, (list, tuple)):
            if self.strict:
                return MISMATCH
            value = [value]
        taken = tuple(self.item.take(v, axes) for v in value)
        return MISMATCH if any(v is MISMATCH for v in taken) else taken

    def claims(self, value: Given, axes: int) -> Iterator[Claim]:
        for item in value:
            yield from self.item.claims(item, axes)

    def words(self, axes: int) -> str:
        return f"a list, each entry {self.item.words(axes)}"

    def schema(self, axes: int) -> dict[str, Any]:
        item = self.item.schema(axes)
        many = {"type": "array", "items": item}
        return {"anyOf": [many, {"type": "string"}]} if self.strict else {"anyOf": [item, many]}


class Real(Kind):
    """A real number; kept as a float, since no size is made from it."""

    def __init__(self, least: float | None = None, most: float | None = None):
        self.least, self.most = least, most

    def take(self, value: Given, axes: int) -> Given:
        value = tidy(value)
        if isinstance(value, bool) or not isinstance(value, (int, float, Fraction)):
            return MISMATCH
        if (self.least is not None and value < self.least) or (self.most is not None and value > self.most):
            return MISMATCH
        return float(value)

    def words(self, axes: int) -> str:
        if self.most is not None:
            return f"a number from {self.least:g} to {self.most:g}"
        return "a number" if self.least is None else f"a number of at least {self.least:g}"

    def schema(self, axes: int) -> dict[str, Any]:
        bounds = {"minimum": self.least, "maximum": self.most}
        return {"anyOf": [{"type": "number"} | {k: v for k, v in bounds.items() if v is not None}, {"type": "string"}]}


class Truth(Kind):
    """true or false."""

    def take(self, value: Given, axes: int) -> Given:
        return value if isinstance(value, bool) else MISMATCH

    def words(self, axes: int) -> str:
        return "true or false"

    def schema(self, axes: int) -> dict[str, Any]:
        return {"anyOf": [{"type": "boolean"}, {"type": "string"}]}


class Choice(Kind):
    """One of some words."""

    def __init__(self, *words: str):
        self.choices = words

    def take(self, value: Given, axes: int) -> Given:
        return value if isinstance(value, str) and value in self.choices else MISMATCH

    def words(self, axes: int) -> str:
        return " or ".join(repr(w) for w in self.choices)

    def schema(self, axes: int) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(self.choices)}, {"type": "string", "pattern": "[{]"}]}


class Text(Kind):
    """A string, such as an einops pattern."""

    def take(self, value: Given, axes: int) -> Given:
        return value if isinstance(value, str) else MISMATCH

    def words(self, axes: int) -> str:
        return "a string"

    def schema(self, axes: int) -> dict[str, Any]:
        return {"type": "string"}


class ByName(Kind):
    """A mapping from names to values of one kind; in normal form sorted pairs."""

    def __init__(self, item: Kind):
        self.item = item

    def take(self, value: Given, axes: int) -> Given:
        pairs = value.items() if isinstance(value, dict) else value
        if not isinstance(value, (dict, tuple)) or not all(isinstance(p, tuple) and len(p) == 2 for p in pairs):
            return MISMATCH
        taken = {str(k): self.item.take(v, axes) for k, v in pairs}
        return MISMATCH if any(v is MISMATCH for v in taken.values()) else tuple(sorted(taken.items()))

    def claims(self, value: Given, axes: int) -> Iterator[Claim]:
        for _, item in value:
            yield from self.item.claims(item, axes)

    def words(self, axes: int) -> str:
        return f"a mapping from names to values, each {self.item.words(axes)}"

    def schema(self, axes: int) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": self.item.schema(axes)}


class Null(Kind):
    """null: nothing given."""

    def take(self, value: Given, axes: int) -> Given:
        return None if value is None else MISMATCH

    def words(self, axes: int) -> str:
        return "null"

    def schema(self, axes: int) -> dict[str, Any]:
        return {"type": "null"}


class Either(Kind):
    """The first of several kinds that accepts the value."""

    def __init__(self, *kinds: Kind):
        self.kinds: Sequence[Kind] = kinds

    def take(self, value: Given, axes: int) -> Given:
        for kind in self.kinds:
            taken = kind.take(value, axes)
            if taken is not MISMATCH:
                return taken
        return MISMATCH

    def claims(self, value: Given, axes: int) -> Iterator[Claim]:
        taker = next((kind for kind in self.kinds if kind.take(value, axes) is not MISMATCH), None)
        return iter(()) if taker is None else taker.claims(value, axes)

    def words(self, axes: int) -> str:
        return " or ".join(kind.words(axes) for kind in self.kinds)

    def schema(self, axes: int) -> dict[str, Any]:
        return {"anyOf": [kind.schema(axes) for kind in self.kinds]}


def means_itself(kind: Kind, text: str) -> bool:
    """Whether a string given for this kind is literal, not an expression."""
    if isinstance(kind, Either):
        return any(text in k.choices if isinstance(k, Choice) else means_itself(k, text) for k in kind.kinds)
    return isinstance(kind, (Text, Choice))


Dim = Annotated[int, Whole(1)]
"""A size."""
Count = Annotated[int, Whole(0)]
"""A number that may be zero."""
Index = Annotated[int, Whole()]
"""Any integer, such as an axis counted from the end."""
# Any, because a field may be given as one number but always holds a tuple.
PerAxis = Annotated[Any, Each(Whole(1))]
"""A size for each spatial axis."""
CountPerAxis = Annotated[Any, Each(Whole(0))]
"""A number for each spatial axis, which may be zero."""
Sizes = Annotated[tuple[int, ...], Many(Whole(1))]
"""A list of sizes, such as a shape."""
Axes = Annotated[Any, Many(Whole())]
"""One axis or several."""
Flag = Annotated[bool, Truth()]
Probability = Annotated[float, Real(0, 1)]
Number = Annotated[float, Real()]
