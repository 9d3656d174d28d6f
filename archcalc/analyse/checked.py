"""Budgets of networks and whether they are kept, as a result."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from archcalc.analyse.amounts import written
from archcalc.analyse.budgets import Verdict
from archcalc.render.document import Block, Cell, Chapter, Document, Grid, GridRow, Head, Note, Verbatim, number
from archcalc.render.result import Plain, Result
from archcalc.render.words import number as counted
from archcalc.render.words import plain, size

SCHEMA = 1
"""Raised when a key changes its meaning or goes; a new key does not raise it."""
HEADS = (
    Head("verdict"),
    Head("quantity"),
    Head("value", right=True),
    Head("bound"),
    Head("limit", right=True),
    Head("margin"),
)


class Budgeted(NamedTuple):
    """A network with its verdicts, or the error that it ended in."""

    name: str
    file: str = ""
    verdicts: tuple[Verdict, ...] = ()
    error: str = ""
    status: int = 0
    """The exit status of the error."""

    @property
    def kept(self) -> bool:
        """Whether all budgets are kept."""
        return not self.error and all(verdict.kept for verdict in self.verdicts)


@dataclass(frozen=True)
class Budgets(Result):
    """Networks with their verdicts; prints as a line for each budget, and how many are kept."""

    networks: tuple[Budgeted, ...]
    lists = ("networks",)

    @property
    def status(self) -> int:
        """The exit status: that of the first network that could not be made, else 1 where a budget is broken."""
        return next((n.status for n in self.networks if n.error), 0 if self.kept else 1)

    @property
    def kept(self) -> bool:
        """Whether all budgets are kept."""
        return all(network.kept for network in self.networks)

    def document(self) -> Document:
        return *map(_chapter, self.networks), Note(", ".join(self._counts()))

    def table(self) -> Grid:
        """A row for each budget of each network, its verdict beside the network's name."""
        rows = [GridRow((n.name, *_cells(v))) for n in self.networks for v in n.verdicts]
        return Grid((Head("network"), *HEADS), tuple(rows))

    def _counts(self) -> Iterator[str]:
        verdicts = [v for network in self.networks for v in network.verdicts]
        broken = sum(not v.kept for v in verdicts)
        yield f"{len(verdicts) - broken:,} of {len(verdicts):,} budgets kept"
        errors = sum(bool(network.error) for network in self.networks)
        if errors:
            yield f"{errors:,} of {len(self.networks):,} networks could not be made"

    def record(self) -> Plain:
        return {"schema": SCHEMA, "kept": self.kept, "networks": list(map(_network, self.networks))}


def _chapter(network: Budgeted) -> Chapter:
    rows = tuple(GridRow(_cells(v), tone="good" if v.kept else "bad") for v in network.verdicts)
    block: Block = Verbatim(network.error) if network.error else Grid(HEADS, rows, bare=True)
    return Chapter(network.name, (block,), close=True)


def _cells(verdict: Verdict) -> tuple[Cell, ...]:
    of = verdict.budget
    value = number(verdict.value, "" if verdict.value is None else counted(verdict.value))
    about = "; ".join(filter(None, [_margin(verdict), verdict.reason]))
    limit = number(_exact(of.limit), written(of.limit))
    bound = "at most" if of.side == "max" else "at least"
    return "kept" if verdict.kept else "broken", of.quantity.name, value, bound, limit, about


def _margin(verdict: Verdict) -> str:
    """By how much a budget is kept or broken, and what that is in percent of it."""
    margin = verdict.margin
    if margin is None or (margin >= 0 and not verdict.kept):
        return ""
    if margin == 0:
        return "exactly"
    how = ("over", "left") if verdict.budget.side == "max" else ("short", "more")
    percent = _percent(abs(margin), verdict.budget.limit)
    return f"{written(abs(margin))} {how[margin > 0]}" + (f" ({percent})" if percent else "")


def _percent(part: Fraction, whole: Fraction) -> str:
    if whole == 0:
        return ""
    tenths = int(part * 1000 / whole + Fraction(1, 2))
    return f"{tenths // 10:,}.{tenths % 10}%" if tenths else "<0.1%"


def _network(network: Budgeted) -> Plain:
    if network.error:
        return {"name": network.name, "error": network.error}
    return {"name": network.name, "file": network.file, "budgets": list(map(_budget, network.verdicts))}


def _budget(verdict: Verdict) -> Plain:
    of, margin = verdict.budget, verdict.margin
    return {
        "quantity": of.quantity.name,
        "side": of.side,
        "limit": _exact(of.limit),
        "value": None if verdict.value is None else size(verdict.value),
        "kept": verdict.kept,
        "margin": None if margin is None else _exact(margin),
        "percent": None if margin is None or of.limit == 0 else plain(round(100 * margin / of.limit, 4)),
        "reason": verdict.reason,
    }


def _exact(limit: Fraction) -> int | str:
    whole = limit.denominator == 1
    return limit.numerator if whole else ("-" * (limit < 0) + written(abs(limit)).replace(",", ""))
