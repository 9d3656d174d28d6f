"""Solving for the unknown: the values of a config entry at which printed numbers come out.

Which vocabulary did a paper count, how many classes, which width? Each printed number is consistent with some values;
the answer is their intersection.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from archcalc.algebra.assumptions import Assumptions
from archcalc.dim import free_symbols
from archcalc.errors import ArchcalcError, Refused
from archcalc.language.loaded import Loaded, Loading
from archcalc.language.value import Value
from archcalc.render.document import Document, Grid, GridRow, Head, Note
from archcalc.render.result import Plain, Result
from archcalc.verify.document import PublishedRow, PublishedTable
from archcalc.verify.printed import Printed
from archcalc.verify.reading import HELD, PLAIN, WORK, Counted
from archcalc.verify.subject import Subject, subject

FAR = 10**9
"""The greatest value searched where a number rises with the entry."""
SCANNED = 20_000
"""The most values tried one by one where the number is not known to rise."""


Runs = tuple[tuple[int, int], ...]
"""First and last of each run of values."""


class Left(NamedTuple):
    """The values that one printed number leaves."""

    about: str
    fact: str
    printed: str
    runs: Runs
    reason: str = ""
    """Why the number says nothing, where it does not."""


@dataclass(frozen=True)
class Unknown(Result):
    """The values of an entry that are left by each number, and by all of them; prints as a table."""

    entry: str
    left: tuple[Left, ...]
    common: Runs

    def document(self) -> Document:
        rows = [GridRow((one.about, one.fact, one.printed, one.reason or shown(one.runs))) for one in self.left]
        heads = tuple(map(Head, ("about", "fact", "printed", self.entry)))
        return Grid(heads, tuple(rows)), Note(f"{self.entry} is {shown(self.common)}")

    def record(self) -> Plain:
        return {"entry": self.entry, "left": [one._asdict() for one in self.left], "common": self.common}


def unknown(table: PublishedTable, entry: str) -> Unknown:
    """The values of a config entry at which a table's numbers come out; raises Refused where no row has the entry."""
    found = [left for row in table.rows for left in _of_row(row, entry)]
    telling = [left for left in found if not left.reason]
    if not found:
        raise Refused(f"no row of {table.file} has a spec with a config entry {entry!r}")
    common: Runs = ((1, FAR),) if telling else ()
    for left in telling:
        common = _both(common, left.runs)
    return Unknown(entry, tuple(found), tuple(common))


def _of_row(row: PublishedRow, entry: str) -> Iterable[Left]:
    if not row.spec:
        return
    model = Loaded.load(row.spec, Loading(row.config))
    if entry not in model.config:
        return
    facts = {f: p for f, p in row.printed.items() if isinstance(p, Printed) and f in (*HELD, *WORK)}
    try:
        free = model.freed([entry])
    except ArchcalcError as error:
        reason = str(error).splitlines()[0]
        yield from (Left(row.label, f, p.text, (), reason) for f, p in facts.items())
        return

    def again(changes: Mapping[str, Value]) -> Subject:
        return subject(free.changed(changes)).narrowed(row.layers)

    counted = Counted(subject(free).narrowed(row.layers), again)
    for fact, printed in facts.items():
        value = counted.value(fact, row.counts.get(fact, PLAIN))
        yield _left(row.label, fact, printed, value, entry, free.assumptions)


def _left(about: str, fact: str, printed: Printed, value: Value, entry: str, given: Assumptions) -> Left:
    from archcalc.algebra.bounds import trend
    from archcalc.algebra.evaluate import number

    if value is None or printed.unit == "percent":
        return Left(about, fact, printed.text, (), "it is no number of the entry's")
    names = free_symbols([value])
    if len(names) != 1:
        return Left(about, fact, printed.text, (), f"it does not depend on {entry}")
    (name,) = names

    def at(candidate: int) -> int | Fraction:
        found: int | Fraction = number(value, given.symbols(entry, candidate) if name != entry else {entry: candidate})
        return found

    low, high = printed.value - printed.step / 2, printed.value + printed.step
    if name == entry and trend(given.knowing(value), name) == 1:
        begin, end = first(at, low), first(at, high) - 1
        runs = kept(range(begin, end + 1), lambda n: printed.agrees(at(n)) is not None)
        return Left(about, fact, printed.text, runs)
    tried = [n for n in range(1, SCANNED + 1) if _agrees(printed, at, n)]
    return Left(about, fact, printed.text, _runs(tried))


def _agrees(printed: Printed, at: Callable[[int], int | Fraction], candidate: int) -> bool:
    try:
        return printed.agrees(at(candidate)) is not None
    except Refused:
        return False


def first(at: Callable[[int], int | Fraction], bound: Fraction, low: int = 1, high: int = FAR) -> int:
    """The first candidate at which a number that rises is at least a bound; the last one where it never is."""
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if at(middle) >= bound else (middle + 1, high)
    return low


def kept(values: range, keep: Callable[[int], bool]) -> Runs:
    """The runs of a range that is kept but perhaps for its ends: what is cut off ends before what is rounded up."""
    first, last = values.start, values.stop - 1
    while first <= last and not keep(first):
        first += 1
    while last >= first and not keep(last):
        last -= 1
    return ((first, last),) if first <= last else ()


def _runs(values: Sequence[int]) -> Runs:
    runs: list[list[int]] = []
    for value in values:
        if runs and runs[-1][1] == value - 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    return tuple((first, last) for first, last in runs)


def _both(a: Iterable[tuple[int, int]], b: Iterable[tuple[int, int]]) -> Runs:
    """What lies in two lists of runs."""
    met = ((max(first, start), min(last, end)) for first, last in a for start, end in b)
    return tuple((first, last) for first, last in met if first <= last)


def shown(runs: Iterable[tuple[int, int]]) -> str:
    """Runs of values in words."""
    return " or ".join(f"{a:,}" if a == b else f"{a:,} to {b:,}" for a, b in runs) or "none"
