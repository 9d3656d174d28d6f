"""HTML: a self-contained fragment for notebooks and pages."""

from html import escape

from archcalc.render import document as blocks
from archcalc.render.result import Result

# Only grey lines and the colours of the page, so that it is legible on light and dark.
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


class Html(blocks.Writer):
    """Writes the blocks of a document in HTML."""

    indent = "&emsp;"

    def escaped(self, text: str) -> str:
        return escape(text)

    def prose(self, block: blocks.Prose, depth: int) -> list[str]:
        match block:
            case blocks.Title():
                return [f"<p><b>{self.inert(block.text)}</b></p>"]
            case blocks.Verbatim():
                return ["<pre>" + "\n".join(map(self.inert, block.text.splitlines())) + "</pre>"]
            case _:
                return [f"<p>{'<br>'.join(map(self.inert, block.text.splitlines()))}</p>"]

    def chapter(self, chapter: blocks.Chapter, depth: int) -> list[str]:
        lines = [line for block in chapter.blocks for line in self.block(block, depth + 1)]
        return [f"<h{depth + 4}>{self.inert(chapter.title)}</h{depth + 4}>", *lines]

    def pairs(self, pairs: tuple[blocks.Pair, ...], depth: int) -> list[str]:
        return ["<dl>", *(f"<dt>{self.inert(p.name)}</dt><dd>{self._told(p)}</dd>" for p in pairs), "</dl>"]

    def _told(self, pair: blocks.Pair) -> str:
        return f"<b>{self.inert(pair.number)}</b> {self.inert(pair.text)}" if pair.number else self.inert(pair.text)

    def grid(self, grid: blocks.Grid, depth: int) -> list[str]:
        heads = grid.columns()
        caption = [f"<p>{self.inert(grid.caption)}:</p>"] if grid.caption else []
        top = [] if grid.bare else ["<thead>", _row("th", heads, [self.inert(h.text) for h in heads]), "</thead>"]
        rows = [_row("td", heads, line) for line in self.cells(grid)]
        foot = self.pairs(grid.foot, depth) if grid.foot else []
        return [*caption, "<table>", *top, "<tbody>", *rows, "</tbody>", "</table>", *foot]

    def items(self, items: blocks.Items, depth: int) -> list[str]:
        return ["<ul>", *(line for item in items.items for line in self._item(item)), "</ul>"]

    def _item(self, item: blocks.Item) -> list[str]:
        name = f"<code>{self.inert(item.name)}</code>" if item.code else self.inert(item.name)
        head = f"{blocks.MARKS[item.mark]}: <b>{name}</b>" if item.mark else name
        details = self.pairs(item.details, 0) if item.details else []
        return [f"<li>{' '.join([head, *self.remarks(item)])}", *details, "</li>"]

    def equations(self, block: blocks.Equations | blocks.Forms, depth: int) -> list[str]:
        lines = ["<dl>"]
        for equation in block.equations:
            relation = "&ge;" if equation.least else "="
            lines.append(f"<dt>{self.inert(str(equation.left))}</dt>")
            lines += [f"<dd>{relation} {self.inert(str(form))}</dd>" for form in equation.right]
        return [*lines, "</dl>"]


def _row(tag: str, heads: list[blocks.Head], texts: list[str]) -> str:
    sides = [' style="text-align: right;"' if head.right else "" for head in heads]
    return f"<tr>{''.join(f'<{tag}{side}>{x}</{tag}>' for side, x in zip(sides, texts, strict=True))}</tr>"
