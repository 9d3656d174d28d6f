"""One step of a recurrent layer. Shapes: [N, I], states [N, H]."""

from typing import Annotated, ClassVar

from archcalc.dim import Shape, equal, show
from archcalc.op import WHOLE, Cost, Field, Op, Requirements, Torch, Window, example, has_rank, refusal
from archcalc.ops.base import twin
from archcalc.ops.recurrent import GRU, LSTM, RNN, Recurrent
from archcalc.role import Role
from archcalc.setting import Choice, Dim, Flag


class _Cell(Op):
    """Run one step of a recurrent layer; without states they are 0. The outputs are the new states."""

    role = Role.RECURRENT
    channel_axis = -1
    arity = (1, 2)
    hidden_size: Dim
    bias: Flag = True

    layer: ClassVar[type[Recurrent]]
    """The layer that repeats this cell over a sequence."""
    letters = ("NC", "NP", "NP")

    def _layer(self) -> Recurrent:
        return self.layer(**self.settings())

    def requires(self, x: Shape, *states: Shape) -> Requirements:
        yield has_rank(x, 2, "N, I")
        names = self.layer.states
        yield len(states) in (0, len(names)), f"{' and '.join(names)} must be given together, or none of them"
        right = (x[0], self.hidden_size)
        for name, shape in zip(names, states, strict=False):
            message = f"{name} must be {show(right)}, not {show(shape)}"
            yield len(shape) == 2, message
            for a, b in zip(shape, right, strict=True):
                yield equal(a, b), message

    def out(self, x: Shape, *states: Shape) -> Shape:
        """Each state has hidden_size features."""
        return (x[0], self.hidden_size)

    def outputs(self, x: Shape, *states: Shape) -> tuple[Shape, ...]:
        return (self.out(x),) * len(self.layer.states)

    def weights(self, x: Shape, *states: Shape) -> dict[str, Shape]:
        """Per gate, each unit has a row over the input, a row over the state and two biases."""
        return {name.removesuffix("_l0"): shape for name, shape in self._layer().weights((1, *x)).items()}

    def cost(self, x: Shape, *states: Shape) -> Cost:
        """The input and the hidden state are multiplied by the weights of all gates."""
        return self._layer().cost((1, *x))

    def field(self, x: Shape, *states: Shape) -> Field:
        """A unit reads the input and h0, and of c0 its own unit."""
        batch = Window(0)
        return ((batch, WHOLE), *((batch, WHOLE), (batch, Window(1)))[: len(states)])

    def torch(self, torch: Torch, x: Shape, *states: Shape) -> Torch:
        single = len(self.layer.states) == 1

        class Flat(twin(self, torch.nn)):  # type: ignore[misc]  # the base is known only now
            """PyTorch's cell, which takes and returns its states separately."""

            def forward(self, x: Torch, *states: Torch) -> Torch:
                return super().forward(x, (states[0] if single else states) if states else None)

        return Flat(x[-1], **self.settings())


class RNNCell(_Cell):
    """Run one step of a plain recurrent network. Source: Elman 1990."""

    counted_as = "rnn cell"
    layer = RNN
    nonlinearity: Annotated[str, Choice("tanh", "relu")] = "tanh"
    examples = (
        example((2, 4), hidden_size=3),
        example((2, 4), (2, 3), hidden_size=3, nonlinearity="relu", bias=False),
    )
    refused = (
        refusal("the input must have 2 axes (N, I), not 3", (5, 2, 4), hidden_size=3),
        refusal("h0 must be [2, 3], not [2, 4]", (2, 4), (2, 4), hidden_size=3),
    )


class LSTMCell(_Cell):
    """Run one step of a long short-term memory. Source: Hochreiter & Schmidhuber 1997."""

    counted_as = "lstm cell"
    layer = LSTM
    arity = (1, 3)
    examples = (example((2, 4), hidden_size=3), example((2, 4), (2, 3), (2, 3), hidden_size=3, bias=False))
    refused = (
        refusal("h0 and c0 must be given together, or none of them", (2, 4), (2, 3), hidden_size=3),
        refusal("c0 must be [2, 3], not [2, 4]", (2, 4), (2, 3), (2, 4), hidden_size=3),
    )


class GRUCell(_Cell):
    """Run one step of gated recurrent units. Source: Cho et al. 2014 (arXiv:1406.1078)."""

    counted_as = "gru cell"
    layer = GRU
    examples = (example((2, 4), hidden_size=3), example((2, 4), (2, 5), hidden_size=5, bias=False))
    refused = (refusal("h0 must be [2, 3], not [1, 3]", (2, 4), (1, 3), hidden_size=3),)
