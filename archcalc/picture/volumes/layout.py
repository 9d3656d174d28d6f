"""The layout of volumes: cuboids, labels and arcs in points.

Volumes stand around one axis, seen obliquely from the upper right; if all maps have few channels, each is a plane.
"""

from collections.abc import Sequence

from archcalc.picture.texts import cut
from archcalc.picture.volumes.labels import NAME, SMALL, Measure, labelled, wide_of
from archcalc.picture.volumes.shapes import OBLIQUE, Bow, Cuboid, Label, Layout, Plane, Scales, Stand
from archcalc.picture.volumes.volumes import Arc, Volume, Volumes

GAP, NARROW = 15.0, 1.5
"""The gaps between volumes, and between the slabs of one."""
SLABS = 6
"""The most slabs that are drawn; one stands for more, with their number."""
STEP = 2.6
"""The distance of planes."""
MARGIN, LINE = 12.0, 10.0


def layout(volumes: Volumes, measure: Measure) -> Layout:
    """The positions of everything, without overlapping labels."""
    scales = Scales(volumes.row)
    stands: list[Stand] = []
    for volume in volumes.row:  # quadratic, but at most MOST
        stands.append(_after(stands, volume, scales, measure))
    bottom = min(stand.bottom for stand in stands)
    named = any(volume.name for volume in volumes.row)
    stands = [labelled(stand, bottom - 6 - NAME * 1.3 * named, scales) for stand in stands]
    bows = _bows(stands, volumes.arcs)
    return _moved(stands, bows, measure)


# --- one volume -------------------------------------------------------------------------------------------------------


def _after(before: Sequence[Stand], volume: Volume, scales: Scales, measure: Measure) -> Stand:
    """A volume to the right of the previous ones: a transition touches, others and their labels keep a distance."""
    stand, wide = _stand(volume, scales), wide_of(volume, scales, measure)
    if not before:
        return _shifted(stand, max(0.0, wide / 2 - stand.middle))
    last = before[-1]
    if last.cuboids and stand.cuboids and volume.transition and last.volume.tensor.kind == "map":
        return _shifted(stand, _axis_end(last) + NARROW - _axis_start(stand))
    x = max(other.right for other in before) + GAP - stand.left
    clear = [other.middle + w / 2 + 7 for other in before if (w := wide_of(other.volume, scales, measure))]
    return _shifted(stand, max([x, *(c + wide / 2 - stand.middle for c in clear if wide)]))


def _axis_start(stand: Stand) -> float:
    """The start of a volume on the axis."""
    return stand.cuboids[0].x + OBLIQUE[0] * stand.cuboids[0].back / 2


def _axis_end(stand: Stand) -> float:
    last = stand.cuboids[-1]
    return last.x + last.thickness + OBLIQUE[0] * last.back / 2


def _stand(volume: Volume, scales: Scales) -> Stand:
    """A volume around the axis, starting at 0."""
    if scales.planes and volume.tensor.kind == "map":
        return _planes(volume, scales)
    tensor = volume.tensor
    height, back = scales.height(tensor), scales.back(tensor)
    y = -height / 2 - OBLIQUE[1] * back / 2
    cuboids, x = [], 0.0
    for colour, thickness in _slabs(volume, scales):
        cuboids.append(Cuboid(x, y, thickness, height, back, colour))
        x += thickness + (NARROW if not volume.joined else 0)
    return Stand(volume, tuple(cuboids), (), 0.0, cuboids[-1].right, y, cuboids[-1].top, ())


def _slabs(volume: Volume, scales: Scales) -> list[tuple[str, float]]:
    """The colour and thickness of each slab."""
    thickness = scales.thickness(volume.tensor)
    if volume.transition:
        return [(volume.colour, min(thickness, 6.0))]
    if volume.joined:
        part = volume.joined / volume.tensor.channels
        return [("end", thickness * part), (volume.colour, thickness * (1 - part))]
    return [(volume.colour, thickness)] * (volume.copies if volume.copies <= SLABS else 1)


