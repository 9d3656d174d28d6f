"""Receptive fields: the positions of a network's input that one position of a layer's output reads.

Per axis of the input, output position i reads the input positions jump*i + first ... jump*i + last. A window of kernel
k, stride s, left padding p and dilation d gives (jump*s, first - jump*p, last + jump*(d*(k-1) - p)); the size is
last - first + 1, the effective padding -first. Where paths meet, equal jumps give the hull of both. Source: Araujo,
Norris & Sim 2019, Computing Receptive Fields of Convolutional Neural Networks.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.dim import Size
from archcalc.errors import choose
from archcalc.network import Input, Layer, Network, Repeat
from archcalc.op import UNKNOWN, WHOLE, Field, Reach, Scattered, Window, identity
from archcalc.walk import fold

Gates = Literal["count", "ignore"]
T = TypeVar("T")


class Extent(NamedTuple):
    """The positions read along one axis of the input.

    Position i reads base*j + first ... base*j + last for the integers j from rate*i + low to rate*i + high. Until
    something is upsampled, j is i; if the rate is a fraction, the positions read depend on the phase of i.
    """

    axes: tuple[int, ...]
    """The axes of the layer's output that move the field; one if the field is regular."""
    base: Size
    """None if the field does not move in even steps."""
    first: Size
    last: Size
    """None, like `first`, if the size is unknown."""
    aligned: bool = True
    """Whether all paths that meet have the same centre, for every number of copies."""
    rate: Size = 1
    low: Size = 0
    high: Size = 0

    @property
    def jump(self) -> Any:
        """The step of the field in the input from one position to the next; None if it is not regular."""
        return None if self.base is None else dim.tidy(self.base * self.rate)

    @property
    def size(self) -> Any:
        """The number of positions between the ends; the maximum if it depends on the phase."""
        return None if self.first is None else self.last - self.first + self.spread + 1

    @property
    def spread(self) -> Any:
        """The most that a position reads beyond `last`, counted from its own first."""
        return 0 if self.base is None else self.base * dim.floor(self.high - self.low)

    @property
    def depends_on_phase(self) -> bool:
        """Whether positions read different numbers of places or at different offsets, as after upsampling."""
        return self.base is not None and dim.equal(self.rate, 1) is not True

    @property
    def padding(self) -> Any:
        """The distance that the field of position 0 begins before the input."""
        return None if self.base is None else -(self.first + self.base * dim.ceil(self.low))


Axis = Any
"""Extent, WHOLE or UNKNOWN."""
State = dict[str, tuple[Axis, ...]]
"""For each input of the network that is read: the field along each of its spatial axes."""


def receptive_fields(network: Network, gates: Gates = "count") -> dict[str, State]:
    """The receptive field of every layer's first output."""
    return {path: found[0] for path, found in states(network, gates).items()}


def states(network: Network, gates: Gates = "count") -> dict[str, Sequence[State]]:
    """The receptive field of every output of every layer.

    `gates="ignore"` omits inputs of a product that were pooled over the whole image (squeeze-and-excitation).
    """
    choose("gates", gates, get_args(Gates))

    def step(layer: Layer, inputs: list[State]) -> list[State]:
        op = layer.op
        if isinstance(op, Input):
            return [{layer.path: tuple(Extent((a,), 1, 0, 0) for a in spatial_axes(op))}]
        ignore = gates == "ignore" and op.gate
        return [meet(inputs, field, ignore) for field in layer.call.fields]

    found = fold(network, step, _Copies(network.given))
    return found if not network.given.domains else {path: network.given.plain(tuple(s)) for path, s in found.items()}


def spatial_axes(op: Input) -> list[int]:
    """The axes of an input in space or time."""
    return [axis for axis, letter in enumerate(op.layout) if letter not in "NC"]


def meet(inputs: list[State], field: Field, ignore_gates: bool) -> State:
    """The field of a layer through all its inputs."""
    if len(inputs) == 1:
        return through(inputs[0], field[0])
    paths = [through(state, reaches) for state, reaches in zip(inputs, field, strict=True)]
    names = dict.fromkeys(name for state in paths for name in state)
    met = {name: zip(*(s[name] for s in paths if name in s), strict=True) for name in names}
    return {name: tuple([_hull(axis, ignore_gates) for axis in axes]) for name, axes in met.items()}


