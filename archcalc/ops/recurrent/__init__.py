"""Recurrent layers over a sequence. Shapes: [L, N, I], or with batch_first [N, L, I]; states [layers, N, H].

The outputs are the hidden states of the last layer at each step, then the last states of all layers. As in PyTorch,
`batch_first` is false by default and does not affect the states.
"""

import warnings
from collections.abc import Iterator
from typing import Annotated, ClassVar

from archcalc.dim import Shape, Size, at_least, equal, plain, prod, show
from archcalc.op import WHOLE, Before, Cost, Field, Op, Reach, Requirements, Torch, Window, example, has_rank, refusal
from archcalc.ops.base import twin
from archcalc.role import Role
from archcalc.setting import Choice, Count, Dim, Flag, Probability

SIGMOID = Cost(mul=1, exp=1, add=1, div=1)
"""1 / (1 + exp(-x)), the negation as a product."""
TANH = Cost(tanh=1)


class Recurrent(Op):
    """Run a cell over a sequence, in one or both directions and one or more layers."""

    role = Role.RECURRENT
    channel_axis = -1
    arity = (1, 2)
    hidden_size: Dim
    num_layers: Dim = 1
    bias: Flag = True
    batch_first: Flag = False
    dropout: Probability = 0.0
    bidirectional: Flag = False

    gates: ClassVar[int]
    """The number of blocks of hidden_size rows in each weight."""
    letters = ("LNC", "SNP", "SNQ")
    states: ClassVar[tuple[str, ...]] = ("h0",)
    """The initial states that may be given."""

    def named_axes(self) -> tuple[str, ...]:
        return ("NLC", *self.letters[1:]) if self.batch_first else self.letters

    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def _layers(self) -> int:
        return plain(self.num_layers, "num_layers")

    def _stack(self) -> int:
        """The number of states: one for each layer and direction."""
        return self._layers() * self._directions()

    def _projected(self) -> int:
        """The size of a hidden state, after the projection if there is one."""
        return self.hidden_size

    def _state_sizes(self) -> tuple[int, ...]:
        """The last axis of each state."""
        return (self._projected(),)

    def _order(self, time: Size, batch: Size) -> tuple[Size, Size]:
        """Time and batch in the order of the sequence's axes, and the reverse: batch_first swaps them."""
        return (batch, time) if self.batch_first else (time, batch)

    def requires(self, x: Shape, *states: Shape) -> Requirements:
        yield has_rank(x, 3, "N, L, I" if self.batch_first else "L, N, I")
        wanted = len(self.states)
        yield len(states) in (0, wanted), f"{' and '.join(self.states)} must be given together, or none of them"
        _, batch = self._order(*x[:2])
        for name, shape, size in zip(self.states, states, self._state_sizes(), strict=False):
            right = (self._stack(), batch, size)
            yield len(shape) == 3, f"{name} must be {show(right)}, not {show(shape)}"
            for a, b in zip(shape, right, strict=True):
                yield equal(a, b), f"{name} must be {show(right)}, not {show(shape)}"

    def out(self, x: Shape, *states: Shape) -> Shape:
        return (x[0], x[1], self._projected() * self._directions())

    def outputs(self, x: Shape, *states: Shape) -> tuple[Shape, ...]:
        """The hidden states of the last layer at each step, then the last states of all layers and directions."""
        _, batch = self._order(*x[:2])
        return (self.out(x), *((self._stack(), batch, size) for size in self._state_sizes()))

    def _inputs(self, x: Shape) -> list[int]:
        """The number of features that each layer reads."""
        return [x[-1], *[self._projected() * self._directions()] * (self._layers() - 1)]

    def weights(self, x: Shape, *states: Shape) -> dict[str, Shape]:
        """Per layer, direction and gate, each unit has a row over the input, a row over the state and two biases."""
        return {
            f"{name}_l{layer}{direction}": shape
            for layer, features in enumerate(self._inputs(x))
            for direction in ("", "_reverse")[: self._directions()]
            for name, shape in self._cell(features)
        }

    def _cell(self, features: int) -> Iterator[tuple[str, Shape]]:
        """The weights of one layer in one direction."""
        rows = self.gates * self.hidden_size
        yield "weight_ih", (rows, features)
        yield "weight_hh", (rows, self._projected())
        if self.bias:
            yield "bias_ih", (rows,)
            yield "bias_hh", (rows,)

    def _unit(self) -> Cost:
        """The work of one unit in one step, without its products and their biases."""
        raise NotImplementedError

    def cost(self, x: Shape, *states: Shape) -> Cost:
        """At each step every layer and direction multiplies its input and hidden state by the weights of all gates."""
        steps = x[0] * x[1]
        cells = [dict(self._cell(features)) for features in self._inputs(x) for _ in range(self._directions())]
        units = self._unit().times(steps * self.hidden_size * len(cells))
        return Cost.sum([units, *(self._products(cell).times(steps) for cell in cells)])

    def _products(self, cell: dict[str, Shape]) -> Cost:
        """The work of the products with the weights of one layer in one direction, in one step."""
        matrices = [prod(shape) for name, shape in cell.items() if name.startswith("weight")]
        biases = [prod(shape) for name, shape in cell.items() if name.startswith("bias")]
        return Cost(macs=sum(matrices), bias=sum(biases))

    def field(self, x: Shape, *states: Shape) -> Field:
        return self.fields(x, *states)[0]

    def fields(self, x: Shape, *states: Shape) -> tuple[Field, ...]:
        """A step reads itself and all earlier steps; a bidirectional layer reads all steps."""
        (length, _), (time, batch) = self._order(*x[:2]), self._order(0, 1)
        stack, count = self._stack(), len(states)
        # Forward, step i reads steps 0 ... i. Backward it reads the others too, for the other half of its features.
        steps = Window(time, 0, 0, length - 1) if self.bidirectional else Before(time)
        layers = Window(time, 0, 0, stack - 1) if self.bidirectional else WHOLE
        # A last state reads the states of the layers below and its own, but not that of its other direction.
        below = Window(0, 1, 0 if self._layers() == 1 else 1 - stack, 0)
        last = self._reads(WHOLE, below, 0, 1, count)
        return (self._reads(steps, layers, time, batch, count), *[last] * len(self.states))

    def _reads(self, steps: Reach, layers: Reach, first: int, batch: int, count: int) -> Field:
        """The field of an output, given its axes and the number of states."""
        # Every unit reads all of h0, and of c0 its own unit first.
        units = (WHOLE, Window(first, 0, 0, self.hidden_size - 1))
        states = [(layers, Window(batch), reach) for reach in units[:count]]
        return ((*self._order(steps, Window(batch)), WHOLE), *states)

    def torch(self, torch: Torch, x: Shape, *states: Shape) -> Torch:
        single = len(self.states) == 1

        class Flat(twin(self, torch.nn)):  # type: ignore[misc]  # the base is known only now
            """PyTorch's layer, which takes and returns its states separately."""

            def forward(self, x: Torch, *states: Torch) -> tuple[Torch, ...]:
                given = None if not states else states[0] if single else states
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # oneDNN does not support a projection
                    output, last = super().forward(x, given)
                return (output, last) if single else (output, *last)

        settings = self.settings()
        if self.num_layers == 1:
            settings["dropout"] = 0  # PyTorch warns that there is no dropout after the last layer.
        return Flat(x[-1], **settings)


