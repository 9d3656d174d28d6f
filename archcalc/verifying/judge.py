"""Judging printed numbers: a column first, then a cell.

A paper counts a column in one way, so a reading must explain a whole column before it explains a cell. Cells are read
one by one only if no cell of the column agrees under the default, or if the cell is alone. The fewer digits a number
has, the likelier some reading fits it by chance: a reading is accepted only if fewer than one in twenty random numbers
would fit as well.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, cast, get_args

from archcalc.errors import Place, require
from archcalc.language.value import is_exact
from archcalc.verifying.direct import Computed, Direct
from archcalc.verifying.printed import Agreement, Printed
from archcalc.verifying.reading import PLAIN, Reading, readings
from archcalc.verifying.relation import Related
from archcalc.verifying.subject import Amount, Subject

Kind = Literal["agrees", "agrees under", "differs", "not checkable", "erratum"]
Recorded = Literal[Kind, "cut off"]
"""A recorded verdict, or that the number agrees because it is cut off, not rounded."""
RECORDED: tuple[Recorded, ...] = get_args(Recorded)
BELIEVED = 0.05
"""The largest likelihood of a fit by chance at which a reading is accepted."""
TELLING = 4
"""The digits that a lone number needs to identify the tool that counted it."""


@dataclass(eq=False)
class PrintedCell:
    """One printed number and what it is about."""

    label: str
    fact: str
    text: str
    printed: Printed | None = None
    """None if it is not a number that can be checked."""
    subject: Subject | None = None
    """None if archcalc does not compute it."""
    declared: Reading = PLAIN
    """The reading that the document declares."""
    recorded: Recorded | None = None
    """The verdict that is recorded for it; None: that it agrees."""
    meant: Printed | None = None
    """For a known erratum, the number that should have been printed."""
    direct: Direct | Related | None = None
    """The comparison for a fact that has only one reading."""
    note: str = ""
    place: Place | None = None
    broken: str = ""
    """Why there is no network that it could be about, although there should be."""
    _known: dict[Reading, Amount] = field(default_factory=dict, init=False)

    def value(self, reading: Reading = PLAIN) -> Amount:
        """The computed number under a reading; a string or None if there is none."""
        if self.subject is None:
            return None
        if reading not in self._known:
            share = self.printed is not None and self.printed.unit == "percent"
            self._known[reading] = (self.subject.share if share else self.subject.value)(self.fact, reading)
        return self._known[reading]

    def agreement(self, reading: Reading, printed: Printed | None = None) -> Agreement | None:
        """How the number, or another in its place, agrees under a reading."""
        number = self.value(reading)
        return self.given(reading, printed).agrees(number) if is_exact(number) else None

    def given(self, reading: Reading, printed: Printed | None = None) -> Printed:
        """The printed number, or another in its place, as a reading takes it."""
        found = printed or self.printed
        assert found is not None
        return found.of_1024() if reading.kilo == 1024 else found

    def off(self, reading: Reading) -> float:
        """The relative difference of the printed number from the computed one."""
        number = self.value(reading)
        return float(self.given(reading).value / number - 1) if is_exact(number) and number else math.inf

    def readings(self, most: int, remade: bool = True, tools: bool = False) -> Iterator[Reading]:
        """The readings with at most `most` departures, the simplest first; see `archcalc.verifying.reading`."""
        assert self.subject is not None
        return readings(self.subject, self.fact, most, remade, tools)


class Finding(NamedTuple):
    """A verdict as it is shown, without the cell and its network."""

    about: str
    fact: str
    printed: str
    computed: Computed
    """An int or Fraction, a tuple of sizes, or None if nothing can be computed."""
    verdict: Kind
    agreement: Agreement | None
    reading: str
    """Empty for the plain one."""
    reason: str
    chance: float | None
    """The likelihood that a reading this simple fits a random number."""
    as_recorded: bool
    note: str
    place: Place | None
    needed: str = ""
    """For a number that differs unexpectedly, the config values that would produce it."""


def verdict_named(text: str) -> Recorded:
    """The verdict of a name; raises Refused if there is none."""
    require("verdict", text, RECORDED)
    return cast(Recorded, text)


def judge(column: Sequence[PrintedCell]) -> list[Finding]:
    """A verdict for each cell of a column."""
    open_ = [c for c in column if c.meant is None and c.printed is not None and c.value(c.declared) is not None]
    shared = _shared(open_)
    alone = len(open_) == 1 or not any(c.agreement(c.declared) for c in open_)
    return [_verdict(cell, shared if cell in open_ else None, alone) for cell in column]


def _finding(
    cell: PrintedCell,
    kind: Kind,
    reading: Reading = PLAIN,
    agreement: Agreement | None = None,
    *,
    reason: str = "",
    chance: float | None = None,
) -> Finding:
    computed = cell.value(reading) if cell.direct is None else cell.direct.computed
    return Finding(
        about=cell.label,
        fact=cell.fact,
        printed=cell.text,
        computed=None if kind == "not checkable" else computed,
        verdict=kind,
        agreement=agreement,
        reading="" if reading == PLAIN else str(reading),
        reason=reason,
        chance=chance,
        as_recorded=_as_recorded(cell, kind, reading, agreement),
        note=cell.note,
        place=cell.place,
    )


def _as_recorded(cell: PrintedCell, kind: Kind, reading: Reading, agreement: Agreement | None) -> bool:
    """Whether the verdict is the recorded one; if none is recorded, whether the number agrees as declared."""
    if cell.broken:
        return False
    if cell.meant is not None:
        return kind == "erratum"
    if cell.recorded is None:
        return kind in ("agrees", "not checkable") or (kind == "agrees under" and reading == cell.declared)
    if cell.recorded == "cut off":
        return agreement == "cut off" and reading == cell.declared
    return kind == cell.recorded


def _verdict(cell: PrintedCell, shared: Reading | None, alone: bool) -> Finding:
    if cell.broken:
        return _finding(cell, "not checkable", reason=cell.broken)
    if cell.direct is not None:
        return _finding(cell, "agrees" if cell.direct.agrees else "differs", reason=cell.direct.reason)
    if cell.printed is None or cell.subject is None:
        return _finding(cell, "not checkable", reason=cell.note or "nothing that archcalc computes")
    number = cell.value(cell.declared)
    if not is_exact(number):
        reason = f"the {cell.fact} is {'unknown' if number is None else number}"
        return _finding(cell, "not checkable", reason=reason)
    if cell.meant is not None:
        return _erratum(cell, cell.meant)
    if (agreement := cell.agreement(cell.declared)) is not None:
        return _finding(cell, "agrees" if cell.declared == PLAIN else "agrees under", cell.declared, agreement)
    if shared is not None and (agreement := cell.agreement(shared)) is not None:
        return _finding(cell, "agrees under", shared, agreement, reason="as the column counts")
    if alone and (found := _alone(cell, cell.printed)) is not None:
        return found
    return _finding(cell, "differs", cell.declared, reason=_nearest(cell))


def _erratum(cell: PrintedCell, meant: Printed) -> Finding:
    """A known erratum must still differ, and the number that is meant must agree."""
    if cell.agreement(cell.declared) is not None:
        return _finding(cell, "agrees", cell.declared, reason="recorded as an erratum, but it agrees")
    if cell.agreement(cell.declared, meant) is None:
        return _finding(cell, "differs", cell.declared, reason=f"recorded as an erratum for {meant.text}")
    return _finding(cell, "erratum", cell.declared, reason=f"{meant.text} is meant; {cell.note}".rstrip("; "))


def _shared(cells: Sequence[PrintedCell]) -> Reading | None:
    """The simplest reading under which a whole column agrees, or all of it but a few cells that nothing explains."""
    failing = [c for c in cells if c.agreement(c.declared) is None]
    if not failing or len(cells) < 2:
        return None
    usual = sum(_weight(c.agreement(c.declared)) for c in cells)
    enough = max(2, 0.75 * len(cells))
    # Small networks are the fastest to count, and cells that fail under the default decide the most.
    failing.sort(key=lambda cell: len(cell.subject.part.summary.layers) if cell.subject else 0)
    order = [*failing, *(c for c in cells if c not in failing)]
    for reading in failing[0].readings(_most(cells), tools=True):
        fits = _fits(order, reading, enough)
        if fits > usual and fits >= enough and _chance(cells, reading) < BELIEVED:
            return reading
    return None


def _fits(cells: Sequence[PrintedCell], reading: Reading, enough: float) -> float:
    """The total weight of the cells that support a reading; stops once it can no longer be enough."""
    fits = 0.0
    for left, cell in zip(range(len(cells), 0, -1), cells, strict=True):
        if fits + left < enough:
            break
        fits += _weight(cell.agreement(reading))
    return fits


def _weight(agreement: Agreement | None) -> float:
    """The evidence of a cell for a reading: twice as many numbers are cut off to a given one as are rounded to it."""
    return 0 if agreement is None else 1 if agreement in ("exactly", "rounded") else 0.5


def _most(cells: Sequence[PrintedCell]) -> int:
    """The number of departures that may be tried: it grows with the digits of the evidence."""
    digits = sum(c.printed.digits for c in cells if c.printed is not None)
    return 1 if digits < 4 else 2 if digits < 8 else 3


def _alone(cell: PrintedCell, printed: Printed) -> Finding | None:
    """A reading for one cell, if no other cell says how it is counted."""
    tried: list[Amount] = [cell.value(PLAIN)]
    for reading in cell.readings(_most([cell]), tools=printed.digits >= TELLING):
        tried.append(cell.value(reading))
        agreement = cell.agreement(reading)
        if agreement is not None:
            chance = chance_of_any(printed, tried)
            return _finding(cell, "agrees under", reading, agreement, chance=chance) if chance < BELIEVED else None
    return None


def chance_of_any(printed: Printed, tried: Sequence[Amount]) -> float:
    """The likelihood that a random number near the printed one would agree with any of those tried.

    Near is within a factor of 2, even in the logarithm: so a fit with one of n numbers of relative precision r by
    chance has a likelihood of about n*r/log(4).
    """
    near = [t for t in tried if is_exact(t) and t > 0 and 0.5 <= float(printed.value / t) <= 2]
    return min(1.0, sum(float(1.5 * printed.step / t) for t in near) / math.log(4))


def _chance(cells: Sequence[PrintedCell], reading: Reading) -> float:
    """The likelihood that a reading fits by chance all of the cells that it fits."""
    return math.prod(
        chance_of_any(c.printed, [c.value(PLAIN), c.value(reading)])
        for c in cells
        if c.printed is not None and c.agreement(reading) is not None
    )


def _nearest(cell: PrintedCell) -> str:
    """The difference of a number, and the single further departure that comes nearest."""
    off = cell.off(cell.declared)
    more = map(cell.declared.plus, cell.readings(1, remade=False))
    options = {r: cell.off(r) for r in more if r is not None and is_exact(cell.value(r))}
    best = min(options, key=lambda reading: abs(options[reading]), default=None)
    if best is None or abs(options[best]) >= abs(off):
        return f"{off:+.2%}"
    return f"{off:+.2%}; nearest reading: {best} ({options[best]:+.2%})"
