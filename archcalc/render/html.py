"""HTML: a fragment that stands by itself, for notebooks and pages."""

from collections.abc import Sequence
from html import escape

from archcalc.render.document import (
    MARKS,
    Cell,
    Chapter,
    Derived,
    Equations,
    Forms,
    Grid,
    Head,
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

# No colours but grey lines and the page's own, so that it reads on light and on dark.
STYLE = """
.archcalc { overflow-x: auto; color-scheme: light dark }
.archcalc table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0.8em 0 }
.archcalc th, .archcalc td { padding: 0.15em 0.7em; text-align: left; white-space: nowrap; background: none }
.archcalc thead tr { border-bottom: 1px solid rgba(128, 128, 128, 0.6) }
.archcalc tbody tr { border-bottom: 1px solid rgba(128, 128, 128, 0.15) }
.archcalc dl { display: grid; grid-template-columns: max-content auto; gap: 0.1em 1em; margin: 0 }
.archcalc dt { opacity: 0.65 }
.archcalc dd { margin: 0 }
""".strip()


def html(result: Result) -> str:
    """A result in one `div`."""
    writer = Html()
    lines = [line for block in result.document() for line in writer.block(block)]
    return "\n".join(['<div class="archcalc">', "<style>", STYLE, "</style>", *lines, "</div>"]) + "\n"


class Html(Writer):
    """Writes the blocks of a document in HTML."""

    def escaped(self, text: str) -> str:
        return escape(text)

    def prose(self, block: Title | Paragraph | Note | Verbatim, depth: int) -> list[str]:
        match block:
            case Title():
                return [f"<p><b>{self.inert(block.text)}</b></p>"]
            case Verbatim():
                return ["<pre>" + "\n".join(map(self.inert, block.text.splitlines())) + "</pre>"]
            case _:
                return [f"<p>{'<br>'.join(map(self.inert, block.text.splitlines()))}</p>"]

    def chapter(self, chapter: Chapter, depth: int) -> list[str]:
        lines = [line for block in chapter.blocks for line in self.block(block, depth + 1)]
        return [f"<h{depth + 4}>{self.inert(chapter.title)}</h{depth + 4}>", *lines]

    def pairs(self, pairs: tuple[Pair, ...], depth: int) -> list[str]:
        return ["<dl>", *(f"<dt>{self.inert(p.name)}</dt><dd>{self._told(p)}</dd>" for p in pairs), "</dl>"]

    def _told(self, pair: Pair) -> str:
        return f"<b>{self.inert(pair.number)}</b> {self.inert(pair.text)}" if pair.number else self.inert(pair.text)

    def grid(self, grid: Grid, depth: int) -> list[str]:
        heads = self.headed(grid)
        caption = [f"<p>{self.inert(grid.caption)}:</p>"] if grid.caption else []
        head = "".join(f"<th{_side(h)}>{self.inert(h.text)}</th>" for h in heads)
        rows = [self._row(row.level, cells, heads) for row, cells in zip(grid.rows, self.filled(grid), strict=True)]
        top = [] if grid.bare else ["<thead>", f"<tr>{head}</tr>", "</thead>"]
        foot = self.pairs(grid.foot, depth) if grid.foot else []
        return [*caption, "<table>", *top, "<tbody>", *rows, "</tbody>", "</table>", *foot]

    def _row(self, level: int, cells: Sequence[Cell], heads: Sequence[Head]) -> str:
        texts = [self.inert(shown(cell)) for cell in cells]
        texts[0] = "&emsp;" * level + texts[0]
        return f"<tr>{''.join(f'<td{_side(h)}>{text}</td>' for h, text in zip(heads, texts, strict=True))}</tr>"

    def items(self, items: Items, depth: int) -> list[str]:
        return ["<ul>", *(line for item in items.items for line in self._item(item)), "</ul>"]

    def _item(self, item: Item) -> list[str]:
        name = f"<code>{self.inert(item.name)}</code>" if item.code else self.inert(item.name)
        head = f"{MARKS[item.mark]}: <b>{name}</b>" if item.mark else name
        about = [self.inert(item.kind)] * bool(item.kind) + [f"({self.inert(item.note)})"] * bool(item.note)
        details = self.pairs(item.details, 0) if item.details else []
        return [f"<li>{' '.join([head, *about])}", *details, "</li>"]

    def equations(self, equations: Equations, depth: int) -> list[str]:
        return ["<dl>", *(line for e in equations.equations for line in self._equation(e)), "</dl>"]

    def _equation(self, equation: Derived) -> list[str]:
        relation = "&ge;" if equation.least else "="
        right = [f"<dd>{relation} {self.inert(str(form))}</dd>" for form in equation.right]
        return [f"<dt>{self.inert(str(equation.left))}</dt>", *right]

    def forms(self, forms: Forms) -> list[str]:
        return self.equations(Equations(forms.equations), 0)


def _side(head: Head) -> str:
    return ' style="text-align: right;"' if head.right else ""
