"""Blocks of an image as columns, and back. Shapes: [N, C, H, W] and [N, C * kernel, blocks]."""

from archcalc.dim import Dim, Shape, at_least, divides, equal, prod, ratio
from archcalc.op import Cost, Field, Op, Reach, Requirements, Scattered, Window, example, has_rank, refusal
from archcalc.ops.axes import is_one
from archcalc.ops.base import Movement, Spatial, TorchModule, Weightless
from archcalc.ops.conv import slide
from archcalc.role import Role
from archcalc.setting import CountPerAxis, PerAxis


class _Blocks(Op):
    """Slide a window over an image; each block under it is a column."""

    axes = 2
    kernel_size: PerAxis
    dilation: PerAxis = 1
    padding: CountPerAxis = 0
    stride: PerAxis = 1

    def _windows(self) -> list[tuple[Dim, Dim, Dim, Dim]]:
        """Kernel, stride, padding and dilation, for each axis."""
        return list(zip(self.kernel_size, self.stride, self.padding, self.dilation, strict=True))

    def _fits(self, sizes: Shape) -> Requirements:
        """The requirements that a block fits into an image."""
        for size, (k, _, p, d) in zip(sizes, self._windows(), strict=True):
            reach, padded = d * (k - 1) + 1, size + 2 * p
            yield at_least(padded, reach), f"a block reaches over {reach} positions, but the padded image has {padded}"

    def _grid(self, sizes: Shape) -> list[Dim]:
        """The number of blocks along each axis of an image."""
        return [slide(n, k, s, 2 * p, d) for n, (k, s, p, d) in zip(sizes, self._windows(), strict=True)]


class Unfold(_Blocks, Spatial, Movement, TorchModule):
    """Make a column of each block of an image, as the convolution does before its product."""

    examples = (
        example((2, 3, 8, 8), kernel_size=2, stride=2),
        example((1, 2, 7, 6), kernel_size=[3, 2], padding=[1, 0], dilation=[1, 2]),
        example((1, 2, 5, 3), kernel_size=3, padding=[1, 0], stride=2),
        example((1, 1, 4, 9), kernel_size=[4, 3], stride=3),
    )
    refused = (
        examples[0].but("a block reaches over 9 positions, but the padded image has 8", kernel_size=9),
        refusal("Unfold needs kernel_size", (1, 2, 8, 8)),
    )

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        yield from self._fits(x[2:])

    def out(self, x: Shape) -> Shape:
        """A column has a value for each channel and position of a block; the blocks are in the order of rows."""
        return (x[0], x[1] * prod(self.kernel_size), prod(self._grid(x[2:])))

    def field(self, x: Shape) -> Field:
        """Block i lies at row floor(i / the blocks of a row); the values of a channel stand together."""
        kernel = prod(self.kernel_size)
        channels = Window(1, ratio(1, kernel), ratio(1 - kernel, kernel), 0)
        (rows, columns), (vertical, horizontal) = self._grid(x[2:]), self._windows()
        return ((Window(0), channels, _row(columns, *vertical), _along(rows, *horizontal)),)


def _along(others: Dim, k: Dim, s: Dim, p: Dim, d: Dim) -> Reach:
    """The positions of block i along an axis, if there is one block along the other."""
    return Window(2, s, -p, d * (k - 1) - p) if is_one(others) else Scattered((1, 2))


def _row(columns: Dim, k: Dim, s: Dim, p: Dim, d: Dim) -> Reach:
    """The rows of block i, which is in row floor(i / columns) of the blocks."""
    if is_one(s) and not is_one(columns):
        return Window(2, ratio(1, columns), ratio(1 - columns, columns) - p, d * (k - 1) - p)
    return _along(columns, k, s, p, d)


class Fold(_Blocks, Weightless, TorchModule):
    """Add columns to an image at the positions of their blocks: Unfold transposed."""

    role = Role.LAYOUT
    leads = "output_size"
    output_size: PerAxis
    examples = (
        example((2, 12, 16), output_size=8, kernel_size=2, stride=2),
        example((2, 5, 12), output_size=[4, 3], kernel_size=1),
        example((1, 12, 28), output_size=[7, 6], kernel_size=[3, 2], padding=[1, 0], dilation=[1, 2]),
    )
    refused = (
        examples[0].but("the kernel (9 positions) must divide axis 1, which has 12", kernel_size=3, stride=1),
        examples[0].but("there are 16 columns, but an image of [8, 8] has 49 blocks", stride=1),
        examples[0].but("a block reaches over 9 positions, but the padded image has 8", dilation=8),
        examples[0].but("the input must have 3 axes (N, C, L), not 4", (2, 3, 4, 16)),
    )

    def requires(self, x: Shape) -> Requirements:
        yield has_rank(x, 3, "N, C, L")
        kernel = prod(self.kernel_size)
        yield divides(kernel, x[1]), f"the kernel ({kernel} positions) must divide axis 1, which has {x[1]}"
        yield from self._fits(self.output_size)
        blocks, (h, w) = prod(self._grid(self.output_size)), self.output_size
        yield equal(blocks, x[2]), f"there are {x[2]} columns, but an image of [{h}, {w}] has {blocks} blocks"

    def out(self, x: Shape) -> Shape:
        """The image has the given size, and a channel for each kernel of values in a column."""
        return (x[0], x[1] // prod(self.kernel_size), *self.output_size)

    def cost(self, x: Shape) -> Cost:
        """Each value is added at its position, also those in the padding."""
        return Cost(add=prod(x))

    def field(self, x: Shape) -> Field:
        """A channel reads its part of the columns, and a position those whose blocks cover it."""
        kernel = prod(self.kernel_size)
        return ((Window(0), Window(1, kernel, 0, kernel - 1), Scattered((2, 3), single=False)),)
