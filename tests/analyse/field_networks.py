"""Random networks, and what each position of each layer reads by brute force, from the definitions of the operations.

Along each axis of the input a position has the set of the positions that it reads, as the bits of an integer. It is
`clipped` if a window on the way reaches over the end of an axis: a receptive field counts what would lie there.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product
from math import ceil, floor, prod
from random import Random
from typing import NamedTuple

from archcalc import OPS, Builder
from archcalc.network import Network, Source

CHANNELS = 2
Taps = list[list[int]]
"""For each position of an output's axis the positions of the input's axis that it reads; some may not exist."""


class Read(NamedTuple):
    """What one position reads along one axis of the network's input."""

    bits: int
    clipped: bool = False

    @property
    def ends(self) -> tuple[int, int] | None:
        """The first and the last position; None if it reads nothing."""
        bits = self.bits
        return ((bits & -bits).bit_length() - 1, bits.bit_length() - 1) if bits else None


def union(reads: Sequence[Read]) -> Read:
    bits = 0
    for read in reads:
        bits |= read.bits
    return Read(bits, any(read.clipped for read in reads))


class Field(NamedTuple):
    """What the positions of a tensor read along one axis of the input."""

    axis: int
    """The axis of the tensor along which they differ."""
    reads: list[Read]

    def through(self, taps: Taps) -> "Field":
        count = len(self.reads)
        still = len({read.bits for read in self.reads} - {0}) <= 1

        def read(places: list[int]) -> Read:
            inside = [self.reads[k] for k in places if 0 <= k < count]
            met = union(inside)
            # A field that stands still is also told of a position between the taps of a transposed convolution.
            gap = still and not places
            return met._replace(clipped=met.clipped or gap or len(inside) < len(places))

        return self._replace(reads=[read(places) for places in taps])


class Node(NamedTuple):
    """A tensor of a network."""

    source: Source
    shape: tuple[int, ...]
    fields: list[Field]
    """One for each spatial axis of the input."""

    @property
    def spatial(self) -> tuple[int, ...]:
        return self.shape[2:]


