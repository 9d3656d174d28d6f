"""Receptive fields: the positions of a network's input that one position of a layer's output reads.

Per axis of the input, output position i reads the input positions jump*i + first ... jump*i + last. A window of kernel
k, stride s, left padding p and dilation d gives (jump*s, first - jump*p, last + jump*(d*(k-1) - p)); the size is
last - first + 1, the effective padding -first. Where paths meet, equal jumps give the hull of both. Behind resampling
this holds for each phase of i. Source: Araujo, Norris & Sim 2019, Computing Receptive Fields of Convolutional Neural
Networks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar, get_args

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.analyse.extent import Axis, Extent, stands_still
from archcalc.analyse.meeting import joined
from archcalc.analyse.reaching import Way, composed, of_part
from archcalc.call import Call
from archcalc.dim import Size
from archcalc.errors import choose
from archcalc.network import Input, Layer, Network, Repeat
from archcalc.op import UNKNOWN, Op, identity
from archcalc.role import Role
from archcalc.walk import fold

Counted = Literal["count", "ignore"]
T = TypeVar("T")


class Paths(NamedTuple):
    """The paths from an input that belong to a receptive field."""

    gates: Counted = "count"
    """`ignore` omits inputs of a product that were pooled over the whole image (squeeze-and-excitation)."""
    statistics: Counted = "count"
    """`ignore` omits the statistics of norms: each position is normalised by itself."""

    @classmethod
    def of(cls, given: "Gates") -> "Paths":
        """The paths, of which a word says whether gates belong to them."""
        made = given if isinstance(given, Paths) else cls(given)
        for name, choice in made._asdict().items():
            choose(name, choice, get_args(Counted))
        return made

    def ignores_gates(self, op: Op) -> bool:
        """Whether inputs of an operation that are gates are ignored."""
        return self.gates == "ignore" and op.gate

    def ignores_statistics(self, op: Op) -> bool:
        """Whether an operation is a norm whose statistics are ignored."""
        return self.statistics == "ignore" and op.role is Role.NORMALISATION


Gates = Counted | Paths
"""The paths that belong to a field; a word says it of gates alone."""
State = dict[str, tuple[Axis, ...]]
"""For each input of the network that is read: the field along each of its spatial axes."""
Sizes = Mapping[str, Sequence[Size]]
"""For each input of the network the sizes of its spatial axes."""


def receptive_fields(network: Network, gates: Gates = "count") -> dict[str, State]:
    """The receptive field of every layer's first output."""
    return {path: found[0] for path, found in states(network, gates).items()}


def states(network: Network, gates: Gates = "count") -> dict[str, Sequence[State]]:
    """The receptive field of every output of every layer."""
    paths, given = Paths.of(gates), network.given
    sizes: Sizes = {name: given.knowing(spatial_sizes(network.input_op(name))) for name in network.inputs}

    def step(layer: Layer, inputs: list[State]) -> list[State]:
        op = layer.op
        if isinstance(op, Input):
            return [{layer.path: tuple(Extent((a,), 1, ((0, 0),)) for a in spatial_axes(op))}]
        ports = range(len(layer.call.outputs))
        return [through(layer.call, (layer.path, port), inputs, sizes, paths) for port in ports]

    found = fold(network, step, _Copies(given))
    return found if not given.domains else {path: given.plain(tuple(s)) for path, s in found.items()}


def spatial_axes(op: Input) -> list[int]:
    """The axes of an input in space or time."""
    return [axis for axis, letter in enumerate(op.layout) if letter not in "NC"]


def spatial_sizes(op: Input) -> tuple[Size, ...]:
    """The sizes of an input in space or time."""
    return tuple(op.shape[axis] for axis in spatial_axes(op))


def through(call: Call, origin: tuple[str, int], inputs: list[State], sizes: Sizes, paths: Paths) -> State:
    """The field of an output, the origin, of a call through all its inputs."""
    _, port = origin
    field, after = call.fields[port], call.outputs[port]
    alone = call.inputs == (after,) and field[0] == identity(len(after))
    if alone or paths.ignores_statistics(call.op):
        return inputs[0]
    after = call.given.knowing(after)
    ways = [Way(*way, after, origin) for way in zip(field, call.given.knowing(call.inputs), strict=True)]
    found = [_behind(state, way, sizes) for state, way in zip(inputs, ways, strict=True)]
    if len(found) == 1:
        return found[0]
    met: State = {}
    for name in dict.fromkeys(name for state in found for name in state):
        read = [(state[name], way) for state, way in zip(found, ways, strict=True) if name in state]
        rows: Iterable[Sequence[Axis]] = zip(*(axes for axes, _ in read), strict=True)
        if paths.ignores_gates(call.op):
            rows = [without_gates(row, [stands_still(axis) for axis in row]) for row in rows]
        met[name] = tuple(
            [_met(row, [way for _, way in read], size) for row, size in zip(rows, sizes[name], strict=True)]
        )
    return met


def _behind(state: State, way: Way, sizes: Sizes) -> State:
    """The field of an output through one input."""
    if way.before == way.after and way.reaches == identity(len(way.reaches)):
        return state
    return {
        name: tuple([composed(axis, way, size) for axis, size in zip(axes, sizes[name], strict=True)])
        for name, axes in state.items()
    }


def _met(row: Sequence[Axis], ways: Sequence[Way], size: Size) -> Axis:
    """The field of the paths that meet in an output."""
    head, *rest = row
    if all(axis == head for axis in rest):
        return head
    if any(map(stands_still, row)) and len(row) == len(ways):
        row = [of_part(axis, way, size) for axis, way in zip(row, ways, strict=True)]
    return joined(row, ways[0].after, size)


def without_gates(items: Sequence[T], pooled: Sequence[bool]) -> list[T]:
    """The inputs of a product without its gates: those that are `pooled` over an image, unless all of them are."""
    return [item for item, gate in zip(items, pooled, strict=True) if not gate] or list(items)


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
        if not isinstance(self.once, Extent) or not self.once.is_even:
            return self.once
        more = passes - 1
        moved = zip(self.once.ends, (-more * self.down, more * self.up), strict=True)
        first, last = map(dim.total, moved)
        return self.once._replace(spans=((first, last),))


def _chain(start: Axis, once: Axis, twice: Axis) -> _Chain:
    if once == twice:
        return _Chain(start, once, steady=start == once)
    if not _same_places(once, twice):
        return _Chain(start, UNKNOWN)
    (first, last), (least, most) = once.ends, twice.ends
    down, up = dim.tidy(first - least), dim.tidy(most - last)
    if dim.at_least(down, 0) is not True or dim.at_least(up, 0) is not True:
        return _Chain(start, UNKNOWN)
    steady = (
        _same_places(start, once)
        and dim.equal(start.ends[0] - first, down) is True
        and dim.equal(last - start.ends[1], up) is True
    )
    aligned = once.aligned and twice.aligned and (not steady or start.aligned)
    return _Chain(start, once._replace(aligned=aligned), down, up, steady)


def _same_places(a: Axis, b: Axis) -> bool:
    even = isinstance(a, Extent) and isinstance(b, Extent) and a.is_even and b.is_even
    return even and a.axes == b.axes and dim.equal(a.step, b.step) is True


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
