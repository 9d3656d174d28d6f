"""Other orders and groupings of the same elements, by axis. Inputs of any shape."""

from typing import Annotated, Any

from archcalc.dim import Shape, divides, equal, prod, show
from archcalc.op import WHOLE, Field, Requirements, Scattered, Torch, Window, example, refusal
from archcalc.ops.axes import Refinement, divides_channels, has_axis, is_one, regrouped
from archcalc.ops.base import Movement, SameShape, TorchFunction, TorchModule
from archcalc.setting import MISMATCH, Axes, Dim, Given, Index, Many, Null, Whole


class SizeOrInferred(Whole):
    """A size, or -1 for a size that follows from the input."""

    def __init__(self) -> None:
        super().__init__(-1)

    def take(self, value: Given, axes: int) -> Given:
        taken = super().take(value, axes)
        return MISMATCH if type(taken) is int and taken == 0 else taken

    def words(self, axes: int) -> str:
        return "an integer of at least 1, or -1"


NewShape = Annotated[tuple[int, ...], Many(SizeOrInferred())]


class Flatten(Movement, TorchModule):
    """Merge neighbouring axes into one."""

    start_dim: Index = 1
    end_dim: Index = -1
    view = True
    examples = (
        example((2, 3, 4, 5)),
        example((2, 3, 4, 5), start_dim=2),
        example((2, 3, 4, 5), start_dim=0, end_dim=-2),
        example((2, 6, 1, 1)),
        example((2, 7)),
    )
    refused = (
        refusal("start_dim must be from -2 to 1, not 2", (2, 3), start_dim=2),
        refusal("end_dim must be from -3 to 2, not -4", (2, 3, 4), end_dim=-4),
        refusal("start_dim (2) comes after end_dim (-2, axis 1)", (2, 3, 4), start_dim=2, end_dim=-2),
    )

    def requires(self, x: Shape) -> Requirements:
        yield has_axis(x, self.start_dim, "start_dim")
        yield has_axis(x, self.end_dim, "end_dim")
        start, end = self._range(x)
        shown = f"{self.end_dim}, axis {end}" if self.end_dim < 0 else f"{end}"
        yield start <= end, f"start_dim ({self.start_dim}) comes after end_dim ({shown})"

    def _range(self, x: Shape) -> tuple[int, int]:
        return self.start_dim % len(x), self.end_dim % len(x)

    def out(self, x: Shape) -> Shape:
        """The size of the merged axis is the product of the sizes of its axes."""
        start, end = self._range(x)
        return (*x[:start], prod(x[start : end + 1]), *x[end + 1 :])

    def field(self, x: Shape) -> Field:
        """A position of the merged axis reads one position of each of its axes."""
        start, end = self._range(x)
        one = [[axis] for axis in range(len(x))]
        merged = [*one[:start], list(range(start, end + 1)), *one[end + 1 :]]
        return (regrouped(one, merged, dict(enumerate(x))),)


