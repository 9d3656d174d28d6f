"""Table documents: the printed numbers of a publication, each row with the network that it is about.

    archcalc_table: 1
    title: Going Deeper with Convolutions
    ref: arXiv:1409.4842
    where: Table 1
    units: {parameters: 1e3, macs: 1e6}
    rows:
      - {spec: googlenet:paper, layers: inception3a, parameters: 159K, macs: 128M}

A document is data like a spec: nothing in it is run, and every mistake is told with its place.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from archcalc.errors import Refused, SpecError, nearest
from archcalc.language.files import shown, with_lines
from archcalc.language.reader import read_file
from archcalc.language.report import Reporter
from archcalc.language.spec import literal, locate
from archcalc.language.tree import Map, Node, Scalar, Seq, words
from archcalc.verify.judge import Recorded, verdict_named
from archcalc.verify.printed import Printed, read
from archcalc.verify.reading import Reading, declared

VERSION = 1
FACTS = (
    *("parameters", "trainable", "buffers", "size", "macs", "flops", "primitives", "activations", "memory"),
    *("receptive_field", "depth", "output"),
)
"""What a cell may be about."""
_HEAD = ("archcalc_table", "title", "authors", "year", "ref", "where", "read_from", "note", "units", "counts", "rows")
_ROW = ("label", "spec", "config", "layers", "note", "counts", "verdict", "erratum", "not_checkable", "sum")


@dataclass(eq=False)
class Row:
    """A row of a table: what it is about and the numbers printed in it."""

    node: Map
    label: str = ""
    spec: str = ""
    """Empty where it is about no network that is known."""
    config: dict[str, Any] = field(default_factory=dict)
    layers: str | None = None
    printed: dict[str, tuple[str, Printed | None]] = field(default_factory=dict)
    """By fact the text and the number in it; None where the text is a shape."""
    other: dict[str, str] = field(default_factory=dict)
    """What cannot be checked, such as accuracies, by name."""
    counts: dict[str, Reading] = field(default_factory=dict)
    verdicts: dict[str, Recorded] = field(default_factory=dict)
    errata: dict[str, Printed] = field(default_factory=dict)
    sum: bool = False
    """Whether its numbers are the sums of those above it, since the last row of sums."""
    note: str = ""


@dataclass(eq=False)
class Table:
    """A table document."""

    file: str
    title: str = ""
    authors: str = ""
    year: str = ""
    ref: str = ""
    where: str = ""
    read_from: str = ""
    """How sure the copy is."""
    note: str = ""
    units: dict[str, Fraction] = field(default_factory=dict)
    counts: dict[str, Reading] = field(default_factory=dict)
    """How columns are counted, where the publication says so."""
    rows: list[Row] = field(default_factory=list)


def read_table(path: Path) -> Table:
    """A table document; raises SpecError with every mistake in it."""
    try:
        node = read_file(path, shown(path))
    except OSError as error:
        raise Refused(f"cannot read {shown(path)}: {error.strerror or error}") from None
    try:
        return _Parser(shown(path)).table(node)
    except SpecError as error:
        raise with_lines(error, [str(path)]) from None


def is_table(path: Path) -> bool:
    """Whether a file says that it is a table document."""
    try:
        with path.open("rb") as file:
            return b"archcalc_table:" in file.read(4096)
    except OSError:
        return False


class _Parser(Reporter):
    def __init__(self, file: str):
        super().__init__()
        self.file = file

    def table(self, node: Node) -> Table:
        root = self.map(node, "a table document")
        table = Table(self.file)
        if root is not None:
            self.known(root, _HEAD, "a table document")
            version = root.get("archcalc_table")
            if version is None or version.plain() != VERSION:
                self.refuse(root, f"archcalc_table must be {VERSION}")
            for word in ("title", "authors", "year", "ref", "where", "read_from", "note"):
                setattr(table, word, self.text(root.get(word), word))
            for word in ("title", "ref", "where"):
                if not getattr(table, word):
                    self.refuse(root, f"a table document needs {word!r}", "a reader must be able to find the table")
            table.units = self.by_fact(root.get("units"), "units", self.unit)
            table.counts = self.by_fact(root.get("counts"), "counts", self.reading)
            self.rows(root.get("rows"), root, table)
        self.finish()
        return table

    def rows(self, node: Node | None, root: Node, table: Table) -> None:
        if not isinstance(node, Seq) or not node.items:
            self.refuse(node or root, "a table document needs rows", "a list of mappings, one for each row")
            return
        for item in node.items:
            found = self.map(item, "a row")
            if found is not None:
                table.rows.append(self.row(found, table))
        self.sums(table.rows)

    def sums(self, rows: list[Row]) -> None:
        above: set[str] = set()
        for row in rows:
            facts = {fact for fact, (_, printed) in row.printed.items() if printed is not None}
            if row.sum and not facts:
                self.refuse(row.node, "a row of sums needs a printed number", "such as parameters: 25.6M")
            for fact in sorted(facts - above) if row.sum else ():
                self.refuse(row.node.items["sum"], f"above this row of sums there are no {fact} to add up")
            above = above - facts if row.sum else above | facts

    def row(self, node: Map, table: Table) -> Row:
        self.known(node, (*_ROW, *FACTS), "a row")
        row = Row(node, spec=self.text(node.get("spec"), "spec"), note=self.text(node.get("note"), "note"))
        row.label = self.text(node.get("label"), "label") or row.spec
        row.layers = self.text(node.get("layers"), "layers") or None
        row.config = {k.text: self.attempt(v, literal) for k, v in self.map(node.get("config"), "config") or ()}
        row.other = {
            k.text: self.text(v, k.text) for k, v in self.map(node.get("not_checkable"), "not_checkable") or ()
        }
        row.sum = self.flag(node.get("sum"), "sum")
        row.counts = table.counts | self.by_fact(node.get("counts"), "counts", self.reading)
        row.verdicts = self.by_fact(node.get("verdict"), "verdict", self.verdict)
        row.errata = self.by_fact(node.get("erratum"), "erratum", self.number)
        for key, value in node:
            if key.text in FACTS:
                row.printed[key.text] = (self.text(value, key.text), self.cell(key.text, value, table))
        if not row.printed and not row.other:
            self.refuse(node, "a row needs a printed number", "such as parameters: 25.6M")
        if row.printed and not row.spec and "label" not in node.items:
            self.refuse(node, "a row needs a spec or a label", "such as spec: resnet:50")
        for what, facts in (("verdict", row.verdicts), ("erratum", row.errata)):
            for fact in facts:
                if fact not in row.printed:
                    self.refuse(node.items[what], f"{what} is about {fact}, of which the row has no number")
        return row

    def cell(self, fact: str, node: Node, table: Table) -> Printed | None:
        if fact == "output":
            if not sizes(self.text(node, fact)):
                self.refuse(node, f"an output is printed as its sizes, not {words(node)}", "such as 112x112x64")
            return None
        found = self.attempt(node, self.number)
        return None if found is None else found.scaled(table.units.get(fact, Fraction(1)))

    def by_fact(self, node: Node | None, what: str, make: Any) -> dict[str, Any]:
        """A mapping from facts; a single value stands for all of them."""
        if isinstance(node, (Scalar, Seq)) and getattr(node, "value", node) is not None and what != "units":
            found = self.attempt(node, make)
            return {} if found is None else dict.fromkeys(FACTS, found) if what == "counts" else self.only(node, what)
        made = {}
        for key, value in self.map(node, what) or ():
            if key.text not in FACTS:
                self.refuse(key, f"{what} has no fact {key.text!r}", nearest(key.text, FACTS))
            elif (one := self.attempt(value, make)) is not None:
                made[key.text] = one
        return made

    def only(self, node: Node, what: str) -> dict[str, Any]:
        self.refuse(node, f"{what} must say of which fact", f"such as {what}: {{parameters: {words(node)}}}")
        return {}

    def flag(self, node: Node | None, what: str) -> bool:
        value = False if node is None else node.plain() if isinstance(node, Scalar) else None
        if not isinstance(value, bool):
            self.refuse(node, f"{what} must be true or false, not {words(node)}")  # type: ignore[arg-type]
        return value is True

    @staticmethod
    def unit(node: Node) -> Fraction:
        value = literal(node)
        if isinstance(value, bool) or not isinstance(value, (int, Fraction)) or value <= 0:
            raise locate(Refused("a unit is a number, such as 1e6", "what a number without a letter stands for"), node)
        return Fraction(value)

    @staticmethod
    def reading(node: Node) -> Reading:
        texts = [literal(item) for item in node.items] if isinstance(node, Seq) else [literal(node)]
        return declared(map(str, texts))

    @staticmethod
    def verdict(node: Node) -> Recorded:
        return verdict_named(str(literal(node)))

    @staticmethod
    def number(node: Node) -> Printed:
        if not isinstance(node, Scalar) or node.value is None:
            raise locate(Refused(f"a number as printed is a text, not {words(node)}"), node)
        return read(node.text)


def sizes(text: str) -> tuple[int, ...]:
    """The sizes of a printed shape: 112x112x64, 28 × 28; nothing for what is none."""
    parts = [p.strip() for p in text.replace("×", "x").replace("*", "x").lower().split("x")]
    return tuple(map(int, parts)) if all(p.isascii() and p.isdigit() and len(p) < 10 for p in parts) else ()
