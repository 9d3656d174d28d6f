"""Convolutions, forward and transposed. Shapes: [N, C, L], [N, C, H, W] or [N, C, D, H, W]."""

from typing import Annotated, Any

from archcalc.dim import Shape, at_least, both, divides, equal, floor_div, maximum, prod, ratio
from archcalc.op import UNKNOWN, WHOLE, Cost, Field, Requirements, Torch, Window, example, refusal
from archcalc.ops.axes import divides_channels
from archcalc.ops.base import Spatial, twin, weight_and_bias
from archcalc.role import Role
from archcalc.setting import Choice, CountPerAxis, Dim, Each, Flag, Many, PerAxis, Whole

Padding = Annotated[Any, Each(Whole(0)) | Choice("valid", "same")]
PaddingMode = Annotated[str, Choice("zeros", "reflect", "replicate", "circular")]


class _Conv(Spatial):
    """Combine the channels of neighbouring positions by learned filters."""

    role = Role.CONVOLUTION
    out_channels: Dim
    kernel_size: PerAxis
    stride: PerAxis = 1

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return twin(self, torch.nn)(x[1], **self.settings())

    def _groups(self, groups: int, channels: int) -> Requirements:
        yield divides_channels("groups", groups, channels)
        yield divides(groups, self.out_channels), f"groups ({groups}) must divide out_channels ({self.out_channels})"


