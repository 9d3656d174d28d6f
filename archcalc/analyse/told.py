"""How the facts of an operation read: its settings, its window and its receptive field, the same in every format."""

from collections.abc import Mapping
from typing import Any

from archcalc import dim
from archcalc.analyse.receptive_fields import Axis
from archcalc.op import UNKNOWN, WHOLE, Op
from archcalc.render.words import number
from archcalc.setting import ByName, Given


def settings(op: Op) -> dict[str, Any]:
    """The settings of an operation by name; a mapping among them as a mapping."""
    known = op.kinds()
    return {name: dict(v) if isinstance(known[name], ByName) else v for name, v in op.settings().items()}


def kernel(op: Op) -> str:
    """How a window lies: 3x3 /2 p1 d2 g32 for kernel, stride, padding, dilation, groups, where they are not usual."""
    return window(op.settings())


def window(given: Mapping[str, Any]) -> str:
    """How a window lies under some settings, as `kernel` tells it."""
    if "kernel_size" not in given and "stride" not in given:
        return ""
    kernel_size = given.get("kernel_size")
    stride = given.get("stride", 1) or kernel_size
    parts = [_by("", kernel_size, join=True), _by("/", stride, 1), _by("p", given.get("padding"), 0)]
    parts += [_by("d", given.get("dilation"), 1), _by("g", given.get("groups"), 1)]
    return " ".join(filter(None, parts))


def _by(letter: str, given: Given, usual: Given = None, join: bool = False) -> str:
    """One value per axis; once where all are equal, nothing where they are as usual."""
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
    """A receptive field: 11 where it is square, 3x7, ~8 at most, whole, or ? where it cannot be told."""
    texts = [_axis(a) for a in axes or ()]
    if len(set(texts)) <= 1:
        return texts[0] if texts else ""
    return ("x" if all(t.isdigit() for t in texts) else " x ").join(texts)


def _axis(axis: Axis) -> str:
    if axis is WHOLE:
        return "whole"
    if axis is UNKNOWN or axis.size is None:
        return "?"
    return ("~" if axis.depends_on_phase else "") + number(axis.size)
