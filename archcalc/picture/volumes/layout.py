"""The layout of volumes: cuboids, labels and arcs in points.

Volumes stand around one axis, seen obliquely from the upper right; if all maps have few channels, each is a plane. The
channels of a volume are written above it, everything else in rows below all volumes.
"""

from collections.abc import Sequence
from textwrap import wrap

from archcalc.picture.figure import width
from archcalc.picture.texts import cut, short
from archcalc.picture.volumes.shapes import OBLIQUE, Bow, Cuboid, Label, Layout, Scales, Stand
from archcalc.picture.volumes.volumes import Arc, Volume, Volumes

GAP, NARROW = 15.0, 1.5
"""The gaps between volumes, and between the slabs of one."""
SLABS = 6
"""The most slabs that are drawn; one represents more, with their number."""
LINE_LENGTH = 18
"""The characters at which a line of operations is wrapped."""
STEP = 2.6
"""The distance of planes."""
MARGIN, LINE = 12.0, 10.0
NAME, SIZE, SMALL = 8.0, 7.5, 6.5
"""The font sizes of names and channels; of resolutions; of operations."""


def layout(volumes: Volumes) -> Layout:
    """The positions of everything, without overlapping labels; call it within `figure.settings`."""
    scales = Scales(volumes.row)
    stands: list[Stand] = []
    for volume in volumes.row:  # quadratic, but at most MOST
        stands.append(_after(stands, volume, scales))
    y = min(stand.bottom for stand in stands) - 6
    y -= NAME * 1.3 * any(volume.name for volume in volumes.row)
    stands = [stand._replace(labels=tuple(_labels(stand, y, scales))) for stand in stands]
    bows = _bows(stands, volumes.arcs)
    labels = [label for stand in stands for label in stand.labels] + [bow.label for bow in bows]
    halves = [(label.x, width(label.text, label.size, label.bold) / 2) for label in labels]
    aside = MARGIN - min([x - half for x, half in halves] + [stand.left for stand in stands])
    below = MARGIN - min([label.y - label.size * 0.3 for label in labels] + [stand.bottom for stand in stands])
    right = max([x + half for x, half in halves] + [stand.right for stand in stands])
    high = max([label.y + label.size for label in labels] + [stand.top for stand in stands])
    return Layout(tuple(stands), tuple(bows), (-aside, -below), right + aside + MARGIN, high + below + MARGIN)


# --- one volume -------------------------------------------------------------------------------------------------------


def _after(before: Sequence[Stand], volume: Volume, scales: Scales) -> Stand:
    """A volume to the right of the previous ones: a transition touches, others and their labels keep a distance."""
    stand = _stand(volume, scales)
    if not before:
        return stand.moved(max(0.0, stand.wide / 2 - stand.middle))
    last = before[-1]
    if volume.transition and last.volume.tensor.kind == "map" and not (last.planes or stand.planes):
        return stand.moved(last.cuboids[-1].along(1) + NARROW - stand.cuboids[0].along(0))
    x = max(other.right for other in before) + GAP - stand.left
    clear = [other.middle + other.wide / 2 + 7 for other in before if other.wide and stand.wide]
    return stand.moved(max([x, *(c + stand.wide / 2 - stand.middle for c in clear)]))


def _stand(volume: Volume, scales: Scales) -> Stand:
    """A volume around the axis, starting at 0."""
    planes = scales.planes and volume.tensor.kind == "map"
    above, name, below = _texts(volume, scales)
    texts = [(above, NAME, True), (name, NAME, True), *((text, size, False) for text, size in below)]
    wide = max((width(*text) for text in texts if text[0]), default=0.0)
    cuboids = tuple(_planes(volume, scales) if planes else _cuboids(volume, scales))
    return Stand(volume, cuboids, cuboids[-1].right, wide)


def _cuboids(volume: Volume, scales: Scales) -> list[Cuboid]:
    tensor = volume.tensor
    height, back = scales.height(tensor), scales.back(tensor)
    cuboids: list[Cuboid] = []
    x = 0.0
    for colour, thickness in _slabs(volume, scales):
        cuboids.append(Cuboid(x, -height / 2 - OBLIQUE[1] * back / 2, thickness, height, back, colour))
        x += thickness + (NARROW if not volume.joined else 0)
    return cuboids


