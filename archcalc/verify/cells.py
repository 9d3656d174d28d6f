"""From claims and table documents to cells in columns, and to verdicts."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from archcalc.errors import ArchcalcError, Refused, SpecError
from archcalc.language.files import with_lines
from archcalc.language.loaded import Loaded, Loading
from archcalc.language.report import Reporter
from archcalc.language.spec import PublishedClaim, Spec
from archcalc.language.tree import Map, Node
from archcalc.verify.direct import Direct, Kernel, PrintedSum, Shape
from archcalc.verify.document import PublishedRow, PublishedTable
from archcalc.verify.judge import Finding, PrintedCell, judge, verdict_named
from archcalc.verify.needed import needed
from archcalc.verify.printed import Printed, Sizes, read
from archcalc.verify.reading import PLAIN, Counted, Reading, declared
from archcalc.verify.subject import Subject, subject

_DIRECT: dict[str, Callable[[Sizes, Counted], Direct]] = {"output": Shape, "kernel": Kernel}
EXPLAINED = 10
"""Of so many numbers that differ unexpectedly it is told what would have to be true; that takes many networks each."""


class CheckedDocument(NamedTuple):
    """The verdicts of one document or of one spec's claims."""

    title: str
    file: str
    findings: tuple[Finding, ...]
    """In the order of the document."""

    @property
    def surprises(self) -> list[Finding]:
        """The verdicts that are not those recorded."""
        return [found for found in self.findings if not found.as_recorded]


class Networks:
    """The networks that documents are about, each loaded once."""

    def __init__(self) -> None:
        self._networks: dict[Any, Loaded | ArchcalcError] = {}
        self._subjects: dict[Any, Subject] = {}

    def counted(self, name: str, config: dict[str, Any], layers: str | None) -> Counted:
        """How the facts of a network or a part of it are counted."""

        def again(changes: dict[str, Any]) -> Subject:
            return self.subject(name, config | changes, layers)

        return Counted(again({}), again)

    def subject(self, name: str, config: dict[str, Any], layers: str | None) -> Subject:
        """A network or a part of it; raises ArchcalcError where there is none."""
        key = (name, tuple(sorted(config.items())))
        if key not in self._networks:
            try:
                self._networks[key] = Loaded.load(name, Loading(config))
            except ArchcalcError as error:
                self._networks[key] = error
        network = self._networks[key]
        if isinstance(network, ArchcalcError):
            raise network
        part = (*key, layers)
        if part not in self._subjects:
            whole = subject(network) if layers is None else self.subject(name, config, None)
            self._subjects[part] = whole.narrowed(layers)
        return self._subjects[part]


class _Report(Reporter):
    """Notes which rows of a document are about networks that cannot be made, or about what those do not have."""

    def __init__(self, networks: Networks):
        super().__init__()
        self._networks = networks

    def counted(self, node: Map, name: str, config: dict[str, Any], layers: str | None) -> Counted | None:
        """What a row is about; None after a mistake."""
        if not name:
            return None
        found: Counted | None = self.attempt(node, lambda _: self._networks.counted(name, config, layers))
        if found is None:
            self._nearer(node, name, config)
        return found

    def _nearer(self, node: Map, name: str, config: dict[str, Any]) -> None:
        """Tell the last mistake at the entry of a row that it comes from."""
        word = "layers" if self._there(name, config) else "config" if self._there(name, {}) else "spec"
        self.problems[-1] = self.problems[-1]._replace(place=node.items.get(word, node).place)

    def _there(self, name: str, config: dict[str, Any]) -> bool:
        try:
            self._networks.counted(name, config, None)
        except Refused:
            return False
        return True

    def finish_in(self, files: list[str]) -> None:
        """Raise what was found wrong, with the lines of the files."""
        try:
            self.finish()
        except SpecError as error:
            raise with_lines(error, files) from None


def check_claims(spec: Spec, name: str, networks: Networks) -> CheckedDocument:
    """The verdicts on a spec's claims; the claims of one source are columns.

    Raises SpecError for claims about what is not there.
    """
    cells: dict[PrintedCell, Any] = {}
    report = _Report(networks)
    for claim in spec.claims:
        variant = "" if claim.variant is None else f":{claim.variant}"
        counted = report.counted(claim.node, name + variant, claim.config, claim.layers)
        label = spec.name + variant + "".join(f" {k}={v}" for k, v in claim.config.items())
        label += f" {claim.layers}" if claim.layers else ""
        for fact in claim.printed:
            cell: PrintedCell | None = report.attempt(claim.node, partial(_claimed, claim, fact, label, counted))
            if cell is not None:
                cells[cell] = (claim.source, fact)
    report.finish_in(spec.files)
    return CheckedDocument(spec.title or spec.name, spec.file, _judged(cells))


