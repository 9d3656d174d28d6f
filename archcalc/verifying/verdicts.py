"""Verdicts on printed numbers, as a result."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from archcalc.render.document import Block, Cell, Document, Grid, GridRow, Head, Note, Title, number
from archcalc.render.result import Plain, Result
from archcalc.render.words import plain
from archcalc.verifying.cells import CheckedDocument
from archcalc.verifying.direct import Computed
from archcalc.verifying.judge import Finding

HEADS = (
    *(Head(text) for text in ("about", "fact")),
    *(Head(text, right=True) for text in ("printed", "computed")),
    *(Head(text) for text in ("verdict", "reading")),
)


@dataclass(frozen=True)
class Verdicts(Result):
    """The verdicts on documents and on specs' claims; prints as a table for each, surprises marked with `!`."""

    checked: tuple[CheckedDocument, ...]
    quiet: bool = False
    """Whether readers see only the verdicts that differ from the recorded ones."""
    ascii = False

    @property
    def surprises(self) -> int:
        """The number of verdicts that differ from the recorded ones."""
        return sum(len(one.surprises) for one in self.checked)

    def document(self) -> Document:
        return *(block for one in self.checked for block in self._blocks(one)), Note(self._counts())

    def _blocks(self, one: CheckedDocument) -> Iterator[Block]:
        if found := one.surprises if self.quiet else one.findings:
            yield Title(f"{one.title} ({one.file})")
            yield Grid(HEADS, tuple(GridRow(_cells(f), tone="" if f.as_recorded else "bad") for f in found))

    def table(self) -> Grid:
        """A row for each printed number, with the document that it is in."""
        rows = [GridRow((one.title, one.file, *_cells(f))) for one in self.checked for f in one.findings]
        return Grid((Head("title"), Head("file"), *HEADS), tuple(rows))

    def _counts(self) -> str:
        kinds = Counter(found.verdict for one in self.checked for found in one.findings)
        counts = ", ".join(f"{count:,} {kind}" for kind, count in kinds.items())
        return f"{counts}; {self.surprises} not as recorded" if self.surprises else f"{counts}; all as recorded"

    def record(self) -> Plain:
        return [
            {
                "title": one.title,
                "file": one.file,
                "surprises": len(one.surprises),
                "findings": [{name: _plain(value) for name, value in f._asdict().items()} for f in one.findings],
            }
            for one in self.checked
        ]


def _cells(found: Finding) -> tuple[Cell, ...]:
    text, value = _computed(found.computed), found.computed
    computed = number(text if isinstance(value, tuple) else plain(value), text)
    mark = "" if found.as_recorded else "! "
    loose = f", {found.agreement}" if found.agreement in ("cut off", "about") else ""
    return found.about, found.fact, found.printed, computed, f"{mark}{found.verdict}{loose}", _why(found)


def _why(found: Finding) -> str:
    chance = "" if found.chance is None else f"by chance in {max(1, round(100 * found.chance))} of 100"
    note = found.note if found.verdict in ("differs", "agrees under") else ""
    return "; ".join(filter(None, (found.reading, found.reason, found.needed, chance, note)))


def _computed(value: Computed) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{float(value):,.2f}"
    return f"{int(value):,}" if isinstance(value, (int, Fraction)) else str(value)


def _plain(value: object) -> Plain:
    """A fact in the types of JSON: a fraction as a float, a place as its file, line and column."""
    if isinstance(value, tuple):
        return list(map(_plain, value))
    return float(value) if isinstance(value, Fraction) else plain(value)
