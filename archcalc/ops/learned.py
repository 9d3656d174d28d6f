"""Arrays that the network holds, trained or constant, and look-ups in arrays."""

from typing import Annotated, Any

from archcalc.dim import Shape, at_least, both, show
from archcalc.op import Cost, Field, Requirements, Scattered, Torch, Window, example, identity, refusal
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
