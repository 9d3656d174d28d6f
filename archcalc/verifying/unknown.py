"""Solving for an unknown: the values of a config entry that reproduce printed numbers.

Which vocabulary did a paper count, how many classes, which width? Each printed number is consistent with some values;
the answer is their intersection.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import chain, islice
from math import ceil, floor
from typing import NamedTuple

from archcalc.algebra.assumptions import Assumptions
from archcalc.dim import free_symbols, say
from archcalc.errors import ArchcalcError, Refused
from archcalc.language.loaded import Loaded, Loading
from archcalc.language.spec import ConfigEntry
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
    allowed: str = ""
    """If no value is consistent with the number, the values that the spec allows, in words; empty if it allows all."""

    @property
    def values(self) -> str:
        """The values in words, or why there are none."""
        return self.reason or shown(self.runs) + (f" that is {self.allowed}" if self.allowed else "")


@dataclass(frozen=True)
class Unknown(Result):
    """The values of an entry that are consistent with each number, and with all of them; prints as a table."""

    entry: str
    left: tuple[Left, ...]
    common: Runs

    def document(self) -> Document:
        rows = [GridRow((one.about, one.fact, one.printed, one.values)) for one in self.left]
        heads = tuple(map(Head, ("about", "fact", "printed", self.entry)))
        return Grid(heads, tuple(rows)), Note(f"{self.entry} is {shown(self.common)}")

    def record(self) -> Plain:
        return {"entry": self.entry, "left": [one._asdict() for one in self.left], "common": self.common}


def unknown(table: PublishedTable, entry: str, loading: Loading = Loading()) -> Unknown:  # noqa: B008 - a value
    """The values of a config entry that reproduce a table's numbers; raises Refused if no row has the entry."""
    found = tuple(left for row in table.rows if row.spec for left in _of_row(row, entry, loading))
    if not found:
        raise Refused(f"no row of {table.file} has a spec with a config entry {entry!r}")
    restricting = [left.runs for left in found if not left.reason]
    return Unknown(entry, found, reduce(_both, restricting, ((1, FAR),)) if restricting else ())


def _of_row(row: PublishedRow, entry: str, loading: Loading) -> Iterator[Left]:
    model = Loaded.load(row.spec, loading._replace(config=row.config))
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
        runs, reason = _left(printed, value, free.spec.config[entry], free.assumptions)
        allowed = "" if runs or reason else _allowed_in_words(free.spec.config[entry])
        yield Left(row.label, fact, printed.text, runs, reason, allowed)


def _left(printed: Printed, value: Value, setting: ConfigEntry, given: Assumptions) -> tuple[Runs, str]:
    """The values of an entry that are consistent with a number, and why it restricts nothing."""
    from archcalc.algebra.bounds import trend
    from archcalc.algebra.evaluate import number

    if value is None or printed.unit == "percent":
        return (), "the number does not depend on the entry"
    entry, names = setting.name, free_symbols([value])
    if len(names) != 1:
        return (), f"it does not depend on {entry}"
    (name,) = names

    def at(candidate: int) -> Fraction:
        return Fraction(number(value, given.symbols(entry, candidate)))

    if name == entry and setting.multiple_of is None and trend(given.knowing(value), name) == 1:
        return tuple(chain.from_iterable(rising(at, printed, *run) for run in _allowed(setting))), ""

    def agrees(candidate: int) -> bool:
        try:
            setting.check(candidate)
            return printed.agrees(at(candidate)) is not None
        except Refused:
            return False

    candidates = chain.from_iterable(range(low, high + 1) for low, high in _allowed(setting))
    return _runs(filter(agrees, islice(candidates, SCANNED))), ""


def _allowed(setting: ConfigEntry) -> Runs:
    """The values that an entry may have, apart from `multiple_of`."""
    if setting.choices is not None:
        return _runs(int(n) for n in setting.numbers if Fraction(n).denominator == 1)
    low = 1 if setting.min is None else max(1, ceil(setting.min))
    return ((low, FAR if setting.max is None else min(FAR, floor(setting.max))),)


def _allowed_in_words(setting: ConfigEntry) -> str:
    if setting.choices is not None:
        return f"one of {', '.join(map(say, setting.choices))}"
    bounds = {"at least": setting.min, "at most": setting.max, "a multiple of": setting.multiple_of}
    return " and ".join(f"{word} {say(bound)}" for word, bound in bounds.items() if bound is not None)


def rising(at: Callable[[int], Fraction], printed: Printed, low: int, high: int) -> Runs:
    """The run of candidates from `low` to `high` at which a number that rises with them is the printed one."""

    def side(candidate: int) -> int:
        return printed.side(at(candidate))

    candidates = range(low, high + 1)
    begin, end = bisect_left(candidates, 0, key=side), bisect_right(candidates, 0, key=side)
    return ((low + begin, low + end - 1),) if begin < end else ()


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