class Reshape(Movement, TorchFunction):
    """Change the shape, keeping the elements in order.

    `shape` includes the batch axis; one entry may be -1, which follows from the others.
    """

    shape: NewShape
    view = True
    examples = (
        example((2, 12), shape=[-1, 3, 4]),
        example((2, 3, 4, 5), shape=[2, 3, -1]),
        example((2, 8, 4, 6), shape=[-1, 4, 2, 4, 2, 3]),
        example((2, 6, 4), shape=[-1, 4, 6]),
        example((3, 1, 5), shape=[-1, 5, 1]),
    )
    refused = (
        refusal("[2, 7] has 14 elements, which [2, 8] cannot hold", (2, 7), shape=[2, 8]),
        refusal("[2, 7] has 14 elements, which [4, -1] cannot hold", (2, 7), shape=[4, -1]),
        refusal("only one entry of shape may be -1, but [-1, -1] has 2", (2, 7), shape=[-1, -1]),
        refusal("each entry an integer of at least 1, or -1, not [0, 14]", (2, 7), shape=[0, 14]),
    )

    def requires(self, x: Shape) -> Requirements:
        free = self.shape.count(-1)
        yield free <= 1, f"only one entry of shape may be -1, but {show(self.shape)} has {free}"
        size, known = prod(x), self._known()
        claim = divides(known, size) if free else equal(known, size)
        yield claim, f"{show(x)} has {size} elements, which {show(self.shape)} cannot hold"

    def _known(self) -> int:
        return prod(n for n in self.shape if n != -1)

    def out(self, x: Shape) -> Shape:
        """The entry -1 is the number of elements divided by the other entries."""
        return tuple(prod(x) // self._known() if n == -1 else n for n in self.shape)

    def field(self, x: Shape) -> Field:
        """Elements keep their order; a position reads the elements that end up in it."""
        return (Refinement(x, self.out(x)).reaches(),)


class _Reordered(Movement, TorchFunction):
    """Reorder the axes."""

    view = True

    def _order(self, x: Shape) -> list[int]:
        """The input axis of each output axis."""
        raise NotImplementedError

    def out(self, x: Shape) -> Shape:
        """The axes are in their new order."""
        return tuple(x[axis] for axis in self._order(x))

    def field(self, x: Shape) -> Field:
        """Each element reads the same element, at its old position."""
        order = self._order(x)
        return (tuple(Window(order.index(axis)) for axis in range(len(x))),)


class Permute(_Reordered):
    """Reorder the axes: output axis i is input axis dims[i]."""

    dims: Axes
    examples = (example((2, 3, 4), dims=[0, 2, 1]), example((2, 3, 4, 5), dims=[0, -1, 1, 2]))
    refused = (
        refusal("dims [0, 0, 1] must name each of the 3 axes of [2, 3, 4] once", (2, 3, 4), dims=[0, 0, 1]),
        refusal("dims [0, 1] must name each of the 3 axes of [2, 3, 4] once", (2, 3, 4), dims=[0, 1]),
        refusal("dims must be from -3 to 2, not 3", (2, 3, 4), dims=[0, 1, 3]),
    )

    def requires(self, x: Shape) -> Requirements:
        for dim in self.dims:
            yield has_axis(x, dim, "dims")
        message = f"dims {show(self.dims)} must name each of the {len(x)} axes of {show(x)} once"
        yield sorted(self._order(x)) == list(range(len(x))), message

    def _order(self, x: Shape) -> list[int]:
        return [dim % len(x) for dim in self.dims]


class Transpose(_Reordered):
    """Swap two axes."""

    dim0: Index
    dim1: Index
    examples = (example((2, 3, 4), dim0=1, dim1=2), example((2, 3, 4, 5), dim0=-1, dim1=-3))
    refused = (
        refusal("dim0 must be from -2 to 1, not 2", (2, 3), dim0=2, dim1=0),
        refusal("dim1 must be from -2 to 1, not -3", (2, 3), dim0=1, dim1=-3),
    )

    def requires(self, x: Shape) -> Requirements:
        yield has_axis(x, self.dim0, "dim0")
        yield has_axis(x, self.dim1, "dim1")

    def _order(self, x: Shape) -> list[int]:
        first, second = self.dim0 % len(x), self.dim1 % len(x)
        swap = {first: second, second: first}
        return [swap.get(axis, axis) for axis in range(len(x))]


class Squeeze(Movement, TorchFunction):
    """Remove axes of size 1."""

    dim: Axes
    view = True
    examples = (example((2, 3, 1), dim=-1), example((2, 1, 4, 1), dim=[1, 3]), example((1, 5), dim=0))
    refused = (
        refusal("axis 1 must have 1 position to be removed, not 3", (2, 3), dim=1),
        refusal("dim must be from -2 to 1, not 2", (2, 1), dim=2),
        refusal("dim [1, -1] names an axis of [2, 1] twice", (2, 1), dim=[1, -1]),
    )

    def requires(self, x: Shape) -> Requirements:
        for dim in self.dim:
            yield has_axis(x, dim)
        gone = self._gone(x)
        yield len(gone) == len(self.dim), f"dim {show(self.dim)} names an axis of {show(x)} twice"
        for axis in sorted(gone):
            yield equal(x[axis], 1), f"axis {axis} must have 1 position to be removed, not {x[axis]}"

    def _gone(self, x: Shape) -> set[int]:
        return {dim % len(x) for dim in self.dim}

    def out(self, x: Shape) -> Shape:
        """The other axes stay."""
        gone = self._gone(x)
        return tuple(size for axis, size in enumerate(x) if axis not in gone)

    def field(self, x: Shape) -> Field:
        """Each element reads the only position of the removed axes."""
        gone = self._gone(x)
        kept = [axis for axis in range(len(x)) if axis not in gone]
        if not kept:
            return ((WHOLE,) * len(x),)
        only = [Window(min(axis, len(kept) - 1), 0) for axis in range(len(x))]
        return (tuple(only[axis] if axis in gone else Window(kept.index(axis)) for axis in range(len(x))),)


class Unsqueeze(Movement, TorchFunction):
    """Insert an axis of size 1."""

    dim: Index
    view = True
    examples = (example((2, 3), dim=1), example((2, 3, 4), dim=-1), example((5,), dim=0))
    refused = (refusal("dim must be from -3 to 2, not 3", (2, 3), dim=3),)

    def requires(self, x: Shape) -> Requirements:
        yield has_axis((*x, 1), self.dim)

    def _place(self, x: Shape) -> int:
        return self.dim % (len(x) + 1)

    def out(self, x: Shape) -> Shape:
        """The new axis is axis dim of the output."""
        place = self._place(x)
        return (*x[:place], 1, *x[place:])

    def field(self, x: Shape) -> Field:
        """Each element reads the same element."""
        place = self._place(x)
        return (tuple(Window(axis + (axis >= place)) for axis in range(len(x))),)


class Expand(Movement):
    """Repeat along axes of size 1 and along new leading axes; -1 keeps a size."""

    shape: NewShape
    view = True
    examples = (
        example((1, 1, 8), shape=[4, -1, -1]),
        example((2, 3, 1), shape=[-1, 3, 5]),
        example((2, 3), shape=[4, -1, 3]),
    )
    refused = (
        refusal("axis 1 of [2, 3] cannot be expanded to 6", (2, 3), shape=[2, 6]),
        refusal("shape [3] must have at least as many entries as [2, 3] has axes", (2, 3), shape=[3]),
        refusal("the new axis 0 must have a size, not -1", (2, 3), shape=[-1, 2, 3]),
    )

    def requires(self, x: Shape) -> Requirements:
        new = len(self.shape) - len(x)
        yield new >= 0, f"shape {show(self.shape)} must have at least as many entries as {show(x)} has axes"
        for axis, size in enumerate(self.shape[:new]):
            yield size != -1, f"the new axis {axis} must have a size, not -1"
        for axis, (old, size) in enumerate(zip(x, self.shape[new:], strict=True)):
            kept = size == -1 or is_one(old)
            yield kept or equal(old, size), f"axis {axis} of {show(x)} cannot be expanded to {size}"

    def out(self, x: Shape) -> Shape:
        """Axes of size 1 and new leading axes get the requested size; -1 keeps a size."""
        new = len(self.shape) - len(x)
        kept = (old if size == -1 else size for old, size in zip(x, self.shape[new:], strict=True))
        return (*self.shape[:new], *kept)

    def field(self, x: Shape) -> Field:
        """All positions of a repeated axis read its only position."""
        new = len(self.shape) - len(x)
        repeated = (size != -1 and is_one(old) for old, size in zip(x, self.shape[new:], strict=True))
        return (tuple(Window(axis, 0 if again else 1) for axis, again in enumerate(repeated, start=new)),)

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return lambda x: x.expand(self.shape)


class Roll(SameShape, Movement, TorchFunction):
    """Shift elements along axes, wrapping around at the ends; without `dims`, along the flattened input."""

    shifts: Axes
    dims: Annotated[Any, Many(Whole()) | Null()] = None
    examples = (
        example((2, 8, 8, 3), shifts=[-2, -2], dims=[1, 2]),
        example((2, 3, 5), shifts=1, dims=-1),
        example((2, 3, 4), shifts=2),
    )
    refused = (
        refusal("2 shifts need as many dims, not 1", (2, 3), shifts=[1, 1], dims=[1]),
        refusal("without dims there must be one shift, not 2", (2, 3), shifts=[1, 1]),
        refusal("dims must be from -2 to 1, not 2", (2, 3), shifts=1, dims=2),
    )

    def requires(self, x: Shape) -> Requirements:
        count = len(self.shifts)
        if not self.dims:
            yield count == 1, f"without dims there must be one shift, not {count}"
            return
        yield count == len(self.dims), f"{count} shifts need as many dims, not {len(self.dims)}"
        for dim in self.dims:
            yield has_axis(x, dim, "dims")

    def field(self, x: Shape) -> Field:
        """A position reads the element that is shifted to it."""
        axes = range(len(x))
        if not self.dims:
            return ((Scattered(tuple(axes)),) * len(x),)
        rolled = {dim % len(x) for dim in self.dims}
        return (tuple(Scattered((axis,)) if axis in rolled else Window(axis) for axis in axes),)


class ChannelShuffle(SameShape, Movement, TorchModule):
    """Interleave the channels of groups. Shapes: [N, C, ...]. Source: Zhang et al. 2017 (arXiv:1707.01083)."""

    groups: Dim
    examples = (example((2, 6, 4, 4), groups=3), example((1, 8, 5), groups=2))
    refused = (
        refusal("groups (4) must divide the input's channels (6)", (2, 6, 4, 4), groups=4),
        refusal("the input must have at least 3 axes (N, C, ...), not 2: [2, 6]", (2, 6), groups=3),
    )

    def requires(self, x: Shape) -> Requirements:
        yield len(x) >= 3, f"the input must have at least 3 axes (N, C, ...), not {len(x)}: {show(x)}"
        yield divides_channels("groups", self.groups, x[1])

    def field(self, x: Shape) -> Field:
        """A channel reads the input channel that is moved to it."""
        others: list[list[Any]] = [[axis] for axis in range(2, len(x))]
        sizes = dict(enumerate(x)) | {"group": self.groups, "channel": x[1] // self.groups}
        return (regrouped([[0], ["group", "channel"], *others], [[0], ["channel", "group"], *others], sizes),)
