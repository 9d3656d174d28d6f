"""What a result says, before any format: a document is a sequence of the blocks below.

A block holds plain texts; the writer of a format makes them inert. `Formula` is written by each format in its own
notation, `Figure` has a number beside the text that a reader sees.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple

from archcalc.render.words import visible

Notation = Literal["text", "latex"]
Mark = Literal["", "-", "+", "~", ">"]
MARKS: dict[Mark, str] = {"-": "removed", "+": "added", "~": "changed", ">": "renamed"}
"""What the mark of an item says."""
Tone = Literal["", "strong", "good", "bad"]


class Formula:
    """A formula, written in the notation that a format asks for."""

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
    """What the document is about."""

    text: str


class Paragraph(NamedTuple):
    """Prose, wrapped where a line would be long."""

    text: str


class Note(NamedTuple):
    """One line."""

    text: str


class Verbatim(NamedTuple):
    """Lines that are shown as they are."""

    text: str


class Pair(NamedTuple):
    """A name and what it stands for: a text, or a number and its meaning."""

    name: str
    text: str
    number: str = ""


class Pairs(NamedTuple):
    """Names and their texts."""

    pairs: tuple[Pair, ...]


class Head(NamedTuple):
    """The head of a column."""

    text: str
    right: bool = False
    key: str = ""
    """Its name for machines, where that differs."""
    rank: int = 0
    """A narrow terminal drops the columns of the highest rank first, and never those of rank 0."""


class GridRow(NamedTuple):
    """A row of a table."""

    cells: tuple[Cell, ...]
    level: int = 0
    """How far the first cell is indented."""
    tone: Tone = ""
    note: str = ""
    """A remark in place of the cells that are missing."""
    sums: bool = False
    """Whether the rows that follow add up to it, so that machines leave it out."""


class Grid(NamedTuple):
    """A table, with what stands below it."""

    heads: tuple[Head, ...]
    rows: tuple[GridRow, ...]
    caption: str = ""
    foot: tuple[Pair, ...] = ()
    note: str = "note"
    """The head of the column of notes, which a table has where a row has one."""
    bare: bool = False
    """Whether readers do without the heads."""

    @property
    def noted(self) -> bool:
        """Whether a row has a note."""
        return any(row.note for row in self.rows)


class Item(NamedTuple):
    """An entry of a list: its name, what it is, a remark, and details."""

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
    """A left side and its right sides, each of which follows from the one before."""

    left: str | Formula
    right: tuple[Formula, ...]
    least: bool = False
    """Whether the left side is at least the right one."""


class Equations(NamedTuple):
    """A derivation: equations, step by step."""

    equations: tuple[Derived, ...]


class Forms(NamedTuple):
    """Closed forms, one for each name."""

    equations: tuple[Derived, ...]


class Chapter(NamedTuple):
    """Blocks under a heading."""

    title: str
    blocks: tuple["Block", ...]
    close: bool = False
    """Whether a terminal puts no empty line around it."""


Block = Title | Paragraph | Note | Verbatim | Pairs | Grid | Items | Equations | Forms | Chapter
Document = tuple[Block, ...]


def number(value: object, text: str) -> Figure:
    """A number as a cell: what it is for machines, and its text; an expression is its text in both."""
    return Figure(text, value if isinstance(value, int | float) or value is None else str(value))


def shown(cell: Cell, notation: Notation = "text") -> str:
    """The text of a cell."""
    if isinstance(cell, Formula):
        return cell.write(notation)
    return cell if isinstance(cell, str) else cell.text


def grids(document: Sequence[Block]) -> Iterator[Grid]:
    """The tables of a document, also those in chapters."""
    for block in document:
        if isinstance(block, Grid):
            yield block
        elif isinstance(block, Chapter):
            yield from grids(block.blocks)


class Writer(ABC):
    """Writes every block as lines; a subclass is a format. `depth` is the number of chapters around."""

    @abstractmethod
    def escaped(self, text: str) -> str:
        """A text that means nothing in the format."""

    def inert(self, text: str) -> str:
        """A text of one line that means nothing in the format, invisible characters spelled out."""
        return self.escaped(visible(text))

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
            case Equations():
                return self.equations(block, depth)
            case Forms():
                return self.forms(block)
            case Chapter():
                return self.chapter(block, depth)

    @abstractmethod
    def prose(self, block: Title | Paragraph | Note | Verbatim, depth: int) -> list[str]:
        """Words."""

    @abstractmethod
    def pairs(self, pairs: tuple[Pair, ...], depth: int) -> list[str]:
        """Names and texts."""

    @abstractmethod
    def grid(self, grid: Grid, depth: int) -> list[str]:
        """A table."""

    @abstractmethod
    def items(self, items: Items, depth: int) -> list[str]:
        """A list."""

    @abstractmethod
    def equations(self, equations: Equations, depth: int) -> list[str]:
        """A derivation."""

    @abstractmethod
    def forms(self, forms: Forms) -> list[str]:
        """Closed forms."""

    @abstractmethod
    def chapter(self, chapter: Chapter, depth: int) -> list[str]:
        """Blocks under a heading."""

    def filled(self, grid: Grid) -> list[list[Cell]]:
        """The rows of a table, missing cells empty, with the column of notes where there is one."""
        note = grid.noted
        empty: list[Cell] = [""] * len(grid.heads)
        return [[*(row.cells or empty), *([row.note] if note else [])] for row in grid.rows]

    def headed(self, grid: Grid) -> list[Head]:
        """The heads of the columns, that of the notes among them where there are any."""
        return [*grid.heads, *([Head(grid.note)] if grid.noted else [])]
