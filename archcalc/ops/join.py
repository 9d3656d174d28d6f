"""Joining, splitting, slicing and padding along axes. Inputs of any shape."""

from typing import Annotated, Any

from archcalc.dim import Shape, at_least, ceil_div, equal, maximum, minimum, plain, show, total
from archcalc.op import UNKNOWN, Field, Piece, Reach, Requirements, Torch, Window, example, refusal
from archcalc.ops.axes import has_axis, identity_but, with_size
from archcalc.ops.base import Movement, TorchFunction
from archcalc.render.words import count_of
from archcalc.role import Role
from archcalc.setting import Choice, Dim, Index, Many, Null, Number, Whole


class Concat(Movement):
    """Concatenate inputs along an axis."""

    role = Role.JOIN
    dim: Index = 1
    arity = (1, None)
    examples = (example((2, 3, 4, 4), (2, 5, 4, 4)), example((2, 1, 8), (2, 6, 8), (2, 2, 8), dim=-2), example((2, 3)))
    refused = (
        refusal("inputs [2, 3, 4] and [2, 3, 5] must agree on axis 2: 4 and 5", (2, 3, 4), (2, 3, 5)),
        refusal("inputs [2, 3, 4] and [2, 3] must have the same number of axes: 3 and 2", (2, 3, 4), (2, 3)),
        refusal("dim must be from -2 to 1, not 2", (2, 3), (2, 3), dim=2),
        refusal("Concat takes at least 1 inputs, not 0"),
    )

    def requires(self, *x: Shape) -> Requirements:
        first = x[0]
        yield has_axis(first, self.dim)
        for other in x[1:]:
            what = f"inputs {show(first)} and {show(other)} must"
            yield len(other) == len(first), f"{what} have the same number of axes: {len(first)} and {len(other)}"
            for axis, (a, b) in enumerate(zip(first, other, strict=True)):
                if axis != self.dim % len(first):
                    yield equal(a, b), f"{what} agree on axis {axis}: {a} and {b}"

    def out(self, *x: Shape) -> Shape:
        """The sizes along the axis add up; the other axes are those of every input."""
        return with_size(x[0], self.dim, total(shape[self.dim] for shape in x))

    def field(self, *x: Shape) -> Field:
        """A position along the axis reads only one input; which one depends on the position."""
        dim = self.dim % len(x[0])
        starts = (total(shape[dim] for shape in x[:i]) for i in range(len(x)))
        return tuple(identity_but(x[0], dim, Piece(dim, start)) for start in starts)

    def torch(self, torch: Torch, *x: Shape) -> Torch:
        return lambda *x: torch.cat(x, self.dim)


class _Pieces(Movement):
    """Split an axis into several outputs."""

    role = Role.JOIN
    dim: Index = 0
    view = True

    def requires(self, x: Shape) -> Requirements:
        yield has_axis(x, self.dim)

    def _pieces(self, size: int) -> tuple[int, ...]:
        """The sizes of the pieces of an axis."""
        raise NotImplementedError

    def out(self, x: Shape) -> Shape:
        return self.outputs(x)[0]

    def outputs(self, x: Shape) -> tuple[Shape, ...]:
        """Each output has its piece of the axis and the whole of the other axes."""
        return tuple(with_size(x, self.dim, piece) for piece in self._pieces(x[self.dim]))

    def field(self, x: Shape) -> Field:
        return self.fields(x)[0]

    def fields(self, x: Shape) -> tuple[Field, ...]:
        """Position i of a piece reads position i after the pieces before it."""
        dim = self.dim % len(x)
        pieces = self._pieces(x[dim])
        starts = (total(pieces[:i]) for i in range(len(pieces)))
        return tuple((identity_but(x, dim, Window(dim, 1, start, start)),) for start in starts)


def _pieces_of(piece: int, size: int) -> tuple[int, ...]:
    """The sizes of the pieces of an axis if they have this size; the last may be smaller."""
    count = plain(ceil_div(size, piece), f"the number of pieces of {piece} of {size}")
    return (*[piece] * (count - 1), size - (count - 1) * piece)


