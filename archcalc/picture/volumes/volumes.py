"""A network as volumes, as data: its feature maps in a row.

The volumes are the groups of the main line of a view (`groups`, `trunk`), at the greatest depth with few enough.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import inf, log2
from typing import NamedTuple

from archcalc import dim
from archcalc.analyse.summary import Summary
from archcalc.errors import Refused
from archcalc.picture.volumes.groups import WORKING, Group, Grouping, layer_of, op_of, scopes_of
from archcalc.picture.volumes.tensors import Axes, Features
from archcalc.picture.volumes.trunk import Skip, Trunk
from archcalc.render.words import count_of

MOST = 25
"""The most volumes that are drawn."""


class Volume(NamedTuple):
    """One feature map, or several consecutive ones of one size."""

    tensor: Features
    """The size of the last one."""
    colour: str
    """A key of `theme.MEANING`."""
    name: str
    """The stage or layer in the spec; empty if its name is only an index."""
    ops: str
    """The operations that make it."""
    copies: int
    """The number of maps."""
    kernel: tuple[int, ...] = ()
    """The window of the first one over the previous volume."""
    transition: bool = False
    """Whether only the resolution changes here."""
    joined: int = 0
    """The number of channels that a skip brings."""


class Arc(NamedTuple):
    """A skip from one volume to a later one, not to the next."""

    source: int
    target: int
    label: str


class Volumes(NamedTuple):
    """A network as volumes in a row."""

    row: tuple[Volume, ...]
    """The input first."""
    arcs: tuple[Arc, ...]
    said: tuple[str, ...]
    """Its notes."""


def seen(summary: Summary, depth: int | None = None) -> Volumes:
    """A network as volumes; without a depth, at the one that shows the most with at most MOST volumes.

    Raises Refused for symbolic sizes and for a depth below 1.
    """
    _only_numbers(summary)
    axes = Axes(summary)
    if depth is not None:
        return _volumes(Grouping(summary, axes, depth))
    levels = max((layer.path.count(".") + 1 for layer in summary.layers), default=1)
    rows: list[Grouping] = []
    for level in range(1, levels + 1):
        rows.append(Grouping(summary, axes, level))
        if len(rows[-1].groups) > 3 * MOST + 1:
            break  # deeper levels seldom have fewer
    fitting = [row for row in rows if len(row.groups) <= MOST]
    return _volumes(max(fitting or rows[:1], key=_worth))


def _only_numbers(summary: Summary) -> None:
    shapes = [*summary.inputs.values(), *(shape for layer in summary.layers for shape in layer.outputs)]
    names = sorted(dim.free_symbols([*(n for s in shapes for n in s), *(layer.times for layer in summary.layers)]))
    if names:
        verb, them = ("is", "it") if len(names) == 1 else ("are", "them")
        hint = f"give {them} a number instead of --free, or draw --style graph"
        raise Refused(f"volumes are drawn to scale, but {', '.join(names)} {verb} free", hint)


def _worth(row: Grouping) -> tuple[int, int, int, int]:
    """The information shown: volumes, their operations and numbers; on a tie, the lesser depth."""
    named = sum(bool(_ops(group, row.summary.scopes)) for group in row.groups)
    counted = sum(len(group.working) > 1 for group in row.groups)
    return len(row.groups), named, counted, -row.depth


def _volumes(made: Grouping) -> Volumes:
    """The volumes of a grouping, their arcs and notes."""
    said = []
    (start, *groups), place = _folded(made.groups)
    if groups:
        groups[-1] = groups[-1]._replace(transition=False)  # nothing follows it
    if len(groups) < len(made.groups) - 1:
        said.append(f"{len(made.groups) - 1} volumes are folded by their sizes into {len(groups)}")
    left_out = sum(len(box.layers) for box in made.trunk.left_out)
    if left_out:
        layers = count_of(left_out, "layer beside the main line is", "layers beside the main line are")
        said.append(f"{layers} not drawn")
    row = [Volume(start.tensor, start.colour, made.trunk.start.name, "", 1)]
    row += [_volume(group, name, made.summary.scopes) for group, name in zip(groups, _names(groups), strict=True)]
    group_of = [0, *(place[g] for g in made.group_of)]
    return Volumes(tuple(row), _arcs(made.trunk, group_of, row), tuple(said))


def _volume(group: Group, name: str, scopes: Mapping[str, str]) -> Volume:
    layer = layer_of(group.working[0])
    kernel = layer.op.settings().get("kernel_size") if layer is not None else None
    window = (kernel,) * 2 if isinstance(kernel, int) else kernel if isinstance(kernel, tuple) else ()
    count = 1 if group.joined or group.transition else len(group.working)
    ops = _ops(group, scopes)
    return Volume(group.tensor, group.colour, name, ops, count, window, group.transition, group.joined)


def _ops(group: Group, scopes: Mapping[str, str]) -> str:
    """The operations of a group with their numbers; of more than two, the most common one."""
    said = [op_of(piece, scopes) for piece in group.working]
    if len({op for op, _ in said}) < len(set(said)):
        said = [(op, "") for op, _ in said]  # strides of a stage's first layer show in the sizes
    counts = Counter(" ".join(filter(None, both)) for both in said)
    texts = [f"{count} × {text}".rstrip() if count > 1 else text for text, count in counts.most_common()]
    texts = list(filter(None, texts))
    return " + ".join(texts if len(texts) < 3 else [texts[0], "…"])


def _names(groups: Sequence[Group]) -> list[str]:
    """For each group, the outermost scope or layer that holds it and no other group."""
    working = [[box.row.first for p in group.working for box in p if box.row is not None] for group in groups]
    holders = Counter(
        scope
        for group, paths in zip(groups, working, strict=True)
        if not group.transition
        for scope in {scope for path in paths for scope in scopes_of(path)}
    )
    found = []
    for group, paths in zip(groups, working, strict=True):
        around = [scope for scope in scopes_of(paths[0]) if all(scope in scopes_of(path) for path in paths)]
        # A block that is not a scope is named by its last layer.
        last = paths[-1] if len(group.working) == 1 else ""
        own = next((scope for scope in around if holders[scope] == (not group.transition)), last)
        found.append("" if own.rpartition(".")[2].isdigit() else own)
    return found


def _arcs(trunk: Trunk, group_of: Sequence[int], row: Sequence[Volume]) -> tuple[Arc, ...]:
    """The skips past at least one volume that is not a transition."""
    found: dict[tuple[int, int], Arc] = {}
    for skip in trunk.skips:
        source, target = group_of[skip.source + 1], group_of[skip.target + 1]
        if any(not volume.transition for volume in row[source + 1 : target]):
            found.setdefault((source, target), Arc(source, target, _label(skip, trunk)))
    return tuple(found.values())


def _label(skip: Skip, trunk: Trunk) -> str:
    """The main operations on the skip, and the one that receives it."""
    way = [box.name for box in skip.over if box.colour in ("join", *WORKING)]
    box = trunk.pieces[skip.target][-1]
    taker = box.layers[0].kind.lower() if len(box.layers) == 1 else box.name
    return ", ".join([*way[:2], taker])


def _folded(groups: Sequence[Group]) -> tuple[list[Group], list[int]]:
    """At most MOST groups, and the new index of each old one: neighbours that differ least are merged."""
    steps = [_step(a, b) for a, b in pairwise(groups)]
    kept = set(sorted(range(len(steps)), key=lambda i: (-steps[i], i))[: MOST - 1])
    found: list[Group] = []
    place = []
    for i, group in enumerate(groups):
        if i == 0 or i - 1 in kept:
            found.append(group)
        else:
            working = found[-1].working + group.working
            found[-1] = group._replace(working=working, transition=False, joined=0)
        place.append(len(found) - 1)
    return found, place


def _step(a: Group, b: Group) -> float:
    """The change from one volume to the next; resolution counts more than channels."""
    if not a.working:  # the input stays alone
        return inf
    if a.tensor.kind != b.tensor.kind:
        return 100.0
    by = abs(log2(a.tensor.channels / b.tensor.channels)) if a.tensor.channels and b.tensor.channels else 1.0
    return by + 4 * abs(log2(max(a.tensor.height, 1) / max(b.tensor.height, 1)))
