"""Shapes and receptive fields in the types of JSON; `docs/json.md` describes them."""

from collections.abc import Mapping
from typing import Any

from archcalc.analyse.receptive_fields import Axis
from archcalc.dim import Shape
from archcalc.op import UNKNOWN, WHOLE
from archcalc.render.result import Plain
from archcalc.render.words import size


def shape(sizes: Shape) -> list[int | str]:
    """A shape as a list of numbers and texts."""
    return [size(n) for n in sizes]


def shapes(named: Mapping[str, Shape]) -> dict[str, list[int | str]]:
    """Named shapes."""
    return {name: shape(sizes) for name, sizes in named.items()}


def field(axes: tuple[Any, ...] | None) -> Plain:
    """A receptive field: axis by axis, or in words where all of the input is read."""
    if axes is None:
        return None
    return "whole input" if axes and all(axis is WHOLE for axis in axes) else [_axis(axis) for axis in axes]


def _axis(axis: Axis) -> Plain:
    if axis is WHOLE:
        return "whole input"
    if axis is UNKNOWN or axis.size is None:
        return None
    regular = axis.jump is not None
    found: dict[str, Plain] = {
        "size": size(axis.size),
        "stride": size(axis.jump) if regular else None,
        "padding": size(axis.padding) if regular else None,
    }
    return found | {"phases": True} if axis.depends_on_phase else found