def _slabs(volume: Volume, scales: Scales) -> list[tuple[str, float]]:
    """The colour and thickness of each slab."""
    thickness = scales.thickness(volume.tensor)
    if volume.transition:
        return [(volume.colour, min(thickness, 6.0))]
    if volume.joined:
        part = volume.joined / volume.tensor.channels
        return [("end", thickness * part), (volume.colour, thickness * (1 - part))]
    return [(volume.colour, thickness)] * (volume.copies if volume.copies <= SLABS else 1)


def _planes(volume: Volume, scales: Scales) -> list[Cuboid]:
    """The maps of a volume one by one, the last in front."""
    tensor = volume.tensor
    high, wide = scales.extent(tensor.height), scales.extent(tensor.width)
    upper = -high / 2 + STEP * (tensor.channels - 1) / 2
    steps = [STEP * i for i in range(max(tensor.channels, 1))]
    return [Cuboid(step, upper - step, wide, high, 0.0, volume.colour) for step in steps]


# --- labels -----------------------------------------------------------------------------------------------------------


def _texts(volume: Volume, scales: Scales) -> tuple[str, str, list[tuple[str, float]]]:
    """The channels, the name, and the lines below it with their sizes; planes have all sizes above, as in LeNet-5."""
    tensor = volume.tensor
    if volume.transition and not scales.planes:
        return "", "", []
    name = cut(volume.name if len(volume.name) <= 14 else volume.name.rpartition(".")[2], 16)
    places = cut("×".join(str(n) if n < 10**7 else short(n) for n in tensor.places), 32)
    wrapped = wrap(cut(volume.ops, 60), LINE_LENGTH, break_long_words=False, break_on_hyphens=False)
    lines = [(cut(line, 24), SMALL) for line in wrapped]
    if scales.planes and tensor.kind == "map":
        return f"{tensor.channels}@{places}", name, lines
    channels = f"{tensor.channels:,}" if tensor.channels < 10**7 else short(tensor.channels)
    return channels, name, lines if scales.planes or tensor.kind == "bar" else [(places, SIZE), *lines]


def _labels(stand: Stand, y: float, scales: Scales) -> list[Label]:
    """The labels of a volume; the baseline of its name is y."""
    above, name, below = _texts(stand.volume, scales)
    bold = [(stand.top + 4, above), (y, name)]
    labels = [Label(stand.middle, height, text, NAME, True) for height, text in bold if text]
    for text, size in below:
        y -= size * 1.35
        labels.append(Label(stand.middle, y, text, size, faint=size == SMALL))
    return labels


# --- arcs -------------------------------------------------------------------------------------------------------------


def _bows(stands: Sequence[Stand], arcs: Sequence[Arc]) -> list[Bow]:
    """Arcs above everything that they pass, shorter ones below longer ones."""
    found: list[tuple[Arc, Bow]] = []
    above = NAME + 4
    for arc in sorted(arcs, key=lambda arc: (arc.target - arc.source, arc.source)):
        source, target = stands[arc.source], stands[arc.target]
        passed = [stand.top + above * bool(stand.labels) for stand in stands[arc.source : arc.target + 1]]
        lower = [b.height for a, b in found if a.source < arc.target and arc.source < a.target]
        height = max([*passed, *(h + LINE for h in lower)]) + LINE
        start, stop = source.middle, target.middle
        start += 5 * sum(a.source == arc.source for a, _ in found) + 4 * any(a.target == arc.source for a in arcs)
        if target.volume.joined and not target.planes:
            stop = target.cuboids[0].along(0.5)  # the part that it brings
        label = Label((start + stop) / 2, height + 2, cut(arc.label, 32), SMALL, faint=True)
        found.append((arc, Bow((start, source.top + above), (stop, target.top + above), height, label)))
    return [bow for _, bow in found]
