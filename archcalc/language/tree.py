"""The tree of a YAML file: scalars, lists and mappings, each with its place."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from archcalc.errors import Place

Datum: TypeAlias = int | Fraction | str | bool | None
"""What a scalar means. Reals are exact fractions."""
Plain: TypeAlias = "Datum | list[Plain] | dict[str, Plain]"
"""A value without its places."""


class Node:
    """A value in a file; line and column count from 1."""

    __slots__ = ("column", "file", "line")

    def __init__(self, file: str, line: int, column: int):
        self.file, self.line, self.column = file, line, column

    @property
    def place(self) -> Place:
        """Where the value stands."""
        return Place(self.file, self.line, self.column)

    def plain(self) -> Plain:
        """The value without its places."""
        raise NotImplementedError


class Scalar(Node):
    """A number, a text, true, false or null; `text` is what is written, `quoted` whether in quotes."""

    __slots__ = ("quoted", "text", "value")

    def __init__(self, file: str, line: int, column: int, value: Datum, text: str, quoted: bool):
        super().__init__(file, line, column)
        self.value, self.text, self.quoted = value, text, quoted

    def plain(self) -> Datum:
        return self.value


class Seq(Node):
    """A list."""

    __slots__ = ("items",)

    def __init__(self, file: str, line: int, column: int):
        super().__init__(file, line, column)
        self.items: list[Node] = []

    def plain(self) -> list[Plain]:
        return [item.plain() for item in self.items]


class Map(Node):
    """A mapping; keys are texts, in the order of the file."""

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

    def plain(self) -> dict[str, Plain]:
        return {key: value.plain() for key, value in self.items.items()}


def words(node: Node) -> str:
    """What kind of value a node is, in words for a message."""
    if isinstance(node, Seq):
        return "a list"
    if isinstance(node, Map):
        return "a mapping"
    assert isinstance(node, Scalar)
    if node.value is None:
        return "nothing"
    return node.text if len(node.text) <= 40 else node.text[:37] + "..."