def through(state: State, reaches: tuple[Reach, ...]) -> State:
    """The field of a layer through one of its inputs."""
    if reaches == identity(len(reaches)):
        return state
    return {name: tuple([_composed(axis, reaches) for axis in axes]) for name, axes in state.items()}


def _composed(axis: Axis, reaches: tuple[Reach, ...]) -> Axis:
    if not isinstance(axis, Extent):
        return axis
    steps = [reaches[a] for a in axis.axes]
    for known in (WHOLE, UNKNOWN):
        if known in steps:
            return known
    if axis.base is not None and isinstance(steps[0], Window):
        return _moved(axis, steps[0])
    return _irregular(axis, [step for step in steps if isinstance(step, Window | Scattered)])


def _moved(axis: Extent, step: Window) -> Extent:
    """The field of a layer that reads a window of a layer with this field."""
    rate = dim.tidy(axis.rate * step.stride)
    low, high = axis.low + axis.rate * step.first, axis.high + axis.rate * step.last
    if not dim.is_size(rate) or (dim.is_symbolic(rate) and rate.is_integer is None):
        return axis._replace(axes=(step.axis,), rate=rate, low=low, high=high)
    # Integer steps: only the integers between the fractions mattered.
    first, last = axis.first + axis.base * dim.ceil(low), axis.last + axis.base * dim.floor(high)
    return Extent((step.axis,), axis.base * rate, first, last, axis.aligned)


def _over_phases(axis: Axis) -> Axis:
    """The union over all phases of a field that depends on the phase but moves in integer steps."""
    if not isinstance(axis, Extent) or axis.base is None or not dim.is_size(axis.jump) or not axis.depends_on_phase:
        return axis
    first, last = axis.first + axis.base * axis.low, axis.last + axis.base * axis.high
    return Extent(axis.axes, axis.jump, dim.ceil(first), dim.floor(last), axis.aligned)


def _irregular(axis: Extent, steps: list[Window | Scattered]) -> Extent:
    """A field that no longer moves in even steps; its size is known as long as single positions are read."""
    axes = dict.fromkeys(a for step in steps for a in (step.axes if isinstance(step, Scattered) else (step.axis,)))
    single = all(s.single if isinstance(s, Scattered) else dim.equal(s.first, s.last) is True for s in steps)
    if not single or axis.first is None:
        return Extent(tuple(axes), None, None, None, axis.aligned)
    last = axis.last + axis.spread if axis.depends_on_phase else axis.last
    return Extent(tuple(axes), None, axis.first, last, axis.aligned)


def _hull(paths: Sequence[Axis], ignore_gates: bool) -> Axis:
    """The field of paths that meet: from the least first to the greatest last."""
    if ignore_gates:
        paths = ungated(paths, [path is WHOLE for path in paths])
    head, *rest = paths
    if all(p == head for p in rest):
        return head
    for known in (WHOLE, UNKNOWN):
        if known in paths:
            return known
    head, *rest = paths = [_over_phases(p) for p in paths]
    if all(_same_steps(head, p) for p in rest):
        centre = head.first + head.last
        aligned = all(p.aligned and dim.equal(p.first + p.last, centre) is True for p in paths)
        firsts, lasts = dim.minimum(*(p.first for p in paths)), dim.maximum(*(p.last for p in paths))
        return head._replace(first=firsts, last=lasts, aligned=aligned)
    axes = dict.fromkeys(a for p in paths for a in p.axes)
    regular = any(p.base is not None for p in paths)
    one_size = not regular and len(axes) == 1 and all((p.first, p.last) == (head.first, head.last) for p in rest)
    first, last = (head.first, head.last) if one_size else (None, None)
    return Extent(tuple(axes), None, first, last, False)


def ungated(items: Sequence[T], whole: Sequence[bool]) -> list[T]:
    """The inputs of a product without its gates: those that read a `whole` image, unless all of them do."""
    return [item for item, gate in zip(items, whole, strict=True) if not gate] or list(items)


def _same_steps(a: Extent, b: Extent) -> bool:
    steps = zip((a.base, a.rate, a.low, a.high), (b.base, b.rate, b.low, b.high), strict=True)
    return a.axes == b.axes and None not in (a.base, b.base) and all(dim.equal(x, y) is True for x, y in steps)


