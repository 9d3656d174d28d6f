"""Whole numbers that stand for free symbols, so that a method can be run on named numbers where a size is symbolic."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archcalc import dim
from archcalc.call import Call

Witness = Callable[[Any], int]
"""A whole number that stands for a size; a number stands for itself."""
# Tried in this order until an operation's requirements accept them; 5040 is divided by all numbers to 10, 240 and 64 by
# what networks halve and group by.
_CANDIDATES = (5040, 240, 64, 7, 3, 2, 1)


def witnesses(call: Call, known: Mapping[str, Any]) -> Iterator[Witness]:
    """Numbers for the symbols of a call: those of `known` where it has them, then others."""
    sizes = [size for shape in (*call.inputs, *call.outputs) for size in shape]
    names = sorted(dim.free_symbols([*sizes, *_flat(call.op.settings().values())]))
    if not names:
        yield int
        return
    for number in _CANDIDATES:
        # Different numbers, so that two symbols are not taken to be equal.
        chosen = {name: number * (i + 1) for i, name in enumerate(names)}
        yield _standing({**chosen, **{n: known[n] for n in names if type(known.get(n)) is int}})
    yield _standing({name: number * (i + 1) for i, name in enumerate(names)})


def _flat(values: Any) -> Iterator[Any]:
    for value in values:
        if isinstance(value, tuple):
            yield from _flat(value)
        else:
            yield value


def _standing(chosen: Mapping[str, int]) -> Witness:
    def stand(size: Any) -> int:
        if not dim.is_symbolic(size):
            return int(size)
        return int(size.subs({symbol: chosen[symbol.name] for symbol in size.free_symbols}))

    return stand
