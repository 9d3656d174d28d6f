"""Arrays that the network holds, trained or constant, and look-ups in arrays."""

from typing import Annotated, Any

from archcalc.dim import Shape, at_least, both, prod, show
from archcalc.op import (
    UNKNOWN,
    WHOLE,
    Cost,
    Field,
    Requirements,
    Scattered,
    Torch,
    Window,
    example,
    has_rank,
    identity,
    refusal,
)
from archcalc.ops.axes import has_axis, identity_but, with_size
from archcalc.ops.base import Movement, TorchModule, Weightless
from archcalc.role import Role
from archcalc.setting import Choice, Dim, Flag, Index, Null, Sizes, Whole


class _Array(Weightless):
    """Return an array that the network holds; takes no input."""

    role = Role.LEARNED
    channel_axis = -1
    shape: Sizes
    arity = (0, 0)
    view = True  # The output is the array itself, so no activation is stored.

    def out(self) -> Shape:
        """The array has the given shape."""
        return self.shape

    def cost(self) -> Cost:
        """Nothing is computed."""
        return Cost()

    def field(self) -> Field:
        return ()


class Parameter(_Array):
    """Return a trained array, such as a class token or a position embedding; takes no input.

    Its only weight is unnamed: in PyTorch the array is at the layer's path.
    """

    examples = (example(shape=[1, 1, 8]), example(shape=5))
    refused = (
        refusal("Parameter takes 0 inputs, not 1", (2, 3), shape=[3]),
        refusal("each entry an integer of at least 1, not [1, 0]", shape=[1, 0]),
    )

    def weights(self) -> dict[str, Shape]:
        """The array is trained, each element a parameter."""
        return {"": self.shape}

    def out_dtype(self, *dtypes: str) -> str:
        return "float32"

    def torch(self, torch: Torch) -> Torch:
        # FlopCounterMode needs the gradient function of every trained output, which a leaf does not have.
        return lambda weight: weight if torch.is_grad_enabled() else weight.detach()


class Buffer(_Array):
    """Return a stored, untrained array, such as a table of positions or a mask; takes no input.

    It is unnamed: in PyTorch the array is at the layer's path. With `persistent: false` it is recomputed
    and not in the state dict.
    """

    dtype: Annotated[str, Choice("float32", "float64", "float16", "bfloat16", "int64", "int32", "bool")] = "float32"
    persistent: Flag = True
    examples = (
        example(shape=[1, 15, 15, 2]),
        example(shape=49, dtype="int64"),
        example(shape=[4, 4], dtype="bool", persistent=False),
    )
    refused = (
        refusal("Buffer takes 0 inputs, not 1", (2, 3), shape=[3]),
        refusal("dtype must be 'float32' or", shape=[1, 3], dtype="int"),
    )

    def buffers(self) -> dict[str, Shape]:
        """The array is stored but not trained."""
        return {"": self.shape} if self.persistent else {}

    def out_dtype(self, *dtypes: str) -> str:
        return self.dtype

    def torch(self, torch: Torch) -> Torch:
        class Held(torch.nn.Module):
            def forward(self) -> Any:
                return self.weight

        module = Held()
        # Zero is a valid index of every table.
        array = torch.zeros(self.shape, dtype=getattr(torch, self.dtype))
        module.register_buffer("weight", array, persistent=self.persistent)
        return module


