"""Budgets: the least or the most that a quantity of a network may be, and whether it is."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from archcalc.analyse.amounts import amount
from archcalc.analyse.quantities import Part, Quantity, quantity
from archcalc.analyse.receptive_fields import spatial_axes
from archcalc.dim import Dim, is_symbolic, say
from archcalc.errors import Refused, some

Side = Literal["max", "min"]
WHOLE_INPUT = "whole input"
"""What the quantity `receptive_field` says of a layer that reads everything."""


class Budget(NamedTuple):
    """A bound of a quantity; what is equal to it keeps it."""

    quantity: Quantity
    side: Side
    limit: Fraction


class Verdict(NamedTuple):
    """Whether a budget is kept, and what was found."""

    budget: Budget
    kept: bool
    value: Dim | None
    """The number that decides, of one for each axis the worst; None where there is none."""
    reason: str = ""
    """What else there is to say of the number, or why there is none."""

    @property
    def margin(self) -> Fraction | None:
        """How far the number is from the bound; negative where the budget is broken."""
        if self.value is None:
            return None
        distance = self.budget.limit - self.value
        return distance if self.budget.side == "max" else -distance


def budget(name: str, side: Side, text: str) -> Budget:
    """A budget as it is written, `parameters` and `5e6`; raises Refused."""
    of = quantity(name)
    if name == "shape":
        raise Refused("shape is no number, so it has no budget")
    return Budget(of, side, amount(text, of.unit))


def verdicts(budgets: Iterable[Budget], part: Part) -> tuple[Verdict, ...]:
    """Whether a part of a network keeps its budgets."""
    asked = list(budgets)
    whole = _places(part) if any(b.quantity.name == "receptive_field" for b in asked) else ()
    return tuple(verdict(of, part, whole) for of in asked)


def _places(part: Part) -> tuple[Dim, ...]:
    """The sizes of the input along its spatial axes, in the order of the last layer's receptive field."""
    network = part.summary.network
    for name in part.summary.fields[part.layers[-1].path]:
        shape = network.layers[name].call.outputs[0]
        return tuple(shape[axis] for axis in spatial_axes(network.input_op(name)))
    return ()


def verdict(of: Budget, part: Part, whole: Sequence[Dim] = ()) -> Verdict:
    """Whether a part of a network keeps a budget; `whole` are the sizes of the input along its places."""
    values, reason = _numbers(part.value(of.quantity), whole)
    if not values:
        return Verdict(of, False, None, reason)
    value = max(values) if of.side == "max" else min(values)
    unknown = part.unknown(of.quantity)
    kept = value <= of.limit if of.side == "max" else value >= of.limit
    if unknown:
        # What is known may be enough to decide: it can only get more.
        return Verdict(of, kept and of.side == "min", value, f"at least: the work of {some(unknown)} is not known")
    return Verdict(of, kept, value, reason)


def _numbers(found: Any, whole: Sequence[Dim]) -> tuple[list[Dim], str]:
    """The numbers of a quantity, or nothing and why."""
    axes = found if isinstance(found, tuple) else (found,) * max(1, len(whole) if found == WHOLE_INPUT else 1)
    reason = WHOLE_INPUT if WHOLE_INPUT in axes else ""
    numbers: list[Any] = [whole[i] if axis == WHOLE_INPUT and i < len(whole) else axis for i, axis in enumerate(axes)]
    for number in numbers:
        if number == "none":
            return [], "there is none: no place of an input is read"
        if isinstance(number, str):
            return [], "it cannot be told"
        if is_symbolic(number):
            return [], f"it is {say(number)}, which is no number"
    return numbers, reason
