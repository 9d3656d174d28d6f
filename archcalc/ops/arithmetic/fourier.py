"""Discrete Fourier transforms of real numbers, and back. Inputs of any shape.

A transform of real numbers has the coefficients 0 ... n/2 along its last axis; the others are their conjugates.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from archcalc.dim import Dim, Shape, at_least, is_symbolic, plain, prod, show
from archcalc.op import WHOLE, Cost, Field, Reach, Requirements, Torch, Window, example, real, refusal
from archcalc.ops.axes import has_axis, with_size
from archcalc.ops.base import Weightless, twin
from archcalc.role import Role
from archcalc.setting import Axes, Choice, Index, Many, Null, Whole

Scaling = Annotated[str | None, Choice("forward", "backward", "ortho") | Null()]
"""Where the coefficients are divided by n: forward, backward (as null) or, by its root, in both."""


class _Fourier(Weightless):
    """Transform along one or two axes."""

    role = Role.ARITHMETIC

    def _given(self) -> tuple[tuple[Dim, ...] | None, tuple[int, ...]]:
        """The given lengths and the axes."""
        raise NotImplementedError

    def _lengths(self, x: Shape) -> list[tuple[int, Dim]]:
        """Each axis with the number of real values along it."""
        given, dims = self._given()
        axes = [dim % len(x) for dim in dims]
        return list(zip(axes, given or self._usual([x[axis] for axis in axes]), strict=True))

    def _usual(self, sizes: Sequence[Dim]) -> Sequence[Dim]:
        """The lengths, given the sizes of the input along the axes."""
        return sizes

    def _read(self, lengths: list[tuple[int, Dim]]) -> list[tuple[int, Dim]]:
        """The number of positions that are read along each axis."""
        return lengths

    def requires(self, x: Shape) -> Requirements:
        given, dims = self._given()
        for dim in dims:
            yield has_axis(x, dim)
        named = {dim % len(x) for dim in dims}
        yield len(named) == len(dims), f"dim {show(dims)} names an axis of {show(x)} twice"
        count = len(dims) if given is None else len(given)
        yield count == len(dims), f"s lists {count} lengths, but dim {len(dims)} axes"
        for axis, length in self._lengths(x):
            yield at_least(length, 1), f"the output would have {length} positions on axis {axis}"

    def field(self, x: Shape) -> Field:
        """Each value reads all positions along the axes, as far as a given length goes."""
        given, _ = self._given()
        read = dict(self._read(self._lengths(x)))

        def reach(axis: int) -> Reach:
            if axis not in read:
                return Window(axis)
            return WHOLE if given is None else Window(axis, 0, 0, read[axis] - 1)

        return (tuple(map(reach, range(len(x)))),)

    def _transforms(self, x: Shape, half: Shape) -> Cost | None:
        """The butterflies of all transforms, given the shape of the coefficients; None if a length is no power of 2."""
        (axis, last), *others = reversed(self._lengths(x))
        stages = [_stages(length) for length in (last, *(length for _, length in others))]
        if None in stages:
            return None
        # A butterfly joins two values by a complex product and two sums; real values need half of them.
        rows = prod(with_size(half, axis, last)) * stages[0]
        columns = 2 * prod(half) * sum(stages[1:])
        return Cost(mul=rows + columns, add=3 * (rows + columns) // 2)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        function = twin(self, torch.fft, str.lower)
        return lambda x: function(x, *self.settings().values())


def _stages(length: Dim) -> Any:
    """The number of stages of butterflies in a transform of this length; None if it is not known to be a power of 2."""
    if is_symbolic(length):
        return None
    number = plain(length, "the length of a transform")
    return None if number & (number - 1) else number.bit_length() - 1


class _Forward(_Fourier):
    """Transform real numbers."""

    def out(self, x: Shape) -> Shape:
        """The last of the axes has n // 2 + 1 coefficients, the others have their length."""
        *others, (last, length) = self._lengths(x)
        for axis, size in others:
            x = with_size(x, axis, size)
        return with_size(x, last, length // 2 + 1)

    def out_dtype(self, *dtypes: str) -> str:
        return "complex128" if dtypes[0] == "float64" else "complex64"

    def cost(self, x: Shape) -> Cost | None:
        """A length of n = 2^m takes m stages of n/2 butterflies, for real numbers half of them; others are unknown.

        Source: Cooley & Tukey 1965.
        """
        found, out = self._transforms(x, self.out(x)), self.out(x)
        scaled = 0 if self.settings()["norm"] in (None, "backward") else 2 * prod(out)
        return None if found is None else Cost.sum([found, Cost(mul=scaled)])


class _Backward(_Fourier):
    """Transform coefficients into real numbers."""

    takes_complex = True

    def _usual(self, sizes: Sequence[Dim]) -> Sequence[Dim]:
        *others, last = sizes
        return (*others, 2 * (last - 1))

    def _read(self, lengths: list[tuple[int, Dim]]) -> list[tuple[int, Dim]]:
        *others, (last, length) = lengths
        return [*others, (last, length // 2 + 1)]

    def out(self, x: Shape) -> Shape:
        """Each axis has its length: by default the last 2 * (size - 1), the others their size."""
        for axis, length in self._lengths(x):
            x = with_size(x, axis, length)
        return x

    def out_dtype(self, *dtypes: str) -> str:
        return real(dtypes[0])

    def cost(self, x: Shape) -> Cost | None:
        """A length of n = 2^m takes m stages of n/2 butterflies, for real numbers half of them; others are unknown.

        Source: Cooley & Tukey 1965.
        """
        out = self.out(x)
        *_, (last, length) = self._lengths(x)
        found = self._transforms(x, with_size(out, last, length // 2 + 1))
        scaled = 0 if self.settings()["norm"] == "forward" else prod(out)
        return None if found is None else Cost.sum([found, Cost(mul=scaled)])


class _OneAxis(_Fourier):
    """Transform along one axis; it is cut, or filled with zeros, to a given length."""

    n: Annotated[int | None, Whole(1) | Null()] = None
    dim: Index = -1
    norm: Scaling = None

    def _given(self) -> tuple[tuple[Dim, ...] | None, tuple[int, ...]]:
        return None if self.n is None else (self.n,), (self.dim,)


class _TwoAxes(_Fourier):
    """Transform along two axes; they are cut, or filled with zeros, to given lengths."""

    s: Annotated[Any, Many(Whole(1), strict=True) | Null()] = None
    dim: Axes = (-2, -1)
    norm: Scaling = None

    def _given(self) -> tuple[tuple[Dim, ...] | None, tuple[int, ...]]:
        return self.s, self.dim


_AXIS = (refusal("dim must be from -2 to 1, not 2", (2, 3), dim=2),)
_AXES = (
    refusal("dim [1, -1] names an axis of [2, 4] twice", (2, 4), dim=[1, -1]),
    refusal("s lists 1 lengths, but dim 2 axes", (2, 4), s=[4]),
)


class RFFT(_Forward, _OneAxis):
    """Take the coefficients of a discrete Fourier transform along an axis.

    The work is known if the length is a power of 2.
    """

    examples = (
        example((2, 3, 8)),
        example((2, 7, 3), dim=1),
        example((2, 9), n=4, norm="ortho"),
        example((2, 3), n=8, norm="forward"),
    )
    refused = _AXIS


class RFFT2(_Forward, _TwoAxes):
    """Take the coefficients of a discrete Fourier transform of images.

    The work is known if the lengths are powers of 2.
    """

    examples = (
        example((2, 3, 8, 4)),
        example((2, 7, 5, 3), dim=[1, 2]),
        example((2, 9, 9), s=[4, 16], norm="ortho"),
    )
    refused = _AXES


class IRFFT(_Backward, _OneAxis):
    """Take the real numbers that have these coefficients of a discrete Fourier transform along an axis.

    The work is known if the length is a power of 2.
    """

    examples = (
        example((2, 3, 5)),
        example((2, 4, 3), dim=1, n=7),
        example((2, 9), n=4, norm="ortho"),
        example((2, 3), n=8, norm="forward"),
    )
    refused = (*_AXIS, refusal("the output would have 0 positions on axis 1", (2, 1)))


class IRFFT2(_Backward, _TwoAxes):
    """Take the images that have these coefficients of a discrete Fourier transform.

    The work is known if the lengths are powers of 2.
    """

    examples = (
        example((2, 3, 8, 5)),
        example((2, 7, 5, 3), dim=[1, 2]),
        example((2, 9, 9), s=[4, 16], norm="ortho"),
    )
    refused = _AXES
