"""Convolutions, forward and transposed. Shapes: [N, C, L], [N, C, H, W] or [N, C, D, H, W]."""

from typing import Annotated, Any

from archcalc.dim import Shape, at_least, both, divides, equal, floor_div, maximum, prod, ratio
from archcalc.op import UNKNOWN, WHOLE, Cost, Field, Op, Requirements, Torch, Window, example, has_rank, refusal
from archcalc.role import Role
from archcalc.setting import Choice, CountPerAxis, Dim, Each, Flag, Many, PerAxis, Whole

LETTERS = {1: "N, C, L", 2: "N, C, H, W", 3: "N, C, D, H, W"}
"""The axes of an input by its number of spatial axes."""

Padding = Annotated[Any, Each(Whole(0)) | Choice("valid", "same")]
PaddingMode = Annotated[str, Choice("zeros", "reflect", "replicate", "circular")]


class _Conv(Op):
    """What all convolutions share."""

    role = Role.CONVOLUTION
    channel_axis = 1
    out_channels: Dim
    kernel_size: PerAxis
    stride: PerAxis = 1

    def _bias(self) -> dict[str, Shape]:
        return {"bias": (self.out_channels,)} if getattr(self, "bias", True) else {}

    def _groups(self, groups: int, channels: int) -> Requirements:
        yield divides(groups, channels), f"groups ({groups}) must divide the input's channels ({channels})"
        yield divides(groups, self.out_channels), f"groups ({groups}) must divide out_channels ({self.out_channels})"


