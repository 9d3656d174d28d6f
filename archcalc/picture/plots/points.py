"""Networks as points: two or three columns of a comparison, and the Pareto front."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from archcalc.analyse.columns import Column
from archcalc.analyse.compare import COLUMNS, named
from archcalc.analyse.comparison import Compared
from archcalc.analyse.receptive_fields import Gates
from archcalc.convention import Convention
from archcalc.convention import convention as find_convention
from archcalc.errors import ArchcalcError, Refused, nearest, some
from archcalc.language.loaded import Loadable, Loaded, Loading
from archcalc.many.compare import told
from archcalc.many.loading import each
from archcalc.picture.plots.axes import drawable
from archcalc.picture.plots.axes import title as axis_title
from archcalc.picture.texts import cut

# Lower cost is better, higher accuracy is better; other columns have no direction.
BETTER = {
    **dict.fromkeys(("parameters", "trainable", "buffers", "work", "activations", "memory"), "lower"),
    "top-1": "higher",
}
_WHY = {
    "top-1": "no published accuracy is known",
    "year": "the source does not tell the year",
    "field": "the receptive field is the whole input or unknown",
}
"""The reason for a missing number."""


class ComparedNetwork(NamedTuple):
    """A network with its facts."""

    told: Compared
    spec: str
    """The name of its spec."""
    variant: str
    """Empty without a variant."""


class Axis(NamedTuple):
    """A column of a comparison as an axis."""

    column: Column[Compared]
    name: str
    """The quantity; for work, the convention."""

    @property
    def better(self) -> str:
        """Whether `lower` or `higher` numbers are better; empty if neither are."""
        return BETTER.get(self.column.name, "")

    @property
    def title(self) -> str:
        """The title of the axis."""
        return axis_title(self.name)


class Point(NamedTuple):
    """A network as a point."""

    series: str
    label: str
    x: float
    y: float
    size: float


class Points(NamedTuple):
    """The data of a plot of networks."""

    x: Axis
    y: Axis
    size: Axis | None
    series: dict[str, list[Point]]
    """The points of each spec, in its order."""
    front: tuple[Point, ...]
    """From left to right; empty without a front."""
    said: tuple[str, ...]

    @property
    def all(self) -> list[Point]:
        """Every point."""
        return [point for points in self.series.values() for point in points]


def axis(name: str, convention: Convention) -> Axis:
    """A numeric column; raises Refused for any other name."""
    column = named(name, convention)
    if not column.right:
        known = [c.name for c in COLUMNS.values() if c.right]
        raise Refused(f"the column {name!r} holds no numbers", nearest(name, known) or f"those do: {', '.join(known)}")
    return Axis(column, convention.name if column.name == "work" else column.name)


def points(
    networks: Sequence[ComparedNetwork],
    convention: Convention,
    x: str,
    y: str,
    size: str | None = None,
    pareto: bool | None = None,
) -> Points:
    """The points of networks by two or three columns, with the Pareto front if both have a better direction.

    Raises Refused for a column without numbers, and if nothing can be drawn.
    """
    axes = [axis(name, convention) for name in (x, y, *([size] if size else []))]
    poor = next((a for a in axes[:2] if not a.better), None)
    if pareto and poor is not None:
        raise Refused(f"there is no Pareto front by {poor.name}", "neither a higher nor a lower one is better")
    found, said = _numbers(networks, axes)
    if not found:
        raise Refused("there is nothing left to draw", "; ".join(said))
    made = Points(axes[0], axes[1], axes[2] if size else None, _series(found, axes), (), tuple(said))
    if pareto is False or poor is not None:
        return made
    return made._replace(front=front(made.all, made.x.better, made.y.better))


def told_points(
    networks: Iterable[Loadable],
    axes: tuple[str, str, str | None],
    pareto: bool | None,
    convention: str,
    gates: Gates,
    loading: Loading,
    broken: Callable[[ArchcalcError], object],
) -> tuple[Points, str]:
    """The points of all networks that can be made, and a name for them; `broken` gets the error of each other one.

    Raises the first error if no network can be made.
    """
    counted = find_convention(convention)
    for name in filter(None, axes):
        axis(name, counted)  # refuses a wrong column before the work

    def tell(model: Loaded) -> ComparedNetwork:
        return ComparedNetwork(told(model, convention, gates), model.spec.name, model.variant or "")

    outcomes = each(networks, tell, loading)
    errors = [o.found for o in outcomes if isinstance(o.found, ArchcalcError)]
    for error in errors:
        broken(error)
    made = [(o.name, o.found) for o in outcomes if not isinstance(o.found, ArchcalcError)]
    found = [network._replace(told=network.told._replace(name=name)) for name, network in made]
    if not found:
        raise errors[0]
    family = sum(n.told.file == found[0].told.file for n in found) > 1
    return points(found, counted, *axes, pareto), found[0].spec if family else found[0].told.name


def _numbers(
    networks: Sequence[ComparedNetwork], axes: Sequence[Axis]
) -> tuple[list[tuple[ComparedNetwork, list[float]]], list[str]]:
    """The networks with their numbers, and notes on those left out."""
    found, missing = [], dict[str, list[str]]()
    for network in networks:
        numbers = [(a, drawable((a.column.rank or a.column.value)(network.told))) for a in axes]
        poor = next((a for a, number in numbers if number is None or number == float("inf")), None)
        if poor is None:
            found.append((network, [number for _, number in numbers if number is not None]))
        else:
            missing.setdefault(poor.column.name, []).append(cut(network.told.name))
    said = [f"left out {some(n)}: {_WHY.get(c, f'the {c} cannot be drawn')}" for c, n in missing.items()]
    return found, said


def _series(found: Sequence[tuple[ComparedNetwork, list[float]]], axes: Sequence[Axis]) -> dict[str, list[Point]]:
    """The points of every spec; specs with one name are distinguished by their files."""
    files = Counter(spec for spec, _ in {(network.spec, network.told.file) for network, _ in found})
    names = [cut(n.spec if files[n.spec] == 1 else n.told.file) for n, _ in found]
    often, worked = Counter(names), any(a.column.name == "work" for a in axes)
    series: dict[str, list[Point]] = {name: [] for name in names}
    for name, (network, (x, y, *size)) in zip(names, found, strict=True):
        label = cut(network.told.name if often[name] == 1 or not network.variant else network.variant, 24)
        bound = "≥ " * bool(worked and network.told.unknown)
        series[name].append(Point(name, bound + label, x, y, *size or [0.0]))
    return series


def runs(line: Sequence[Point]) -> list[list[Point]]:
    """The monotone parts of a series: 18, 34, 50, then 18_bn, 34_bn, 50_bn."""
    found: list[list[Point]] = [[]]
    way = 0
    for point in line:
        step = 0 if not found[-1] else (point.x > found[-1][-1].x) - (point.x < found[-1][-1].x)
        if step * way < 0:
            found.append([])
            way = 0
        else:
            way = way or step
        found[-1].append(point)
    return found


def front(every: Iterable[Point], x: str = "lower", y: str = "lower") -> tuple[Point, ...]:
    """The Pareto front from left to right: no other point is as good in both and better in one."""
    sign_x, sign_y = (1 if way == "lower" else -1 for way in (x, y))
    found: list[Point] = []
    for point in sorted(every, key=lambda p: (sign_x * p.x, sign_y * p.y)):
        if not found or sign_y * point.y < sign_y * found[-1].y or (point.x, point.y) == found[-1][2:4]:
            found.append(point)
    return tuple(sorted(found, key=lambda p: p.x))
