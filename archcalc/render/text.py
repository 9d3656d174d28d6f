"""Text for a terminal.

Columns are padded here, because importing tabulate takes 32 ms and rich's tables 37 ms, and `archcalc summary` has only
45 ms besides click and yaml. rich measures the characters of a string that is not ASCII.
"""

from collections.abc import Iterator, Sequence

from archcalc.render import document as blocks
from archcalc.render.result import Result

GAP = "  "
INDENT = "  "
PROSE = 110
"""The most characters in a line of prose or of a formula."""
LONG = 24
"""Longer numbers, such as expressions, do not widen the column."""
BOLD, FAINT = 1, 2
TONES: dict[blocks.Tone, int] = {"": 0, "strong": BOLD, "good": 32, "bad": 31}
"""The terminal codes of the tones: bold, green, red."""
COLORS = {"-": 31, "+": 32, "~": 33, ">": 36}
"""The terminal codes of the marks: red, green, yellow, cyan."""


def text(result: Result) -> str:
    """A result in plain text."""
    return terminal(result.document())


def terminal(document: blocks.Document, *, color: bool = False, width: int | None = None) -> str:
    """A document for a terminal of a `width`: columns that do not fit are left out, the least important first.

    Long lines are folded. Without a width, nothing is left out.
    """
    return "".join(line + "\n" for line in Terminal(color, width).lines(document, 0))


class Terminal(blocks.Writer):
    """Writes the blocks of a document for a terminal."""

    indent = INDENT

    def __init__(self, color: bool, width: int | None):
        self.color, self.width = color, width

    def escaped(self, text: str) -> str:
        return text

    def styled(self, text: str, code: int) -> str:
        """A text in a terminal style, if colours are on."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and code else text

    def lines(self, document: blocks.Document, depth: int) -> list[str]:
        """The lines of some blocks, with empty lines between those that need them."""
        lines: list[str] = []
        for before, block in zip([None, *document], document, strict=False):
            lines += [""] * (before is not None and _apart(before, block))
            lines += self.block(block, depth)
        return lines

    def prose(self, block: blocks.Prose, depth: int) -> list[str]:
        match block:
            case blocks.Title():
                return [self.styled(self.inert(block.text), BOLD)]
            case blocks.Paragraph():
                room = PROSE - len(INDENT) * depth
                return [part for line in block.text.splitlines() for part in _wrapped(self.inert(line), room)]
            case blocks.Note():
                return [self.inert(block.text)]
            case blocks.Verbatim():
                return [self.inert(line) for line in block.text.splitlines()]

    def chapter(self, chapter: blocks.Chapter, depth: int) -> list[str]:
        head = self.styled(self.inert(chapter.title), BOLD if chapter.close else 0)
        return [head, *(INDENT + line if line else "" for line in self.lines(chapter.blocks, depth + 1))]

    def pairs(self, pairs: tuple[blocks.Pair, ...], depth: int) -> list[str]:
        numbers = max((width(p.number) for p in pairs if width(p.number) <= LONG), default=0)
        texts = [GAP.join([p.number.rjust(numbers)] * bool(p.number) + [self.inert(p.text)]) for p in pairs]
        names = [self.inert(pair.name) for pair in pairs]
        edge = max(map(width, names), default=0) + len(GAP)
        return [line for name, text in zip(names, texts, strict=True) for line in self._pair(name, text, edge)]

    def _pair(self, name: str, text: str, edge: int) -> Iterator[str]:
        parts = [text] if self.width is None else _wrapped(text, max(20, self.width - edge)) or [""]
        yield padded(name, edge) + parts[0]
        yield from (" " * edge + part for part in parts[1:])

    def grid(self, grid: blocks.Grid, depth: int) -> list[str]:
        texts = [line if row.cells else [] for row, line in zip(grid.rows, self.cells(grid), strict=True)]
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

    def _row(self, row: blocks.GridRow, line: str, widths: Sequence[int]) -> str:
        if row.note:
            line = GAP.join(filter(None, [padded(line, widths[0]) if line else "", self.inert(row.note)]))
        return self.styled(line, TONES[row.tone])

    def _fitting(self, grid: blocks.Grid, widths: Sequence[int]) -> list[int]:
        """The places of the columns that fit; important ones are chosen first."""
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

    def items(self, items: blocks.Items, depth: int) -> list[str]:
        cells = [[self.inert(t) for t in (item.name, item.kind, item.note)] for item in items.items]
        lines = iter(aligned([c for c, item in zip(cells, items.items, strict=True) if not item.details]))
        found = []
        for item, texts in zip(items.items, cells, strict=True):
            line = next(lines) if not item.details else GAP.join(filter(None, texts))
            found += self._item(item, line)
        return found

    def _item(self, item: blocks.Item, line: str) -> list[str]:
        marked = self.styled(f"{item.mark} {line}", COLORS[item.mark]) if item.mark else line
        return [marked, *(f"    {detail}" for detail in self.pairs(item.details, 2))]

    def equations(self, block: blocks.Equations | blocks.Forms, depth: int) -> list[str]:
        if isinstance(block, blocks.Forms):
            return self._forms(block)
        steps = [self._equation(self.inert(str(e.left)), list(map(str, e.right)), depth) for e in block.equations]
        return [line for i, step in enumerate(steps) for line in ([""] * (i > 0) + step)]

    def _equation(self, left: str, forms: list[str], depth: int) -> list[str]:
        """An equation with aligned equals signs."""
        head = f"{INDENT}{left} = "
        margin, blank = " " * (len(head) - 2) + "= ", " " * len(head)
        room = max(PROSE - len(INDENT) * depth, len(head) + 40) - len(head)
        lines: list[str] = []
        for form in forms:
            first, *more = _wrapped(form, room, hyphens=False) or [""]
            lines += [(margin if lines else head) + first, *(blank + part for part in more)]
        return lines

    def _forms(self, forms: blocks.Forms) -> list[str]:
        lines = [("at least " if e.least else "") + self.inert(str(e.right[0])) for e in forms.equations]
        if len(lines) == 1:
            return lines
        names = [self.inert(str(e.left)) for e in forms.equations]
        return aligned(list(zip(names, lines, strict=True)))


def _apart(before: blocks.Block, block: blocks.Block) -> bool:
    """Whether an empty line separates two blocks."""
    if isinstance(before, blocks.Chapter) or isinstance(block, blocks.Chapter):
        return not all(b.close for b in (before, block) if isinstance(b, blocks.Chapter))
    if isinstance(block, blocks.Grid):
        return not block.bare
    if isinstance(block, blocks.Equations):
        return True
    return not before.bare if isinstance(before, blocks.Grid) else isinstance(before, blocks.Equations | blocks.Pairs)


def _wrapped(text: str, room: int, hyphens: bool = True) -> list[str]:
    from textwrap import wrap

    return wrap(text, room, break_long_words=False, break_on_hyphens=hyphens)


def width(text: str) -> int:
    """The cells of a terminal that a text takes; rich is imported only for characters that may be wide."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, to: int, right: bool = False) -> str:
    """A text padded with spaces on the right, or on the left to align it right."""
    space = " " * (to - width(text))
    return space + text if right else text + space


def aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    """Lines of cells in aligned columns."""
    edges = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return [GAP.join(map(padded, cells, edges)).rstrip() for cells in lines]