class Split(_Pieces):
    """Split an axis into several outputs: a list gives their sizes; with one size, the last may be smaller."""

    leads = "sizes"
    sizes: Annotated[Any, Whole(1) | Many(Whole(0), strict=True)]
    examples = (
        example((2, 12, 5), sizes=[4, 6, 2], dim=1),
        example((2, 12), sizes=4, dim=1),
        example((2, 3, 7, 5), sizes=3, dim=-2),
    )
    refused = (
        refusal("the sizes [2, 3] must add up to the 6 positions of axis 1 of [2, 6]", (2, 6), sizes=[2, 3], dim=1),
        refusal("dim must be from -2 to 1, not 2", (2, 6), sizes=3, dim=2),
        refusal("sizes must be an integer of at least 1 or a list", (2, 6), sizes=0, dim=1),
    )

    def requires(self, x: Shape) -> Requirements:
        yield from super().requires(x)
        if isinstance(self.sizes, tuple):
            axis = self.dim % len(x)
            what = f"the {x[axis]} positions of axis {axis} of {show(x)}"
            yield equal(total(self.sizes), x[axis]), f"the sizes {show(self.sizes)} must add up to {what}"

    def _pieces(self, size: int) -> tuple[int, ...]:
        return self.sizes if isinstance(self.sizes, tuple) else _pieces_of(self.sizes, size)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        sizes = list(self.sizes) if isinstance(self.sizes, tuple) else self.sizes
        return lambda x: x.split(sizes, self.dim)


class Chunk(_Pieces, TorchFunction):
    """Split an axis into a number of outputs of equal size; the last may be smaller, and there may be fewer."""

    leads = "chunks"
    chunks: Dim
    examples = (example((2, 12, 5), chunks=3, dim=1), example((2, 7), chunks=3, dim=-1), example((5, 2), chunks=4))
    refused = (
        refusal("dim must be from -2 to 1, not 2", (2, 6), chunks=3, dim=2),
        refusal("chunks must be an integer of at least 1, not 0", (2, 6), chunks=0, dim=1),
    )

    def _pieces(self, size: int) -> tuple[int, ...]:
        return _pieces_of(ceil_div(size, self.chunks), size)


class Unbind(Movement, TorchFunction):
    """Split an axis into its positions: an output for each, without the axis."""

    role = Role.JOIN
    dim: Index = 0
    view = True
    examples = (example((3, 2, 4)), example((2, 3, 5), dim=1), example((2, 4), dim=-1))
    refused = (refusal("dim must be from -2 to 1, not 2", (2, 6), dim=2),)

    def requires(self, x: Shape) -> Requirements:
        yield has_axis(x, self.dim)

    def out(self, x: Shape) -> Shape:
        """The other axes stay."""
        dim = self.dim % len(x)
        return (*x[:dim], *x[dim + 1 :])

    def outputs(self, x: Shape) -> tuple[Shape, ...]:
        """There is an output for each position of the axis."""
        return (self.out(x),) * plain(x[self.dim], "the number of outputs")

    def field(self, x: Shape) -> Field:
        return self.fields(x)[0]

    def fields(self, x: Shape) -> tuple[Field, ...]:
        """Output i reads position i of the axis."""
        dim, last = self.dim % len(x), len(x) - 2

        def reach(axis: int, position: int) -> Reach:
            if axis != dim:
                return Window(axis - (axis > dim))
            return Window(min(dim, last), 0, position, position) if last >= 0 else UNKNOWN

        return tuple((tuple(reach(axis, i) for axis in range(len(x))),) for i in range(len(self.outputs(x))))


