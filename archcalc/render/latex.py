r"""LaTeX: tables in the style of the package booktabs, derivations aligned as amsmath does.

A document whose first block of substance is a table or a closed form is one to be included: what stands around that is
a comment.
"""

from archcalc.algebra.names import escaped
from archcalc.render.document import (
    MARKS,
    Block,
    Cell,
    Chapter,
    Derived,
    Equations,
    Forms,
    Formula,
    Grid,
    Item,
    Items,
    Note,
    Pair,
    Pairs,
    Paragraph,
    Title,
    Verbatim,
    Writer,
    shown,
)
from archcalc.render.result import Result
from archcalc.render.words import visible


def latex(result: Result) -> str:
    r"""A result in LaTeX; needs `\usepackage{amsmath, booktabs, longtable}`."""
    document = result.document()
    included = any(isinstance(block, Grid | Forms) for block in document)
    return "\n".join(_included(document) if included else _standing(document)) + "\n"


def _included(document: tuple[Block, ...]) -> list[str]:
    """The tables and closed forms, and the rest as comments."""
    writer = Latex()
    lines: list[str] = []
    for block in document:
        if isinstance(block, Title | Paragraph | Note | Verbatim):
            lines += [f"% {visible(line)}" for line in block.text.splitlines()]
        elif isinstance(block, Pairs):
            lines += _comments(block.pairs)
        else:
            lines += _comments(block.foot if isinstance(block, Grid) else ()) + writer.block(block)
    return lines


def _comments(pairs: tuple[Pair, ...]) -> list[str]:
    return [f"% {visible(p.name)}: {visible(f'{p.number} ({p.text})' if p.number else p.text)}" for p in pairs]


def _standing(document: tuple[Block, ...]) -> list[str]:
    writer = Latex()
    return ["\n\n".join("\n".join(writer.block(block)) for block in document)]


class Latex(Writer):
    """Writes the blocks of a document in LaTeX."""

    def escaped(self, text: str) -> str:
        return escaped(text)

    def prose(self, block: Title | Paragraph | Note | Verbatim, depth: int) -> list[str]:
        lines = list(map(self.inert, block.text.splitlines()))
        if isinstance(block, Title):
            return [rf"\subsection*{{{line}}}" for line in lines]
        return [r"\\ ".join(lines)] if isinstance(block, Verbatim) else lines

    def chapter(self, chapter: Chapter, depth: int) -> list[str]:
        head = rf"\{'subsubsection' if depth == 0 else 'paragraph'}*{{{self.inert(chapter.title)}}}"
        return ["\n\n".join([head, *("\n".join(self.block(block, depth + 1)) for block in chapter.blocks)])]

    def pairs(self, pairs: tuple[Pair, ...], depth: int) -> list[str]:
        texts = [f"{self.inert(p.number)} {self.inert(p.text)}" if p.number else self.inert(p.text) for p in pairs]
        items = [rf"\item[{{{self.inert(p.name)}}}] {text}" for p, text in zip(pairs, texts, strict=True)]
        return [r"\begin{description}", *items, r"\end{description}"]

    def grid(self, grid: Grid, depth: int) -> list[str]:
        # A long table may break across pages, but it cannot stand inside of a paragraph or a float.
        name = "longtable" if depth else "tabular"
        heads = self.headed(grid)
        aligns = "".join("r" if head.right else "l" for head in heads)
        rows = [self._row(row.level, cells) for row, cells in zip(grid.rows, self.filled(grid), strict=True)]
        head = [_line([self.inert(head.text) for head in heads]), r"\midrule"] if not grid.bare else []
        caption = [f"{self.inert(grid.caption)}:", ""] if grid.caption else []
        top = [rf"\begin{{{name}}}{{{aligns}}}", r"\toprule"]
        return [*caption, *top, *head, *rows, r"\bottomrule", rf"\end{{{name}}}"]

    def _row(self, level: int, cells: list[Cell]) -> str:
        texts = [f"${shown(c, 'latex')}$" if isinstance(c, Formula) else self.inert(shown(c)) for c in cells]
        texts[0] = r"\quad " * level + texts[0]
        return _line(texts)

    def items(self, items: Items, depth: int) -> list[str]:
        return [r"\begin{itemize}", *(line for item in items.items for line in self._item(item)), r"\end{itemize}"]

    def _item(self, item: Item) -> list[str]:
        name = rf"\texttt{{{self.inert(item.name)}}}" if item.code else self.inert(item.name)
        head = rf"{MARKS[item.mark]}: \textbf{{{name}}}" if item.mark else f"{{}}{name}"
        about = [self.inert(item.kind)] * bool(item.kind) + [f"({self.inert(item.note)})"] * bool(item.note)
        return [rf"\item {' '.join([head, *about])}", *(self.pairs(item.details, 0) if item.details else [])]

    def equations(self, equations: Equations, depth: int) -> list[str]:
        lines = [f"  {line}" for e in equations.equations for line in self._equation(e, r"\text")]
        return [r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"]

    def forms(self, forms: Forms) -> list[str]:
        return [" \\\\\n".join(line for e in forms.equations for line in self._equation(e, r"\mathrm"))]

    def _equation(self, equation: Derived, font: str) -> list[str]:
        relation = r"\ge" if equation.least else "="
        left = equation.left
        head = left.write("latex") if isinstance(left, Formula) else f"{font}{{{self.inert(left)}}}"
        heads = [head, *[""] * (len(equation.right) - 1)]
        return [f"{head} &{relation} {form.write('latex')}" for head, form in zip(heads, equation.right, strict=True)]


def _line(cells: list[str]) -> str:
    r"""A row; braces, because one that begins with [ or * would be an option of the \\ before it."""
    text = " & ".join(cells)
    return ("{}" if text.startswith(("[", "*")) else "") + text + r" \\"
