"""Budgets: bounds on the quantities of networks, and whether they are kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, NamedTuple, get_args

from archcalc.analyse.amounts import amount, written
from archcalc.analyse.quantities import Part, Quantity, quantity
from archcalc.analyse.receptive_fields import spatial_axes
from archcalc.dim import Dim, is_symbolic, say
from archcalc.errors import Refused, choose, some
from archcalc.language.outside import exact
from archcalc.render import words
from archcalc.render.document import Block, Cell, Chapter, Document, Figure, Grid, GridRow, Head, Note, Verbatim, number
from archcalc.render.result import Plain, Result
from archcalc.render.words import count_of

Side = Literal["max", "min"]
WHOLE_INPUT = "whole input"
"""The quantity `receptive_field` of a layer that reads everything."""
RIGHT = ("value", "limit")
_CONDITION = re.compile(r"\s*([\w-]+)\s*(<=|>=)\s*(.+)", re.DOTALL)
_SIDES: dict[str, Side] = {"<=": "max", ">=": "min"}
HEADS = tuple(Head(name, name in RIGHT) for name in ("verdict", "quantity", "value", "bound", "limit", "margin"))


class Budget(NamedTuple):
    """A bound on a quantity, itself allowed."""

    quantity: Quantity
    side: Side
    limit: Fraction


Asked = str | Budget | Iterable[str | Budget] | Mapping[str, str | float]
"""Budgets as a program gives them: conditions such as `parameters <= 5M`, or the most of each quantity by name."""


class Verdict(NamedTuple):
    """Whether a budget is kept, and the number that decides it."""

    budget: Budget
    kept: bool
    value: Dim | None
    """The worst number of all axes; None if there is none."""
    reason: str = ""
    """A remark on the number, or the reason why there is none."""

    @property
    def margin(self) -> Fraction | None:
        """The distance from the bound; negative if the budget is broken."""
        if self.value is None:
            return None
        distance = self.budget.limit - self.value
        return distance if self.budget.side == "max" else -distance


class Budgeted(NamedTuple):
    """A network with its verdicts, or with its error."""

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

    def broken(self) -> "Budgeted":
        """The network with only the budgets that it breaks."""
        return self._replace(verdicts=tuple(verdict for verdict in self.verdicts if not verdict.kept))


@dataclass(frozen=True)
class Budgets(Result):
    """Networks with their verdicts; prints as a line for each budget, and the number of budgets kept."""

    networks: tuple[Budgeted, ...]
    quiet: bool = False
    """Whether readers see only what is broken or cannot be made."""
    lists = ("networks",)

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """All verdicts, network by network."""
        return tuple(verdict for network in self.networks for verdict in network.verdicts)

    @property
    def status(self) -> int:
        """The exit status: 1 if a budget is broken, else that of the first network that cannot be made."""
        broken = any(not verdict.kept for verdict in self.verdicts)
        return 1 if broken else next((n.status for n in self.networks if n.error), 0)

    @property
    def kept(self) -> bool:
        """Whether all budgets are kept."""
        return all(network.kept for network in self.networks)

    def document(self) -> Document:
        if self.quiet:
            return tuple(_chapter(network.broken()) for network in self.networks if not network.kept)
        text = f"{sum(v.kept for v in self.verdicts):,} of {count_of(len(self.verdicts), 'budget')} kept"
        if errors := sum(bool(network.error) for network in self.networks):
            text += f", {errors:,} of {count_of(len(self.networks), 'network')} could not be made"
        return *map(_chapter, self.networks), Note(text)

    def table(self) -> Grid:
        """A row for each budget of each network, its margin a number."""
        rows = [GridRow((n.name, *_cells(v)[:-1], _margin(v), v.reason)) for n in self.networks for v in n.verdicts]
        return Grid((Head("network"), *HEADS, Head("reason")), tuple(rows))

    def record(self) -> Plain:
        return {"kept": self.kept, "networks": list(map(_network, self.networks))}


def budget(name: str, side: Side, limit: str | float) -> Budget:
    """A budget from its quantity and limit, a number or as written: `parameters` and `5e6`; raises Refused."""
    of = quantity(name)
    choose("side", side, get_args(Side))
    if name == "shape":
        raise Refused("shape is not a number, so it has no budget")
    exact(limit)  # refuses what is too large to print
    return Budget(of, side, amount(str(limit), of.unit))


def budgets_of(asked: Asked) -> tuple[Budget, ...]:
    """The budgets that a program gives; raises Refused for anything else."""
    if isinstance(asked, Mapping):
        return tuple(budget(name, "max", most) for name, most in asked.items())
    alone = isinstance(asked, (str, Budget)) or not isinstance(asked, Iterable)
    return tuple(map(_budget_of, (asked,) if alone else asked))


def _budget_of(asked: object) -> Budget:
    if isinstance(asked, Budget):
        return asked
    found = _CONDITION.fullmatch(asked) if isinstance(asked, str) else None
    if found is None:
        raise Refused(f"{asked!r:.60} is not a budget", "write 'parameters <= 5M' or 'receptive_field >= 224'")
    name, relation, limit = found.groups()
    return budget(name, _SIDES[relation], limit)


def verdicts(budgets: Iterable[Budget], part: Part) -> tuple[Verdict, ...]:
    """Whether a part of a network keeps its budgets."""
    return tuple(verdict(of, part) for of in budgets)


def verdict(of: Budget, part: Part) -> Verdict:
    """Whether a part of a network keeps a budget."""
    whole = _places(part) if of.quantity.name == "receptive_field" else ()
    values, reason = _numbers(part.value(of.quantity), whole)
    if not values:
        return Verdict(of, False, None, reason)
    value = max(values) if of.side == "max" else min(values)
    unknown = part.unknown(of.quantity)
    kept = value <= of.limit if of.side == "max" else value >= of.limit
    if unknown:
        # A lower bound can only prove that enough is there.
        return Verdict(of, kept and of.side == "min", value, f"at least: the work of {some(unknown)} is not known")
    return Verdict(of, kept, value, reason)


def _places(part: Part) -> tuple[Dim, ...]:
    """The sizes of the input along its spatial axes, in the order of the last layer's receptive field."""
    network = part.summary.network
    for name in part.summary.fields[part.layers[-1].path]:
        shape = network.layers[name].call.outputs[0]
        return tuple(shape[axis] for axis in spatial_axes(network.input_op(name)))
    return ()


