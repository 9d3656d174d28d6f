"""Convolutions that read where another input says. Shapes: [N, C, H, W]."""

from archcalc.dim import Shape, divides, equal, prod, show
from archcalc.op import UNKNOWN, WHOLE, Cost, Field, Reach, Requirements, Torch, Window, example
from archcalc.ops.axes import divides_channels
from archcalc.ops.base import Spatial, weight_and_bias
from archcalc.ops.conv import Conv2d
from archcalc.ops.resample.sample import interpolation
from archcalc.role import Role
from archcalc.setting import CountPerAxis, Dim, Flag, PerAxis


class DeformConv2d(Spatial):
    """Convolve an image, each element of the kernel moved by its offset, and weighed by a mask if there is one.

    The offsets are (y, x) for each element of the kernel: [N, 2 * kernel, H_out, W_out], or several times as many, each
    for a group of channels. The mask has one number for two of theirs. Sources: Dai et al. 2017 (arXiv:1703.06211); Zhu
    et al. 2018 (arXiv:1811.11168); the name is torchvision's.
    """

    role = Role.CONVOLUTION
    counted_as = "deformable convolution"
    axes = 2
    arity = (2, 3)
    out_channels: Dim
    kernel_size: PerAxis
    stride: PerAxis = 1
    padding: CountPerAxis = 0
    dilation: PerAxis = 1
    groups: Dim = 1
    bias: Flag = True
    letters = ("NCHW", "NOYX", "NMYX")
    examples = (
        example((2, 3, 6, 7), (2, 18, 4, 5), out_channels=4, kernel_size=3),
        example(
            (1, 4, 8, 6),
            (1, 24, 4, 4),
            (1, 12, 4, 4),
            out_channels=6,
            kernel_size=[3, 2],
            stride=2,
            padding=1,
            groups=2,
        ),
        example((1, 2, 7, 7), (1, 8, 5, 5), out_channels=3, kernel_size=2, dilation=2, bias=False),
    )
    refused = (
        examples[0].but("the offset must be [2, a multiple of 18, 4, 5], not [2, 9, 4, 5]", (2, 3, 6, 7), (2, 9, 4, 5)),
        examples[0].but("the offset must be [2, a multiple of 18, 4, 5], not [2, 18, 6", (2, 3, 6, 7), (2, 18, 6, 7)),
        examples[1].but("the mask must be [1, 12, 4, 4], not [1, 6", (1, 4, 8, 6), (1, 24, 4, 4), (1, 6, 4, 4)),
        examples[0].but("the groups of the offset (2) must divide the input's", (2, 3, 6, 7), (2, 36, 4, 5)),
        examples[0].but("groups (2) must divide the input's channels (3)", groups=2),
    )

    def _plain(self) -> Conv2d:
        """The convolution without offsets."""
        return Conv2d(**self.settings())

    def _parts(self, offset: Shape) -> Dim:
        """The number of groups of channels that have offsets of their own."""
        return offset[1] // (2 * prod(self.kernel_size))

    def requires(self, x: Shape, offset: Shape, *mask: Shape) -> Requirements:
        yield from self._plain().requires(x)
        n, _, *sizes = self._plain().out(x)
        pairs = 2 * prod(self.kernel_size)
        message = f"the offset must be [{n}, a multiple of {pairs}, {', '.join(map(str, sizes))}], not {show(offset)}"
        yield len(offset) == 4, message
        yield divides(pairs, offset[1]), message
        for a, b in zip((n, *sizes), (offset[0], *offset[2:]), strict=True):
            yield equal(a, b), message
        yield divides_channels("the groups of the offset", self._parts(offset), x[1])
        for given in mask:
            right = (n, offset[1] // 2, *sizes)
            message = f"the mask must be {show(right)}, not {show(given)}"
            yield len(given) == 4, message
            for a, b in zip(right, given, strict=True):
                yield equal(a, b), message

    def out(self, x: Shape, offset: Shape, *mask: Shape) -> Shape:
        """The output has the size of that of a convolution without offsets."""
        return self._plain().out(x)

    def weights(self, x: Shape, offset: Shape, *mask: Shape) -> dict[str, Shape]:
        """Each output channel has a kernel for each input channel of its group and, unless bias is false, a bias."""
        weight = (self.out_channels, x[1] // self.groups, *self.kernel_size)
        return weight_and_bias(weight, self.bias, self.out_channels)

    def cost(self, x: Shape, offset: Shape, *mask: Shape) -> Cost:
        """As of a convolution, and for each of its elements a point that is moved, tested and interpolated."""
        positions, kernel = offset[0] * prod(offset[2:]), prod(self.kernel_size)
        taps, out = positions * kernel, positions * self.out_channels
        weights, value = interpolation(2)
        point = Cost.sum([Cost(add=2, compare=8), weights]).times(taps * self._parts(offset))
        values = Cost.sum([value, Cost(mul=len(mask))]).times(taps * x[1])
        product = Cost(macs=out * (x[1] // self.groups) * kernel, bias=out if self.bias else 0)
        return Cost.sum([product, point, values])

    def field(self, x: Shape, offset: Shape, *mask: Shape) -> Field:
        """A position reads its own offsets, and these may lead anywhere in the image."""
        channels: Reach = WHOLE if self.groups == 1 else UNKNOWN
        own = (Window(0), channels, Window(2), Window(3))
        return ((Window(0), channels, UNKNOWN, UNKNOWN), own, *[own] * len(mask))

    def torch(self, torch: Torch, x: Shape, offset: Shape, *mask: Shape) -> Torch:
        n, channels, height, width = x
        parts, (rows, columns) = self._parts(offset), self.kernel_size
        _, _, out_height, out_width = self.out(x, offset)

        def grid(axis: int, count: Dim, start: Dim) -> Torch:
            """Where each element of the kernel lies along an axis without an offset: [kernel, 1, out] or so."""
            step, dilation, padding = self.stride[axis], self.dilation[axis], self.padding[axis]
            return torch.arange(count)[:, None] * dilation + torch.arange(start) * step - padding

        def run(x: Torch, offset: Torch, *given: Torch, weight: Torch, bias: Torch = None) -> Torch:
            moves = offset.unflatten(1, (parts, rows, columns, 2)).flatten(0, 1)
            ys = moves[:, :, :, 0] + grid(0, rows, out_height)[:, None, :, None]
            xs = moves[:, :, :, 1] + grid(1, columns, out_width)[None, :, None, :]
            points = torch.stack(((2 * xs + 1) / width - 1, (2 * ys + 1) / height - 1), dim=-1)
            images = x.reshape(n * parts, channels // parts, height, width)
            found = torch.nn.functional.grid_sample(images, points.flatten(1, 3), align_corners=False)
            found = found.reshape(n, parts, channels // parts, rows * columns, out_height, out_width)
            for weights in given:
                found = found * weights.unflatten(1, (parts, 1, rows * columns))
            blocks = found.reshape(n * self.groups, -1, out_height * out_width)
            kernels = weight.reshape(self.groups, self.out_channels // self.groups, -1).repeat(n, 1, 1)
            out = torch.bmm(kernels, blocks).reshape(n, self.out_channels, out_height, out_width)
            return out if bias is None else out + bias[:, None, None]

        return run
