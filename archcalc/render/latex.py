r"""LaTeX: tables in the style of the package booktabs, derivations aligned by amsmath.

A document with a table or a closed form at the top level is a fragment to include; its other text becomes comments.
"""

from archcalc.algebra.names import escaped
from archcalc.render import document as blocks
from archcalc.render.result import Result
from archcalc.render.words import visible


def latex(result: Result) -> str:
    r"""A result in LaTeX; needs `\usepackage{amsmath, booktabs, longtable}`."""
    document = result.document()
    if any(isinstance(block, blocks.Grid | blocks.Forms) for block in document):
        return "\n".join(_included(document)) + "\n"
    return "\n\n".join("\n".join(Latex().block(block)) for block in document) + "\n"


def _included(document: blocks.Document) -> list[str]:
    """The tables and closed forms, with the rest as comments."""
    writer = Latex()
    lines: list[str] = []
    for block in document:
        if isinstance(block, blocks.Prose):
            lines += [f"% {visible(line)}" for line in block.text.splitlines()]
        elif isinstance(block, blocks.Pairs):
            lines += _comments(block.pairs)
        else:
            lines += _comments(block.foot if isinstance(block, blocks.Grid) else ()) + writer.block(block)
    return lines


def _comments(pairs: tuple[blocks.Pair, ...]) -> list[str]:
    return [f"% {visible(p.name)}: {visible(f'{p.number} ({p.text})' if p.number else p.text)}" for p in pairs]


class Latex(blocks.Writer):
    """Writes the blocks of a document in LaTeX."""

    indent = r"\quad "

    def escaped(self, text: str) -> str:
        return escaped(text)

    def cell(self, cell: blocks.Cell) -> str:
        return f"${cell.write('latex')}$" if isinstance(cell, blocks.Formula) else super().cell(cell)

    def prose(self, block: blocks.Prose, depth: int) -> list[str]:
        lines = list(map(self.inert, block.text.splitlines()))
        if isinstance(block, blocks.Title):
            return [rf"\subsection*{{{line}}}" for line in lines]
        return [r"\\ ".join(lines)] if isinstance(block, blocks.Verbatim) else lines

    def chapter(self, chapter: blocks.Chapter, depth: int) -> list[str]:
        head = rf"\{'subsubsection' if depth == 0 else 'paragraph'}*{{{self.inert(chapter.title)}}}"
        return ["\n\n".join([head, *("\n".join(self.block(block, depth + 1)) for block in chapter.blocks)])]

    def pairs(self, pairs: tuple[blocks.Pair, ...], depth: int) -> list[str]:
        texts = [f"{self.inert(p.number)} {self.inert(p.text)}" if p.number else self.inert(p.text) for p in pairs]
        items = [rf"\item[{{{self.inert(p.name)}}}] {text}" for p, text in zip(pairs, texts, strict=True)]
        return [r"\begin{description}", *items, r"\end{description}"]

    def grid(self, grid: blocks.Grid, depth: int) -> list[str]:
        # A longtable breaks across pages, but is not allowed inside a paragraph or a float.
        name = "longtable" if depth else "tabular"
        heads = grid.columns()
        aligns = "".join("r" if head.right else "l" for head in heads)
        head = [_line([self.inert(head.text) for head in heads]), r"\midrule"] if not grid.bare else []
        caption = [f"{self.inert(grid.caption)}:", ""] if grid.caption else []
        top = [rf"\begin{{{name}}}{{{aligns}}}", r"\toprule"]
        return [*caption, *top, *head, *map(_line, self.cells(grid)), r"\bottomrule", rf"\end{{{name}}}"]

    def items(self, items: blocks.Items, depth: int) -> list[str]:
        return [r"\begin{itemize}", *(line for item in items.items for line in self._item(item)), r"\end{itemize}"]

    def _item(self, item: blocks.Item) -> list[str]:
        name = rf"\texttt{{{self.inert(item.name)}}}" if item.code else self.inert(item.name)
        head = rf"{blocks.MARKS[item.mark]}: \textbf{{{name}}}" if item.mark else f"{{}}{name}"
        details = self.pairs(item.details, 0) if item.details else []
        return [rf"\item {' '.join([head, *self.remarks(item)])}", *details]

    def equations(self, block: blocks.Equations | blocks.Forms, depth: int) -> list[str]:
        if isinstance(block, blocks.Forms):
            return [" \\\\\n".join(line for e in block.equations for line in self._equation(e, r"\mathrm"))]
        lines = [f"  {line}" for e in block.equations for line in self._equation(e, r"\text")]
        return [r"\begin{align*}", " \\\\\n".join(lines), r"\end{align*}"]

    def _equation(self, equation: blocks.Derived, font: str) -> list[str]:
        relation = r"\ge" if equation.least else "="
        left = equation.left
        head = left.write("latex") if isinstance(left, blocks.Formula) else f"{font}{{{self.inert(left)}}}"
        heads = [head, *[""] * (len(equation.right) - 1)]
        return [f"{head} &{relation} {form.write('latex')}" for head, form in zip(heads, equation.right, strict=True)]


def _line(cells: list[str]) -> str:
    r"""A row; braces, because a leading [ or * would be an option of the preceding \\."""
    text = " & ".join(cells)
    return ("{}" if text.startswith(("[", "*")) else "") + text + r" \\"
