"""From claims and table documents to cells in columns, and to verdicts."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from archcalc.errors import ArchcalcError, Refused, SpecError
from archcalc.language.files import with_lines
from archcalc.language.loaded import Loaded, Loading
from archcalc.language.report import Reporter
from archcalc.language.spec import PublishedClaim, Spec, locate, problem
from archcalc.language.tree import Node
from archcalc.language.value import Value
from archcalc.verifying.direct import Direct, kernel, printed_sum, shape
from archcalc.verifying.document import PublishedRow, PublishedTable
from archcalc.verifying.judge import Finding, PrintedCell, judge, verdict_named
from archcalc.verifying.needed import needed
from archcalc.verifying.printed import Printed, Sizes, read
from archcalc.verifying.reading import PLAIN, declared
from archcalc.verifying.subject import Subject

DIRECT: dict[str, Callable[[Sizes, Subject], Direct]] = {"output": shape, "kernel": kernel}
"""The comparison of each fact that is printed as sizes."""
EXPLAINED = 10
"""The most unexpected mismatches that are explained; each explanation loads many networks."""

Config = Mapping[str, Value]


class CheckedDocument(NamedTuple):
    """The verdicts of one document or of one spec's claims."""

    title: str
    file: str
    findings: tuple[Finding, ...]
    """In the order of the document."""

    @property
    def surprises(self) -> list[Finding]:
        """The verdicts that differ from the recorded ones."""
        return [found for found in self.findings if not found.as_recorded]


class Networks:
    """The networks that documents are about, each loaded once, with the operations and limits of `loading`."""

    def __init__(self, loading: Loading = Loading()) -> None:  # noqa: B008 - a value
        self.loading = loading
        self._made: dict[tuple[object, ...], Subject | ArchcalcError] = {}

    def subject(self, name: str, config: Config) -> Subject:
        """A network under a config; raises ArchcalcError if there is none."""
        key = (name, *sorted(config.items()))
        if key not in self._made:
            try:
                network = Loaded.load(name, self.loading._replace(config=config))
                self._made[key] = Subject.of(network, lambda changes: self.subject(name, {**config, **changes}))
            except ArchcalcError as error:
                self._made[key] = error.with_traceback(None)
        found = self._made[key]
        if isinstance(found, ArchcalcError):
            raise copy(found)
        return found


class _Report(Reporter):
    """Notes the rows whose network cannot be made, or lacks what the row is about."""

    def __init__(self, networks: Networks):
        super().__init__()
        self._networks = networks

    def subject(self, row: PublishedRow) -> Subject | ArchcalcError | None:
        """The network or part that a row is about, or the error of a spec that makes none; None after a mistake."""
        if not row.spec or not row.printed:
            return None
        try:
            return self._networks.subject(row.spec, row.config).narrowed(row.layers)
        except Refused as error:  # noted at the entry of the row that causes it
            wrong = "layers" if self._loads(row.spec, row.config) else "config" if self._loads(row.spec, {}) else "spec"
            self.problems.append(problem(locate(error, row.node.items.get(wrong, row.node))))
        except ArchcalcError as error:
            return error
        return None

    def _loads(self, name: str, config: Config) -> bool:
        try:
            self._networks.subject(name, config)
        except ArchcalcError:
            return False
        return True

    def finish(self) -> None:
        """Raise the mistakes, with their lines."""
        try:
            super().finish()
        except SpecError as error:
            raise with_lines(error) from None


def check_claims(spec: Spec, name: str, networks: Networks) -> CheckedDocument:
    """The verdicts on a spec's claims; the claims of one source are columns.

    Raises SpecError for claims about a network or layer that does not exist.
    """
    report = _Report(networks)
    rows = [_claimed(claim, spec.name, name, report) for claim in spec.claims]
    return CheckedDocument(spec.title or spec.name, spec.file, _judged(_cells(rows, report)))


def _claimed(claim: PublishedClaim, title: str, name: str, report: _Report) -> PublishedRow:
    """A claim as a row of a table; its source is its column."""
    variant = "" if claim.variant is None else f":{claim.variant}"
    label = title + variant + "".join(f" {k}={v}" for k, v in claim.config.items())
    row = PublishedRow(claim.node, label, name + variant, claim.config, claim.layers, note=claim.note)
    row.source = claim.source
    for fact in claim.printed:
        report.attempt(claim.node, partial(_take, row, claim, fact))
    return row


