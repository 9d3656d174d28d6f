"""Names for what a formula is made of: the axes of the inputs by their letters, the settings by their own names."""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from archcalc.call import Call
from archcalc.derive.named import Named
from archcalc.derive.tree import Leaf
from archcalc.dim import Shape
from archcalc.network import LAYOUTS, axis_letters
from archcalc.op import REQUIRED, Op
from archcalc.setting import MISMATCH, ByName, Each, Either, Kind, Many, Whole

Naming = Callable[[Any, Leaf], Named]
"""Gives a size, or an integer of a setting, its name."""


def letters(op: Op, inputs: Sequence[Shape]) -> list[tuple[str, ...]]:
    """A letter for each axis of each input."""
    return [axis_letters(op.named_axes(), slot, len(shape), slot in op.integers) for slot, shape in enumerate(inputs)]


def output_letters(call: Call) -> tuple[str, ...]:
    """A letter for each axis of the first output: those of the first input where it has as many axes."""
    rank = len(call.outputs[0])
    if call.inputs and len(call.inputs[0]) == rank:
        return letters(call.op, call.inputs)[0]
    return tuple(LAYOUTS.get(rank, "")) or axis_letters((), 0, rank)


def named_inputs(op: Op, inputs: tuple[Shape, ...], name_size: Naming) -> tuple[Shape, ...]:
    """The shapes with a name for each size: one where all inputs agree on it, else one for each that there is."""
    named = letters(op, inputs)
    sizes: dict[str, dict[Any, int]] = {}
    """For each letter its sizes, and the number of each."""
    for own, shape in zip(named, inputs, strict=True):
        for letter, size in zip(own, shape, strict=True):
            found = sizes.setdefault(letter, {})
            found.setdefault(size, len(found) + 1)

    def size_of(letter: str, size: Any) -> Any:
        others = [other for other in sizes[letter] if other != size]
        if not others:
            return name_size(size, Leaf(letter, size))
        if len(others) == 1 and 1 in (size, others[0]):
            # A size of 1 that fits every size is a number, and leaves the letter to the others.
            return size if size == 1 else name_size(size, Leaf(letter, size))
        return name_size(size, Leaf(f"{letter}_{sizes[letter][size]}", size))

    return tuple(
        tuple(size_of(letter, size) for letter, size in zip(own, shape, strict=True))
        for own, shape in zip(named, inputs, strict=True)
    )


def named_op(op: Op, name_size: Naming) -> Op:
    """The operation with its whole numbers named as the settings that they are."""
    named = copy.copy(op)
    named.__dict__.update({name: _setting(op, name, given, name_size) for name, given in op.settings().items()})
    return named


def _setting(op: Op, name: str, given: Any, name_size: Naming) -> Any:
    kind, default = op.declared[name]
    usual = REQUIRED if default is REQUIRED else kind.take(default, type(op).axes)
    return _named(kind, name, given, usual, type(op).axes, name_size)


def _named(kind: Kind, name: str, given: Any, usual: Any, axes: int, name_size: Naming) -> Any:
    while isinstance(kind, Either):
        kind = next(k for k in kind.kinds if k.take(given, axes) is not MISMATCH)
    if isinstance(kind, Whole):
        return name_size(given, Leaf(name, given, given == usual))
    if isinstance(kind, ByName) and isinstance(kind.item, Whole):
        return tuple((key, name_size(size, Leaf(key, size))) for key, size in given)
    if isinstance(kind, (Each, Many)) and isinstance(kind.item, (Whole, Either)):
        return tuple(_items(kind, name, given, usual, axes, name_size))
    return given


def _items(kind: Each | Many, name: str, given: Any, usual: Any, axes: int, name_size: Naming) -> Iterator[Any]:
    usuals = usual if isinstance(usual, tuple) and len(usual) == len(given) else (REQUIRED,) * len(given)
    alone = isinstance(kind, Each) and axes == 1
    for i, (one, default) in enumerate(zip(given, usuals, strict=True)):
        yield _named(kind.item, name if alone else f"{name}[{i}]", one, default, axes, name_size)