def slide(size: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """The number of windows that fit into an axis, given the padding of both ends together.

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
        yield from super().requires(x)
        yield from self._groups(self.groups, x[1])
        if self.padding == "same":
            yield both(*(equal(s, 1) for s in self.stride)), "padding 'same' needs stride 1"
        for size, (k, _, pads, d) in zip(x[2:], self._windows(), strict=True):
            if self.padding_mode in ("reflect", "circular"):
                most = maximum(*pads)
                least = most + int(self.padding_mode == "reflect")
                message = f"padding_mode {self.padding_mode!r} with {most} needs {least} positions, not {size}"
                yield at_least(size, least), message
            reach, padded = d * (k - 1) + 1, size + sum(pads)
            message = f"the kernel reaches over {reach} positions, but the padded input has {padded}"
            yield at_least(padded, reach), message

    def out(self, x: Shape) -> Shape:
        """An axis has (padded size - window's reach) / stride + 1 positions, with the quotient rounded down.

        Source: Dumoulin & Visin 2016 (arXiv:1603.07285), relationship 15.
        """
        spatial = (slide(n, k, s, sum(p), d) for n, (k, s, p, d) in zip(x[2:], self._windows(), strict=True))
        return (x[0], self.out_channels, *spatial)

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each output channel has a kernel for each input channel of its group and, unless bias is false, a bias."""
        weight = (self.out_channels, x[1] // self.groups, *self.kernel_size)
        return weight_and_bias(weight, self.bias, self.out_channels)

    def cost(self, x: Shape) -> Cost:
        """Each output value is a sum of products, one per element of its kernels; products with padding count."""
        out = prod(self.out(x))
        per_output = x[1] // self.groups * prod(self.kernel_size)
        return Cost(macs=out * per_output, bias=out if self.bias else 0)

    def field(self, x: Shape) -> Field:
        """Output position i reads the positions under its window, which begins at i * stride - padding."""
        windows = (Window(2 + i, s, -p[0], d * (k - 1) - p[0], d) for i, (k, s, p, d) in enumerate(self._windows()))
        return ((Window(0), WHOLE if self.groups == 1 else UNKNOWN, *windows),)


class Conv1d(_Forward):
    """Slide learned filters over a sequence."""

    axes = 1
    examples = (
        example((2, 4, 20), out_channels=8, kernel_size=3),
        example((1, 4, 20), out_channels=6, kernel_size=2, dilation=4, padding=2, groups=2, bias=False),
        example((1, 2, 9), out_channels=2, kernel_size=4, padding="same"),
    )
    refused = (
        examples[0].but("the kernel reaches over 9 positions, but the padded input has 8", (1, 2, 8), kernel_size=9),
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
        examples[0].but("groups (2) must divide the input's channels (3)", groups=2),
        examples[1].but("groups (4) must divide out_channels (6)", groups=4),
        examples[0].but("reaches over 19 positions", kernel_size=19),
        examples[3].but("padding 'same' needs stride 1", stride=2),
        examples[0].but("kernel_size must be an integer of at least 1, or a list of 2, not true", kernel_size=True),
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


class _Transposed(_Conv):
    """Spread each input position over the output by learned filters."""

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
        yield from super().requires(x)
        yield from self._groups(self.groups, x[1])
        for size, (_, s, _, extra, d) in zip(self.out(x)[2:], self._windows(), strict=True):
            most = maximum(s, d) - 1
            yield at_least(most, extra), f"output_padding ({extra}) must be less than stride ({s}) or dilation ({d})"
            yield at_least(size, 1), f"the output would have {size} positions"

    def out(self, x: Shape) -> Shape:
        """The output has the size of the input of a convolution with the same window whose output is this input.

        Source: Dumoulin & Visin 2016 (arXiv:1603.07285), chapter 4.
        """
        spatial = (
            (n - 1) * s - 2 * p + d * (k - 1) + extra + 1
            for n, (k, s, p, extra, d) in zip(x[2:], self._windows(), strict=True)
        )
        return (x[0], self.out_channels, *spatial)

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each input channel has a kernel for each output channel of its group; each output channel may have a bias."""
        weight = (x[1], self.out_channels // self.groups, *self.kernel_size)
        return weight_and_bias(weight, self.bias, self.out_channels)

    def cost(self, x: Shape) -> Cost:
        """Each input value is multiplied by each element of its kernels; products beyond the output's ends count."""
        per_input = self.out_channels // self.groups * prod(self.kernel_size)
        return Cost(macs=prod(x) * per_input, bias=prod(self.out(x)) if self.bias else 0)

    def field(self, x: Shape) -> Field:
        """Output position o reads the input positions i with o = i * stride - padding + dilation * j for some j."""
        windows = (
            Window(2 + i, ratio(1, s), ratio(p - d * (k - 1), s), ratio(p, s), ratio(d, s))
            for i, (k, s, p, _, d) in enumerate(self._windows())
        )
        return ((Window(0), WHOLE if self.groups == 1 else UNKNOWN, *windows),)


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
    refused = (examples[1].but("output_padding (2) must be less than stride (2)", output_padding=2),)


class ConvTranspose3d(_Transposed):
    """Spread each position of a volume with learned filters."""

    axes = 3
    examples = (example((1, 2, 3, 4, 4), out_channels=3, kernel_size=2, stride=2),)


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
        examples[0].but("connections lists 1 output maps, but out_channels is 2", connections=[[0]]),
        examples[0].but("reads map 3, but the input has maps 0 to 2", connections=[[0], [3]]),
        examples[0].but("output map 1 reads nothing", connections=[[0], []]),
        examples[0].but("output map 0 reads a map twice", connections=[[1, 1], [0]]),
    )

    def _dense(self) -> Conv2d:
        """The dense convolution with the same windows."""
        return Conv2d(**{name: value for name, value in self.settings().items() if name != "connections"})

    def requires(self, x: Shape) -> Requirements:
        listed = len(self.connections)
        message = f"connections lists {listed} output maps, but out_channels is {self.out_channels}"
        yield equal(listed, self.out_channels), message
        for i, maps in enumerate(self.connections):
            yield len(maps) > 0, f"output map {i} reads nothing"
            yield len(set(maps)) == len(maps), f"output map {i} reads a map twice"
        yield from self._dense().requires(x)
        for i, maps in enumerate(self.connections):
            largest = max(maps)
            message = f"output map {i} reads map {largest}, but the input has maps 0 to {x[1] - 1}"
            yield at_least(x[1], largest + 1), message

    def _kernels(self) -> int:
        return sum(len(maps) for maps in self.connections)

    def out(self, x: Shape) -> Shape:
        """The output has the spatial size of that of a dense convolution.

        Source: Dumoulin & Visin 2016 (arXiv:1603.07285), relationship 15.
        """
        return self._dense().out(x)

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each connection of the table has a kernel, each output map a bias."""
        return weight_and_bias((self._kernels(), *self.kernel_size), self.bias, self.out_channels)

    def cost(self, x: Shape) -> Cost:
        """Each value of an output map is a sum of products, one per element of the kernels of its connections."""
        n, _, *spatial = self.out(x)
        positions = n * prod(spatial)
        bias = positions * self.out_channels if self.bias else 0
        return Cost(macs=positions * self._kernels() * prod(self.kernel_size), bias=bias)

    def field(self, x: Shape) -> Field:
        """Output position i reads the positions under its window; the table lists the input maps that it reads."""
        batch, _, *spatial = self._dense().field(x)[0]
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