def _take(row: PublishedRow, claim: PublishedClaim, fact: str, _: Node) -> None:
    row.printed[fact] = read(claim.printed[fact])
    row.counts[fact] = declared(claim.counts.get(fact, ()))
    if fact in claim.verdicts:
        row.verdicts[fact] = verdict_named(" ".join(claim.verdicts[fact]))
    if fact in claim.errata:
        row.errata[fact] = read(" ".join(claim.errata[fact]))


def check_table(table: PublishedTable, networks: Networks) -> CheckedDocument:
    """The verdicts on a table document; the numbers of one fact are a column.

    Raises SpecError for rows about a network or layer that does not exist.
    """
    return CheckedDocument(f"{table.title}, {table.where}", table.file, _judged(table_cells(table, networks)))


def table_cells(table: PublishedTable, networks: Networks) -> dict[PrintedCell, Hashable]:
    """The cells of a table document in its order, each with its column; raises SpecError."""
    return _cells(table.rows, _Report(networks))


def _cells(rows: Sequence[PublishedRow], report: _Report) -> dict[PrintedCell, Hashable]:
    cells: dict[PrintedCell, Hashable] = {}
    above: dict[str, list[Printed]] = {}
    for row in rows:
        subject = report.subject(row)
        for fact, printed in row.printed.items():
            if isinstance(printed, Printed):
                if row.sum:
                    cells[_sum(row, printed, fact, above.pop(fact))] = None
                else:
                    above.setdefault(fact, []).append(row.errata.get(fact, printed))
            if row.spec or not row.sum:
                cell: PrintedCell | None = report.attempt(row.node, partial(_of_row, row, fact, subject))
                if cell is not None:
                    cells[cell] = (row.source, fact, isinstance(printed, Printed) and printed.unit == "percent")
        cells |= dict.fromkeys(_others(row))
    report.finish()
    return cells


def _cell(row: PublishedRow, fact: str, text: str) -> PrintedCell:
    """A cell of a row with the verdict that is recorded for it."""
    label = row.label + (f" {row.layers}" if row.layers and row.layers not in row.label else "")
    return PrintedCell(label, fact, text, recorded=row.verdicts.get(fact), note=row.note, place=row.node.place)


def _of_row(row: PublishedRow, fact: str, subject: Subject | ArchcalcError | None, _: Node) -> PrintedCell:
    printed = row.printed[fact]
    cell = _cell(row, fact, printed.text)
    if isinstance(subject, ArchcalcError):
        cell.broken = f"the network cannot be made: {str(subject).splitlines()[0]}"
        return cell
    cell.declared, cell.meant, cell.subject = row.counts.get(fact, PLAIN), row.errata.get(fact), subject
    if isinstance(printed, Printed):
        cell.printed = printed
    elif subject is not None:
        cell.direct = DIRECT[fact](printed, subject)
    return cell


def _sum(row: PublishedRow, printed: Printed, fact: str, above: list[Printed]) -> PrintedCell:
    cell = _cell(row, fact, printed.text)
    recorded = None if row.spec else cell.recorded
    return replace(cell, label=f"{row.label} (sum)", direct=printed_sum(printed, above), recorded=recorded)


def _others(row: PublishedRow) -> Iterator[PrintedCell]:
    """The relations between a row's numbers, and the cells that cannot be checked."""
    for text, related in row.related.items():
        yield replace(_cell(row, text, related.text), direct=related)
    unnamed = {name: number.text for name, number in row.numbers.items() if name not in row.compared}
    for name, text in (row.other | unnamed).items():
        yield replace(_cell(row, name, text), recorded=None)


def _judged(cells: Mapping[PrintedCell, Hashable]) -> tuple[Finding, ...]:
    columns: dict[Hashable, list[PrintedCell]] = {}
    for cell, column in cells.items():
        columns.setdefault(column, []).append(cell)
    found = {cell: finding for column in columns.values() for cell, finding in zip(column, judge(column), strict=True)}
    surprises = [cell for cell in cells if found[cell].verdict == "differs" and not found[cell].as_recorded]
    needs = {cell: needed(cell) for cell in surprises[:EXPLAINED]}
    return tuple(found[cell]._replace(needed=needs.get(cell, "")) for cell in cells)
