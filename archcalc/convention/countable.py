"""What conventions count from: one call at its place in a network, with the facts that follow from its declaration.

No convention asks which operation it sees. It reads what a declaration says: `counted_as`, the shapes, weights, buffers
and cost, and settings by PyTorch's names for them.
"""

from functools import cached_property
from typing import Any

from archcalc.convention.kinds import kind_of
from archcalc.dim import Dim, equal, prod, total
from archcalc.op import Call, Cost

ATTENTION = "MultiheadAttention"
"""The name of a block that is read as PyTorch's module of that name."""


class Untold(Exception):
    """Raised by a rule where the number of its convention cannot be told."""


class Countable:
    """One call, perhaps a part of a module of attention, written as a module or as a function."""

    def __init__(self, call: Call, in_attention: bool = False, function: bool = False):
        self.call, self.in_attention, self.function = call, in_attention, function
        self.counts: dict[str, Dim | None] = {}
        """What conventions have made of it, by their names."""

    @property
    def kind(self) -> str:
        """What tools take the operation for; empty if unknown."""
        return kind_of(self.call.op)

    @cached_property
    def cost(self) -> Cost:
        """The exact work; raises Untold where that is not known."""
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
        """The elements of the first input."""
        return prod(self.call.inputs[0])

    @cached_property
    def written(self) -> Dim:
        """The elements of the first output."""
        return prod(self.call.outputs[0])

    @property
    def parameters(self) -> Dim:
        """The elements of all weights, shared or not."""
        return self.call.parameters

    @property
    def batch(self) -> Dim:
        """The size of the first axis of the output, which tools take for the batch."""
        return self.call.outputs[0][0]

    @property
    def positions(self) -> Dim:
        """The elements of one channel of the output, batch included."""
        return self.batch * prod(self.call.outputs[0][2:])

    @property
    def rank(self) -> int:
        """How many axes the first input has."""
        return len(self.call.inputs[0])

    @property
    def operands(self) -> int:
        """How many inputs there are."""
        return len(self.call.inputs)

    @property
    def affine(self) -> bool:
        """Whether a norm has a trained scale."""
        return "weight" in self.call.weights

    @property
    def keeps_statistics(self) -> bool:
        """Whether a norm uses statistics kept from training."""
        return "running_mean" in self.call.buffers

    def setting(self, name: str, default: Any = None) -> Any:
        """A setting of the operation by PyTorch's name."""
        return self.call.op.settings().get(name, default)

    @property
    def kernel(self) -> Dim:
        """The positions of a window."""
        return prod(self.setting("kernel_size"))

    @property
    def length(self) -> Dim:
        """The length of a row along the axis that is reduced."""
        axis: int = self.setting("dim")
        return self.call.inputs[0][axis]

    @property
    def rows(self) -> Dim:
        """The rows along the axis that is reduced."""
        axis = self.setting("dim") % self.rank
        return prod(size for i, size in enumerate(self.call.inputs[0]) if i != axis)

    @property
    def groups(self) -> Dim:
        """The groups of a convolution."""
        found: int = self.setting("groups")
        return found

    @property
    def channels(self) -> Dim:
        """The size of the second axis of the input."""
        return self.call.inputs[0][1]

    @property
    def gates(self) -> Dim:
        """How often a gate of a unit is computed in a recurrent layer: in each step for each row of a state matrix."""
        rows = total(shape[0] for name, shape in self.call.weights.items() if name.startswith("weight_hh"))
        return rows * prod(self.call.inputs[0][:2])

    @property
    def is_projected(self) -> bool:
        """Whether the hidden state of a recurrent layer is projected."""
        return any(name.startswith("weight_hr") for name in self.call.weights)

    @property
    def scales_exactly(self) -> bool:
        """Whether a resized image has a size that is given, or a whole multiple of its own."""
        factor = self.setting("scale_factor")
        factors = factor if isinstance(factor, tuple) else (factor,)
        return factor is None or not any(isinstance(f, float) for f in factors)

    @property
    def pads_evenly(self) -> bool:
        """Whether a convolution pads both ends alike."""
        if self.setting("padding") != "same":
            return True
        reach = zip(self.setting("kernel_size"), self.setting("dilation"), strict=True)
        return all(equal(d * (k - 1) % 2, 0) is True for k, d in reach)