# -- a symbolic number of copies in a row -----------------------------------------------------------------------------


class _Chain(NamedTuple):
    """The field along one axis after any number of passes through a body."""

    start: Axis
    """After no pass; None if the body is the first to read this input."""
    once: Axis
    """After one pass; UNKNOWN if the further ones are not determined."""
    down: Size = 0
    """The decrease of the first position in each further pass."""
    up: Size = 0
    """The increase of the last position in each further pass."""
    steady: bool = False
    """Whether the first pass does the same as all others."""

    def after(self, passes: Size) -> Axis:
        """The field after a number of passes: at least 1, or 0 if the chain is steady."""
        if not isinstance(self.once, Extent):
            return self.once
        more = passes - 1
        moved = (self.once.first, -more * self.down), (self.once.last, more * self.up)
        first, last = map(dim.total, moved)
        return self.once._replace(first=first, last=last)


def _chain(start: Axis, once: Axis, twice: Axis) -> _Chain:
    if once == twice:
        return _Chain(start, once, steady=start == once)
    if not _same_places(once, twice):
        return _Chain(start, UNKNOWN)
    down, up = dim.tidy(once.first - twice.first), dim.tidy(twice.last - once.last)
    if dim.at_least(down, 0) is not True or dim.at_least(up, 0) is not True:
        return _Chain(start, UNKNOWN)
    steady = (
        _same_places(start, once)
        and dim.equal(start.first - once.first, down) is True
        and dim.equal(once.last - start.last, up) is True
    )
    aligned = once.aligned and twice.aligned and (not steady or start.aligned)
    return _Chain(start, once._replace(aligned=aligned), down, up, steady)


def _same_places(a: Axis, b: Axis) -> bool:
    return isinstance(a, Extent) and isinstance(b, Extent) and _same_steps(a, b)


class _Copies:
    """The fields that the last of a symbolic number of copies reads and gives.

    A body maps a first position to a minimum: of the position minus some steps, each the sum of the steps on a path
    through the body, and of constant positions from outside. Once such a function has decreased a position, it goes on
    by the same step, so two passes determine all of them; the last positions increase likewise.
    """

    def __init__(self, given: Assumptions):
        self.given = given

    def last(self, repeat: Repeat, turn: Callable[[State], State], before: State) -> tuple[list[State], State]:
        """The last copy may read two fields if it may also be the first."""
        once = turn(before)
        twice = turn(once)
        chains = {name: _chains(name, before, once, twice) for name in {**before, **once}}
        count = self.given.knowing(repeat.count)
        some, several = dim.at_least(count, 1) is True, dim.at_least(count, 2) is True
        given = _state(chains, lambda c: c.after(count) if some or c.steady else UNKNOWN)
        reads = [_state(chains, lambda c: c.after(count - 1))]
        if not several and not all(c.steady for row in chains.values() for c in row):
            reads.append(_state(chains, lambda c: c.after(count - 1) if c.steady else c.start))
        return reads, given

    def common(self, values: list[Sequence[State]]) -> Sequence[State]:
        """The fields in which all agree; UNKNOWN elsewhere."""
        return values[0] if len(values) == 1 else [_agreed(states) for states in zip(*values, strict=True)]


def _chains(name: str, *states: State) -> list[_Chain]:
    axes = next(len(state[name]) for state in states if name in state)
    return [_chain(*passes) for passes in zip(*(state.get(name, (None,) * axes) for state in states), strict=True)]


def _state(chains: dict[str, list[_Chain]], axis: Callable[[_Chain], Axis]) -> State:
    found = {name: tuple([axis(chain) for chain in row]) for name, row in chains.items()}
    return {name: axes for name, axes in found.items() if None not in axes}


def _agreed(states: tuple[State, ...]) -> State:
    names = {name: len(axes) for state in states for name, axes in state.items()}
    rows = {name: [state.get(name, (None,) * axes) for state in states] for name, axes in names.items()}
    return {
        name: tuple([axis[0] if all(a == axis[0] for a in axis) else UNKNOWN for axis in zip(*row, strict=True)])
        for name, row in rows.items()
    }