class Embedding(TorchModule):
    """Look up a trained vector for each integer of the input."""

    role = Role.LEARNED
    counted_as = "embedding"
    channel_axis = -1
    num_embeddings: Dim
    embedding_dim: Dim
    padding_idx: Annotated[int | None, Whole() | Null()] = None
    integers = (0,)
    examples = (
        example((2, 5), num_embeddings=10, embedding_dim=4),
        example((3,), num_embeddings=7, embedding_dim=2, padding_idx=-7),
    )
    refused = (
        refusal("padding_idx must be from -9 to 8, not 9", (2, 5), num_embeddings=9, embedding_dim=4, padding_idx=9),
        refusal("Embedding needs embedding_dim", (2, 5), num_embeddings=10),
    )

    def requires(self, x: Shape) -> Requirements:
        count, index = self.num_embeddings, self.padding_idx
        if index is not None:
            claim = both(at_least(index, -count), at_least(count - 1, index))
            yield claim, f"padding_idx must be from {-count} to {count - 1}, not {index}"

    def out(self, x: Shape) -> Shape:
        """Each integer becomes a vector of size embedding_dim."""
        return (*x, self.embedding_dim)

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each of the num_embeddings integers has a vector of size embedding_dim."""
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def cost(self, x: Shape) -> Cost:
        """A look-up takes no arithmetic."""
        return Cost()

    def field(self, x: Shape) -> Field:
        """Each vector reads the integer at its own position."""
        return (identity(len(x)),)

    def out_dtype(self, *dtypes: str) -> str:
        return "float32"


class EmbeddingBag(TorchModule):
    """Look up a trained vector for each integer of a bag, a row of the input, and reduce them to one."""

    role = Role.LEARNED
    counted_as = "embedding bag"
    channel_axis = -1
    num_embeddings: Dim
    embedding_dim: Dim
    mode: Annotated[str, Choice("mean", "sum", "max")] = "mean"
    integers = (0,)
    examples = (
        example((2, 5), num_embeddings=10, embedding_dim=4),
        example((3, 4), num_embeddings=7, embedding_dim=2, mode="sum"),
        example((3, 4), num_embeddings=7, embedding_dim=2, mode="max"),
    )
    refused = (
        refusal("the input must have 2 axes (N, L), not 1", (5,), num_embeddings=10, embedding_dim=4),
        refusal("EmbeddingBag needs embedding_dim", (2, 5), num_embeddings=10),
    )

    def requires(self, x: Shape) -> Requirements:
        yield has_rank(x, 2, "N, L")

    def out(self, x: Shape) -> Shape:
        """Each bag becomes a vector of size embedding_dim."""
        return (x[0], self.embedding_dim)

    def weights(self, x: Shape) -> dict[str, Shape]:
        """Each of the num_embeddings integers has a vector of size embedding_dim."""
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def cost(self, x: Shape) -> Cost:
        """A bag of k takes k - 1 additions or comparisons for each element of its vector, and a mean one division."""
        out = prod(self.out(x))
        steps = out * (x[1] - 1)
        return Cost(compare=steps) if self.mode == "max" else Cost(add=steps, div=out if self.mode == "mean" else 0)

    def field(self, x: Shape) -> Field:
        """Each vector reads its whole bag."""
        return ((Window(0), WHOLE),)

    def out_dtype(self, *dtypes: str) -> str:
        return "float32"


class OneHot(Movement):
    """Turn each integer into a row of num_classes integers that is 1 at its place, else 0."""

    role = Role.LEARNED
    counted_as = "movement"
    takes_complex = False
    num_classes: Dim
    integers = (0,)
    examples = (example((2, 5), num_classes=4), example((3,), num_classes=7))
    refused = (refusal("OneHot needs num_classes", (2, 5)),)

    def out(self, x: Shape) -> Shape:
        """The new last axis has a position for each class."""
        return (*x, self.num_classes)

    def field(self, x: Shape) -> Field:
        """Each row reads the integer at its own position."""
        return (identity(len(x)),)

    def out_dtype(self, *dtypes: str) -> str:
        return "int64"

    def torch(self, torch: Torch, x: Shape) -> Torch:
        return lambda x: torch.nn.functional.one_hot(x, self.num_classes)


class _ByIndex(Movement):
    """Move elements along an axis to or from where an array of integers says."""

    role = Role.LEARNED
    counted_as = "movement"
    dim: Index
    integers = (1,)

    def _within(self, inner: Shape, outer: Shape, what: str, skip: int | None = None) -> Requirements:
        """The requirement that the index is nowhere larger than another input, apart from one axis."""
        message = f"the index {show(inner)} must be at most as large as {what} {show(outer)}"
        yield len(inner) == len(outer), message
        for axis, (a, b) in enumerate(zip(inner, outer, strict=True)):
            if axis != skip:
                yield at_least(b, a), message


class Gather(_ByIndex):
    """Take for each integer of the second input, an index, the element at that position of the axis."""

    arity = (2, 2)
    examples = (example((2, 5, 4), (2, 3, 4), dim=1), example((3, 6), (2, 9), dim=-1))
    refused = (
        refusal("the index [3, 4] must be at most as large as the input [2, 5]", (2, 5), (3, 4), dim=1),
        refusal("dim must be from -2 to 1, not 2", (2, 5), (2, 5), dim=2),
    )

    def requires(self, x: Shape, index: Shape) -> Requirements:
        yield has_axis(x, self.dim)
        yield from self._within(index, x, "the input", self.dim % len(x))

    def out(self, x: Shape, index: Shape) -> Shape:
        """The output has the shape of the index."""
        return index

    def field(self, x: Shape, index: Shape) -> Field:
        """A position along the axis reads a position that the index names, and on the other axes its own."""
        dim = self.dim % len(x)
        return identity_but(x, dim, UNKNOWN), identity(len(index))

    def torch(self, torch: Torch, x: Shape, index: Shape) -> Torch:
        return lambda x, index: torch.gather(x, self.dim, index)


class Scatter(_ByIndex):
    """Write the elements of the third input over the first, at the positions of the axis that the second names."""

    arity = (3, 3)
    examples = (
        example((2, 5, 4), (2, 3, 4), (2, 3, 4), dim=1),
        example((3, 6), (2, 9), (3, 10), dim=-1),
    )
    refused = (
        refusal("the index [3, 4] must be at most as large as the input [2, 5]", (2, 5), (3, 4), (3, 4), dim=1),
        refusal("the index [2, 4] must be at most as large as the source [2, 3]", (2, 5), (2, 4), (2, 3), dim=1),
    )

    def requires(self, x: Shape, index: Shape, source: Shape) -> Requirements:
        yield has_axis(x, self.dim)
        yield from self._within(index, x, "the input", self.dim % len(x))
        yield from self._within(index, source, "the source")

    def out(self, x: Shape, index: Shape, source: Shape) -> Shape:
        """The output has the shape of the first input."""
        return x

    def field(self, x: Shape, index: Shape, source: Shape) -> Field:
        """A position reads its own, or one of the source that the index sends to it."""
        sent = identity_but(x, self.dim, UNKNOWN)
        return identity(len(x)), sent, sent

    def torch(self, torch: Torch, x: Shape, index: Shape, source: Shape) -> Torch:
        read = tuple(map(slice, index))  # PyTorch has no gradient for a larger source
        return lambda x, index, source: torch.scatter(x, self.dim, index, source[read])


class IndexSelect(Movement):
    """Take the positions along an axis of the first input that the second input, a list of integers, names."""

    role = Role.LEARNED
    counted_as = "movement"
    channel_axis = -1
    dim: Index
    arity = (2, 2)
    integers = (1,)
    examples = (example((9, 3), (16,), dim=0), example((2, 5, 4), (3,), dim=-2), example((2, 3), (7,), dim=1))
    refused = (
        refusal("the index must have one axis, not 2: [4, 4]", (9, 3), (4, 4), dim=0),
        refusal("dim must be from -2 to 1, not 2", (9, 3), (4,), dim=2),
        refusal("IndexSelect takes 2 inputs, not 1", (9, 3), dim=0),
    )

    def requires(self, x: Shape, index: Shape) -> Requirements:
        yield has_axis(x, self.dim)
        yield len(index) == 1, f"the index must have one axis, not {len(index)}: {show(index)}"

    def out(self, x: Shape, index: Shape) -> Shape:
        """The axis has one position per integer of the list."""
        return with_size(x, self.dim, index[0])

    def field(self, x: Shape, index: Shape) -> Field:
        """A position along the axis reads a position that the list names."""
        dim = self.dim % len(x)
        return identity_but(x, dim, Scattered((dim,))), (Window(dim),)

    def torch(self, torch: Torch, x: Shape, index: Shape) -> Torch:
        return lambda x, index: torch.index_select(x, self.dim, index)
