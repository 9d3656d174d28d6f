"""How fields join where paths meet: one axis of an input at a time."""

from collections.abc import Sequence
from math import lcm
from typing import Any

from archcalc import dim
from archcalc.analyse.extent import Axis, Extent, Fractional, Irregular, Span
from archcalc.analyse.reaching import as_list, everything, hull_of, in_short, shortest
from archcalc.dim import Shape, Size
from archcalc.op import UNKNOWN, WHOLE


def joined(paths: Sequence[Axis], shape: Shape, size: Size) -> Axis:
    """The field of paths that meet in an output of this shape: what any of them reads."""
    head = paths[0]
    for known in (WHOLE, UNKNOWN):
        if any(p is known for p in paths):
            return known
    axes = tuple(dict.fromkeys(a for p in paths for a in p.axes))
    if len(axes) < 2 and all(isinstance(p, Extent) for p in paths):
        found = _together(paths, axes, shape, size)
        if found is not None:
            return in_short(found, size)
    if all(isinstance(p, Fractional) and p.window == head.window for p in paths):
        hull = hull_of([p.hull for p in paths])
        return head._replace(of=joined([p.of for p in paths], shape, size), hull=hull)
    return _mixed(paths, axes, shape)


def _together(paths: Sequence[Extent], axes: tuple[int, ...], shape: Shape, size: Size) -> Extent | None:
    """The field of paths that move along one axis; None if it is unknown."""
    head = paths[0]
    if all(p.is_even and dim.equal(p.step, head.step) is True for p in paths):
        aligned = all(p.aligned for p in paths) and _same_centre([p.spans[0] for p in paths])
        return Extent(axes, head.step, (hull_of([p.spans[0] for p in paths]),), aligned)
    speed = head.jump
    if speed is not None and all(p.jump is not None and dim.equal(p.jump, speed) is True for p in paths[1:]):
        return _side_by_side(paths, axes)
    if any(p.most is not None for p in paths):
        found = _together_growing(paths, shape[axes[0]], size)
        if found is not None:
            return found
    if not axes:
        return None
    listed = [as_list(p, shape[axes[0]]) for p in paths]
    lists = [p for p in listed if p is not None]
    return _side_by_side(lists, axes) if len(lists) == len(paths) else None


def _side_by_side(paths: Sequence[Extent], axes: tuple[int, ...]) -> Extent:
    """The field of paths of equal steps, or of lists: phase by phase."""
    period = lcm(*(p.period for p in paths))
    head = paths[0]
    step = head.step if head.step is None or period == head.period else head.step * (period // head.period)
    rows = [[p.span(i) for p in paths] if period > 1 else [p.spans[0] for p in paths] for i in range(period)]
    aligned = all(p.aligned for p in paths) and all(map(_same_centre, rows))
    return shortest(Extent(axes, step, tuple(map(hull_of, rows)), aligned))


def _same_centre(spans: Sequence[Span | None]) -> bool:
    head, *rest = [first + last for first, last in filter(None, spans)] or [0]
    return all(dim.equal(centre, head) is True for centre in rest)


def _together_growing(paths: Sequence[Extent], length: Size, size: Size) -> Extent | None:
    """The field of growing paths and of moving ones that keep up with them; None if they do not."""
    head = next(p for p in paths if p.most is not None)
    least = dim.minimum(*[p.ends[0] for p in paths if p.most is not None])
    found: list[tuple[Any, Any, Any]] = []
    for path in paths:
        if len(path.spans) > 1 or path.spans[0] is None or path.step is None or path.axes != head.axes:
            return None
        first, last = path.ends
        if path.most is None:  # it moves, and what it reads outside of the input is left out
            found.append((dim.maximum(first, 0), last, dim.minimum(last + path.step * (length - 1), size - 1)))
        else:
            found.append((first, last, path.most))
    firsts, lasts, mosts = zip(*found, strict=True)
    behind = all(dim.at_least(first, least) is True for first in firsts)
    same = all(dim.equal(p.step, head.step) is True for p in paths)
    if not (behind and same and all(dim.equal(most, mosts[0]) is True for most in mosts)):
        return None
    return head._replace(spans=((least, dim.maximum(*lasts)),), aligned=False)


def _mixed(paths: Sequence[Axis], axes: tuple[int, ...], shape: Shape) -> Extent | Irregular:
    """The field of paths whose steps differ: known only if one reads all that they do, or they read in one order."""
    hulls = [p.hull if isinstance(p, Irregular) else everything(p, shape[p.axes[0]] if p.axes else 1) for p in paths]
    # Of symbols that differ the maxima of layer after layer would nest, each larger than the last.
    apart = len(set(hulls)) > 1 and bool(dim.free_symbols(end for span in hulls for end in span or ()))
    hull = None if None in hulls or apart else hull_of(hulls)
    for path in paths:
        if isinstance(path, Extent) and not path.axes and path.spans == (hull,):
            return path
    head = paths[0]
    alike = all(isinstance(p, Irregular) and p.origin is not None and p[::3] == head[::3] for p in paths)
    if not alike or any(p.size is None for p in paths):
        return Irregular(axes, None, hull)
    return Irregular(axes, dim.maximum(*[p.size for p in paths]), hull, head.origin)
