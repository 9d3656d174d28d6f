"""Counting conventions: projections of one cost vector to one number.

One FLOP is never one MAC: each convention says what its unit is.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from archcalc.dim import Dim, total
from archcalc.errors import Refused, nearest
from archcalc.op import Cost


class Convention(NamedTuple):
    """A way to count work: what a number of it means, and how it follows from the cost vector."""

    name: str
    unit: str
    doc: str
    count: Callable[[Cost], Dim]


def _primitives(cost: Cost) -> Dim:
    return total([*cost, cost.macs])  # a multiply-accumulate is two operations


_ALL = (
    Convention(
        "macs",
        "MACs",
        "multiply-accumulates of convolutions, dense layers and matrix products; nothing else is counted",
        lambda cost: cost.macs,
    ),
    Convention(
        "flops",
        "FLOPs",
        "two for each multiply-accumulate: a multiplication and an addition",
        lambda cost: 2 * cost.macs,
    ),
    Convention(
        "primitives",
        "operations",
        "every elementary operation once: both of each multiply-accumulate, biases, and the elementwise work",
        _primitives,
    ),
)
CONVENTIONS: Mapping[str, Convention] = {convention.name: convention for convention in _ALL}
"""Every convention by name; the first is the default."""


def convention(name: str) -> Convention:
    """The convention of this name; raises Refused when there is none."""
    if name not in CONVENTIONS:
        raise Refused(f"there is no counting convention {name!r}", nearest(name, CONVENTIONS))
    return CONVENTIONS[name]