def _planes(volume: Volume, scales: Scales) -> Stand:
    """The maps of a volume one by one, the last in front."""
    tensor = volume.tensor
    height, width = scales.extent(tensor.height), scales.extent(tensor.width)
    spread = STEP * (tensor.channels - 1)
    steps = [STEP * i for i in range(tensor.channels)]
    planes = tuple(Plane(step, -height / 2 + spread / 2 - step, width, height, volume.colour) for step in steps)
    return Stand(volume, (), planes, 0.0, spread + width, -(height + spread) / 2, (height + spread) / 2, ())


# --- arcs -------------------------------------------------------------------------------------------------------------


def _bows(stands: Sequence[Stand], arcs: Sequence[Arc]) -> list[Bow]:
    """Arcs above everything that they pass, shorter ones below longer ones."""
    found: list[tuple[Arc, Bow]] = []
    for arc in sorted(arcs, key=lambda arc: (arc.target - arc.source, arc.source)):
        source, target = stands[arc.source], stands[arc.target]
        passed = [stand.top + (NAME + 4) * bool(stand.labels) for stand in stands[arc.source : arc.target + 1]]
        lower = [b.height for a, b in found if a.source < arc.target and arc.source < a.target]
        height = max([*passed, *(h + LINE for h in lower)]) + LINE
        start, stop = source.middle, _landing(target)
        start += 5 * sum(a.source == arc.source for a, _ in found) + 4 * any(a.target == arc.source for a in arcs)
        label = Label((start + stop) / 2, height + 2, cut(arc.label, 32), SMALL, faint=True)
        above = NAME + 4
        found.append((arc, Bow((start, source.top + above), (stop, target.top + above), height, label)))
    return [bow for _, bow in found]


def _landing(stand: Stand) -> float:
    """The x where an arc lands: on the part that it brings."""
    if not stand.volume.joined or not stand.cuboids:
        return stand.middle
    first = stand.cuboids[0]
    return first.x + first.thickness / 2 + OBLIQUE[0] * first.back / 2


def _moved(stands: Sequence[Stand], bows: Sequence[Bow], measure: Measure) -> Layout:
    """Everything, moved so that its lower left corner is at the margins."""
    labels = [label for stand in stands for label in stand.labels] + [bow.label for bow in bows]
    low = min([label.y - label.size * 0.3 for label in labels] + [stand.bottom for stand in stands])
    high = max([label.y + label.size for label in labels] + [stand.top for stand in stands])
    halves = [(label.x, measure(label.text, label.size, label.bold) / 2) for label in labels]
    left = min([x - half for x, half in halves] + [stand.left for stand in stands])
    right = max([x + half for x, half in halves] + [stand.right for stand in stands])
    aside, up = MARGIN - left, MARGIN - low
    moved = [_shifted(stand, aside, up) for stand in stands]
    raised = [_raised(bow, aside, up) for bow in bows]
    return Layout(tuple(moved), tuple(raised), up, right + aside + MARGIN, high + up + MARGIN)


def _raised(bow: Bow, x: float, y: float) -> Bow:
    (a, b), (c, d), label = bow.start, bow.stop, bow.label
    return Bow((a + x, b + y), (c + x, d + y), bow.height + y, label._replace(x=label.x + x, y=label.y + y))


def _shifted(stand: Stand, x: float, y: float = 0.0) -> Stand:
    return Stand(
        stand.volume,
        tuple(c._replace(x=c.x + x, y=c.y + y) for c in stand.cuboids),
        tuple(p._replace(x=p.x + x, y=p.y + y) for p in stand.planes),
        stand.left + x,
        stand.right + x,
        stand.bottom + y,
        stand.top + y,
        tuple(label._replace(x=label.x + x, y=label.y + y) for label in stand.labels),
    )
