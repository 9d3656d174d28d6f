"""The answer to an inverse question, as text and JSON."""

import json as _json
from fractions import Fraction
from typing import Any

from archcalc import dim
from archcalc.render.words import number, plain, visible
from archcalc.solve.condition import Side
from archcalc.solve.search import Outcome
from archcalc.solve.solution import Solution


def text(solution: Solution) -> str:
    """The value, what is so there and at its neighbours, the closed forms, and how it was found."""
    lines = [_answer(solution)]
    for name, outcome in (("at", solution.found), ("below", solution.below), ("above", solution.above)):
        if outcome is not None:
            lines += ["", *_outcome(name, outcome)]
    provided = [f"provided {'; '.join(map(visible, solution.assumptions))}"] if solution.assumptions else []
    forms = [visible(form) for _, form in solution.forms]
    if forms or provided:
        lines += ["", "in closed form", *(f"  {line}" for line in [*forms, *provided])]
    lines += ["", visible(solution.method)]
    return "\n".join(lines)


def _answer(solution: Solution) -> str:
    entries = ", ".join(solution.entries)
    if solution.unbounded:
        return f"{solution.name}: no {solution.direction} {entries}: the conditions hold however large it is"
    if solution.found is None:
        return f"{solution.name}: no value of {entries} keeps the conditions"
    return f"{solution.name}: {entries} = {_value(solution.value)}, the {solution.direction}"


def _outcome(name: str, outcome: Outcome) -> list[str]:
    head = f"{name} {_value(outcome.value)}"
    if outcome.refusal:
        return [head, f"  {visible(outcome.refusal)}"]
    return [head, *(f"  {visible(_condition(*row))}" for row in outcome.sides)]


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


def _number(value: Any) -> str:
    if isinstance(value, Fraction) and value.denominator != 1:
        return f"{float(value):,.6g}"
    return number(dim.tidy(value)) if isinstance(value, (int, Fraction)) else str(plain(value))


def _value(value: Any) -> str:
    return f"{float(value):g}" if isinstance(value, Fraction) else number(value)


def json(solution: Solution) -> str:
    """Everything for machines."""
    document = {
        "name": solution.name,
        "entries": list(solution.entries),
        "direction": solution.direction,
        "value": plain(solution.value),
        "unbounded": solution.unbounded,
        "at": _machine(solution.found),
        "below": _machine(solution.below),
        "above": _machine(solution.above),
        "forms": dict(solution.forms),
        "assumptions": list(solution.assumptions),
        "method": solution.method,
    }
    return _json.dumps(document, indent=2)


def _machine(outcome: Outcome | None) -> Any:
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
