"""A document: a sequence of blocks, in no particular format.

Blocks hold plain strings, which the writer of a format escapes. A `Formula` is written in the notation of the format; a
`Figure` has a value for machines beside the text for readers.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Literal, NamedTuple

from archcalc.render.words import visible

Notation = Literal["text", "latex"]
Mark = Literal["", "-", "+", "~", ">"]
MARKS: dict[Mark, str] = {"-": "removed", "+": "added", "~": "changed", ">": "renamed"}
"""The marks of items in words."""
Tone = Literal["", "strong", "good", "bad"]


class Formula:
    """A formula in the notation of a format."""

    def __init__(self, write: Callable[[Notation], str]):
        self.write = write

    def __str__(self) -> str:
        return self.write("text")


class Figure(NamedTuple):
    """A cell whose value for machines differs from the text for readers."""

    text: str
    value: int | float | str | None


Cell = str | Formula | Figure


class Title(NamedTuple):
    """The title of the document."""

    text: str


class Paragraph(NamedTuple):
    """Prose, wrapped if a line would be long."""

    text: str


class Note(NamedTuple):
    """One line."""

    text: str


class Verbatim(NamedTuple):
    """Lines shown as they are."""

    text: str


class Pair(NamedTuple):
    """A name with a string, or with a number and its meaning."""

    name: str
    text: str
    number: str = ""


Prose = Title | Paragraph | Note | Verbatim


class Pairs(NamedTuple):
    """Names with texts."""

    pairs: tuple[Pair, ...]


class Head(NamedTuple):
    """The head of a column."""

    text: str
    right: bool = False
    key: str = ""
    """Its name for machines, if that differs."""
    rank: int = 0
    """A narrow terminal drops the columns of the highest rank first, but never those of rank 0."""


class GridRow(NamedTuple):
    """A row of a table."""

    cells: tuple[Cell, ...]
    level: int = 0
    """The indentation of the first cell."""
    tone: Tone = ""
    note: str = ""
    """A remark, which replaces missing cells."""
    sums: bool = False
    """Whether it is the sum of rows that follow, so that machines omit it."""


class Grid(NamedTuple):
    """A table with a foot."""

    heads: tuple[Head, ...]
    rows: tuple[GridRow, ...]
    caption: str = ""
    foot: tuple[Pair, ...] = ()
    note: str = "note"
    """The head of the column of notes, which exists if a row has a note."""
    bare: bool = False
    """Whether the heads are hidden from readers."""

    @property
    def noted(self) -> bool:
        """Whether a row has a note."""
        return any(row.note for row in self.rows)

    def columns(self) -> list[Head]:
        """The heads of all columns, with that of the notes if there are any."""
        return [*self.heads, *[Head(self.note)] * self.noted]

    def filled(self) -> list[list[Cell]]:
        """The cells of every row and column; missing ones are empty."""
        noted = self.noted
        return [[*(row.cells or ("",) * len(self.heads)), *[row.note] * noted] for row in self.rows]


class Item(NamedTuple):
    """An entry of a list: its name, its kind, a remark, and details."""

    name: str
    mark: Mark = ""
    kind: str = ""
    note: str = ""
    details: tuple[Pair, ...] = ()
    code: bool = False
    """Whether the name is code."""


class Items(NamedTuple):
    """A list."""

    items: tuple[Item, ...]


class Derived(NamedTuple):
    """A left side and its right sides, each of which follows from the previous one."""

    left: str | Formula
    right: tuple[Formula, ...]
    least: bool = False
    """Whether the right side is only a lower bound of the left one."""


class Equations(NamedTuple):
    """A derivation, step by step."""

    equations: tuple[Derived, ...]


class Forms(NamedTuple):
    """Named closed forms."""

    equations: tuple[Derived, ...]


class Chapter(NamedTuple):
    """Blocks under a heading."""

    title: str
    blocks: tuple["Block", ...]
    close: bool = False
    """Whether a terminal puts no empty lines around it."""


Block = Title | Paragraph | Note | Verbatim | Pairs | Grid | Items | Equations | Forms | Chapter
Document = tuple[Block, ...]


def number(value: object, text: str) -> Figure:
    """A number as a cell: its value for machines and its text; the value of an expression is a string."""
    return Figure(text, value if isinstance(value, int | float) or value is None else str(value))


def shown(cell: Cell, notation: Notation = "text") -> str:
    """The text of a cell."""
    if isinstance(cell, Formula):
        return cell.write(notation)
    return cell if isinstance(cell, str) else cell.text


def grids(document: Sequence[Block]) -> Iterator[Grid]:
    """The tables of a document, including those in chapters."""
    for block in document:
        if isinstance(block, Grid):
            yield block
        elif isinstance(block, Chapter):
            yield from grids(block.blocks)


class Writer(ABC):
    """Writes blocks as lines; a subclass is a format. `depth` is the number of chapters around the block."""

    indent: ClassVar[str]
    """One level of indentation in a table."""

    @abstractmethod
    def escaped(self, text: str) -> str:
        """A text without special meaning in the format."""

    def inert(self, text: str) -> str:
        """A line without special meaning in the format, its invisible characters spelled out."""
        return self.escaped(visible(text))

    def cell(self, cell: Cell) -> str:
        """A cell of a table."""
        return self.inert(shown(cell))

    def cells(self, grid: Grid) -> list[list[str]]:
        """The cells of a table, the first of each row indented."""
        texts = [list(map(self.cell, cells)) for cells in grid.filled()]
        return [[self.indent * row.level + line[0], *line[1:]] for row, line in zip(grid.rows, texts, strict=True)]

    def remarks(self, item: Item) -> list[str]:
        """The kind and the note of an item."""
        return [*[self.inert(item.kind)] * bool(item.kind), *[f"({self.inert(item.note)})"] * bool(item.note)]

    def block(self, block: Block, depth: int = 0) -> list[str]:
        """The lines of a block."""
        match block:
            case Title() | Paragraph() | Note() | Verbatim():
                return self.prose(block, depth)
            case Pairs():
                return self.pairs(block.pairs, depth)
            case Grid():
                return self.grid(block, depth)
            case Items():
                return self.items(block, depth)
            case Equations() | Forms():
                return self.equations(block, depth)
            case Chapter():
                return self.chapter(block, depth)

    @abstractmethod
    def prose(self, block: Prose, depth: int) -> list[str]:
        """A title, prose or lines."""

    @abstractmethod
    def pairs(self, pairs: tuple[Pair, ...], depth: int) -> list[str]:
        """Names with texts."""

    @abstractmethod
    def grid(self, grid: Grid, depth: int) -> list[str]:
        """A table."""

    @abstractmethod
    def items(self, items: Items, depth: int) -> list[str]:
        """A list."""

    @abstractmethod
    def equations(self, block: Equations | Forms, depth: int) -> list[str]:
        """A derivation or closed forms."""

    @abstractmethod
    def chapter(self, chapter: Chapter, depth: int) -> list[str]:
        """Blocks under a heading."""
