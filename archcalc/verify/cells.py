"""From claims and table documents to cells in columns, and to verdicts."""

from collections.abc import Callable, Hashable, Iterator, Mapping
from copy import copy
from fractions import Fraction
from functools import partial
from operator import itemgetter
from typing import NamedTuple

from archcalc.errors import ArchcalcError, Place, Refused, SpecError
from archcalc.language.files import with_lines
from archcalc.language.loaded import Loaded, Loading
from archcalc.language.report import Reporter
from archcalc.language.spec import PublishedClaim, Spec
from archcalc.language.tree import Map, Node
from archcalc.language.value import Value
from archcalc.verify.direct import Direct, Kernel, PrintedSum, Shape
from archcalc.verify.document import PublishedRow, PublishedTable
from archcalc.verify.judge import Finding, PrintedCell, judge, verdict_named
from archcalc.verify.needed import needed
from archcalc.verify.printed import Printed, Sizes, read
from archcalc.verify.reading import PLAIN, Counted, Reading, declared
from archcalc.verify.subject import Amount, Subject, subject

_DIRECT: dict[str, Callable[[Sizes, Counted], Direct]] = {"output": Shape, "kernel": Kernel}
EXPLAINED = 10
"""The most unexpected mismatches that are explained; each explanation loads many networks."""


_Settings = tuple[tuple[str, Value], ...]
_Key = tuple[str, _Settings]
"""A spec and the settings of its config."""


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
        self._networks: dict[_Key, Loaded | ArchcalcError] = {}
        self._subjects: dict[tuple[_Key, str | None], Subject] = {}

    def counted(self, name: str, config: Mapping[str, Value], layers: str | None) -> Counted:
        """How the facts of a network or a part of it are counted."""

        def again(changes: Mapping[str, Value]) -> Subject:
            return self.subject(name, {**config, **changes}, layers)

        return Counted(again({}), again)

    def subject(self, name: str, config: Mapping[str, Value], layers: str | None) -> Subject:
        """A network or a part of it; raises ArchcalcError where there is none."""
        key = (name, tuple(sorted(config.items(), key=itemgetter(0))))
        part = (key, layers)
        if part not in self._subjects:
            whole = subject(self._network(key)) if layers is None else self.subject(name, config, None)
            self._subjects[part] = whole.narrowed(layers)
        return self._subjects[part]

    def _network(self, key: _Key) -> Loaded:
        """The network of a spec and its settings, loaded once; a failure raises a new error each time."""
        if key not in self._networks:
            self._networks[key] = _attempt(*key)
        found = self._networks[key]
        if isinstance(found, ArchcalcError):
            raise copy(found)
        return found


def _attempt(name: str, settings: _Settings) -> Loaded | ArchcalcError:
    try:
        return Loaded.load(name, Loading(dict(settings)))
    except ArchcalcError as error:
        return error.with_traceback(None)


class _Report(Reporter):
    """Notes the rows whose network cannot be made, or lacks what the row is about."""

    def __init__(self, networks: Networks):
        super().__init__()
        self._networks = networks

    def counted(self, node: Map, name: str, config: Mapping[str, Value], layers: str | None) -> Counted | None:
        """What a row is about; None after a mistake."""
        if not name:
            return None
        found: Counted | None = self.attempt(node, lambda _: self._networks.counted(name, config, layers))
        if found is None:
            self._nearer(node, name, config)
        return found

    def _nearer(self, node: Map, name: str, config: Mapping[str, Value]) -> None:
        """Move the last mistake to the entry of the row that causes it."""
        word = "layers" if self._there(name, config) else "config" if self._there(name, {}) else "spec"
        self.problems[-1] = self.problems[-1]._replace(place=node.items.get(word, node).place)

    def _there(self, name: str, config: Mapping[str, Value]) -> bool:
        try:
            self._networks.counted(name, config, None)
        except Refused:
            return False
        return True

    def finish_in(self, files: list[str]) -> None:
        """Raise the mistakes, with the lines of the files."""
        try:
            self.finish()
        except SpecError as error:
            raise with_lines(error, files) from None


def check_claims(spec: Spec, name: str, networks: Networks) -> CheckedDocument:
    """The verdicts on a spec's claims; the claims of one source are columns.

    Raises SpecError for claims about a network or layer that does not exist.
    """
    cells: dict[PrintedCell, Hashable] = {}
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

    Raises SpecError for rows about a network or layer that does not exist.
    """
    return CheckedDocument(f"{table.title}, {table.where}", table.file, _judged(table_cells(table, networks)))


def table_cells(table: PublishedTable, networks: Networks) -> dict[PrintedCell, Hashable]:
    """The cells of a table document, in its order, each with the column that it is in; raises SpecError."""
    cells: dict[PrintedCell, Hashable] = {}
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
    """The relations between a row's numbers, and the cells that cannot be checked."""
    for text, related in row.related.items():
        cell = PrintedCell(_label(row), text, related.text, direct=related, note=row.note, place=row.node.place)
        cell.recorded = row.verdicts.get(text)
        yield cell
    unnamed = {name: number.text for name, number in row.numbers.items() if name not in row.compared}
    for name, text in (row.other | unnamed).items():
        yield PrintedCell(_label(row), name, text, note=row.note, place=row.node.place)


def _cell(
    label: str, fact: str, printed: Printed | Sizes, counted: Counted | None, place: Place | None, note: str
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

    def value(self, fact: str, reading: Reading = PLAIN) -> Amount:
        mine = super().value(fact, reading)
        whole = Counted(self.subject.whole, lambda changes: self.again(changes).whole).value(fact, reading)
        if not isinstance(mine, (int, Fraction)) or not isinstance(whole, (int, Fraction)) or not whole:
            return None
        return Fraction(100 * mine) / whole


def _judged(cells: dict[PrintedCell, Hashable]) -> tuple[Finding, ...]:
    columns: dict[Hashable, list[PrintedCell]] = {}
    for cell, column in cells.items():
        columns.setdefault(column, []).append(cell)
    found = {verdict.cell: verdict for column in columns.values() for verdict in judge(column)}
    surprises = [cell for cell in cells if found[cell].kind == "differs" and not found[cell].as_recorded]
    needs = {cell: needed(cell) for cell in surprises[:EXPLAINED]}
    return tuple(found[cell].finding()._replace(needed=needs.get(cell, "")) for cell in cells)
