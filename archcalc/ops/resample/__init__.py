"""Resizing images. Shapes: [N, C, L], [N, C, H, W] or [N, C, D, H, W]."""

import math
from fractions import Fraction
from typing import Annotated, Any

from archcalc.dim import Shape, Size, at_least, divides, is_symbolic, prod, ratio, show, tidy
from archcalc.errors import Undecidable
from archcalc.op import UNKNOWN, Cost, Field, Reach, Requirements, Window, example, refusal
from archcalc.ops.axes import Parts, divides_channels, is_one, regrouped
from archcalc.ops.base import Movement, TorchModule, Weightless
from archcalc.render.words import count_of
from archcalc.role import Role
from archcalc.setting import MISMATCH, Choice, Dim, Flag, Given, Many, Null, Real, Whole

RANKS = {"nearest": (3, 4, 5), "linear": (3,), "bilinear": (4,), "bicubic": (4,), "trilinear": (5,)}
"""The possible numbers of input axes of each mode."""
TAPS = {"nearest": 1, "linear": 2, "bilinear": 2, "bicubic": 4, "trilinear": 2}
"""The number of positions that each mode combines along an axis."""
EXACT = 2**20
"""A factor with a denominator up to this is exact as a float; others are rounded as in PyTorch."""


class Positive(Real):
    """A real number above 0."""

    def __init__(self) -> None:
        super().__init__(least=0)

    def take(self, value: Given, axes: int) -> Given:
        taken = super().take(value, axes)
        return taken if taken is MISMATCH or taken > 0 else MISMATCH

    def words(self, axes: int) -> str:
        return "a number above 0"


Factor = Whole(1) | Positive()


