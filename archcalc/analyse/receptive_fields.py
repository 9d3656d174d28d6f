"""Receptive fields: which positions of a network's input one position of a layer's output reads.

Per axis of the input, output position i reads the input positions jump*i + first ... jump*i + last. A window of kernel
k, stride s, left padding p and dilation d gives (jump*s, first - jump*p, last + jump*(d*(k-1) - p)); the size is
last - first + 1, the effective padding -first. Where paths meet, equal jumps give the hull of both. Source: Araujo,
Norris & Sim 2019, Computing Receptive Fields of Convolutional Neural Networks.
"""

from typing import Any, Literal, NamedTuple

from archcalc import dim
from archcalc.graph import Input, fold
from archcalc.op import UNKNOWN, WHOLE, Field, Reach, Scattered, Window, identity

Gates = Literal["count", "ignore"]


class Extent(NamedTuple):
    """What a position reads along one axis of the input."""

    axes: tuple[int, ...]
    """The axes of the layer's output that say where; one where the field is regular."""
    jump: Any
    """How far the field moves in the input from one position to the next; None where it is not regular."""
    first: Any
    last: Any
    """The ends of the field of position 0; None where its size is not known."""
    aligned: bool = True
    """Whether all paths that meet have their centres at one place."""

    @property
    def size(self) -> Any:
        """How many positions are read; where the jump is a fraction, the most that any position reads."""
        return None if self.first is None else dim.floor(self.last - self.first) + 1

    @property
    def padding(self) -> Any:
        """How far the field of position 0 begins before the input."""
        return None if self.jump is None else dim.floor(-self.first)


Axis = Any
"""Extent, WHOLE or UNKNOWN."""
State = dict[str, tuple[Axis, ...]]
"""For each input of the network that is read: what is read along each of its spatial axes."""


def receptive_fields(graph: Any, gates: Gates = "count") -> dict[str, State]:
    """The receptive field of every layer's first output.

    `gates="ignore"` leaves out inputs of a product that were pooled over the whole image (squeeze-and-excitation).
    """

    def step(path: str, node: Any, inputs: list[State]) -> list[State]:
        op, call = node["op"], node["call"]
        if isinstance(op, Input):
            return [{path: tuple(Extent((a,), 1, 0, 0) for a in spatial_axes(op))}]
        known = dim.equal(node["times"], 1) is True
        ignore = gates == "ignore" and op.gate
        return [_meet(inputs, field, ignore) if known else _unknown(inputs) for field in call.fields]

    return {path: states[0] for path, states in fold(graph, step).items()}


def spatial_axes(op: Input) -> list[int]:
    """The axes of an input that are places in space or time."""
    return [axis for axis, letter in enumerate(op.layout) if letter not in "NC"]


def _unknown(inputs: list[State]) -> State:
    # A layer that stands for a symbolic number of layers: its field would have to be summed over them.
    return {name: (UNKNOWN,) * len(axes) for state in inputs for name, axes in state.items()}


def _meet(inputs: list[State], field: Field, ignore_gates: bool) -> State:
    """What the layer reads through all its inputs."""
    if len(inputs) == 1:
        return _through(inputs[0], field[0])
    paths = [_through(state, reaches) for state, reaches in zip(inputs, field, strict=True)]
    names = {name: None for state in paths for name in state}
    return {
        name: tuple(
            _hull(list(axis), ignore_gates) for axis in zip(*(s[name] for s in paths if name in s), strict=True)
        )
        for name in names
    }


def _through(state: State, reaches: tuple[Reach, ...]) -> State:
    """What is read through one input of a layer."""
    if reaches == identity(len(reaches)):
        return state
    return {name: tuple([_composed(axis, reaches) for axis in axes]) for name, axes in state.items()}


def _composed(axis: Axis, reaches: tuple[Reach, ...]) -> Axis:
    if not isinstance(axis, Extent):
        return axis
    steps = [reaches[a] for a in axis.axes]
    if WHOLE in steps:
        return WHOLE
    if UNKNOWN in steps:
        return UNKNOWN
    step = steps[0]
    if axis.jump is not None and isinstance(step, Window):
        first, last = axis.first + axis.jump * step.first, axis.last + axis.jump * step.last
        return _regular(step.axis, axis.jump * step.stride, first, last, axis.aligned)
    return _irregular(axis, steps)


def _regular(axis: int, jump: Any, first: Any, last: Any, aligned: bool) -> Extent:
    if type(jump) is not int:
        jump = dim.tidy(jump)
        if type(jump) is int and not (dim.is_symbolic(first) or dim.is_symbolic(last)):
            first, last = dim.ceil(first), dim.floor(last)  # fractions mattered only between two positions
    return Extent((axis,), jump, first, last, aligned)


def _irregular(axis: Extent, steps: list[Reach]) -> Extent:
    """The field once it moves no longer in even steps; its size stays as long as single positions are read."""
    axes: dict[int, None] = {}
    for step in steps:
        axes.update(dict.fromkeys(step.axes if isinstance(step, Scattered) else [step.axis]))  # type: ignore[union-attr]
    single = all(isinstance(s, Scattered) or dim.equal(s.first, s.last) is True for s in steps)  # type: ignore[union-attr]
    first, last = (axis.first, axis.last) if single else (None, None)
    return Extent(tuple(axes), None, first, last, axis.aligned)


def _hull(paths: list[Axis], ignore_gates: bool) -> Axis:
    """What is read where paths meet: from the least first to the greatest last."""
    if ignore_gates and any(p is not WHOLE for p in paths):
        paths = [p for p in paths if p is not WHOLE]
    head, *rest = paths
    if all(p == head for p in rest):
        return head
    if WHOLE in paths:
        return WHOLE
    if UNKNOWN in paths:
        return UNKNOWN
    if all(_same_steps(head, p) for p in rest):
        centre = head.first + head.last
        aligned = all(p.aligned and dim.equal(p.first + p.last, centre) is True for p in paths)
        firsts, lasts = dim.minimum(*(p.first for p in paths)), dim.maximum(*(p.last for p in paths))
        return head._replace(first=firsts, last=lasts, aligned=aligned)
    axes = dict.fromkeys(a for p in paths for a in p.axes)
    one_size = len(axes) == 1 and all((p.first, p.last) == (head.first, head.last) for p in rest)
    first, last = (head.first, head.last) if one_size else (None, None)
    return Extent(tuple(axes), None, first, last, False)


def _same_steps(a: Extent, b: Extent) -> bool:
    return a.axes == b.axes and None not in (a.jump, b.jump) and dim.equal(a.jump, b.jump) is True
