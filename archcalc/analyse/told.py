"""The facts of layers as text and in the types of JSON: settings, windows, shapes and receptive fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from archcalc import dim
from archcalc.analyse.extent import Axis, Extent, is_sized
from archcalc.dim import Shape, Size
from archcalc.op import WHOLE, Op
from archcalc.render.result import Plain
from archcalc.render.words import number, size, visible
from archcalc.setting import ByName, Given


def settings(op: Op) -> dict[str, Any]:
    """The settings of an operation by name, with mappings as dicts."""
    known = op.kinds()
    return {name: dict(v) if isinstance(known[name], ByName) else v for name, v in op.settings().items()}


def kernel(op: Op) -> str:
    """A window in short: 3x3 /2 p1 d2 g32 for kernel, stride, padding, dilation and groups, without the usual ones."""
    return window(op.settings())


def window(given: Mapping[str, Any]) -> str:
    """A window in short, from the settings of its operation."""
    if "kernel_size" not in given and "stride" not in given:
        return ""
    kernel_size = given.get("kernel_size")
    stride = given.get("stride", 1) or kernel_size
    parts = [_by("", kernel_size, join=True), _by("/", stride, 1), _by("p", given.get("padding"), 0)]
    parts += [_by("d", given.get("dilation"), 1), _by("g", given.get("groups"), 1)]
    return " ".join(filter(None, parts))


def _by(letter: str, given: Given, usual: Given = None, join: bool = False) -> str:
    """The values of all axes; one if they are equal, none if they are the usual ones."""
    if given is None or isinstance(given, str):
        return "same" if given == "same" else ""
    axes = given if isinstance(given, tuple) else (given,)
    if not axes or all(a == usual for a in axes):
        return ""
    if not join and all(a == axes[0] for a in axes):
        axes = axes[:1]
    texts = [dim.text(a) for a in axes]
    return letter + ("x" if all(t.isalnum() for t in texts) else " x ").join(texts)


def field(axes: tuple[Any, ...] | None) -> str:
    """A receptive field in short: 11 if it is square, 3x7, ~8 for at most 8, whole, or ? if unknown."""
    texts = [_axis(a) for a in axes or ()]
    if len(set(texts)) <= 1:
        return texts[0] if texts else ""
    return ("x" if all(t.isdigit() for t in texts) else " x ").join(texts)


def fields(state: Mapping[str, tuple[Axis, ...]]) -> str:
    """The receptive fields in all inputs, in short: one if they are equal, else each with the input's name."""
    texts = {name: field(axes) for name, axes in state.items() if axes}
    if len({*texts.values()}) < 2:
        return next(iter(texts.values()), "")
    return ", ".join(f"{visible(name)} {text}" for name, text in texts.items())


def field_records(state: Mapping[str, tuple[Axis, ...]]) -> Plain:
    """The receptive fields in all inputs in the types of JSON; null for an input without a spatial axis."""
    return {name: field_record(axes or None) for name, axes in state.items()}


def _axis(axis: Axis) -> str:
    if axis is WHOLE:
        return "whole"
    if not is_sized(axis):
        return "?"
    return ("~" if axis.depends_on_phase else "") + number(axis.size)


def shape(sizes: Shape) -> list[int | str]:
    """A shape in the types of JSON."""
    return [size(n) for n in sizes]


def shapes(named: Mapping[str, Shape]) -> dict[str, list[int | str]]:
    """Named shapes in the types of JSON."""
    return {name: shape(sizes) for name, sizes in named.items()}


def field_record(axes: tuple[Any, ...] | None) -> Plain:
    """A receptive field in the types of JSON: axis by axis, or in words if all of the input is read."""
    if axes is None:
        return None
    return "whole input" if axes and all(axis is WHOLE for axis in axes) else [_axis_record(axis) for axis in axes]


def _axis_record(axis: Axis) -> Plain:
    if axis is WHOLE:
        return "whole input"
    if not is_sized(axis):
        return None
    found = {"size": axis.size, "stride": axis.jump, "padding": axis.padding}
    record: dict[str, Plain] = {name: None if value is None else size(value) for name, value in found.items()}
    if isinstance(axis, Extent) and axis.most is not None:
        return record | {"grows": True}
    return record | {"phases": phases} if (phases := list(map(size, phase_sizes(axis)))) else record


def phase_sizes(axis: Axis) -> Sequence[Size]:
    """The size of each phase of a field; empty if all phases have the same, or phases have no list."""
    sizes = axis.sizes if isinstance(axis, Extent) else ()
    return sizes if len({*sizes}) > 1 else ()