class Growing:
    """A random network of one input while it is made."""

    def __init__(self, seed: int):
        self.random = Random(seed)
        rank = self.random.choice([1, 1, 2, 2, 3])
        most = {1: 48, 2: 24, 3: 12}[rank]
        sizes = [self.random.randint(most // 2, most) for _ in range(rank)]
        self.build = Builder("random")
        self.sizes = tuple(sizes)
        source = self.build.input("x", (1, CHANNELS, *sizes))
        fields = [Field(2 + a, [Read(1 << i) for i in range(n)]) for a, n in enumerate(sizes)]
        self.nodes = [Node(source, (1, CHANNELS, *sizes), fields)]

    def grown(self) -> "Growing":
        for _ in range(self.random.randint(2, 7)):
            self.random.choice(STEPS)(self)
        return self

    def network(self) -> Network:
        """The network; its outputs are what nothing reads."""
        layers = self.build.layers
        read = {source.path for layer in layers.values() for source in layer.reads}
        return self.build.finish([Source(path) for path in layers if path not in read])

    # -- the tensor to go on from, and the new one ----------------------------------------------------------------

    def pick(self) -> Node:
        return self.nodes[-1] if self.random.random() < 0.7 else self.random.choice(self.nodes)

    def layer(self, name: str, *inputs: Source, **settings: object) -> Source:
        return self.layers(name, *inputs, **settings)[0]

    def layers(self, name: str, *inputs: Source, **settings: object) -> tuple[Source, ...]:
        return self.build.layer(f"{name.lower()}{len(self.build.layers)}", OPS[name](**settings), inputs)

    def add(self, source: Source, fields: list[Field]) -> None:
        self.nodes.append(Node(source, self.build.layers[source.path].call.outputs[source.port], fields))

    def spatial(self, name: str, node: Node, taps: list[Taps], **settings: object) -> None:
        """A layer whose name ends in the number of axes, and that reads by these taps along each of them."""
        source = self.layer(f"{name}{len(node.spatial)}d", node.source, **settings)
        self.add(source, [f.through(taps[f.axis - 2]) for f in node.fields])
        assert tuple(map(len, taps)) == self.nodes[-1].spatial, (name, settings)

    def each(self, choices: Sequence[int], node: Node) -> list[int]:
        return [self.random.choice(choices) for _ in node.spatial]


def convolved(net: Growing) -> None:
    node = net.pick()
    kernel, stride, padding, dilation = (net.each(c, node) for c in ([1, 2, 3, 4, 5], [1, 1, 2, 3], [0, 1, 2], [1, 2]))
    windows = list(zip(node.spatial, kernel, stride, padding, dilation, strict=True))
    counts = [(n + 2 * p - d * (k - 1) - 1) // s + 1 for n, k, s, p, d in windows]
    if min(counts) < 1 or any(n + 2 * p < d * (k - 1) + 1 for n, k, _, p, d in windows):
        return
    taps = [
        [[i * s - p + d * j for j in range(k)] for i in range(c)]
        for c, (_, k, s, p, d) in zip(counts, windows, strict=True)
    ]
    settings = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    net.spatial("Conv", node, taps, out_channels=CHANNELS, **settings)


def pooled(net: Growing) -> None:
    node = net.pick()
    kernel, stride = net.each([1, 2, 3], node), net.each([1, 2, 3], node)
    padding = [net.random.randint(0, k // 2) for k in kernel]
    windows = list(zip(node.spatial, kernel, stride, padding, strict=True))
    if any(n + 2 * p < k or k > n for n, k, _, p in windows):
        return
    taps = [[[i * s - p + j for j in range(k)] for i in range((n + 2 * p - k) // s + 1)] for n, k, s, p in windows]
    net.spatial("AvgPool", node, taps, kernel_size=kernel, stride=stride, padding=padding)


def transposed(net: Growing) -> None:
    node = net.pick()
    kernel, stride, padding, dilation = (net.each(c, node) for c in ([1, 2, 3, 4], [1, 2, 3], [0, 1], [1, 1, 2, 3]))
    windows = list(zip(node.spatial, kernel, stride, padding, dilation, strict=True))
    counts = [(n - 1) * s - 2 * p + d * (k - 1) + 1 for n, k, s, p, d in windows]
    if min(counts) < 1 or max(counts) > 100:
        return

    def taps(i: int, k: int, s: int, p: int, d: int) -> list[int]:
        return [(i + p - d * j) // s for j in range(k) if (i + p - d * j) % s == 0]

    read = [[taps(i, *window[1:]) for i in range(c)] for c, window in zip(counts, windows, strict=True)]
    settings = {"kernel_size": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    net.spatial("ConvTranspose", node, read, out_channels=CHANNELS, **settings)


LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


def resampled(net: Growing) -> None:
    node = net.pick()
    linear = net.random.random() < 0.5
    corners = net.random.choice([True, False]) if linear else None
    factor = None if corners else net.random.choice([2, 2, 3, 4, 1.5, 0.5, 2.5, None])
    sizes = [floor(n * factor) if factor else net.random.randint(1, 2 * n) for n in node.spatial]
    if min(sizes) < 1 or max(sizes) > 100:
        return
    settings = {"scale_factor": factor} if factor else {"size": sizes}
    if linear:
        settings |= {"mode": LINEAR[len(node.spatial)], "align_corners": corners}
    source = net.layer("Upsample", node.source, **settings)
    pairs = list(zip(node.spatial, sizes, strict=True))

    def places(i: int, n: int, out: int) -> list[int]:
        step = 1 / Fraction(factor) if factor else Fraction(n, out)
        if not linear:
            return [floor(i * step)]
        if corners:
            at = Fraction(0) if out == 1 else i * Fraction(n - 1, out - 1)
        else:
            at = (i + Fraction(1, 2)) * step - Fraction(1, 2)
        return sorted({floor(at), ceil(at)})

    taps = [[places(i, *pair) for i in range(pair[1])] for pair in pairs]
    net.add(source, [f.through(taps[f.axis - 2]) for f in node.fields])


def along_one(net: Growing, node: Node, axis: int, source: Source, taps: Taps) -> None:
    net.add(source, [f.through(taps) if f.axis == axis else f for f in node.fields])


def sliced(net: Growing) -> None:
    node = net.pick()
    axis = net.random.randrange(2, len(node.shape))
    n = node.shape[axis]
    start = net.random.randrange(n)
    end, step = net.random.randint(start + 1, n), net.random.choice([1, 1, 2, 3])
    source = net.layer("Slice", node.source, dim=axis, start=start, end=end, step=step)
    along_one(net, node, axis, source, [[k] for k in range(start, end, step)])


def split(net: Growing) -> None:
    node = net.pick()
    axis = net.random.randrange(2, len(node.shape))
    n = node.shape[axis]
    if n < 2:
        return
    at = net.random.randrange(1, n)
    parts = net.layers("Split", node.source, sizes=[at, n - at], dim=axis)
    for part, places in zip(parts, (range(at), range(at, n)), strict=True):
        along_one(net, node, axis, part, [[k] for k in places])


def padded(net: Growing) -> None:
    node = net.pick()
    axis = net.random.randrange(2, len(node.shape))
    before, after = net.random.randint(-3, 4), net.random.randint(-3, 4)
    n = node.shape[axis]
    if n + before + after < 1 or n + min(before, 0) + min(after, 0) < 1:
        return
    zeros = [0, 0] * (len(node.shape) - 1 - axis)
    source = net.layer("Pad", node.source, padding=[*zeros, before, after])
    along_one(net, node, axis, source, [[i - before] for i in range(n + before + after)])


def everything(net: Growing) -> None:
    node = net.pick()
    whole = [[[*range(n)]] * n for n in node.spatial]
    kind = net.random.choice(["pool", "norm", "softmax", "batch"])
    if kind == "pool":
        sizes = net.each([1, 1, 2, 3, 5], node)
        taps = [
            [[*range(i * n // o, -(-(i + 1) * n // o))] for i in range(o)]
            for n, o in zip(node.spatial, sizes, strict=True)
        ]
        net.spatial("AdaptiveAvgPool", node, taps, output_size=sizes)
    elif kind == "norm" and max(node.spatial) > 1:
        net.spatial("InstanceNorm", node, whole)
    elif kind == "batch":
        net.spatial("BatchNorm", node, [[[i] for i in range(n)] for n in node.spatial])
    elif kind == "softmax":
        axis = net.random.randrange(2, len(node.shape))
        along_one(net, node, axis, net.layer("Softmax", node.source, dim=axis), whole[axis - 2])


def causal(net: Growing) -> None:
    node = net.pick()
    if len(node.spatial) != 1:
        return
    n = node.spatial[0]
    source = net.layer("Permute", node.source, dims=[0, 2, 1])
    kind = net.random.choice(["attention", "lstm", "both directions"])
    if kind == "attention":
        source = net.layer("ScaledDotProductAttention", source, source, source, is_causal=True)
    else:
        settings = {"hidden_size": CHANNELS, "batch_first": True, "bidirectional": kind != "lstm"}
        source = net.layer("LSTM", source, **settings)
    source = net.layer("Permute", source, dims=[0, 2, 1])
    taps = [[*range(n if kind == "both directions" else i + 1)] for i in range(n)]
    along_one(net, node, 2, source, taps)


def flattened(net: Growing) -> None:
    node = net.pick()
    if len(node.spatial) < 2 or len(node.fields) != len(node.spatial) or prod(node.spatial) > 1000:
        return
    source = net.layer("Flatten", node.source, start_dim=2)
    places = list(product(*map(range, node.spatial)))
    net.add(source, [Field(2, [f.reads[place[f.axis - 2]] for place in places]) for f in node.fields])


def dense(net: Growing) -> None:
    node = net.pick()
    n = node.shape[-1]
    source = net.layer("Linear", node.source, out_features=3)
    along_one(net, node, len(node.shape) - 1, source, [[*range(n)]] * 3)


def cut(net: Growing, node: Node, shape: tuple[int, ...]) -> Node:
    """A part of a tensor with the spatial sizes of another."""
    for axis in range(2, len(shape)):
        if node.shape[axis] > shape[axis]:
            start = net.random.randint(0, node.shape[axis] - shape[axis])
            end = start + shape[axis]
            source = net.layer("Slice", node.source, dim=axis, start=start, end=end)
            along_one(net, node, axis, source, [[k] for k in range(start, end)])
            node = net.nodes[-1]
    return node


def met(net: Growing) -> None:
    """Two tensors added, or concatenated over the channels, after what does not fit is cut off."""
    one, other = net.pick(), net.random.choice(net.nodes)
    axes = [[f.axis for f in node.fields] for node in (one, other)]
    if len(one.shape) != len(other.shape) or axes[0] != axes[1]:
        return
    small = tuple(map(min, one.shape, other.shape))
    one, other = cut(net, one, small), cut(net, other, small)
    fits = one.shape[1] == other.shape[1] and net.random.random() < 0.6
    if fits:
        source = net.layer("Add", one.source, other.source)
    elif one.shape[1] + other.shape[1] <= 8:
        source = net.layer("Concat", one.source, other.source, dim=1)
    else:
        return
    pairs = zip(one.fields, other.fields, strict=True)
    net.add(source, [Field(a.axis, [union(pair) for pair in zip(a.reads, b.reads, strict=True)]) for a, b in pairs])


def behind(net: Growing) -> None:
    """Two tensors one behind the other along an axis in space."""
    one, other = net.pick(), net.random.choice(net.nodes)
    axes = [[f.axis for f in node.fields] for node in (one, other)]
    if len(one.shape) != len(other.shape) or axes[0] != axes[1] or one.shape[1] != other.shape[1]:
        return
    axis = net.random.randrange(2, len(one.shape))
    shape = list(map(min, one.shape, other.shape))
    shape[axis] = 10**6
    one, other = cut(net, one, tuple(shape)), cut(net, other, tuple(shape))
    if one.shape[axis] + other.shape[axis] > 100:
        return
    source = net.layer("Concat", one.source, other.source, dim=axis)

    def joined(a: Field, b: Field) -> Field:
        if a.axis == axis:
            return Field(axis, [*a.reads, *b.reads])
        return Field(a.axis, [union(pair) for pair in zip(a.reads, b.reads, strict=True)])

    net.add(source, [joined(a, b) for a, b in zip(one.fields, other.fields, strict=True)])


STEPS: list[Callable[[Growing], None]] = [
    *[convolved] * 5,
    *[resampled] * 4,
    *[transposed] * 3,
    *[met] * 4,
    *[behind, pooled] * 2,
    *(sliced, split, padded, everything, causal, flattened, dense),
]
