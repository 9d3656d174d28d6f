"""Text for a terminal: the one place that lays out columns.

Columns are padded here, because importing tabulate takes 32 ms and rich's tables 37 ms, and `archcalc summary` has only
45 ms beside click and yaml. rich measures characters where a text is not ASCII.
"""

from collections.abc import Iterable, Iterator, Sequence

from archcalc.render.document import (
    Block,
    Chapter,
    Document,
    Equations,
    Forms,
    Grid,
    GridRow,
    Item,
    Items,
    Note,
    Pair,
    Pairs,
    Paragraph,
    Title,
    Tone,
    Verbatim,
    Writer,
    shown,
)
from archcalc.render.result import Result

GAP = "  "
INDENT = "  "
PROSE = 110
"""The most characters of a line of prose or of a formula."""
LONG = 24
"""Longer numbers, expressions, do not push the others to the right."""
BOLD, FAINT = 1, 2
TONES: dict[Tone, int] = {"": 0, "strong": BOLD, "good": 32, "bad": 31}
"""The terminal's codes of the tones: bold, green, red."""
COLORS = {"-": 31, "+": 32, "~": 33, ">": 36}
"""The terminal's colours of the marks: red, green, yellow, cyan."""


def text(result: Result) -> str:
    """A result in plain text."""
    return terminal(result.document())


def terminal(document: Document, *, color: bool = False, width: int | None = None) -> str:
    """A document as a terminal shows it.

    `width` is that of the terminal: columns that do not fit are left out, the least important first, and long lines
    are folded. Without it nothing is left out.
    """
    return "\n".join(Terminal(color, width).blocks(document, 0)) + "\n"


