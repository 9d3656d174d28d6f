"""The channel axis and the spatial axes of tensors, which shapes alone do not determine.

An operation declares the axis (1 in a convolution, the last in a dense layer), a permutation moves it, and elementwise
operations keep it. What is still unknown follows from the readers.
"""

from typing import Literal, NamedTuple

from archcalc.analyse.extent import Extents
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.dim import Shape
from archcalc.ops.join import Concat
from archcalc.ops.layout import Permute

Kind = Literal["map", "sequence", "bar"]


class Features(NamedTuple):
    """A tensor without its batch."""

    places: tuple[int, ...]
    """The sizes of its axes in space and time: (H, W), (D, H, W), (L,); empty if there are none."""
    channels: int

    @property
    def kind(self) -> Kind:
        """A map has two places or more, a sequence one, a bar none."""
        if all(n == 1 for n in self.places):
            return "bar"
        return "map" if len(self.places) > 1 else "sequence"

    @property
    def height(self) -> int:
        """The rows of a map, the length of a sequence; else 1."""
        return self.places[-2:][0] if self.places else 1

    @property
    def width(self) -> int:
        """The columns of a map; else 1."""
        return self.places[-1] if len(self.places) > 1 else 1


class Axes:
    """The channel axes of a network's tensors."""

    def __init__(self, summary: Summary):
        self.layers = {layer.path: layer for layer in summary.layers}
        self.channels: dict[str, int | None] = {}
        for layer in summary.layers:
            self.channels[layer.path] = self._after(layer)
        self.channels.update(dict.fromkeys(summary.inputs))
        for layer in reversed(summary.layers):
            self._ask(layer)

    def _after(self, layer: LayerSummary) -> int | None:
        """The channel axis of a layer's output, if the layer or its inputs determine it."""
        rank = len(layer.outputs[0])
        own = layer.op.channel_axis
        if own is not None and rank > 1:
            return own % rank
        for source, shape in zip(layer.sources, layer.inputs, strict=True):
            axis = self.channels.get(source.path)
            if axis is None:
                continue
            if isinstance(layer.op, Permute):
                return [d % len(shape) for d in layer.op.settings()["dims"]].index(axis)
            if (len(shape) == rank and shape[axis] == layer.outputs[0][axis]) or isinstance(layer.op, Concat):
                return axis
        return None

    def _ask(self, reader: LayerSummary) -> None:
        """Infer unknown axes of its sources from a reader."""
        own = reader.op.channel_axis if reader.inputs and len(reader.inputs[0]) > 1 else None
        for source, shape in zip(reader.sources, reader.inputs, strict=True):
            path = source.path
            if self.channels.get(path, 0) is not None or len(shape) < 2:
                continue
            same = self.channels[reader.path] if len(shape) == len(reader.outputs[0]) else None
            axis = same if own is None else own
            self.channels[path] = None if axis is None else axis % len(shape)

    def of(self, path: str, shape: Shape | None = None) -> Features:
        """An output of a layer, by default the first, as features."""
        layer = self.layers[path]
        shape = layer.outputs[0] if shape is None else shape
        axis = self.channels[path] if len(shape) == len(layer.outputs[0]) else None
        return tensor(shape, axis, first_of_batch(layer))

    def given(self, name: str, shape: Shape) -> Features:
        """An input of the network, as its readers read it."""
        for layer in self.layers.values():
            if any(source.path == name for source in layer.sources) and layer.op.integers:
                batch = first_of_batch(layer)
                return Features(tuple(int(n) for i, n in enumerate(shape) if i != batch), 1)
        return tensor(shape, self.channels.get(name), 0)


def tensor(shape: Shape, axis: int | None, batch: int) -> Features:
    """A shape without its batch; by default, the channels are the last of three axes and axis 1 of more."""
    if len(shape) < 2:
        return Features((), int(shape[0]) if shape else 1)
    if axis is None or axis == batch:
        axis = 1 if len(shape) > 3 or len(shape) == 2 else len(shape) - 1
    places = tuple(int(n) for i, n in enumerate(shape) if i not in (axis, batch))
    return Features(places, int(shape[axis]))


def first_of_batch(layer: LayerSummary) -> int:
    """The batch axis: 0, or 1 where axis 0 is a place, as in PyTorch's recurrent layers."""
    return int(any(isinstance(axis, Extents) and axis.axes == (0,) for axis in layer.field or ()))