def _numbers(found: Any, whole: Sequence[Dim]) -> tuple[list[Dim], str]:
    """The numbers of a quantity and a remark, or the reason why there are none."""
    axes = found if isinstance(found, tuple) else (found,) * max(1, len(whole) if found == WHOLE_INPUT else 1)
    reason = WHOLE_INPUT if WHOLE_INPUT in axes else ""
    numbers: list[Any] = [whole[i] if axis == WHOLE_INPUT and i < len(whole) else axis for i, axis in enumerate(axes)]
    for found in numbers:
        if found == "none":
            return [], "there is none: no place of an input is read"
        if isinstance(found, str):
            return [], "it is unknown"
        if is_symbolic(found):
            return [], f"it is {say(found)}, which is not a number"
    return numbers, reason


def _chapter(network: Budgeted) -> Chapter:
    rows = tuple(GridRow(_cells(v), tone="good" if v.kept else "bad") for v in network.verdicts)
    block: Block = Verbatim(network.error) if network.error else Grid(HEADS, rows, bare=True)
    return Chapter(network.name, (block,), close=True)


def _cells(verdict: Verdict) -> tuple[Cell, ...]:
    of = verdict.budget
    value = number(verdict.value, "" if verdict.value is None else words.number(verdict.value))
    about = "; ".join(filter(None, [_margin(verdict).text, verdict.reason]))
    limit = number(_exact(of.limit), written(of.limit))
    bound = "at most" if of.side == "max" else "at least"
    return "kept" if verdict.kept else "broken", of.quantity.name, value, bound, limit, about


def _margin(verdict: Verdict) -> Figure:
    """The margin of a budget; for readers also in percent of the limit."""
    margin, limit = verdict.margin, verdict.budget.limit
    if margin is None or (margin >= 0 and not verdict.kept):
        return Figure("", words.plain(margin))
    if margin == 0:
        return Figure("exactly", 0)
    how = ("over", "left") if verdict.budget.side == "max" else ("short", "more")
    percent = "" if limit == 0 else f" ({words.rounded_percent(abs(margin), limit)})"
    return Figure(f"{written(abs(margin))} {how[margin > 0]}{percent}", words.plain(margin))


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
        "value": None if verdict.value is None else words.size(verdict.value),
        "kept": verdict.kept,
        "margin": None if margin is None else _exact(margin),
        "percent": None if margin is None or of.limit == 0 else words.plain(round(100 * margin / of.limit, 4)),
        "reason": verdict.reason,
    }


def _exact(limit: Fraction) -> int | str:
    """An integer, or all decimals as a string."""
    if limit.denominator == 1:
        return limit.numerator
    return "-" * (limit < 0) + written(abs(limit)).replace(",", "")