class Terminal(Writer):
    """Writes the blocks of a document as lines of a terminal."""

    def __init__(self, color: bool, width: int | None):
        self.color, self.width = color, width

    def escaped(self, text: str) -> str:
        return text

    def styled(self, text: str, code: int) -> str:
        """A text in a style of the terminal, where it shows styles."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and code else text

    def blocks(self, blocks: Sequence[Block], depth: int) -> list[str]:
        """The lines of some blocks, with an empty line where one separates two of them."""
        lines: list[str] = []
        for before, block in zip([None, *blocks], blocks, strict=False):
            lines += [""] * (before is not None and _apart(before, block))
            lines += self.block(block, depth)
        return lines

    def prose(self, block: Title | Paragraph | Note | Verbatim, depth: int) -> list[str]:
        match block:
            case Title():
                return [self.styled(self.inert(block.text), BOLD)]
            case Paragraph():
                room = PROSE - len(INDENT) * depth
                return [part for line in block.text.splitlines() for part in _wrapped(self.inert(line), room)]
            case Note():
                return [self.inert(block.text)]
            case Verbatim():
                return [self.inert(line) for line in block.text.splitlines()]

    def chapter(self, chapter: Chapter, depth: int) -> list[str]:
        lines = self.blocks(chapter.blocks, depth + 1)
        head = self.inert(chapter.title)
        return [self.styled(head, BOLD) if chapter.close else head, *(INDENT + line if line else "" for line in lines)]

    def pairs(self, pairs: tuple[Pair, ...], depth: int) -> list[str]:
        numbers = max((width(p.number) for p in pairs if width(p.number) <= LONG), default=0)
        texts = [GAP.join([p.number.rjust(numbers)] * bool(p.number) + [self.inert(p.text)]) for p in pairs]
        names = [self.inert(pair.name) for pair in pairs]
        edge = max(map(width, names), default=0) + len(GAP)
        return [line for name, text in zip(names, texts, strict=True) for line in self._pair(name, text, edge)]

    def _pair(self, name: str, text: str, edge: int) -> Iterator[str]:
        parts = [text] if self.width is None else _wrapped(text, max(20, self.width - edge)) or [""]
        yield padded(name, edge) + parts[0]
        yield from (" " * edge + part for part in parts[1:])

    def grid(self, grid: Grid, depth: int) -> list[str]:
        texts = [[self._cell(row, i) for i in range(len(row.cells))] for row in grid.rows]
        names = [self.inert(head.text) for head in grid.heads]
        widths = [
            max((width(t) for t in [*[name] * (not grid.bare), *(line[i] for line in texts if line)]), default=0)
            for i, name in enumerate(names)
        ]
        kept = self._fitting(grid, widths)
        right = [head.right for head in grid.heads]

        def line(cells: Sequence[str]) -> str:
            return GAP.join(padded(cells[i], widths[i], right[i]) for i in kept).rstrip()

        rule = self.styled(GAP.join("-" * widths[i] for i in kept), FAINT)
        head = [] if grid.bare else [self.styled(line(names), BOLD), rule]
        body = [
            self._row(row, line(cells) if cells else "", widths) for row, cells in zip(grid.rows, texts, strict=True)
        ]
        foot = [rule, *self.pairs(grid.foot, depth)] if grid.foot else []
        left_out = ", ".join(name for i, name in enumerate(names) if i not in kept)
        lines = [*head, *body, *foot, *(["", self.styled(f"too narrow for: {left_out}", FAINT)] if left_out else [])]
        inside = INDENT if depth else ""
        return [f"{self.inert(grid.caption)}:", "", *(inside + line for line in lines)] if grid.caption else lines

    def _cell(self, row: GridRow, column: int) -> str:
        return (INDENT * row.level if column == 0 else "") + self.inert(shown(row.cells[column]))

    def _row(self, row: GridRow, line: str, widths: Sequence[int]) -> str:
        if row.note:
            line = GAP.join(filter(None, [padded(line, widths[0]) if line else "", self.inert(row.note)]))
        return self.styled(line, TONES[row.tone])

    def _fitting(self, grid: Grid, widths: Sequence[int]) -> list[int]:
        """The places of the columns that fit, the important ones first."""
        if self.width is None:
            return list(range(len(widths)))
        kept: list[int] = []
        left = self.width
        for place in sorted(range(len(widths)), key=lambda i: grid.heads[i].rank):
            needed = widths[place] + (len(GAP) if kept else 0)
            if needed <= left or not grid.heads[place].rank:
                kept.append(place)
                left -= needed
        return sorted(kept)

    def items(self, items: Items, depth: int) -> list[str]:
        cells = [[self.inert(t) for t in (item.name, item.kind, item.note)] for item in items.items]
        lines = iter(aligned([c for c, item in zip(cells, items.items, strict=True) if not item.details]))
        found = []
        for item, texts in zip(items.items, cells, strict=True):
            line = next(lines) if not item.details else GAP.join(filter(None, texts))
            found += self._item(item, line)
        return found

    def _item(self, item: Item, line: str) -> list[str]:
        marked = self.styled(f"{item.mark} {line}", COLORS[item.mark]) if item.mark else line
        return [marked, *(f"    {detail}" for detail in self.pairs(item.details, 2))]

    def equations(self, equations: Equations, depth: int) -> list[str]:
        steps = [self._equation(self.inert(str(e.left)), list(map(str, e.right)), depth) for e in equations.equations]
        return [line for i, step in enumerate(steps) for line in ([""] * (i > 0) + step)]

    def _equation(self, left: str, forms: list[str], depth: int) -> list[str]:
        """An equation with its equals signs under each other."""
        head = f"{INDENT}{left} = "
        margin, blank = " " * (len(head) - 2) + "= ", " " * len(head)
        room = max(PROSE - len(INDENT) * depth, len(head) + 40) - len(head)
        lines: list[str] = []
        for form in forms:
            first, *more = _wrapped(form, room, hyphens=False) or [""]
            lines += [(margin if lines else head) + first, *(blank + part for part in more)]
        return lines

    def forms(self, forms: Forms) -> list[str]:
        lines = [("at least " if e.least else "") + self.inert(str(e.right[0])) for e in forms.equations]
        if len(lines) == 1:
            return lines
        names = [self.inert(str(e.left)) for e in forms.equations]
        return aligned(list(zip(names, lines, strict=True)))


def _apart(before: Block, block: Block) -> bool:
    """Whether an empty line separates two blocks."""
    if isinstance(before, Chapter) or isinstance(block, Chapter):
        return not all(b.close for b in (before, block) if isinstance(b, Chapter))
    if isinstance(block, Grid | Equations):
        return not (isinstance(block, Grid) and block.bare)
    if isinstance(before, Title):
        return False
    return isinstance(before, Grid | Equations | Pairs) and not (isinstance(before, Grid) and before.bare)


def _wrapped(text: str, room: int, hyphens: bool = True) -> list[str]:
    from textwrap import wrap

    return wrap(text, room, break_long_words=False, break_on_hyphens=hyphens)


def width(text: str) -> int:
    """How many cells of a terminal a text takes; rich is imported only for characters that may be wide."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, to: int, right: bool = False) -> str:
    """A text with spaces behind it, or before it where numbers end at the right."""
    space = " " * (to - width(text))
    return space + text if right else text + space


def aligned(lines: Sequence[Sequence[str]], right: Iterable[bool] = ()) -> list[str]:
    """Lines of cells with the columns under each other."""
    edges = [max(map(width, column)) for column in zip(*lines, strict=True)]
    ends = [*right] or [False] * len(edges)
    return [GAP.join(map(padded, cells, edges, ends)).rstrip() for cells in lines]
