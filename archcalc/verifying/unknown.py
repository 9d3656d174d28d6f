"""Solving for an unknown: the values of a config entry that reproduce printed numbers.

Which vocabulary did a paper count, how many classes, which width? Each printed number is consistent with some values;
the answer is their intersection.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import NamedTuple

from archcalc.algebra.assumptions import Assumptions
from archcalc.dim import free_symbols
from archcalc.errors import ArchcalcError, Refused
from archcalc.language.loaded import Loaded, Loading
from archcalc.language.value import Value
from archcalc.render.document import Document, Grid, GridRow, Head, Note
from archcalc.render.result import Plain, Result
from archcalc.verifying.document import PublishedRow, PublishedTable
from archcalc.verifying.printed import Printed
from archcalc.verifying.reading import HELD, PLAIN, WORK
from archcalc.verifying.subject import Subject

FAR = 10**9
"""The largest value searched if the number rises with the entry."""
SCANNED = 20_000
"""The most values tried one by one if the number is not known to rise."""

Runs = tuple[tuple[int, int], ...]
"""First and last of each run of values."""


class Left(NamedTuple):
    """The values that are consistent with one printed number."""

    about: str
    fact: str
    printed: str
    runs: Runs
    reason: str = ""
    """Why the number restricts nothing, if it does not."""


@dataclass(frozen=True)
class Unknown(Result):
    """The values of an entry that are consistent with each number, and with all of them; prints as a table."""

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
    """The values of a config entry that reproduce a table's numbers; raises Refused if no row has the entry."""
    found = tuple(left for row in table.rows if row.spec for left in _of_row(row, entry))
    if not found:
        raise Refused(f"no row of {table.file} has a spec with a config entry {entry!r}")
    restricting = [left.runs for left in found if not left.reason]
    return Unknown(entry, found, reduce(_both, restricting, ((1, FAR),)) if restricting else ())


def _of_row(row: PublishedRow, entry: str) -> Iterator[Left]:
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

    mine = Subject.of(free).narrowed(row.layers)
    for fact, printed in facts.items():
        value = mine.value(fact, row.counts.get(fact, PLAIN))
        yield Left(row.label, fact, printed.text, *_left(printed, value, entry, free.assumptions))


def _left(printed: Printed, value: Value, entry: str, given: Assumptions) -> tuple[Runs, str]:
    """The values that are consistent with a number, and why it restricts nothing."""
    from archcalc.algebra.bounds import trend
    from archcalc.algebra.evaluate import number

    if value is None or printed.unit == "percent":
        return (), "the number does not depend on the entry"
    names = free_symbols([value])
    if len(names) != 1:
        return (), f"it does not depend on {entry}"
    (name,) = names

    def at(candidate: int) -> Fraction:
        return Fraction(number(value, given.symbols(entry, candidate)))

    if name == entry and trend(given.knowing(value), name) == 1:
        return rising(at, printed, 1, FAR), ""

    def agrees(candidate: int) -> bool:
        try:
            return printed.agrees(at(candidate)) is not None
        except Refused:
            return False

    return _runs(filter(agrees, range(1, SCANNED + 1))), ""


def rising(at: Callable[[int], Fraction], printed: Printed, low: int, high: int) -> Runs:
    """The run of candidates from `low` to `high` at which a number that rises with them is the printed one."""
    first, last = (low + bisect_left(range(low, high), bound, key=at) for bound in printed.bounds)
    # The bounds are generous, because numbers that are cut off lie elsewhere than numbers that are rounded.
    between = range(first, last + 1)
    begin, end = (next((n for n in run if printed.agrees(at(n))), None) for run in (between, reversed(between)))
    return () if begin is None or end is None else ((begin, end),)


def _runs(values: Iterable[int]) -> Runs:
    runs: list[tuple[int, int]] = []
    for value in values:
        begin = runs.pop()[0] if runs and runs[-1][1] == value - 1 else value
        runs.append((begin, value))
    return tuple(runs)


def _both(a: Runs, b: Runs) -> Runs:
    """The values in both of two lists of runs."""
    met = ((max(first, start), min(last, end)) for first, last in a for start, end in b)
    return tuple((first, last) for first, last in met if first <= last)


def shown(runs: Runs) -> str:
    """Runs of values in words."""
    return " or ".join(f"{a:,}" if a == b else f"{a:,} to {b:,}" for a, b in runs) or "none"
