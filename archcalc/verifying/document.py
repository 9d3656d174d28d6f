"""Table documents: the printed numbers of a publication, each row with the network that it is about.

    archcalc_table: 1
    title: Going Deeper with Convolutions
    ref: arXiv:1409.4842
    where: Table 1
    units: {parameters: 1e3, macs: 1e6}
    rows:
      - {spec: "googlenet:paper", layers: inception3a, parameters: 159K, macs: 128M}

A document is data like a spec: nothing in it is run, and every mistake is reported with its place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import TypeVar

from archcalc.errors import Refused, SpecError, nearest
from archcalc.language.files import shown, with_lines
from archcalc.language.forms import MapOf, Record, Requirement, ScalarForm, identifiers
from archcalc.language.grammar import SETTINGS, TEXT, TEXTS, VALUE
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.reader import read_file
from archcalc.language.report import Fields, Reporter
from archcalc.language.spec import literal, locate
from archcalc.language.tree import Map, Node, Scalar, Seq, is_null, items_of, text_of, words
from archcalc.language.value import Value, is_exact
from archcalc.verifying.judge import Recorded, verdict_named
from archcalc.verifying.printed import Printed, Sizes, read, read_sizes
from archcalc.verifying.reading import PLAIN, Reading, declared
from archcalc.verifying.relation import Known, Related, Relation, relation

T = TypeVar("T")
VERSION = 1
FACTS = (
    *("parameters", "trainable", "buffers", "size", "macs", "flops", "primitives", "activations", "memory"),
    *("receptive_field", "depth", "output", "kernel"),
)
"""The possible facts of a cell."""
SIZES = ("output", "kernel")
"""The facts that are printed as sizes."""
_NUMBERS = MapOf("the number {}", VALUE, identifiers("a number"))
_OTHERS = MapOf("{}", TEXT)
_FLAG = ScalarForm("true or false", {"type": "boolean"}, lambda node: isinstance(getattr(node, "value", None), bool))
_ROW = Record(
    {
        **dict.fromkeys(("label", "layers", "note", *FACTS), TEXT),
        "spec": TEXTS,
        "sum": _FLAG,
        "config": SETTINGS,
        "numbers": _NUMBERS,
        "not_checkable": _OTHERS,
        **dict.fromkeys(("counts", "verdict", "erratum", "holds"), VALUE),
    }
)
_TABLE = Record(
    {
        **dict.fromkeys(("title", "authors", "year", "ref", "where", "read_from", "note"), TEXT),
        **dict.fromkeys(("archcalc_table", "units", "counts", "holds", "rows"), VALUE),
    },
    *(Requirement([word], repr(word), "a reader must be able to find the table") for word in ("title", "ref", "where")),
)


@dataclass(eq=False)
class PublishedRow:
    """A row of a table: its network and the numbers printed in it."""

    node: Map
    label: str = ""
    spec: str = ""
    """Empty if the row is about no known network."""
    config: dict[str, Value] = field(default_factory=dict)
    layers: str | None = None
    printed: dict[str, Printed | Sizes] = field(default_factory=dict)
    numbers: dict[str, Printed] = field(default_factory=dict)
    """Printed numbers by name that archcalc does not compute, but that relations may name."""
    related: dict[str, Related] = field(default_factory=dict)
    """The relations between its numbers, by their texts."""
    other: dict[str, str] = field(default_factory=dict)
    """Facts that cannot be checked, such as accuracies, by name."""
    counts: dict[str, Reading] = field(default_factory=dict)
    verdicts: dict[str, Recorded] = field(default_factory=dict)
    errata: dict[str, Printed] = field(default_factory=dict)
    sum: bool = False
    """Whether its numbers are the sums of those above it, since the last row of sums."""
    note: str = ""
    source: str = ""
    """For a claim of a spec, where its numbers are printed."""
    compared: frozenset[str] = frozenset()
    """The numbers that a relation names."""

    @property
    def known(self) -> Known:
        """Its numbers and sizes by name, errata corrected, in the units of the document."""
        found: dict[str, Printed | tuple[int, ...]] = dict(self.numbers)
        for fact, printed in self.printed.items():
            meant = self.errata.get(fact, printed)
            binary = self.counts.get(fact, PLAIN).kilo == 1024
            found[fact] = meant.sizes if isinstance(meant, Sizes) else meant.of_1024() if binary else meant
        return found


@dataclass(eq=False)
class PublishedTable:
    """A table document."""

    path: Path
    title: str = ""
    ref: str = ""
    where: str = ""
    read_from: str = ""
    """The source of the copy, and how reliable it is."""
    units: dict[str, Fraction] = field(default_factory=dict)
    counts: dict[str, Reading] = field(default_factory=dict)
    """The reading of each column, if the publication declares one."""
    rows: list[PublishedRow] = field(default_factory=list)

    @property
    def file(self) -> str:
        """The file as messages name it."""
        return shown(self.path)


def read_table(path: Path, limits: Limits = DEFAULT) -> PublishedTable:
    """A table document; raises SpecError with every mistake in it."""
    try:
        node = read_file(path, shown(path), limits)
    except OSError as error:
        raise Refused(f"cannot read {shown(path)}: {error.strerror or error}") from None
    try:
        return _Parser().table(node, path)
    except SpecError as error:
        raise with_lines(error) from None


def is_table(path: Path) -> bool:
    """Whether a file says that it is a table document."""
    try:
        with path.open("rb") as file:
            return b"archcalc_table:" in file.read(4096)
    except OSError:
        return False


class _Parser(Reporter):
    def table(self, node: Node, path: Path) -> PublishedTable:
        table = PublishedTable(path)
        if self.fits(node, _TABLE, "a table document") and isinstance(node, Map):
            given = self.record(node, _TABLE, "a table document")
            if "archcalc_table" not in given or literal(given["archcalc_table"]) != VERSION:
                self.refuse(node, f"archcalc_table must be {VERSION}")
            table.title, table.ref, table.where, table.read_from = (
                text_of(given.get(word)) for word in ("title", "ref", "where", "read_from")
            )
            table.units = self.by_fact(given.get("units"), "units", _unit)
            table.counts = self.by_fact(given.get("counts"), "counts", _reading)
            self.rows(given.get("rows", node), table, self.relations(given.get("holds")))
        self.finish()
        return table

    def rows(self, node: Node, table: PublishedTable, everywhere: list[tuple[Node, Relation]]) -> None:
        if not isinstance(node, Seq) or not node.items:
            self.refuse(node, "a table document needs rows", "a list of mappings, one for each row")
            return
        for item in node.items:
            if (found := self.map(item, "a row")) is not None:
                table.rows += self.row(found, table, [one.text for _, one in everywhere])
        self.sums(table.rows)
        self.relate(everywhere, table.rows)

    def sums(self, rows: list[PublishedRow]) -> None:
        above: set[str] = set()
        for row in rows:
            facts = {fact for fact, printed in row.printed.items() if isinstance(printed, Printed)}
            if row.sum and not facts:
                self.refuse(row.node, "a row of sums needs a printed number", "such as parameters: 25.6M")
            for fact in sorted(facts - above) if row.sum else ():
                self.refuse(row.node.items["sum"], f"above this row of sums there are no {fact} to add up")
            above = above - facts if row.sum else above | facts

    def row(self, node: Map, table: PublishedTable, everywhere: list[str]) -> list[PublishedRow]:
        """A row, or one for each of the networks that it names."""
        given = self.record(node, _ROW, "a row")
        row = PublishedRow(node, note=text_of(given.get("note")), layers=text_of(given.get("layers")) or None)
        row.sum = "sum" in given and literal(given["sum"]) is True
        row.config = {k.text: self.attempt(v, literal) for k, v in self.entries(given.get("config"), SETTINGS)}
        row.other = {key.text: text_of(value) for key, value in self.entries(given.get("not_checkable"), _OTHERS)}
        row.numbers = self.numbers(given.get("numbers"))
        row.counts = table.counts | self.by_fact(given.get("counts"), "counts", _reading)
        row.errata = self.by_fact(given.get("erratum"), "erratum", _number)
        holds = self.relations(given.get("holds"))
        texts = [*everywhere, *(one.text for _, one in holds)]
        row.verdicts = self.by_fact(given.get("verdict"), "verdict", _verdict, texts)
        rows = self.networks(row, given, table)
        self.complete(rows[0], texts)
        self.relate(holds, rows)
        return rows

    def complete(self, row: PublishedRow, relations: list[str]) -> None:
        """Refuse a row without numbers, or with a verdict or erratum for a number that it does not have."""
        printed = row.node.items.keys() & {*FACTS, "numbers"}
        if not (printed or row.other):
            self.refuse(row.node, "a row needs a printed number", "such as parameters: 25.6M")
        elif printed and not row.spec and "label" not in row.node.items:
            self.refuse(row.node, "a row needs a spec or a label", "such as spec: resnet:50")
        for what, facts in (("verdict", row.verdicts), ("erratum", row.errata)):
            for fact in facts:
                if fact not in (*row.printed, *relations):
                    self.refuse(row.node.items[what], f"{what} is about {fact}, but the row has no such number")

    def networks(self, row: PublishedRow, given: Fields, table: PublishedTable) -> list[PublishedRow]:
        """A row for each of the networks that a row names, with its part of what is printed."""
        label, specs = text_of(given.get("label")), [text_of(item) for item in items_of(given.get("spec"))] or [""]
        labels = [f"{label} {spec}" if label and len(specs) > 1 else label or spec for spec in specs]
        named = zip(specs, labels, strict=True)
        rows = [replace(row, spec=spec, label=label, printed={}, related={}) for spec, label in named]
        for fact in filter(FACTS.__contains__, given):  # in the order of the document
            for one, printed in zip(rows, self.cell(fact, given[fact], table, len(rows)), strict=False):
                one.printed[fact] = printed
        return rows

    def cell(self, fact: str, node: Node, table: PublishedTable, networks: int) -> list[Printed | Sizes]:
        """The printed numbers of a cell, one for each network of its row; empty after a mistake."""
        texts = text_of(node).split("/") if networks > 1 else [text_of(node)]
        if len(texts) != networks:
            self.refuse(node, f"{words(node)} is not a number for each of {networks} networks", "such as 0.85M/1.7M")
            return []
        factor = table.units.get(fact, Fraction(1))

        def one(text: str) -> Printed | Sizes:
            return read_sizes(text) if fact in SIZES else read(text).scaled(factor)

        return self.attempt(node, lambda _: list(map(one, texts))) or []

    def numbers(self, node: Node | None) -> dict[str, Printed]:
        """Printed numbers by name, for relations."""
        found = {}
        for key, value in self.entries(node, _NUMBERS):
            if key.text in FACTS:
                hint = f"write it beside `numbers`: {key.text}: ..."
                self.refuse(key, f"{key.text!r} is a fact of the row itself", hint)
            elif (number := self.attempt(value, _number)) is not None:
                found[key.text] = number
        return found

    def relations(self, node: Node | None) -> list[tuple[Node, Relation]]:
        """One relation or a list of them, each with its place."""
        found = [(item, self.attempt(item, lambda item: relation(str(literal(item))))) for item in items_of(node)]
        return [(item, one) for item, one in found if one is not None]

    def relate(self, relations: list[tuple[Node, Relation]], rows: list[PublishedRow]) -> None:
        """Apply each relation to the rows that have all of its numbers; there must be such a row."""
        for node, one in relations:
            having = [row for row in rows if one.names <= row.known.keys()]
            if not having:
                known = sorted({name for row in rows for name in row.known})
                unknown = sorted(one.names.difference(known))
                what = f"number {unknown[0]!r}" if unknown else f"row with all of {', '.join(sorted(one.names))}"
                self.refuse(node, f"for {one.text!r} there is no {what}", nearest(unknown[0], known) if unknown else "")
            for row in having:
                found: Related | None = self.attempt(node, partial(_related, one, row))
                row.related |= {} if found is None else {one.text: found}
                row.compared |= one.names

    def by_fact(
        self, node: Node | None, what: str, make: Callable[[Node], T], more: Sequence[str] = ()
    ) -> dict[str, T]:
        """A mapping from facts; a single value applies to all of them."""
        if isinstance(node, (Scalar, Seq)) and not is_null(node) and what != "units":
            found = self.attempt(node, make)
            if found is None or what == "counts":
                return {} if found is None else dict.fromkeys(FACTS, found)
            self.refuse(node, f"{what} must name its fact", f"such as {what}: {{parameters: {words(node)}}}")
            return {}
        made: dict[str, T] = {}
        for key, value in self.map(node, what) or ():
            if key.text not in (*FACTS, *more):
                self.refuse(key, f"{what} has no fact {key.text!r}", nearest(key.text, (*FACTS, *more)))
            elif (one := self.attempt(value, make)) is not None:
                made[key.text] = one
        return made


def _related(one: Relation, row: PublishedRow, _: Node) -> Related:
    return one.of(row.known)


def _unit(node: Node) -> Fraction:
    value = literal(node)
    if not is_exact(value) or value <= 0:
        raise locate(Refused("a unit is a number, such as 1e6", "what a number without a letter means"), node)
    return Fraction(value)


def _reading(node: Node) -> Reading:
    return declared(str(literal(item)) for item in items_of(node))


def _verdict(node: Node) -> Recorded:
    return verdict_named(str(literal(node)))


def _number(node: Node) -> Printed:
    if not isinstance(node, Scalar) or node.value is None:
        raise locate(Refused(f"a number as printed is a string, not {words(node)}"), node)
    return read(node.text)