def slide(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """How often a window fits: floor((size + padding - dilation*(kernel - 1) - 1) / stride) + 1, padding of both ends.

    Source: Dumoulin & Visin 2016 (arXiv:1603.07285), relationship 15.
    """
    return floor_div(size + padding - dilation * (kernel - 1) - 1, stride) + 1


class _Forward(_Conv):
    """Slide learned filters over the spatial axes."""

    counted_as = "convolution"
    padding: Padding = 0
    dilation: PerAxis = 1
    groups: Dim = 1
    bias: Flag = True
    padding_mode: PaddingMode = "zeros"

    def _pads(self) -> tuple[tuple[int, int], ...]:
        """The padding before and after, for each axis; `same` puts an odd remainder after, as PyTorch does."""
        if self.padding == "valid":
            return ((0, 0),) * self.axes
        if self.padding == "same":
            totals = [d * (k - 1) for k, d in zip(self.kernel_size, self.dilation, strict=True)]
            return tuple((t // 2, t - t // 2) for t in totals)
        return tuple((p, p) for p in self.padding)

    def _windows(self) -> list[tuple[int, int, tuple[int, int], int]]:
        """Kernel, stride, padding before and after, and dilation, for each axis."""
        return list(zip(self.kernel_size, self.stride, self._pads(), self.dilation, strict=True))

    def requires(self, x: Shape) -> Requirements:
        yield has_rank(x, 2 + self.axes, LETTERS[self.axes])
        yield from self._groups(self.groups, x[1])
        if self.padding == "same":
            yield both(*(equal(s, 1) for s in self.stride)), "padding 'same' needs stride 1"
        for size, (k, _, pads, d) in zip(x[2:], self._windows(), strict=True):
            if self.padding_mode in ("reflect", "circular"):
                most = maximum(*pads)
                least = most + int(self.padding_mode == "reflect")
                yield (
                    at_least(size, least),
                    f"padding_mode {self.padding_mode!r} with {most} needs {least} positions, not {size}",
                )
            reach = d * (k - 1) + 1
            padded = size + sum(pads)
            yield (
                at_least(padded, reach),
                f"the kernel reaches over {reach} positions, but the padded input has {padded}",
            )

    def out(self, x: Shape) -> Shape:
        """A window fits as often as its stride goes into what it leaves free of the padded input, and once more.

        Source: Dumoulin & Visin 2016 (arXiv:1603.07285), relationship 15.
        """
        spatial = (slide(n, k, s, sum(p), d) for n, (k, s, p, d) in zip(x[2:], self._windows(), strict=True))
        return (x[0], self.out_channels, *spatial)

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each output channel has a kernel for each input channel of its group and, unless bias is false, a bias."""
        return {"weight": (self.out_channels, x[1] // self.groups, *self.kernel_size)} | self._bias()

    def cost(self, x: Shape) -> Cost:
        """Each output value is a sum of products, one for each element of its kernels; those with padding count."""
        out = prod(self.out(x))
        per_output = x[1] // self.groups * prod(self.kernel_size)
        return Cost(macs=out * per_output, bias=out if self.bias else 0)

    def field(self, x: Shape) -> Field:
        """Output position i reads what lies under its window, which begins at i * stride - padding."""
        windows = (Window(2 + i, s, -p[0], d * (k - 1) - p[0]) for i, (k, s, p, d) in enumerate(self._windows()))
        return ((Window(0), WHOLE if self.groups == 1 else UNKNOWN, *windows),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return getattr(torch.nn, f"Conv{self.axes}d")(x[1], **self.settings())


class Conv1d(_Forward):
    """Slide learned filters over a sequence."""

    axes = 1
    examples = (
        example((2, 4, 20), out_channels=8, kernel_size=3),
        example((1, 4, 20), out_channels=6, kernel_size=2, dilation=4, padding=2, groups=2, bias=False),
        example((1, 2, 9), out_channels=2, kernel_size=4, padding="same"),
    )
    refused = (
        refusal("the input must have 3 axes (N, C, L), not 4", (1, 3, 8, 8), out_channels=4, kernel_size=3),
        refusal(
            "the kernel reaches over 9 positions, but the padded input has 8", (1, 2, 8), out_channels=4, kernel_size=9
        ),
    )


class Conv2d(_Forward):
    """Slide learned filters over an image."""

    axes = 2
    examples = (
        example((2, 3, 16, 16), out_channels=8, kernel_size=3, padding=1),
        example((1, 4, 15, 17), out_channels=6, kernel_size=[3, 5], stride=2, padding=[1, 2], groups=2, bias=False),
        example((1, 8, 12, 12), out_channels=8, kernel_size=3, padding=2, dilation=2, groups=8),
        example((1, 2, 11, 10), out_channels=3, kernel_size=4, padding="same"),
        example((1, 2, 8, 8), out_channels=3, kernel_size=3, padding=1, padding_mode="reflect"),
    )
    refused = (
        refusal(
            "groups (3) must divide the input's channels (4)", (1, 4, 8, 8), out_channels=6, kernel_size=3, groups=3
        ),
        refusal("groups (4) must divide out_channels (6)", (1, 4, 8, 8), out_channels=6, kernel_size=3, groups=4),
        refusal("reaches over 9 positions", (1, 4, 8, 8), out_channels=6, kernel_size=9),
        refusal("padding 'same' needs stride 1", (1, 4, 8, 8), out_channels=6, kernel_size=3, padding="same", stride=2),
        refusal(
            "kernel_size must be a whole number of at least 1, or a list of 2, not true",
            (1, 4, 8, 8),
            out_channels=6,
            kernel_size=True,
        ),
        refusal("Conv2d needs out_channels and kernel_size", (1, 4, 8, 8)),
    )


class Conv3d(_Forward):
    """Slide learned filters over a volume."""

    axes = 3
    examples = (
        example((1, 2, 6, 8, 8), out_channels=4, kernel_size=3, padding=1),
        example(
            (1, 2, 6, 8, 8), out_channels=4, kernel_size=[1, 3, 3], stride=[1, 2, 2], padding=[0, 1, 1], bias=False
        ),
    )
    refused = (refusal("must have 5 axes", (1, 3, 8, 8), out_channels=4, kernel_size=3),)


class _Transposed(_Conv):
    """Spread each input position over the output with learned filters."""

    counted_as = "transposed convolution"
    padding: CountPerAxis = 0
    output_padding: CountPerAxis = 0
    groups: Dim = 1
    bias: Flag = True
    dilation: PerAxis = 1

    def _windows(self) -> list[tuple[int, int, int, int, int]]:
        """Kernel, stride, padding, output padding and dilation, for each axis."""
        settings = (self.kernel_size, self.stride, self.padding, self.output_padding, self.dilation)
        return list(zip(*settings, strict=True))

    def requires(self, x: Shape) -> Requirements:
        yield has_rank(x, 2 + self.axes, LETTERS[self.axes])
        yield from self._groups(self.groups, x[1])
        for size, (_, s, _, extra, d) in zip(self.out(x)[2:], self._windows(), strict=True):
            most = maximum(s, d) - 1
            yield at_least(most, extra), f"output_padding ({extra}) must be less than stride ({s}) or dilation ({d})"
            yield at_least(size, 1), f"the output would have {size} positions"

    def out(self, x: Shape) -> Shape:
        """The output is as large as the input of a convolution with the same window that gives this input.

        Source: Dumoulin & Visin 2016 (arXiv:1603.07285), chapter 4.
        """
        spatial = (
            (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
            for n, (k, s, p, extra, d) in zip(x[2:], self._windows(), strict=True)
        )
        return (x[0], self.out_channels, *spatial)

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each input channel has a kernel for each output channel of its group; each output channel may have a bias."""
        return {"weight": (x[1], self.out_channels // self.groups, *self.kernel_size)} | self._bias()

    def cost(self, x: Shape) -> Cost:
        """Each input value is multiplied by each element of its kernels; products beyond the output's ends count."""
        per_input = self.out_channels // self.groups * prod(self.kernel_size)
        return Cost(macs=prod(x) * per_input, bias=prod(self.out(x)) if self.bias else 0)

    def field(self, x: Shape) -> Field:
        """Output position o is fed by the input positions i with o = i * stride - padding + dilation * j for some j."""
        # Output o is fed by the inputs i with o = s*i - p + d*j for some tap j of the kernel.
        windows = (
            Window(2 + i, ratio(1, s), ratio(p - d * (k - 1), s), ratio(p, s))
            for i, (k, s, p, _, d) in enumerate(self._windows())
        )
        return ((Window(0), WHOLE if self.groups == 1 else UNKNOWN, *windows),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return getattr(torch.nn, f"ConvTranspose{self.axes}d")(x[1], **self.settings())


class ConvTranspose1d(_Transposed):
    """Spread each position of a sequence with learned filters."""

    axes = 1
    examples = (example((2, 4, 7), out_channels=3, kernel_size=4, stride=2, padding=1),)
    refused = (refusal("the output would have -1 positions", (1, 2, 2), out_channels=2, kernel_size=2, padding=2),)


class ConvTranspose2d(_Transposed):
    """Spread each position of an image with learned filters."""

    axes = 2
    examples = (
        example((1, 6, 5, 5), out_channels=4, kernel_size=3, stride=2, padding=1, groups=2, bias=False),
        example((1, 3, 4, 6), out_channels=2, kernel_size=2, stride=2),
        example((1, 3, 4, 4), out_channels=2, kernel_size=3, stride=2, padding=1, output_padding=1),
    )
    refused = (
        refusal(
            "output_padding (2) must be less than stride (2)",
            (1, 3, 4, 4),
            out_channels=2,
            kernel_size=3,
            stride=2,
            output_padding=2,
        ),
    )


class ConvTranspose3d(_Transposed):
    """Spread each position of a volume with learned filters."""

    axes = 3
    examples = (example((1, 2, 3, 4, 4), out_channels=3, kernel_size=2, stride=2),)
    refused = (refusal("must have 5 axes", (1, 3, 8, 8), out_channels=4, kernel_size=3),)


class ConnectedConv2d(_Conv):
    """Convolve with a connection table: each output map reads only the listed input maps.

    The weight holds one kernel per connection, in the order of the table. Source: LeCun et al. 1998, section II.B,
    table I (layer C3 of LeNet-5); Torch7 calls it SpatialConvolutionMap.
    """

    counted_as = "connected convolution"
    connections: Annotated[tuple[tuple[int, ...], ...], Many(Many(Whole(0), strict=True), strict=True)]
    padding: CountPerAxis = 0
    bias: Flag = True
    axes = 2

    examples = (
        example((2, 3, 8, 8), out_channels=2, kernel_size=3, connections=[[0, 1], [0, 1, 2]]),
        example(
            (1, 2, 9, 8),
            out_channels=3,
            kernel_size=[3, 2],
            stride=2,
            padding=1,
            connections=[[0], [1], [0, 1]],
            bias=False,
        ),
    )
    refused = (
        refusal(
            "connections lists 1 output maps, but out_channels is 2",
            (1, 2, 8, 8),
            out_channels=2,
            kernel_size=3,
            connections=[[0]],
        ),
        refusal(
            "reads map 2, but the input has maps 0 to 1", (1, 2, 8, 8), out_channels=1, kernel_size=3, connections=[[2]]
        ),
        refusal("output map 0 reads nothing", (1, 2, 8, 8), out_channels=1, kernel_size=3, connections=[[]]),
        refusal("output map 0 reads a map twice", (1, 2, 8, 8), out_channels=1, kernel_size=3, connections=[[1, 1]]),
    )

    def _same_as(self, channels: int) -> Conv2d:
        """The dense convolution with the same windows."""
        return Conv2d(
            out_channels=channels,
            kernel_size=self.kernel_size,
            stride=self.stride,
            padding=self.padding,
            bias=self.bias,
        )

    def requires(self, x: Shape) -> Requirements:
        listed = len(self.connections)
        yield (
            equal(listed, self.out_channels),
            f"connections lists {listed} output maps, but out_channels is {self.out_channels}",
        )
        for i, maps in enumerate(self.connections):
            yield len(maps) > 0, f"output map {i} reads nothing"
            yield len(set(maps)) == len(maps), f"output map {i} reads a map twice"
        yield from self._same_as(self.out_channels).requires(x)
        for i, maps in enumerate(self.connections):
            largest = max(maps)
            yield (
                at_least(x[1], largest + 1),
                f"output map {i} reads map {largest}, but the input has maps 0 to {x[1] - 1}",
            )

    def _kernels(self) -> int:
        return sum(len(maps) for maps in self.connections)

    def out(self, x: Shape) -> Shape:
        """A window fits as often as in a dense convolution.

        Source: Dumoulin & Visin 2016 (arXiv:1603.07285), relationship 15.
        """
        return self._same_as(self.out_channels).out(x)

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each connection of the table has one kernel, each output map one bias."""
        return {"weight": (self._kernels(), *self.kernel_size)} | self._bias()

    def cost(self, x: Shape) -> Cost:
        """Each value of an output map is a sum of products, one for each element of the kernels of its connections."""
        n, _, *spatial = self.out(x)
        positions = n * prod(spatial)
        bias = positions * self.out_channels if self.bias else 0
        return Cost(macs=positions * self._kernels() * prod(self.kernel_size), bias=bias)

    def field(self, x: Shape) -> Field:
        """Output position i reads what lies under its window; which input maps it reads, the table says."""
        batch, _, *spatial = self._same_as(self.out_channels).field(x)[0]
        return ((batch, UNKNOWN, *spatial),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        def run(x: Torch, weight: Torch, bias: Torch = None) -> Torch:
            kernels = iter(weight.split([len(maps) for maps in self.connections]))
            maps = [
                torch.nn.functional.conv2d(x[:, list(m)], next(kernels)[None], stride=self.stride, padding=self.padding)
                for m in self.connections
            ]
            out = torch.cat(maps, dim=1)
            return out if bias is None else out + bias[:, None, None]

        return run
