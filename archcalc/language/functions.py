"""The functions that an expression may call."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from archcalc import dim
from archcalc.dim import say
from archcalc.errors import LimitReached, Refused
from archcalc.language.limits import current
from archcalc.language.rounds import Rounds, unfit


def _number(value: Any, of: str) -> Any:
    if isinstance(value, (int, Fraction, float)) and not isinstance(value, bool):
        return value
    if dim.is_symbolic(value):
        return value
    raise unfit(f"{of} needs a number, not {say(value)}", value)


def _numbers(values: tuple[Any, ...], of: str) -> list[Any]:
    items = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
    if not items:
        raise Refused(f"{of} needs at least one number")
    return [_number(v, of) for v in items]


def _whole(value: Any, of: str) -> int:
    value = dim.tidy(value)
    if dim.is_symbolic(value):
        raise _open(of, value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(f"{of} needs a whole number, not {say(value)}")
    return value


def _open(of: str, value: Any) -> Refused:
    return unfit(f"{of} needs a number that is known, not {say(value)}", value)


def _list(value: Any, of: str) -> tuple[Any, ...]:
    if not isinstance(value, tuple):
        raise unfit(f"{of} needs a list, not {say(value)}", value)
    return value


def _range(*bounds: Any) -> Any:
    if not 1 <= len(bounds) <= 3:
        raise Refused("range takes 1 to 3 numbers")
    if any(dim.is_symbolic(dim.tidy(b)) for b in bounds):
        return _open_range(*map(dim.tidy, bounds))
    whole = [_whole(b, "range") for b in bounds]
    if len(whole) == 3 and whole[2] == 0:
        raise Refused("range needs a step other than 0")
    found = range(*whole)
    if len(found) > current().items:
        raise LimitReached("items", current().items, f"range would have {len(found):,} entries")
    return tuple(found)


def _open_range(start: Any, stop: Any = None, step: Any = 1) -> Any:
    """A range between bounds of which one is symbolic; a list all the same where its length is known."""
    start, stop = (0, start) if stop is None else (start, stop)
    if _whole(step, "the step of range") != 1:
        raise unfit(f"range with the step {step} needs numbers that are known", start, stop)
    for bound in (start, stop):
        if dim.divides(1, _number(bound, "range")) is not True:
            raise unfit(f"range needs whole numbers, and {say(bound)} need not be one", bound)
    found = Rounds(start, stop)
    if dim.is_symbolic(found.count):
        return found
    return tuple(dim.tidy(start + i) for i in _range(found.count))


def _length(value: Any) -> Any:
    return value.length if isinstance(value, Rounds) else len(_list(value, "len"))


def _round_to(value: Any, divisor: Any) -> Any:
    value, divisor = _number(value, "round_to"), _whole(divisor, "round_to")
    if divisor < 1:
        raise Refused(f"round_to needs a divisor of at least 1, not {divisor}")
    return dim.round_to(value, divisor)


def _real(function: Callable[[float], float], name: str) -> Callable[[Any], Any]:
    def apply(value: Any) -> Any:
        number = _number(value, name)
        if dim.is_symbolic(number):
            raise _open(name, number)
        try:
            return function(number)
        except (ValueError, OverflowError):
            raise Refused(f"{name} of {say(value)} is no real number") from None

    return apply


def _sqrt(value: float) -> Any:
    root = math.isqrt(value) if isinstance(value, int) and value >= 0 else None
    return root if root is not None and root * root == value else math.sqrt(value)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": lambda *v: dim.minimum(*_numbers(v, "min")),
    "max": lambda *v: dim.maximum(*_numbers(v, "max")),
    "sum": lambda v: dim.tidy(dim.total(_number(x, "sum") for x in _list(v, "sum"))),
    "prod": lambda v: dim.tidy(dim.prod(_number(x, "prod") for x in _list(v, "prod"))),
    "len": _length,
    "range": _range,
    "reversed": lambda v: tuple(reversed(_list(v, "reversed"))),
    "ceil": lambda v: dim.ceil(_number(v, "ceil")),
    "floor": lambda v: dim.floor(_number(v, "floor")),
    "round": lambda v: dim.round_half_even(_number(v, "round")),
    "round_to": _round_to,
    "abs": lambda v: abs(_number(v, "abs")),
    "sqrt": _real(_sqrt, "sqrt"),
    "log": _real(math.log, "log"),
    "exp": _real(math.exp, "exp"),
}
"""Every function by name; lists are tuples, reals are exact fractions unless made by sqrt, log or exp."""
