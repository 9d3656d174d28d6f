"""Markdown as GitHub reads it."""

import re
from collections.abc import Sequence

from archcalc.render.document import (
    MARKS,
    Chapter,
    Document,
    Equations,
    Forms,
    Grid,
    Item,
    Items,
    Note,
    Pair,
    Paragraph,
    Title,
    Verbatim,
    Writer,
    shown,
)
from archcalc.render.result import Result
from archcalc.render.text import Terminal, padded, width
from archcalc.render.words import visible

# What could begin markup: emphasis, code, HTML, entities, cells, formulas, a link's address, a bare link.
_MARKUP = re.compile(r"[\\`*_<>&|~$#!]|\](?=[(\[:])|:(?=//)|(?<=www)\.", re.IGNORECASE)
_CODE = re.compile(r"(?<!`)(`[^`]+`|``[^`]+``)(?!`)")
DEEPEST = 3
"""Headings below this level are bold lines."""


def markdown(result: Result) -> str:
    """A result in Markdown."""
    return written(result.document())


def written(document: Document, level: int = 2) -> str:
    """A document in Markdown, its title a heading of a level."""
    writer = Markdown(level)
    return "\n\n".join("\n".join(writer.block(block)) for block in document) + "\n"


def escaped(text: str) -> str:
    """A text without meaning to Markdown."""
    return _MARKUP.sub(lambda found: "\\" + found[0], text)


class Markdown(Writer):
    """Writes the blocks of a document in Markdown."""

    def __init__(self, level: int):
        self.level = level

    def escaped(self, text: str) -> str:
        return escaped(text)

    def heading(self, text: str, depth: int) -> str:
        """A heading, or a bold line where it lies deep."""
        level = self.level + depth
        return f"**{self.inert(text)}**" if level > DEEPEST else f"{'#' * level} {self.inert(text)}"

    def prose(self, block: Title | Paragraph | Note | Verbatim, depth: int) -> list[str]:
        match block:
            case Title():
                return [self.heading(block.text, 0)]
            case Verbatim():
                return _code([visible(line) for line in block.text.splitlines()])
            case _:
                return [self._prose(line) for line in block.text.splitlines()]

    def _prose(self, line: str) -> str:
        """A line of prose, in which code stands between backticks."""
        parts = _CODE.split(visible(line))
        return "".join(part if i % 2 else self.escaped(part) for i, part in enumerate(parts))

    def chapter(self, chapter: Chapter, depth: int) -> list[str]:
        parts = [self.heading(chapter.title, depth + 1)]
        parts += ["\n".join(self.block(block, depth + 1)) for block in chapter.blocks]
        return ["\n\n".join(parts)]

    def pairs(self, pairs: tuple[Pair, ...], depth: int) -> list[str]:
        return [f"{'  ' * depth}- {self.inert(pair.name)}: {self._told(pair)}" for pair in pairs]

    def _told(self, pair: Pair) -> str:
        return f"**{self.inert(pair.number)}** ({self.inert(pair.text)})" if pair.number else self.inert(pair.text)

    def grid(self, grid: Grid, depth: int) -> list[str]:
        heads, rows = self.headed(grid), self.filled(grid)
        texts = [[self.inert(head.text) for head in heads], *([self.inert(shown(c)) for c in row] for row in rows)]
        for row, line in zip(grid.rows, texts[1:], strict=True):
            line[0] = "&nbsp;&nbsp;" * row.level + line[0]
        widths = [max(map(width, column)) for column in zip(*texts, strict=True)]
        right = [head.right for head in heads]
        rule = [("-" * (w + 1) + ":") if r else (":" + "-" * (w + 1)) for w, r in zip(widths, right, strict=True)]
        head, *body = ["| " + " | ".join(map(padded, line, widths, right)) + " |" for line in texts]
        caption = [f"{self.inert(grid.caption)}:", ""] if grid.caption else []
        foot = ["", *self.pairs(grid.foot, 0)] if grid.foot else []
        return [*caption, head, f"|{'|'.join(rule)}|", *body, *foot]

    def items(self, items: Items, depth: int) -> list[str]:
        return [line for item in items.items for line in self._item(item)]

    def _item(self, item: Item) -> list[str]:
        """An entry; the star of a marked one begins another list than dashes above."""
        name = f"`{visible(item.name)}`" if item.code and "`" not in item.name else self.inert(item.name)
        head = f"* {MARKS[item.mark]}: **{name}**" if item.mark else f"- {name}"
        about = [self.inert(item.kind)] * bool(item.kind) + [f"({self.inert(item.note)})"] * bool(item.note)
        return [" ".join([head, *about]), *self.pairs(item.details, 1)]

    def equations(self, equations: Equations, depth: int) -> list[str]:
        return _code([line[2:] for line in Terminal(False, None).equations(equations, depth)])

    def forms(self, forms: Forms) -> list[str]:
        return _code(Terminal(False, None).forms(forms))


def _code(lines: Sequence[str]) -> list[str]:
    return ["```text", *lines, "```"]
