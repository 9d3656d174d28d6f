"""The tree of a YAML file: scalars, lists and mappings, each with its place."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from archcalc.errors import Place

Datum: TypeAlias = int | Fraction | str | bool | None
"""The value of a scalar. Reals are exact fractions."""


class Node:
    """A value in a file; line and column count from 1."""

    __slots__ = ("column", "file", "line")

    def __init__(self, file: str, line: int, column: int):
        self.file, self.line, self.column = file, line, column

    @property
    def place(self) -> Place:
        """The position of the value."""
        return Place(self.file, self.line, self.column)


class Scalar(Node):
    """A number, a string, true, false or null; `text` is the source, `quoted` says whether it is in quotes."""

    __slots__ = ("quoted", "text", "value")

    def __init__(self, file: str, line: int, column: int, value: Datum, text: str, quoted: bool):
        super().__init__(file, line, column)
        self.value, self.text, self.quoted = value, text, quoted


class Seq(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, file: str, line: int, column: int):
        super().__init__(file, line, column)
        self.items: list[Node] = []


class Map(Node):
    """A mapping; keys are strings, in the order of the file."""

    __slots__ = ("items", "keys")

    def __init__(self, file: str, line: int, column: int):
        super().__init__(file, line, column)
        self.items: dict[str, Node] = {}
        self.keys: dict[str, Scalar] = {}

    def __iter__(self) -> Iterator[tuple[Scalar, Node]]:
        return ((self.keys[key], value) for key, value in self.items.items())

    def get(self, key: str) -> Node | None:
        """The value of a key, or None."""
        return self.items.get(key)


def is_null(node: Node) -> bool:
    """Whether a node is null, as a key without a value is."""
    return isinstance(node, Scalar) and node.value is None


def text_of(node: Node | None) -> str:
    """The text of a scalar; empty for anything else."""
    return node.text if isinstance(node, Scalar) else ""


def items_of(node: Node | None) -> list[Node]:
    """The items of a list; any other node is its own only item."""
    return node.items if isinstance(node, Seq) else [] if node is None else [node]


def words(node: Node) -> str:
    """The kind of a node, or the text of a scalar, for a message."""
    if isinstance(node, (Seq, Map)):
        return f"{'a' if node.items else 'an empty'} {'list' if isinstance(node, Seq) else 'mapping'}"
    if is_null(node):
        return "nothing"
    return shortened(text_of(node), 40)


def shortened(text: str, most: int) -> str:
    """A text, cut to at most this number of characters."""
    return text if len(text) <= most else text[: most - 3] + "..."
