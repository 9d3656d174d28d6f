"""Budgets and whether they are kept, as text and JSON."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from json import dumps
from typing import Any, NamedTuple

from archcalc.analyse.amounts import written
from archcalc.analyse.budgets import Verdict
from archcalc.render import layout, words

SCHEMA = 1
"""Raised when a key changes its meaning or goes; a new key does not raise it."""


class Checked(NamedTuple):
    """A network with its verdicts, or the error that it ended in."""

    name: str
    file: str = ""
    verdicts: tuple[Verdict, ...] = ()
    error: str = ""

    @property
    def kept(self) -> bool:
        """Whether all budgets are kept."""
        return not self.error and all(verdict.kept for verdict in self.verdicts)


def text(networks: Sequence[Checked], *, color: bool = False) -> str:
    """A line for each budget, then how many there are of each kind."""
    said = []
    for network in networks:
        said.append((layout.bold if color else str)(words.visible(network.name)))
        if network.error:
            said += [f"  {words.visible(line)}" for line in network.error.split("\n")]
            continue
        rows = layout.aligned([_cells(v) for v in network.verdicts], (False, False, True, False, True, False))
        said += [
            _colored(f"  {row}", v.kept) if color else f"  {row}" for v, row in zip(network.verdicts, rows, strict=True)
        ]
    return "\n".join([*said, _counts(networks)]) + "\n"


def _colored(row: str, kept: bool) -> str:
    return layout.colored(row, 32 if kept else 31)


def _cells(verdict: Verdict) -> list[str]:
    of = verdict.budget
    value = "" if verdict.value is None else words.number(verdict.value)
    bound = f"{'at most' if of.side == 'max' else 'at least'}"
    about = "; ".join(filter(None, [_margin(verdict), verdict.reason]))
    return ["kept" if verdict.kept else "broken", of.quantity.name, value, bound, written(of.limit), about]


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


def _counts(networks: Sequence[Checked]) -> str:
    verdicts = [v for network in networks for v in network.verdicts]
    broken = sum(not v.kept for v in verdicts)
    errors = sum(bool(network.error) for network in networks)
    parts = [f"{len(verdicts) - broken:,} of {len(verdicts):,} budgets kept"]
    parts += [f"{errors:,} of {len(networks):,} networks could not be made"] if errors else []
    return ", ".join(parts)


def json(networks: Sequence[Checked]) -> str:
    """Everything, a network on each line; a number that is not whole as a text."""
    lines = ",\n".join("    " + dumps(_document(n), allow_nan=False) for n in networks)
    kept = dumps(all(network.kept for network in networks))
    return f'{{\n  "schema": {SCHEMA},\n  "kept": {kept},\n  "networks": [\n{lines}\n  ]\n}}\n'


def _document(network: Checked) -> dict[str, Any]:
    if network.error:
        return {"name": network.name, "error": network.error}
    return {"name": network.name, "file": network.file, "budgets": list(map(_budget, network.verdicts))}


def _budget(verdict: Verdict) -> dict[str, Any]:
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


def _exact(number: Fraction) -> int | str:
    whole = number.denominator == 1
    return number.numerator if whole else ("-" * (number < 0) + written(abs(number)).replace(",", ""))


FORMATS: dict[str, Callable[..., str]] = {"text": text, "json": json}
"""Every format by name; `text` takes color too."""