def _claimed(claim: PublishedClaim, fact: str, label: str, counted: Counted | None, node: Node) -> PrintedCell:
    cell = _cell(label, fact, read(claim.printed[fact]), counted, node.place, claim.note)
    cell.declared = declared(claim.counts.get(fact, ()))
    cell.recorded = verdict_named(*claim.verdicts[fact]) if fact in claim.verdicts else None
    cell.meant = read(*claim.errata[fact]) if fact in claim.errata else None
    return cell


def check_table(table: PublishedTable, networks: Networks) -> CheckedDocument:
    """The verdicts on a table document; the numbers of one fact are a column.

    Raises SpecError for rows about what is not there.
    """
    return CheckedDocument(f"{table.title}, {table.where}", table.file, _judged(table_cells(table, networks)))


def table_cells(table: PublishedTable, networks: Networks) -> dict[PrintedCell, Any]:
    """The cells of a table document, in its order, each with the column that it is in; raises SpecError."""
    cells: dict[PrintedCell, Any] = {}
    report = _Report(networks)
    above: dict[str, list[Printed]] = {}
    for row in table.rows:
        counted = report.counted(row.node, row.spec, row.config, row.layers) if row.printed else None
        for fact, printed in row.printed.items():
            if isinstance(printed, Printed):
                if row.sum:
                    cells[_sum(row, printed, fact, above.pop(fact))] = None
                else:
                    above.setdefault(fact, []).append(row.errata.get(fact, printed))
            if row.spec or not row.sum:
                cell: PrintedCell | None = report.attempt(row.node, partial(_of_row, row, fact, counted))
                if cell is not None:
                    cells[cell] = (fact, isinstance(printed, Printed) and printed.unit == "percent")
        cells |= dict.fromkeys(_others(row))
    report.finish_in([str(table.path)])
    return cells


def _label(row: PublishedRow) -> str:
    return row.label + (f" {row.layers}" if row.layers and row.layers not in row.label else "")


def _of_row(row: PublishedRow, fact: str, counted: Counted | None, node: Node) -> PrintedCell:
    cell = _cell(_label(row), fact, row.printed[fact], counted, node.place, row.note)
    cell.declared = row.counts.get(fact, PLAIN)
    cell.recorded = row.verdicts.get(fact)
    cell.meant = row.errata.get(fact)
    return cell


def _sum(row: PublishedRow, printed: Printed, fact: str, above: list[Printed]) -> PrintedCell:
    cell = PrintedCell(f"{row.label} (sum)", fact, printed.text, note=row.note, place=row.node.place)
    cell.direct = PrintedSum(printed, above)
    cell.recorded = None if row.spec else row.verdicts.get(fact)
    return cell


def _others(row: PublishedRow) -> Iterator[PrintedCell]:
    """What relations say of a row's numbers, and what cannot be checked."""
    for text, related in row.related.items():
        cell = PrintedCell(_label(row), text, related.text, direct=related, note=row.note, place=row.node.place)
        cell.recorded = row.verdicts.get(text)
        yield cell
    unnamed = {name: number.text for name, number in row.numbers.items() if name not in row.compared}
    for name, text in (row.other | unnamed).items():
        yield PrintedCell(_label(row), name, text, note=row.note, place=row.node.place)


def _cell(
    label: str, fact: str, printed: Printed | Sizes, counted: Counted | None, place: Any, note: str
) -> PrintedCell:
    cell = PrintedCell(label, fact, printed.text, counted=counted, note=note, place=place)
    if isinstance(printed, Printed):
        cell.printed = printed
        if counted is not None and printed.unit == "percent":
            cell.counted = _Share(*counted)
    elif counted is not None:
        cell.direct = _DIRECT[fact](printed, counted)
    return cell


class _Share(Counted):
    """A part's share of the whole network, in percent."""

    def value(self, fact: str, reading: Reading = PLAIN) -> Any:
        mine = super().value(fact, reading)
        whole = Counted(self.subject.whole, lambda changes: self.again(changes).whole).value(fact, reading)
        return None if mine is None or not whole else Fraction(100 * mine) / whole


def _judged(cells: dict[PrintedCell, Any]) -> tuple[Finding, ...]:
    columns: dict[Any, list[PrintedCell]] = {}
    for cell, column in cells.items():
        columns.setdefault(column, []).append(cell)
    found = {verdict.cell: verdict for column in columns.values() for verdict in judge(column)}
    surprises = [cell for cell in cells if found[cell].kind == "differs" and not found[cell].as_recorded]
    needs = {cell: needed(cell) for cell in surprises[:EXPLAINED]}
    return tuple(found[cell].finding()._replace(needed=needs.get(cell, "")) for cell in cells)