class Upsample(Weightless, TorchModule):
    """Resize an image to a size or by a factor, by its nearest positions or by interpolation.

    Give either `size` or `scale_factor`: one number, or one per spatial axis. Output i lies at input i * r (nearest),
    (i + 1/2) * r - 1/2, or with align_corners i * (in - 1) / (out - 1), where r is in / out or 1 / scale_factor.
    """

    role = Role.RESAMPLING
    counted_as = "resize"
    channel_axis = 1
    size: Annotated[Any, Whole(1) | Many(Whole(1), strict=True) | Null()] = None
    scale_factor: Annotated[Any, Factor | Many(Factor, strict=True) | Null()] = None
    mode: Annotated[str, Choice(*RANKS)] = "nearest"
    align_corners: Annotated[bool | None, Flag.__metadata__[0] | Null()] = None
    examples = (
        example((2, 3, 4, 4), scale_factor=2),
        example((1, 2, 5, 6), size=[10, 9]),
        example((1, 2, 6), scale_factor=1.5),
        example((1, 2, 4, 5), scale_factor=[2, 3], mode="bilinear"),
        example((1, 2, 5, 4), size=[9, 10], mode="bilinear", align_corners=True),
        example((1, 1, 8), scale_factor=0.5, mode="linear", align_corners=False),
        example((1, 1, 5, 4), scale_factor=2, mode="bicubic"),
        example((1, 1, 2, 3, 4), scale_factor=2, mode="trilinear"),
    )
    refused = (
        refusal("either size or scale_factor must be given, and not both", (1, 1, 4)),
        refusal("either size or scale_factor must be given, and not both", (1, 1, 4), size=8, scale_factor=2),
        refusal("size lists 1 number, but the input has 2 spatial axes", (1, 1, 4, 4), size=[8]),
        refusal("the input must have 4 axes in mode 'bilinear', not 3: [1, 1, 4]", (1, 1, 4), size=8, mode="bilinear"),
        refusal("align_corners has no meaning in mode 'nearest'", (1, 1, 4), size=8, align_corners=False),
        refusal("or a list, each entry an integer of at least 1 or a number above 0", (1, 1, 4), scale_factor=0),
        refusal("the output would have 0 positions on axis 2", (1, 1, 4), scale_factor=0.125),
    )

    def requires(self, x: Shape) -> Requirements:
        ranks = RANKS[self.mode]
        wanted = f"{ranks[0]} axes" if len(ranks) == 1 else f"{ranks[0]} to {ranks[-1]} axes"
        yield len(x) in ranks, f"the input must have {wanted} in mode {self.mode!r}, not {len(x)}: {show(x)}"
        given = (self.size is None) != (self.scale_factor is None)
        yield given, "either size or scale_factor must be given, and not both"
        name, value = ("size", self.size) if self.scale_factor is None else ("scale_factor", self.scale_factor)
        if isinstance(value, tuple):
            axes = len(x) - 2
            spatial = count_of(axes, "spatial axis", "spatial axes")
            yield len(value) == axes, f"{name} lists {count_of(len(value), 'number')}, but the input has {spatial}"
        if self.mode == "nearest":
            yield self.align_corners is None, "align_corners has no meaning in mode 'nearest'"
        for axis, size in enumerate(self.out(x)[2:], start=2):
            yield at_least(size, 1), f"the output would have {size} positions on axis {axis}"

    def _each(self, value: Size, x: Shape) -> tuple[Any, ...]:
        return value if isinstance(value, tuple) else (value,) * (len(x) - 2)

    def out(self, x: Shape) -> Shape:
        """Each spatial axis has the given size, or its own size times the factor, rounded down."""
        if self.scale_factor is None:
            return (*x[:2], *self._each(self.size, x))
        return (*x[:2], *map(_scaled, x[2:], self._each(self.scale_factor, x)))

    def cost(self, x: Shape) -> Cost:
        """Along each axis, the last one first, a value is a weighted sum of the positions that the mode combines."""
        # A sum has `taps` numbers for each tap of the axes before. The weights are the same for a whole row, so they
        # are not counted per element.
        taps, out = TAPS[self.mode], prod(self.out(x))
        sums = sum(taps**axis for axis in range(len(x) - 2)) if taps > 1 else 0
        return Cost(mul=taps * sums * out, add=(taps - 1) * sums * out)

    def field(self, x: Shape) -> Field:
        """Each position reads the input positions next to the point where it lies."""
        out = self.out(x)
        factors = self._each(self.scale_factor, x)
        axes = zip(range(2, len(x)), x[2:], out[2:], factors, strict=True)
        return ((Window(0), Window(1), *(self._reach(*axis) for axis in axes)),)

    def _reach(self, axis: int, size: int, out: int, factor: Size) -> Reach:
        if self.align_corners and is_one(out):
            return Window(axis, 0)
        if self.align_corners:
            step = _fraction(size - 1, out - 1)
        else:
            step = _fraction(size, out) if factor is None else _inverse(factor)
        if step is None:
            return UNKNOWN
        a, b = step
        if self.mode == "nearest":
            # floor(i * a / b)
            return Window(axis, ratio(a, b), ratio(1 - b, b), 0)
        if self.mode == "bicubic":
            return self._cubic(axis, a, b)
        start, grid = (0, b) if self.align_corners else (ratio(a - b, 2 * b), 2 * b)
        # The positions nearer than 1; all distances are multiples of 1 / grid.
        return _around(axis, ratio(a, b), start, ratio(grid - 1, grid))

    def _cubic(self, axis: int, a: Size, b: Size) -> Reach:
        """The positions nearer than 2; an output that lies on a position reads only that position."""
        if self.align_corners or is_symbolic(b):
            return UNKNOWN
        start = ratio(a - b, 2 * b)
        if (a - b) % 2:
            return _around(axis, ratio(a, b), start, 2 - ratio(1, 2 * b))
        return Window(axis, a, start, start) if is_one(b) else UNKNOWN


def _around(axis: int, stride: Size, start: Size, distance: Size) -> Window:
    return Window(axis, stride, tidy(start - distance), tidy(start + distance))


def _exactly(factor: Size) -> Fraction | None:
    """A factor as a fraction if it converts without rounding, else None."""
    exact = Fraction(factor)
    return exact if exact.denominator <= EXACT else None


def _scaled(size: Size, factor: Size) -> Size:
    """floor(size * factor), in the floating-point numbers of PyTorch."""
    if not isinstance(factor, float):
        return size * factor
    exact = _exactly(factor)
    if exact is not None:
        return size * exact.numerator // exact.denominator
    if not isinstance(size, int):
        raise Undecidable(f"{size} times {factor} depends on how PyTorch rounds; give the size instead")
    return math.floor(size * factor)


def _fraction(a: Size, b: Size) -> tuple[int, int] | None:
    """A / b in lowest terms; None if it is not a number."""
    step = ratio(a, b)
    return None if is_symbolic(step) else (step.numerator, step.denominator)


