"""The functions that an expression may call."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from archcalc import dim
from archcalc.dim import say
from archcalc.errors import LimitReached, Refused
from archcalc.language.limits import Limits
from archcalc.language.value import Number, Rounds, Symbolic, Value, list_of, number_of, unfit


class Function(NamedTuple):
    """A function of the language, with the number of values that it takes."""

    apply: Callable[..., Value]
    least: int = 1
    most: int | None = 1
    """None: any number."""
    limited: bool = False
    """Whether it takes the limits too, as `limits`."""

    def takes(self, count: int) -> bool:
        """Whether it takes this number of values."""
        return count >= self.least and (self.most is None or count <= self.most)

    def of(self, values: list[Value], limits: Limits) -> Value:
        """Its value; raises Refused for values that it does not take."""
        return self.apply(*values, limits=limits) if self.limited else self.apply(*values)


def _numbers(values: tuple[Value, ...], of: str) -> list[Number]:
    items = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
    if not items:
        raise Refused(f"{of} needs at least one number")
    return [number_of(v, of) for v in items]


def _integer(value: Value, of: str) -> int:
    value = dim.tidy(value)
    if dim.is_symbolic(value):
        raise _open(of, value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(f"{of} needs an integer, not {say(value)}")
    return value


def _open(of: str, value: Value) -> Refused:
    return unfit(f"{of} needs a known number, not {say(value)}", value)


def _items(value: Value, of: str) -> list[Symbolic]:
    """The numbers of a list, of any kind."""
    return [number_of(item, of) for item in list_of(value, of)]


def _range(*bounds: Value, limits: Limits) -> Value:
    if any(dim.is_symbolic(dim.tidy(b)) for b in bounds):
        return _open_range(*map(dim.tidy, bounds), limits=limits)
    integers = [_integer(b, "range") for b in bounds]
    if len(integers) == 3 and integers[2] == 0:
        raise Refused("range needs a step other than 0")
    found = range(*integers)
    if len(found) > limits.items:
        raise LimitReached("items", limits.items, f"range would have {len(found):,} entries")
    return tuple(found)


def _open_range(start: Value, stop: Value = None, step: Value = 1, *, limits: Limits) -> Value:
    """A range with a symbolic bound; still a list if its length is known."""
    start, stop = (0, start) if stop is None else (start, stop)
    if _integer(step, "the step of range") != 1:
        raise unfit(f"range with the step {say(step)} needs known numbers", start, stop)
    found = Rounds(_bound(start), _bound(stop))
    if dim.is_symbolic(found.count):
        return found
    return tuple(dim.tidy(found.start + i) for i in _items(_range(found.count, limits=limits), "range"))


def _bound(bound: Value) -> Number:
    """A bound of a range, which must be an integer for all values of its symbols."""
    if dim.divides(1, number_of(bound, "range")) is not True:
        raise unfit(f"range needs integers, but {say(bound)} may be a fraction", bound)
    return bound


def _length(value: Value) -> Value:
    return value.length if isinstance(value, Rounds) else len(list_of(value, "len"))


def _round_to(value: Value, divisor: Value) -> Value:
    number, integer = number_of(value, "round_to"), _integer(divisor, "round_to")
    if integer < 1:
        raise Refused(f"round_to needs a divisor of at least 1, not {integer}")
    return dim.round_to(number, integer)


def _real(function: Callable[[int | Fraction | float], Value], name: str) -> Function:
    def apply(value: Value) -> Value:
        number = number_of(value, name)
        if dim.is_symbolic(number):
            raise _open(name, number)
        try:
            return function(number)
        except (ValueError, OverflowError):
            raise Refused(f"{name} of {say(value)} is not a real number") from None

    return Function(apply)


def _sqrt(value: int | Fraction | float) -> int | float:
    root = math.isqrt(value) if isinstance(value, int) and value >= 0 else None
    return root if root is not None and root * root == value else math.sqrt(value)


FUNCTIONS = {
    "min": Function(lambda *v: dim.minimum(*_numbers(v, "min")), 0, None),
    "max": Function(lambda *v: dim.maximum(*_numbers(v, "max")), 0, None),
    "sum": Function(lambda v: dim.tidy(dim.total(_items(v, "sum")))),
    "prod": Function(lambda v: dim.tidy(dim.prod(_items(v, "prod")))),
    "len": Function(_length),
    "range": Function(_range, 1, 3, limited=True),
    "reversed": Function(lambda v: tuple(reversed(list_of(v, "reversed")))),
    "ceil": Function(lambda v: dim.ceil(number_of(v, "ceil"))),
    "floor": Function(lambda v: dim.floor(number_of(v, "floor"))),
    "round": Function(lambda v: dim.round_half_even(number_of(v, "round"))),
    "round_to": Function(_round_to, 2, 2),
    "abs": Function(lambda v: abs(number_of(v, "abs"))),
    "sqrt": _real(_sqrt, "sqrt"),
    "log": _real(math.log, "log"),
    "exp": _real(math.exp, "exp"),
}
"""Every function by name. Lists are tuples; numbers are exact unless sqrt, log or exp made them."""
