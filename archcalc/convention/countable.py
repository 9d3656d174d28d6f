"""The facts that conventions count: those of one call at its place in a network.

No convention asks for the class of an operation. It reads the facts that the class declares: its kind, shapes, weights,
buffers and cost, and its settings by PyTorch's names.
"""

from functools import cached_property
from typing import Any

from archcalc.call import Call
from archcalc.convention.kinds import kind_of
from archcalc.dim import Dim, equal, prod, total
from archcalc.op import Cost

ATTENTION = "MultiheadAttention"
"""The name of the block for PyTorch's module of that name."""


class Untold(Exception):
    """Raised by a rule that cannot determine its number."""


class Countable:
    """One call, written as a module or as a function, perhaps inside an attention module."""

    def __init__(self, call: Call, in_attention: bool = False, function: bool = False):
        self.call, self.in_attention, self.function = call, in_attention, function
        self.counts: dict[str, Dim | None] = {}
        """The numbers computed so far, by convention."""

    @property
    def kind(self) -> str:
        """The kind of operation that tools see; empty if unknown."""
        return kind_of(self.call.op)

    @cached_property
    def cost(self) -> Cost:
        """The exact work; raises Untold if it is unknown."""
        if self.call.cost is None:
            raise Untold
        return self.call.cost

    @property
    def macs(self) -> Dim:
        """Multiply-accumulates."""
        return self.cost.macs

    @property
    def bias(self) -> Dim:
        """Additions of a bias."""
        return self.cost.bias

    @cached_property
    def read(self) -> Dim:
        """The number of elements of the first input."""
        return prod(self.call.inputs[0])

    @cached_property
    def written(self) -> Dim:
        """The number of elements of the first output."""
        return prod(self.call.outputs[0])

    @property
    def parameters(self) -> Dim:
        """The number of elements of all weights, shared or not."""
        return self.call.parameters

    @property
    def batch(self) -> Dim:
        """The size of the first output axis, which tools take for the batch."""
        return self.call.outputs[0][0]

    @property
    def positions(self) -> Dim:
        """The number of elements of one output channel, including the batch."""
        return self.batch * prod(self.call.outputs[0][2:])

    @property
    def rank(self) -> int:
        """The number of axes of the first input."""
        return len(self.call.inputs[0])

    @property
    def operands(self) -> int:
        """The number of inputs."""
        return len(self.call.inputs)

    @property
    def affine(self) -> bool:
        """Whether a norm has a learnable scale."""
        return "weight" in self.call.weights

    @property
    def keeps_statistics(self) -> bool:
        """Whether a norm uses running statistics."""
        return "running_mean" in self.call.buffers

    def setting(self, name: str) -> Any:
        """A setting of the operation by PyTorch's name."""
        return self.call.op.settings().get(name)

    @property
    def kernel(self) -> Dim:
        """The number of positions of a window."""
        return prod(self.setting("kernel_size"))

    @property
    def length(self) -> Dim:
        """The length of a row along the reduced axis."""
        axis: int = self.setting("dim")
        return self.call.inputs[0][axis]

    @property
    def rows(self) -> Dim:
        """The number of rows along the reduced axis."""
        axis = self.setting("dim") % self.rank
        return prod(size for i, size in enumerate(self.call.inputs[0]) if i != axis)

    @property
    def groups(self) -> Dim:
        """The number of groups of a convolution."""
        found: int = self.setting("groups")
        return found

    @property
    def channels(self) -> Dim:
        """The size of the second axis of the input."""
        return self.call.inputs[0][1]

    @property
    def gates(self) -> Dim:
        """The number of gate evaluations in a recurrent layer: one per step and row of a state matrix."""
        rows = total(shape[0] for name, shape in self.call.weights.items() if name.startswith("weight_hh"))
        return rows * prod(self.call.inputs[0][:-1])

    @property
    def is_projected(self) -> bool:
        """Whether the hidden state of a recurrent layer is projected."""
        return any(name.startswith("weight_hr") for name in self.call.weights)

    @property
    def scales_exactly(self) -> bool:
        """Whether an image is resized to a given size or by an integer factor."""
        factor = self.setting("scale_factor")
        factors = factor if isinstance(factor, tuple) else (factor,)
        return factor is None or not any(isinstance(f, float) for f in factors)

    @property
    def pads_evenly(self) -> bool:
        """Whether a convolution pads both ends equally."""
        if self.setting("padding") != "same":
            return True
        reach = zip(self.setting("kernel_size"), self.setting("dilation"), strict=True)
        return all(equal(d * (k - 1) % 2, 0) is True for k, d in reach)
