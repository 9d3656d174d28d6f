"""Plain text for a terminal: columns that line up, long lines folded, weight and colour."""

from collections.abc import Iterable, Sequence
from textwrap import wrap

GAP = "  "


def bold(text: str) -> str:
    """A text that stands out on a terminal."""
    return f"\x1b[1m{text}\x1b[0m"


def faint(text: str) -> str:
    """A text that stands back on a terminal."""
    return f"\x1b[2m{text}\x1b[0m"


def colored(text: str, number: int) -> str:
    """A text in one of the terminal's own colours: 31 is red, 32 green, 33 yellow."""
    return f"\x1b[{number}m{text}\x1b[0m"


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


def widths(lines: Iterable[Sequence[str]]) -> list[int]:
    """How wide each column must be."""
    return [max(map(width, column)) for column in zip(*lines, strict=True)]


def aligned(lines: Sequence[Sequence[str]], right: Sequence[bool]) -> list[str]:
    """Lines of cells with the columns under each other."""
    edges = widths(lines)
    return [GAP.join(map(padded, cells, edges, right)).rstrip() for cells in lines]


def folded(pairs: list[tuple[str, str]], most: int | None) -> list[str]:
    """Names and texts in two columns, a text longer than the terminal folded."""
    edge = max((width(name) for name, _ in pairs), default=0) + len(GAP)
    lines = []
    for name, text in pairs:
        parts = [text] if most is None else wrap(text, max(20, most - edge), break_long_words=False) or [""]
        lines.append(padded(name, edge) + parts[0])
        lines += [" " * edge + part for part in parts[1:]]
    return lines