SEQUENCE = "the input must have 3 axes (L, N, I), not 2: [5, 4]"


class RNN(Recurrent):
    """Run a plain recurrent network over a sequence. Source: Elman 1990."""

    counted_as = "rnn"
    nonlinearity: Annotated[str, Choice("tanh", "relu")] = "tanh"
    gates = 1
    examples = (
        example((5, 2, 4), hidden_size=3),
        example((2, 5, 4), (4, 2, 3), hidden_size=3, num_layers=2, bidirectional=True, batch_first=True),
        example((4, 1, 5), (1, 1, 6), hidden_size=6, nonlinearity="relu", bias=False),
    )
    refused = (
        refusal(SEQUENCE, (5, 4), hidden_size=3),
        refusal("h0 must be [1, 2, 3], not [1, 5, 3]", (5, 2, 4), (1, 5, 3), hidden_size=3),
        refusal("nonlinearity must be 'tanh' or 'relu', not 'gelu'", (5, 2, 4), hidden_size=3, nonlinearity="gelu"),
    )

    def _unit(self) -> Cost:
        # tanh(a + b), where a and b are the two products
        return Cost.sum([Cost(add=1), TANH if self.nonlinearity == "tanh" else Cost(compare=1)])


class LSTM(Recurrent):
    """Run a long short-term memory over a sequence.

    With `proj_size` the hidden state is a projection. Sources: Hochreiter & Schmidhuber 1997; Sak et al. 2014
    (arXiv:1402.1128).
    """

    counted_as = "lstm"
    proj_size: Count = 0
    arity = (1, 3)
    gates = 4
    states = ("h0", "c0")
    examples = (
        example((5, 2, 4), hidden_size=3),
        example((2, 6, 4), (4, 2, 3), (4, 2, 3), hidden_size=3, num_layers=2, bidirectional=True, batch_first=True),
        example((5, 2, 4), (2, 2, 3), (2, 2, 6), hidden_size=6, num_layers=2, proj_size=3, bias=False),
    )
    refused = (
        refusal(SEQUENCE, (5, 4), hidden_size=3),
        refusal("h0 and c0 must be given together, or none of them", (5, 2, 4), (1, 2, 3), hidden_size=3),
        refusal("c0 must be [1, 2, 3], not [1, 2, 4]", (5, 2, 4), (1, 2, 3), (1, 2, 4), hidden_size=3),
        refusal("proj_size (3) must be smaller than hidden_size (3)", (5, 2, 4), hidden_size=3, proj_size=3),
    )

    def requires(self, x: Shape, *states: Shape) -> Requirements:
        message = f"proj_size ({self.proj_size}) must be smaller than hidden_size ({self.hidden_size})"
        yield at_least(self.hidden_size - 1, self.proj_size), message
        yield from super().requires(x, *states)

    def _has_projection(self) -> bool:
        return not equal(self.proj_size, 0)

    def _projected(self) -> int:
        return self.proj_size if self._has_projection() else self.hidden_size

    def _state_sizes(self) -> tuple[int, ...]:
        return (self._projected(), self.hidden_size)

    def _cell(self, features: int) -> Iterator[tuple[str, Shape]]:
        yield from super()._cell(features)
        if self._has_projection():
            yield "weight_hr", (self.proj_size, self.hidden_size)

    def _unit(self) -> Cost:
        # c = sigmoid(f) * c + sigmoid(i) * tanh(g); h = sigmoid(o) * tanh(c); each of f, i, g, o a sum of two products
        return Cost.sum([Cost(add=4), SIGMOID.times(3), TANH.times(2), Cost(mul=3, add=1)])


class GRU(Recurrent):
    """Run gated recurrent units over a sequence. Source: Cho et al. 2014 (arXiv:1406.1078)."""

    counted_as = "gru"
    gates = 3
    examples = (
        example((5, 2, 4), hidden_size=3),
        example((2, 5, 4), (2, 2, 3), hidden_size=3, bidirectional=True, batch_first=True),
        example((3, 2, 4), hidden_size=5, num_layers=2, bias=False, dropout=0.5),
    )
    refused = (
        refusal(SEQUENCE, (5, 4), hidden_size=3),
        refusal("h0 must be [2, 2, 3], not [1, 2, 3]", (5, 2, 4), (1, 2, 3), hidden_size=3, num_layers=2),
    )

    def _unit(self) -> Cost:
        # n = tanh(a + sigmoid(r) * b); h = (1 - sigmoid(z)) * n + sigmoid(z) * h; r and z each a sum of two products
        return Cost.sum([Cost(add=2), SIGMOID.times(2), TANH, Cost(mul=3, add=3)])
