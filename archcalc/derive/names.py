"""Calls on named numbers: the axes of the inputs by their letters, the settings by their own names."""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from archcalc import dim
from archcalc.call import Call
from archcalc.derive.named import Named, Noted
from archcalc.derive.tree import Leaf
from archcalc.dim import Shape
from archcalc.errors import ArchcalcError
from archcalc.network import LAYOUTS, axis_letters
from archcalc.op import REQUIRED, Op

Naming = Callable[[Any, Leaf], Named]
"""Gives a size, or an integer of a setting, its name."""
_CANDIDATES = (5040, 240, 64, 7, 3, 2, 1)
"""Values for symbols, tried until the operation's requirements accept them: all numbers up to 10 divide 5040, and
networks often halve and group by 240 and 64."""


def named_call(call: Call, known: Mapping[str, Any]) -> Call | None:
    """The call on named numbers, every fact computed; None if its requirements refuse all numbers tried.

    Symbols become the numbers in `known`, or else some candidates.
    """
    return next(filter(None, (_named_call(call, chosen) for chosen in _chosen(call, known))), None)


def _named_call(call: Call, chosen: Mapping[str, int]) -> Call | None:
    noted: Noted = set()

    def naming(size: Any, leaf: Leaf) -> Named:
        return Named(_number(size, chosen), leaf, noted)

    try:
        made = Call(named_op(call.op, naming), named_inputs(call.op, call.inputs, naming))
        _ = made.parameters, made.buffer_elements, made.fields, made.activations  # now, as facts are computed lazily
        return made if (made.cost is None) == (call.cost is None) else None
    except ArchcalcError:
        return None


def _number(size: Any, chosen: Mapping[str, int]) -> int:
    if not dim.is_symbolic(size):
        return int(size)
    from archcalc.algebra.evaluate import number

    return int(number(size, chosen))


def _chosen(call: Call, known: Mapping[str, Any]) -> list[dict[str, int]]:
    """Values for the symbols of a call, all different so that no two symbols look equal."""
    names = sorted(dim.free_symbols(_flat((call.inputs, call.outputs, *call.op.settings().values()))))
    own = {name: known[name] for name in names if type(known.get(name)) is int}
    numbered = [{name: number * (i + 1) for i, name in enumerate(names)} for number in _CANDIDATES]
    return [*(values | own for values in numbered), numbered[-1]] if names else [{}]


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        yield from chain.from_iterable(map(_flat, value))
    else:
        yield value


def letters(op: Op, inputs: Sequence[Shape]) -> list[tuple[str, ...]]:
    """A letter for each axis of each input."""
    return [axis_letters(op.named_axes(), slot, len(shape), slot in op.integers) for slot, shape in enumerate(inputs)]


def output_letters(call: Call) -> tuple[str, ...]:
    """A letter for each axis of the first output: those of the first input if it has the same rank."""
    rank = len(call.outputs[0])
    if call.inputs and len(call.inputs[0]) == rank:
        return letters(call.op, call.inputs)[0]
    return tuple(LAYOUTS.get(rank, "")) or axis_letters((), 0, rank)


def named_inputs(op: Op, inputs: tuple[Shape, ...], naming: Naming) -> tuple[Shape, ...]:
    """The shapes with a name for each size: one name if all inputs agree on it, else a numbered name for each size."""
    lettered = [tuple(zip(own, shape, strict=True)) for own, shape in zip(letters(op, inputs), inputs, strict=True)]
    sizes: dict[str, list[Any]] = {}
    for letter, size in dict.fromkeys(chain.from_iterable(lettered)):
        sizes.setdefault(letter, []).append(size)

    def named(letter: str, size: Any) -> Any:
        mine = sizes[letter]
        broadcast = len(mine) == 2 and 1 in mine
        if broadcast and size == 1:
            return size  # it fits every size, and leaves the letter to the other
        alone = broadcast or len(mine) == 1
        return naming(size, Leaf(letter if alone else f"{letter}_{mine.index(size) + 1}", size))

    return tuple(tuple(named(*pair) for pair in pairs) for pairs in lettered)


def named_op(op: Op, naming: Naming) -> Op:
    """The operation with each integer setting named."""
    named, axes = copy.copy(op), type(op).axes
    for name, given in op.settings().items():
        kind, default = op.declared[name]
        usual = REQUIRED if default is REQUIRED else kind.take(default, axes)
        if isinstance(given, tuple):
            names = [name] if axes == 1 else [f"{name}[{i}]" for i in range(len(given))]
            usuals = usual if isinstance(usual, tuple) and len(usual) == len(given) else (REQUIRED,) * len(given)
            named.__dict__[name] = tuple(_named(naming, *item) for item in zip(names, given, usuals, strict=True))
        else:
            named.__dict__[name] = _named(naming, name, given, usual)
    return named


def _named(naming: Naming, name: str, given: Any, usual: Any) -> Any:
    """An integer with its name, or with its own in a pair of both; anything else as it is."""
    match given:
        case (str(key), size):
            return key, naming(size, Leaf(key, size))
    whole = type(given) is int or dim.is_symbolic(given)
    return naming(given, Leaf(name, given, given == usual)) if whole else given
