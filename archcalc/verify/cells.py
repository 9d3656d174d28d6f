"""From claims and table documents to cells in columns, and to verdicts."""

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, NamedTuple

from archcalc.errors import ArchcalcError, Refused, SpecError
from archcalc.language.files import with_lines
from archcalc.language.spec import Spec, locate, problem
from archcalc.verify.document import Table, sizes
from archcalc.verify.judge import Cell, Finding, judge, verdict_named
from archcalc.verify.printed import Printed, read
from archcalc.verify.reading import PLAIN, Counted, Reading, declared
from archcalc.verify.subject import Subject

Load = Callable[..., Any]
"""`archcalc.model.load`; handed in, because a model is built on what is here."""


class Checked(NamedTuple):
    """The verdicts of one document or of one spec's claims."""

    title: str
    file: str
    findings: tuple[Finding, ...]
    """In the order of the document."""

    @property
    def surprises(self) -> list[Finding]:
        """The verdicts that are not those recorded."""
        return [found for found in self.findings if not found.as_recorded]


class _Maker:
    """Makes subjects; each network is loaded once."""

    def __init__(self, load: Load):
        self.load = load
        self._models: dict[Any, Any] = {}
        self._subjects: dict[Any, Subject] = {}

    def counted(self, name: Any, variant: str | None, config: dict[str, Any], layers: str | None) -> Counted:
        def again(changes: dict[str, Any]) -> Subject:
            return self.subject(name, variant, config | changes, layers)

        return Counted(again({}), again)

    def subject(self, name: Any, variant: str | None, config: dict[str, Any], layers: str | None) -> Subject:
        key = (name, variant, tuple(sorted(config.items())))
        if key not in self._models:
            try:
                self._models[key] = self.load(name, variant=variant, config=config)
            except ArchcalcError as error:
                self._models[key] = error
        if isinstance(self._models[key], ArchcalcError):
            raise self._models[key]
        part = (*key, layers)
        if part not in self._subjects:
            self._subjects[part] = self._models[key].subject.narrowed(layers)
        return self._subjects[part]


def check_claims(spec: Spec, name: Any, load: Load) -> Checked:
    """The verdicts on a spec's claims; the claims of one source are columns."""
    maker = _Maker(load)
    cells: dict[Cell, Any] = {}
    for claim in spec.claims:
        counted = maker.counted(name, claim.variant, claim.config, claim.layers)
        label = ":".join(filter(None, (spec.name, claim.variant)))
        label += "".join(f" {k}={v}" for k, v in claim.config.items()) + (f" {claim.layers}" if claim.layers else "")
        for fact, text in claim.printed.items():
            cell = _cell(label, fact, text, counted, claim.node.place, claim.note)
            try:
                cell.declared = declared(claim.counts.get(fact, ()))
                cell.recorded = verdict_named(*claim.verdicts[fact]) if fact in claim.verdicts else None
                cell.meant = read(*claim.errata[fact]) if fact in claim.errata else None
            except Refused as error:
                raise with_lines(SpecError([problem(locate(error, claim.node))]), spec.files) from None
            cells[cell] = (claim.source, fact)
    return Checked(spec.title or spec.name, spec.file, _judged(cells))


def check_table(table: Table, load: Load) -> Checked:
    """The verdicts on a table document; the numbers of one fact are a column."""
    return Checked(f"{table.title}, {table.where}", table.file, _judged(table_cells(table, load)))


def table_cells(table: Table, load: Load) -> dict[Cell, Any]:
    """The cells of a table document, in its order, each with the column that it is in."""
    maker = _Maker(load)
    cells: dict[Cell, Any] = {}
    above: dict[str, list[Printed]] = {}
    for row in table.rows:
        counted = maker.counted(row.spec, None, row.config, row.layers) if row.spec else None
        label = row.label + (f" {row.layers}" if row.layers and row.layers not in row.label else "")
        for fact, (text, printed) in row.printed.items():
            if printed is not None and row.sum:
                added = Cell(f"{row.label} (sum)", fact, text, None, None, note=row.note, place=row.node.place)
                added.direct = _Sum(printed, above.pop(fact))
                added.recorded = None if row.spec else row.verdicts.get(fact)
                cells[added] = None
                if not row.spec:
                    continue
            elif printed is not None:
                above.setdefault(fact, []).append(row.errata.get(fact, printed))
            cell = _cell(label, fact, text, counted, row.node.place, row.note, printed)
            cell.declared = row.counts.get(fact, PLAIN)
            cell.recorded = row.verdicts.get(fact)
            cell.meant = row.errata.get(fact)
            cells[cell] = (fact, cell.printed is not None and cell.printed.unit == "percent")
        for name, text in row.other.items():
            cells[Cell(label, name, text, None, None, note=row.note, place=row.node.place)] = None
    return cells


def _cell(
    label: str, fact: str, text: str, counted: Counted | None, place: Any, note: str, printed: Printed | None = None
) -> Cell:
    if fact == "output":
        found = None if counted is None else _Shape(counted, sizes(text))
        return Cell(label, fact, text, None, counted, direct=found, note=note, place=place)
    printed = printed or read(text)
    if counted is not None and printed.unit == "percent":
        counted = _Share(*counted)
    return Cell(label, fact, text, printed, counted, note=note, place=place)


class _Share(Counted):
    """A part's share of the whole network, in percent."""

    def value(self, fact: str, reading: Reading = PLAIN) -> Any:
        mine = super().value(fact, reading)
        whole = Counted(self.subject.whole, lambda changes: self.again(changes).whole).value(fact, reading)
        return None if mine is None or not whole else Fraction(100 * mine) / whole


class _Shape:
    """A printed shape beside the computed one: sizes in the order of the paper, channels first or last."""

    reason = ""

    def __init__(self, counted: Counted, printed: tuple[int, ...]):
        self.computed = tuple(counted.subject.fact("shape"))[1:]
        self.printed = printed

    def agrees(self) -> bool:
        """Whether the sizes are those of the output without the batch, or those of its places alone."""
        channels_last = (*self.computed[1:], self.computed[0]) if self.computed else ()
        return self.printed in (self.computed, channels_last, self.computed[1:], _squeezed(channels_last))


class _Sum:
    """A printed sum beside that of the printed numbers, each of which may be off by half of its last digit."""

    def __init__(self, printed: Printed, parts: list[Printed]):
        self.printed = printed
        self.computed = sum((part.value for part in parts), Fraction(0))
        self.slack = sum((part.step for part in parts), printed.step) / 2
        self.reason = f"of {len(parts)} numbers above, known to {float(self.slack):,.6g}"

    def agrees(self) -> bool:
        """Whether the numbers can come from ones that add up to the sum."""
        return abs(self.computed - self.printed.value) <= self.slack


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(n for n in shape if n != 1)


def _judged(cells: dict[Cell, Any]) -> tuple[Finding, ...]:
    columns: dict[Any, list[Cell]] = {}
    for cell, column in cells.items():
        columns.setdefault(column, []).append(cell)
    found = {verdict.cell: verdict for column in columns.values() for verdict in judge(column)}
    return tuple(found[cell].finding() for cell in cells)


def counts_of(checked: Iterable[Checked]) -> dict[str, int]:
    """How many verdicts there are of each kind."""
    found: dict[str, int] = {}
    for one in checked:
        for verdict in one.findings:
            found[verdict.verdict] = found.get(verdict.verdict, 0) + 1
    return found