class Slice(Movement):
    """Take positions start, start + step, ... of an axis, up to but not including end, as a Python slice does.

    A negative start or end counts from the end of the axis; null means the start or end of the axis.
    """

    role = Role.JOIN
    dim: Index
    start: Annotated[int | None, Whole() | Null()] = None
    end: Annotated[int | None, Whole() | Null()] = None
    step: Dim = 1
    view = True
    examples = (
        example((2, 9, 5), dim=1, start=1),
        example((2, 9, 5), dim=1, end=-2, step=3),
        example((2, 9, 6), dim=-1, start=-4, end=20, step=2),
        example((2, 9), dim=1, start=0, end=1),
        example((2, 9), dim=1, start=7, end=2),
    )
    refused = (
        refusal("dim must be from -2 to 1, not 2", (2, 3), dim=2),
        refusal("step must be an integer of at least 1, not -1", (2, 3), dim=1, step=-1),
    )

    def requires(self, x: Shape) -> Requirements:
        yield has_axis(x, self.dim)

    def _bounds(self, size: int) -> tuple[int, int]:
        return _bound(self.start, 0, size), _bound(self.end, size, size)

    def out(self, x: Shape) -> Shape:
        """The axis keeps every step-th position between start and end."""
        start, end = self._bounds(x[self.dim])
        return with_size(x, self.dim, maximum(0, (end - start + self.step - 1) // self.step))

    def field(self, x: Shape) -> Field:
        """Position i reads position start + i * step."""
        dim = self.dim % len(x)
        start, _ = self._bounds(x[dim])
        return (identity_but(x, dim, Window(dim, self.step, start, start)),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        taken = slice(self.start, self.end, self.step)
        return lambda x: x.movedim(self.dim, 0)[taken].movedim(0, self.dim)


def _bound(value: int | None, default: int, size: int) -> Any:
    """The start or end of a slice as a position on an axis of this size."""
    if value is None:
        return default
    return minimum(value, size) if at_least(value, 0) else maximum(value + size, 0)


class Pad(Movement):
    """Add positions at the ends of axes; negative numbers remove positions.

    `padding` lists the numbers before and after the last axis, then those of the axis before it, and so on. The
    receptive field ignores the padded positions.
    """

    role = Role.JOIN
    padding: Annotated[tuple[int, ...], Many(Whole(), strict=True)]
    mode: Annotated[str, Choice("constant", "reflect", "replicate", "circular")] = "constant"
    value: Number = 0.0
    examples = (
        example((2, 3, 5, 6), padding=[1, 2, 0, 1]),
        example((2, 3, 5), padding=[-1, 2, 0, 0, 0, 1], value=1.5),
        example((2, 3, 5, 6), padding=[1, 2, 2, 2], mode="reflect"),
        example((2, 3, 5), padding=[7, -2], mode="replicate"),
        example((2, 3, 5, 6), padding=[3, 0, 0, 5], mode="circular"),
    )
    refused = (
        refusal("padding must list two numbers for each axis, not 3", (2, 3), padding=[1, 1, 1]),
        refusal("padding is for 3 axes, but the input has 2: [2, 3]", (2, 3), padding=[1] * 6),
        refusal("padding removes 4 positions from axis 1, which has 3", (2, 3), padding=[-2, -2]),
        examples[2].but("padding 6 of axis 3 needs an axis of 7 positions in mode 'reflect'", padding=[6, 0, 0, 0]),
        examples[4].but("padding 7 of axis 3 needs an axis of 7 positions in mode 'circular'", padding=[0, 7, 0, 0]),
        refusal("the output would have 0 positions on axis 2", (2, 3, 5), padding=[-5, 0], mode="replicate"),
        refusal("mode 'reflect' pads all axes but the first one or two", (2, 3, 5, 5), padding=[1, 1], mode="reflect"),
        refusal("mode 'reflect' takes no value, not 1", (2, 3, 5), padding=[1, 1], mode="reflect", value=1),
    )

    def _pairs(self, x: Shape) -> list[tuple[int, int, int, int]]:
        """Axis, size, and padding before and after, the last axis first."""
        pairs = zip(self.padding[::2], self.padding[1::2], strict=True)
        return [(axis, x[axis], a, b) for axis, (a, b) in zip(range(len(x) - 1, -1, -1), pairs, strict=False)]

    def requires(self, x: Shape) -> Requirements:
        count, odd = divmod(len(self.padding), 2)
        yield not odd, f"padding must list two numbers for each axis, not {len(self.padding)}"
        yield (
            count <= len(x),
            f"padding is for {count_of(count, 'axis', 'axes')}, but the input has {len(x)}: {show(x)}",
        )
        if self.mode != "constant":
            fits = 1 <= count <= 3 and len(x) - count in (1, 2)
            what = f"{count} of {count_of(len(x), 'axis', 'axes')}"
            yield fits, f"mode {self.mode!r} pads all axes but the first one or two, and at most 3, not {what}"
            yield self.value == 0, f"mode {self.mode!r} takes no value, not {self.value:g}"
        for pair in self._pairs(x):
            yield from self._fits(*pair)

    def _fits(self, axis: int, size: int, before: int, after: int) -> Requirements:
        """The requirements on one axis."""
        if self.mode in ("reflect", "circular"):
            most = maximum(before, after)
            least = most + 1 if self.mode == "reflect" else most
            message = f"padding {most} of axis {axis} needs an axis of {least} positions in mode {self.mode!r}"
            yield at_least(size, least), f"{message}, not {size}"
        if self.mode in ("reflect", "replicate"):
            left = size + before + after
            yield at_least(left, 1), f"the output would have {left} positions on axis {axis}"
        else:
            away = -minimum(before, 0) - minimum(after, 0)
            yield at_least(size, away), f"padding removes {away} positions from axis {axis}, which has {size}"

    def out(self, x: Shape) -> Shape:
        """Padding before and after an axis adds to its size."""
        sizes = {axis: size + before + after for axis, size, before, after in self._pairs(x)}
        return tuple(sizes.get(axis, size) for axis, size in enumerate(x))

    def field(self, x: Shape) -> Field:
        """Position i reads position i - padding before."""
        shifts = dict.fromkeys(range(len(x)), 0) | {axis: -before for axis, _, before, _ in self._pairs(x)}
        return (tuple(Window(axis, 1, shift, shift) for axis, shift in shifts.items()),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return lambda x: torch.nn.functional.pad(x, self.padding, self.mode, self.value)
