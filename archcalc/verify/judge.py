"""Judging printed numbers: a column first, then a cell.

A paper counts a column in one way, so a reading must explain a whole column before it explains a cell. Cells are read
one by one only if no cell of the column agrees under the default, or if the cell is alone. The fewer digits a number
has, the likelier some reading fits it by chance: a reading is accepted only if fewer than one in twenty random numbers
would fit as well.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, NamedTuple, TypeGuard, get_args

from archcalc.errors import Place, Refused, nearest
from archcalc.verify.direct import Computed, Direct
from archcalc.verify.printed import Agreement, Printed
from archcalc.verify.reading import PLAIN, Counted, Reading, readings
from archcalc.verify.subject import Amount

Kind = Literal["agrees", "agrees under", "differs", "not checkable", "erratum"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Recorded = Literal[Kind, "cut off"]
"""What may be recorded: a verdict, or that the number agrees because it is cut off, not rounded."""
RECORDED: tuple[Recorded, ...] = get_args(Recorded)
BELIEVED = 0.05
"""How likely a fit may be by chance for a reading to be believed."""
TELLING = 4
"""The digits that a lone number needs to identify the tool that counted it."""


@dataclass(eq=False)
class PrintedCell:
    """One printed number and what it is about."""

    label: str
    fact: str
    text: str
    printed: Printed | None = None
    """None where it is no number that can be checked."""
    counted: Counted | None = None
    """None where it is about nothing that can be computed."""
    declared: Reading = PLAIN
    """How the document says that it is counted."""
    recorded: Recorded | None = None
    """The verdict that is recorded for it; None: that it agrees."""
    meant: Printed | None = None
    """Of a known erratum, what should have been printed."""
    direct: Direct | None = None
    """What it is compared with where there is nothing to read in several ways."""
    note: str = ""
    place: Place | None = None
    _known: dict[Reading, Amount] = field(default_factory=dict, init=False)

    def value(self, reading: Reading = PLAIN) -> Amount:
        """What is computed under a reading; a string or None where there is no number."""
        if reading not in self._known:
            self._known[reading] = None if self.counted is None else self.counted.value(self.fact, reading)
        return self._known[reading]

    def agreement(self, reading: Reading, printed: Printed | None = None) -> Agreement | None:
        """How the number agrees under a reading."""
        number = self.value(reading)
        return self.given(reading, printed).agrees(number) if _is_number(number) else None

    def given(self, reading: Reading, printed: Printed | None = None) -> Printed:
        """The printed number, or another in its place, as a reading takes it."""
        found = printed or self.printed
        assert found is not None
        return found.of_1024() if reading.kilo == 1024 else found


@dataclass(eq=False)
class CellVerdict:
    """What was found about a cell."""

    cell: PrintedCell
    kind: Kind
    reading: Reading = PLAIN
    agreement: Agreement | None = None
    chance: float | None = None
    """How likely some reading as simple would fit a number drawn at random."""
    reason: str = ""

    def finding(self) -> "Finding":
        """The verdict without the cell."""
        cell, plain = self.cell, self.reading == PLAIN
        return Finding(
            about=cell.label,
            fact=cell.fact,
            printed=cell.text,
            computed=None if self.kind == "not checkable" else self.computed,
            verdict=self.kind,
            agreement=self.agreement,
            reading="" if plain else str(self.reading),
            reason=self.reason,
            chance=self.chance,
            as_recorded=self.as_recorded,
            note=cell.note,
            place=cell.place,
        )

    @property
    def as_recorded(self) -> bool:
        """Whether it is the verdict that is recorded for the cell; where none is, any that agrees as declared."""
        if self.cell.meant is not None:
            return self.kind == "erratum"
        if self.cell.recorded is None:
            declared = self.kind == "agrees under" and self.reading == self.cell.declared
            return declared or self.kind in ("agrees", "not checkable")
        if self.cell.recorded == "cut off":
            return self.agreement == "cut off" and self.reading == self.cell.declared
        return self.kind == self.cell.recorded

    @property
    def computed(self) -> Computed:
        """The computed number under the reading, or the computed sizes."""
        return self.cell.value(self.reading) if self.cell.direct is None else self.cell.direct.computed


def verdict_named(text: str, *more: str) -> Recorded:
    """The verdict of a name; raises Refused when there is none."""
    for kind in RECORDED:
        if text == kind and not more:
            return kind
    raise Refused(f"there is no verdict {' '.join([text, *more])!r}", nearest(text, RECORDED))


class Finding(NamedTuple):
    """A verdict as it is shown, without the cell and the networks behind it."""

    about: str
    fact: str
    printed: str
    computed: Computed
    """An int or Fraction, a tuple of sizes, or None where nothing can be computed."""
    verdict: Kind
    agreement: Agreement | None
    reading: str
    """Empty where it is the plain one."""
    reason: str
    chance: float | None
    as_recorded: bool
    note: str
    place: Place | None
    needed: str = ""
    """Of a number that differs unexpectedly, what would have to be true."""


def judge(column: Sequence[PrintedCell]) -> list[CellVerdict]:
    """A verdict for each cell of a column."""
    open_ = [c for c in column if c.meant is None and c.printed is not None and c.value(c.declared) is not None]
    shared = _shared(open_)
    alone = len(open_) == 1 or not any(c.agreement(c.declared) for c in open_)
    return [_verdict(cell, shared if cell in open_ else None, alone) for cell in column]


def _verdict(cell: PrintedCell, shared: Reading | None, alone: bool) -> CellVerdict:
    if cell.direct is not None:
        return CellVerdict(cell, "agrees" if cell.direct.agrees() else "differs", reason=cell.direct.reason)
    if cell.printed is None or cell.counted is None:
        return CellVerdict(cell, "not checkable", reason=cell.note or "nothing that archcalc computes")
    number = cell.value(cell.declared)
    if not _is_number(number):
        reason = f"the {cell.fact} is {number}" if isinstance(number, str) else f"the {cell.fact} is unknown"
        return CellVerdict(cell, "not checkable", reason=reason)
    if cell.meant is not None:
        return _erratum(cell)
    if (agreement := cell.agreement(cell.declared)) is not None:
        return CellVerdict(cell, "agrees" if cell.declared == PLAIN else "agrees under", cell.declared, agreement)
    if shared is not None and (agreement := cell.agreement(shared)) is not None:
        return CellVerdict(cell, "agrees under", shared, agreement, reason="as the column counts")
    if alone and (found := _alone(cell)) is not None:
        return found
    return CellVerdict(cell, "differs", cell.declared, reason=_nearest(cell))


def _erratum(cell: PrintedCell) -> CellVerdict:
    """A known erratum must still differ, and be what it is said to be."""
    assert cell.meant is not None
    if cell.agreement(cell.declared) is not None:
        return CellVerdict(cell, "agrees", cell.declared, reason="recorded as an erratum, but it agrees")
    if cell.agreement(cell.declared, cell.meant) is None:
        return CellVerdict(cell, "differs", cell.declared, reason=f"recorded as an erratum for {cell.meant.text}")
    return CellVerdict(cell, "erratum", cell.declared, reason=f"{cell.meant.text} is meant; {cell.note}".rstrip("; "))


def _shared(cells: Sequence[PrintedCell]) -> Reading | None:
    """The simplest reading under which a whole column agrees, or all of it but a few cells that nothing explains."""
    failing = [c for c in cells if c.agreement(c.declared) is None]
    if not failing or len(cells) < 2:
        return None
    usual = sum(_weight(c.agreement(c.declared)) for c in cells)
    enough = max(2, 0.75 * len(cells))
    # Small networks are the fastest to count, and cells that fail under the default decide the most.
    failing.sort(key=_size)
    order = [*failing, *(c for c in cells if c not in failing)]
    for reading in readings(_counted(failing[0]), failing[0].fact, _most(cells), tools=True):
        fits = _fits(order, reading, enough)
        if fits > usual and fits >= enough and _chance(cells, reading) < BELIEVED:
            return reading
    return None


def _size(cell: PrintedCell) -> int:
    return len(_counted(cell).subject.part.summary.layers)


def _fits(cells: Sequence[PrintedCell], reading: Reading, enough: float) -> float:
    """The total weight of the cells that support a reading; stops once it can no longer be enough."""
    fits = 0.0
    for left, cell in zip(range(len(cells), 0, -1), cells, strict=True):
        if fits + left < enough:
            break
        fits += _weight(cell.agreement(reading))
    return fits


def _weight(agreement: Agreement | None) -> float:
    """How much a cell speaks for a reading: a number that is cut off has twice as many numbers behind it."""
    return 0 if agreement is None else 1 if agreement in ("exactly", "rounded") else 0.5


def _counted(cell: PrintedCell) -> Counted:
    assert cell.counted is not None
    return cell.counted


def _most(cells: Sequence[PrintedCell]) -> int:
    """How many departures may be tried: the more digits speak for a reading, the more."""
    digits = sum(c.printed.digits for c in cells if c.printed is not None)
    return 1 if digits < 4 else 2 if digits < 8 else 3


def _alone(cell: PrintedCell) -> CellVerdict | None:
    """A reading for one cell, where no other cell says how it is counted."""
    assert cell.printed is not None
    tried: list[Amount] = [cell.value(PLAIN)]
    for reading in readings(_counted(cell), cell.fact, _most([cell]), tools=cell.printed.digits >= TELLING):
        tried.append(cell.value(reading))
        agreement = cell.agreement(reading)
        if agreement is not None:
            chance = chance_of_any(cell.printed, tried)
            return CellVerdict(cell, "agrees under", reading, agreement, chance) if chance < BELIEVED else None
    return None


def chance_of_any(printed: Printed, tried: Sequence[Amount]) -> float:
    """How likely a number drawn at random near the printed one would agree with any of those tried.

    Near is within a factor of 2, even in the logarithm: so a fit with one of n numbers of relative precision r by
    chance has a likelihood of about n*r/log(4).
    """
    near = [t for t in tried if _is_number(t) and t > 0 and 0.5 <= float(printed.value / t) <= 2]
    return min(1.0, sum(float(1.5 * printed.step / t) for t in near) / math.log(4))


def _chance(cells: Sequence[PrintedCell], reading: Reading) -> float:
    """How likely a reading fits those cells that it fits by chance; one that fits many is not chance."""
    parts = [
        chance_of_any(c.printed, [c.value(PLAIN), c.value(reading)])
        for c in cells
        if c.printed is not None and c.agreement(reading) is not None
    ]
    return math.prod(parts)


def _nearest(cell: PrintedCell) -> str:
    """By how much a number differs, and the single departure more than declared that comes nearest."""
    off = _off(cell, cell.declared)
    more = [cell.declared.plus(r) for r in readings(_counted(cell), cell.fact, 1, remade=False)]
    options = [(abs(_off(cell, r)), r) for r in more if r is not None and _is_number(cell.value(r))]
    best = min(options, key=lambda option: option[0], default=None)
    if best is None or best[0] >= abs(off):
        return f"{off:+.2%}"
    return f"{off:+.2%}; nearest reading: {best[1]} ({_off(cell, best[1]):+.2%})"


def _is_number(value: Computed) -> TypeGuard[int | Fraction]:
    return isinstance(value, (int, Fraction))


def _off(cell: PrintedCell, reading: Reading) -> float:
    """How far the printed number lies from the computed one, as a share of the latter."""
    number = cell.value(reading)
    return float(cell.given(reading).value / number - 1) if _is_number(number) and number else math.inf
