"""The labels of a volume: its channels above it, the rest in rows below all volumes."""

from collections.abc import Callable

from archcalc.picture.texts import cut, short
from archcalc.picture.volumes.shapes import Label, Scales, Stand
from archcalc.picture.volumes.tensors import Features
from archcalc.picture.volumes.volumes import Volume

NAME, SIZE, SMALL = 8.0, 7.5, 6.5
"""The font sizes of names and channels; of resolutions; of operations."""
Measure = Callable[[str, float, bool], float]
"""The width of a text of a size, bold or not."""


def _above(volume: Volume, scales: Scales) -> str:
    """The label above: the channels; for planes all sizes, as in the figure of LeNet-5."""
    if volume.transition and not scales.planes:
        return ""
    if scales.planes and volume.tensor.kind == "map":
        return f"{volume.tensor.channels}@{_places(volume.tensor)}"
    channels = volume.tensor.channels
    return f"{channels:,}" if channels < 10**7 else short(channels)


def _places(tensor: Features) -> str:
    return cut("×".join(str(n) if n < 10**7 else short(n) for n in tensor.places), 32)


def _name(volume: Volume, scales: Scales) -> str:
    if volume.transition and not scales.planes:
        return ""
    return cut(volume.name if len(volume.name) <= 14 else volume.name.rpartition(".")[2], 16)


def _below(volume: Volume, scales: Scales) -> list[tuple[str, float]]:
    """The lines below the name: resolution, operations."""
    if volume.transition and not scales.planes:
        return []
    lines = [(line, SMALL) for line in _wrapped(volume.ops)]
    told = volume.tensor.kind == "bar" or scales.planes
    return lines if told else [(_places(volume.tensor), SIZE), *lines]


def _wrapped(text: str, most: int = 18) -> list[str]:
    """The operations, wrapped."""
    lines: list[str] = []
    for word in cut(text, 60).split():
        if lines and len(lines[-1]) + 1 + len(word) <= most:
            lines[-1] += f" {word}"
        else:
            lines.append(cut(word, 24))
    return lines


def wide_of(volume: Volume, scales: Scales, measure: Measure) -> float:
    """The width of a volume's labels."""
    bold = [_above(volume, scales), _name(volume, scales)]
    texts = [(text, NAME, True) for text in bold] + [(text, size, False) for text, size in _below(volume, scales)]
    return max((measure(*text) for text in texts if text[0]), default=0.0)


def labelled(stand: Stand, y: float, scales: Scales) -> Stand:
    """A volume with its labels."""
    above, name = _above(stand.volume, scales), _name(stand.volume, scales)
    labels = [Label(stand.middle, stand.top + 4, above, NAME, True)] if above else []
    labels += [Label(stand.middle, y, name, NAME, True)] if name else []
    for text, size in _below(stand.volume, scales):
        y -= size * 1.35
        labels.append(Label(stand.middle, y, text, size, faint=size == SMALL))
    return stand._replace(labels=tuple(labels))
