"""The config values that would produce a printed number.

One entry changes at a time, height and width together. Only entries with which the number rises are searched.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from archcalc.errors import Refused
from archcalc.verifying.judge import PrintedCell
from archcalc.verifying.unknown import Runs, rising, shown

FARTHEST = 64
"""The largest factor by which an entry may grow."""
TOLD = 2
"""The most entries shown, those with the smallest changes."""


class Need(NamedTuple):
    """An entry and the values that would produce the number."""

    entry: str
    runs: Runs
    change: float
    """The factor from the entry's own value to the nearest of these, upwards or downwards, minus one."""

    def __str__(self) -> str:
        return f"{self.entry} = {shown(self.runs)}"


def needed(cell: PrintedCell) -> str:
    """The config values that would explain a mismatch, in words; empty if no single entry explains it."""
    found = sorted(_needs(cell), key=lambda need: need.change)[:TOLD]
    return f"would need {', or '.join(map(str, found))}" if found else ""


def _needs(cell: PrintedCell) -> Iterator[Need]:
    if cell.subject is None or cell.printed is None:
        return
    config, settings = cell.subject.config, cell.subject.spec.config
    square = "H" in config and config["H"] == config.get("W")
    for name, setting in settings.items():
        own = config[name]
        if type(own) is not int or own <= 0 or setting.choices or (square and name == "W"):
            continue
        names = ("H", "W") if square and name == "H" else (name,)
        unit = setting.multiple_of if isinstance(setting.multiple_of, int) else 1
        runs = _runs(cell, names, own, unit)
        if runs:
            nearest = min((end for run in runs for end in run), key=lambda end: abs(end - own))
            yield Need(" = ".join(names), runs, max(nearest / own, own / nearest) - 1)


def _runs(cell: PrintedCell, names: tuple[str, ...], own: int, unit: int) -> Runs:
    """The multiples of a unit that produce the number; none if the number does not rise with them."""
    reading, printed = cell.declared, cell.given(cell.declared)

    def at(units: int) -> Fraction:
        value = cell.value(reading._replace(config=(*reading.config, *((name, units * unit) for name in names))))
        if not isinstance(value, (int, Fraction)):
            raise Refused("not every value makes a network")
        return Fraction(value)

    try:
        low = own // unit
        high = 2 * low
        if at(high) <= at(low):
            return ()
        while low > 1 and printed.side(at(low)) >= 0:
            low //= 2
        while high < FARTHEST * own // unit and printed.side(at(high)) <= 0:
            high *= 2
        return tuple((begin * unit, end * unit) for begin, end in rising(at, printed, low, high))
    except Refused:
        return ()
