"""What the answer to an inverse question says, as a document and as a record."""

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from archcalc import dim
from archcalc.language.value import Number
from archcalc.render.document import Chapter, Document, Grid, GridRow, Head, Item, Items, Note, Verbatim
from archcalc.render.document import number as cell
from archcalc.render.result import Plain
from archcalc.render.words import number, plain, visible
from archcalc.solve.condition import Side
from archcalc.solve.search import Outcome

if TYPE_CHECKING:
    from archcalc.solve.solution import Solution


def document(solution: "Solution") -> Document:
    """The value, what is so there and at its neighbours, the closed forms, and how it was found."""
    around = [_chapter(name, outcome) for name, outcome in _around(solution)]
    provided = [f"provided {'; '.join(solution.assumptions)}"] if solution.assumptions else []
    forms = _chaptered("in closed form", [*(form for _, form in solution.forms), *provided])
    return Note(_answer(solution)), *around, *forms, Note(solution.method)


def _around(solution: "Solution") -> Iterator[tuple[str, Outcome]]:
    for name, outcome in (("at", solution.found), ("below", solution.below), ("above", solution.above)):
        if outcome is not None:
            yield name, outcome


def _chaptered(title: str, lines: list[str]) -> list[Chapter]:
    return [Chapter(title, (Items(tuple(map(Item, lines))),))] if lines else []


def _answer(solution: "Solution") -> str:
    entries = ", ".join(solution.entries)
    if solution.unbounded:
        return f"{solution.name}: no {solution.direction} {entries}: the conditions hold however large it is"
    if solution.found is None:
        return f"{solution.name}: no value of {entries} keeps the conditions"
    return f"{solution.name}: {entries} = {_value(solution.value)}, the {solution.direction}"


def _chapter(name: str, outcome: Outcome) -> Chapter:
    title = f"{name} {_value(outcome.value)}"
    if outcome.refusal:
        return Chapter(title, (Verbatim(outcome.refusal),))
    return Chapter(title, (Items(tuple(Item(_condition(*row)) for row in outcome.sides)),))


def table(solution: "Solution") -> Grid:
    """A row for each condition at the value and at its neighbours."""
    heads = tuple(Head(text) for text in ("where", "value", "condition", "left", "relation", "right", "verdict"))
    return Grid(heads, tuple(row for name, outcome in _around(solution) for row in _rows(name, outcome)))


def _rows(name: str, outcome: Outcome) -> Iterator[GridRow]:
    at = name, cell(plain(outcome.value), _value(outcome.value))
    if outcome.refusal:
        yield GridRow((*at, "", "", "", "", visible(outcome.refusal)))
    for text, side, holds in outcome.sides:
        sides = (
            ("", "", "")
            if side is None
            else (
                cell(plain(side.left), _number(side.left)),
                side.relation,
                cell(plain(side.right), _number(side.right)),
            )
        )
        yield GridRow((*at, text, *sides, "kept" if holds else "broken"))


def _condition(text: str, side: Side | None, holds: bool) -> str:
    mark = "kept" if holds else "broken"
    if side is None:
        return f"{text}: {mark}"
    numbers = f"{_number(side.left)} {side.relation} {_number(side.right)}"
    return f"{text}: {numbers}, {mark}{_off(side)}"


def _off(side: Side) -> str:
    """By how much the left side is off the right one."""
    left, right = side.left, side.right
    if not all(isinstance(v, (int, Fraction)) for v in (left, right)) or left == right:
        return ""
    words = f" by {_number(abs(left - right))}"
    return words + (f" ({float(abs(left - right) / abs(right)):.1%})" if right else "")


def _number(value: Number) -> str:
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{float(value):,.6g}"
    return number(dim.tidy(value)) if isinstance(value, (int, Fraction)) else str(plain(value))


def _value(value: Number) -> str:
    return f"{float(value):g}" if isinstance(value, Fraction) else number(value)


def record(solution: "Solution") -> dict[str, Plain]:
    """The answer in the types of JSON."""
    return {
        "name": solution.name,
        "entries": list(solution.entries),
        "direction": solution.direction,
        "value": plain(solution.value),
        "unbounded": solution.unbounded,
        "at": _outcome(solution.found),
        "below": _outcome(solution.below),
        "above": _outcome(solution.above),
        "forms": dict(solution.forms),
        "assumptions": list(solution.assumptions),
        "method": solution.method,
    }


def _outcome(outcome: Outcome | None) -> Plain:
    if outcome is None:
        return None
    conditions = [
        {
            "condition": text,
            "holds": holds,
            "left": None if side is None else plain(side.left),
            "right": None if side is None else plain(side.right),
        }
        for text, side, holds in outcome.sides
    ]
    return {
        "value": plain(outcome.value),
        "holds": outcome.holds,
        "refusal": outcome.refusal,
        "conditions": conditions,
    }