def _inverse(factor: Size) -> tuple[Any, Any] | None:
    """1 / factor as a numerator and a denominator."""
    if not isinstance(factor, float):
        return 1, factor
    exact = _exactly(factor)
    return (exact.denominator, exact.numerator) if exact else None


CHANNELS: Parts = (("C", "p", "q"), ("H",), ("W",))
"""The parts of the last three axes where each square of p x q positions is in the channels."""
POSITIONS: Parts = (("C",), ("H", "p"), ("W", "q"))
"""The parts of the last three axes where each square is in the positions."""


class _Pixels(Movement, TorchModule):
    """Move squares of positions into channels, or back."""

    role = Role.RESAMPLING
    counted_as = "movement"
    channel_axis = -3

    def requires(self, x: Shape) -> Requirements:
        yield len(x) >= 4, f"the input must have at least 4 axes (N, ..., C, H, W), not {len(x)}: {show(x)}"

    def _moved(self, before: Parts, after: Parts, small: Shape, factor: int) -> Field:
        """The field if the parts move like this; `small` is the shape with few channels and few positions."""
        *others, channels, height, width = small
        sizes = dict(enumerate(others)) | {"C": channels, "H": height, "W": width, "p": factor, "q": factor}
        axes = [(axis,) for axis in range(len(others))]
        return (regrouped([*axes, *before], [*axes, *after], sizes),)


class PixelShuffle(_Pixels):
    """Turn channels into positions: [..., C * r * r, H, W] becomes [..., C, H * r, W * r].

    Source: Shi et al. 2016 (arXiv:1609.05158).
    """

    upscale_factor: Dim
    examples = (example((2, 8, 3, 4), upscale_factor=2), example((2, 2, 9, 2, 2), upscale_factor=3))
    refused = (
        examples[0].but("the square of upscale_factor (9) must divide the input's channels (8)", upscale_factor=3),
        refusal("the input must have at least 4 axes (N, ..., C, H, W), not 3", (8, 3, 4), upscale_factor=2),
    )

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        square = self.upscale_factor * self.upscale_factor
        yield divides_channels("the square of upscale_factor", square, x[-3])

    def _channels(self, x: Shape) -> int:
        return x[-3] // (self.upscale_factor * self.upscale_factor)

    def out(self, x: Shape) -> Shape:
        """A square of upscale_factor x upscale_factor channels becomes a square of positions."""
        return (*x[:-3], self._channels(x), *(size * self.upscale_factor for size in x[-2:]))

    def field(self, x: Shape) -> Field:
        """Position i reads position floor(i / upscale_factor)."""
        small = (*x[:-3], self._channels(x), *x[-2:])
        return self._moved(CHANNELS, POSITIONS, small, self.upscale_factor)


class PixelUnshuffle(_Pixels):
    """Turn positions into channels: [..., C, H * r, W * r] becomes [..., C * r * r, H, W]."""

    downscale_factor: Dim
    examples = (
        example((2, 3, 12, 12), downscale_factor=2),
        example((1, 2, 24, 12), downscale_factor=4),
        example((2, 2, 1, 6, 3), downscale_factor=3),
    )
    refused = (
        refusal("downscale_factor (4) must divide axis -1, which has 6 positions", (2, 3, 4, 6), downscale_factor=4),
        refusal("the input must have at least 4 axes (N, ..., C, H, W), not 3", (3, 4, 4), downscale_factor=2),
    )

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        for axis in (-2, -1):
            what = f"axis {axis}, which has {x[axis]} positions"
            claim = divides(self.downscale_factor, x[axis])
            yield claim, f"downscale_factor ({self.downscale_factor}) must divide {what}"

    def _positions(self, x: Shape) -> Shape:
        return tuple(size // self.downscale_factor for size in x[-2:])

    def out(self, x: Shape) -> Shape:
        """A square of downscale_factor x downscale_factor positions becomes a square of channels."""
        return (*x[:-3], x[-3] * self.downscale_factor * self.downscale_factor, *self._positions(x))

    def field(self, x: Shape) -> Field:
        """Position i reads downscale_factor positions, starting from i * downscale_factor."""
        small = (*x[:-2], *self._positions(x))
        return self._moved(POSITIONS, CHANNELS, small, self.downscale_factor)
