"""GitHub-flavoured Markdown."""

import re
from collections.abc import Sequence

from archcalc.render import document as blocks
from archcalc.render.result import Result
from archcalc.render.text import Terminal, padded, width
from archcalc.render.words import visible

# Characters that could begin markup: emphasis, code, HTML, entities, cells, formulas, a link's address, a bare link.
_MARKUP = re.compile(r"[\\`*_<>&|~$#!]|\](?=[(\[:])|:(?=//)|(?<=www)\.", re.IGNORECASE)
_CODE = re.compile(r"(?<!`)(`[^`]+`|``[^`]+``)(?!`)")
DEEPEST = 3
"""Headings below this level are bold lines."""


def markdown(result: Result) -> str:
    """A result in Markdown."""
    return written(result.document())


def written(document: blocks.Document, level: int = 2) -> str:
    """A document in Markdown; `level` is that of the title."""
    writer = Markdown(level)
    return "\n\n".join("\n".join(writer.block(block)) for block in document) + "\n"


def escaped(text: str) -> str:
    """A text without special meaning in Markdown."""
    return _MARKUP.sub(lambda found: "\\" + found[0], text)


class Markdown(blocks.Writer):
    """Writes the blocks of a document in Markdown."""

    indent = "&nbsp;&nbsp;"

    def __init__(self, level: int):
        self.level = level

    def escaped(self, text: str) -> str:
        return escaped(text)

    def heading(self, text: str, depth: int) -> str:
        """A heading, or a bold line below the deepest level."""
        level = self.level + depth
        return f"**{self.inert(text)}**" if level > DEEPEST else f"{'#' * level} {self.inert(text)}"

    def prose(self, block: blocks.Prose, depth: int) -> list[str]:
        match block:
            case blocks.Title():
                return [self.heading(block.text, 0)]
            case blocks.Verbatim():
                return _code([visible(line) for line in block.text.splitlines()])
            case _:
                return [self._prose(line) for line in block.text.splitlines()]

    def _prose(self, line: str) -> str:
        """A line of prose with code between backticks."""
        parts = _CODE.split(visible(line))
        return "".join(part if i % 2 else self.escaped(part) for i, part in enumerate(parts))

    def chapter(self, chapter: blocks.Chapter, depth: int) -> list[str]:
        parts = [self.heading(chapter.title, depth + 1)]
        parts += ["\n".join(self.block(block, depth + 1)) for block in chapter.blocks]
        return ["\n\n".join(parts)]

    def pairs(self, pairs: tuple[blocks.Pair, ...], depth: int) -> list[str]:
        return [f"{'  ' * depth}- {self.inert(pair.name)}: {self._told(pair)}" for pair in pairs]

    def _told(self, pair: blocks.Pair) -> str:
        return f"**{self.inert(pair.number)}** ({self.inert(pair.text)})" if pair.number else self.inert(pair.text)

    def grid(self, grid: blocks.Grid, depth: int) -> list[str]:
        heads = grid.columns()
        texts = [[self.inert(head.text) for head in heads], *self.cells(grid)]
        widths = [max(map(width, column)) for column in zip(*texts, strict=True)]
        right = [head.right for head in heads]
        rule = [("-" * (w + 1) + ":") if r else (":" + "-" * (w + 1)) for w, r in zip(widths, right, strict=True)]
        head, *body = ["| " + " | ".join(map(padded, line, widths, right)) + " |" for line in texts]
        caption = [f"{self.inert(grid.caption)}:", ""] if grid.caption else []
        foot = ["", *self.pairs(grid.foot, 0)] if grid.foot else []
        return [*caption, head, f"|{'|'.join(rule)}|", *body, *foot]

    def items(self, items: blocks.Items, depth: int) -> list[str]:
        return [line for item in items.items for line in self._item(item)]

    def _item(self, item: blocks.Item) -> list[str]:
        """An entry; the star of a marked one separates it from a list of dashes above."""
        name = f"`{visible(item.name)}`" if item.code and "`" not in item.name else self.inert(item.name)
        head = f"* {blocks.MARKS[item.mark]}: **{name}**" if item.mark else f"- {name}"
        return [" ".join([head, *self.remarks(item)]), *self.pairs(item.details, 1)]

    def equations(self, block: blocks.Equations | blocks.Forms, depth: int) -> list[str]:
        lines = Terminal(False, None).equations(block, depth)
        return _code(lines if isinstance(block, blocks.Forms) else [line[2:] for line in lines])


def _code(lines: Sequence[str]) -> list[str]:
    return ["```text", *lines, "```"]
