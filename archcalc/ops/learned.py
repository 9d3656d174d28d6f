"""Trained arrays that are looked up, not multiplied."""

from typing import Annotated, Any

from archcalc.dim import Shape, at_least, both
from archcalc.op import Cost, Field, Op, Requirements, example, identity, operation, refusal
from archcalc.setting import Dim, Null, Sizes, Whole


@operation
class Parameter(Op):
    """Give a trained array, such as a class token or a position embedding; takes no input.

    Its one weight has no name of its own: in PyTorch the array stands at the layer's own path.
    """

    shape: Sizes
    arity = (0, 0)
    view = True  # The output is the weight itself; no activation is kept beside it.
    examples = (example(shape=[1, 1, 8]), example(shape=5))
    refused = (
        refusal("Parameter takes 0 inputs, not 1", (2, 3), shape=[3]),
        refusal("each entry a whole number of at least 1, not [1, 0]", shape=[1, 0]),
    )

    def out(self) -> Shape:
        return self.shape

    def weights(self) -> dict[str, Shape]:
        return {"": self.shape}

    def cost(self) -> Cost:
        return Cost()  # Nothing is computed.

    def field(self) -> Field:
        return ()

    def dtype(self, *dtypes: str) -> str:
        return "float32"

    def torch(self, torch: Any) -> Any:
        # FlopCounterMode asks every output that is trained for its gradient function, which a leaf has not.
        return lambda weight: weight if torch.is_grad_enabled() else weight.detach()


@operation
class Embedding(Op):
    """Look up a trained vector for each whole number of the input."""

    num_embeddings: Dim
    embedding_dim: Dim
    padding_idx: Annotated[int | None, Whole() | Null()] = None
    integers = True
    examples = (
        example((2, 5), num_embeddings=10, embedding_dim=4),
        example((3,), num_embeddings=7, embedding_dim=2, padding_idx=-7),
    )
    refused = (
        refusal(
            "padding_idx must be from -10 to 9, not 10", (2, 5), num_embeddings=10, embedding_dim=4, padding_idx=10
        ),
        refusal("Embedding needs embedding_dim", (2, 5), num_embeddings=10),
    )

    def requires(self, x: Shape) -> Requirements:
        count, index = self.num_embeddings, self.padding_idx
        if index is not None:
            claim = both(at_least(index, -count), at_least(count - 1, index))
            yield claim, f"padding_idx must be from {-count} to {count - 1}, not {index}"

    def out(self, x: Shape) -> Shape:
        return (*x, self.embedding_dim)

    def weights(self, x: Shape) -> dict[str, Shape]:
        return {"weight": (self.num_embeddings, self.embedding_dim)}

    def cost(self, x: Shape) -> Cost:
        return Cost()  # A look-up is no arithmetic.

    def field(self, x: Shape) -> Field:
        return (identity(len(x)),)

    def dtype(self, *dtypes: str) -> str:
        return "float32"

    def torch(self, torch: Any, x: Shape) -> Any:
        return torch.nn.Embedding(**self.settings())
