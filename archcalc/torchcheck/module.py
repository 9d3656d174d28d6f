"""One operation as a PyTorch module, and the multiply-accumulates that PyTorch counts in it."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from archcalc.call import Call
from archcalc.dim import Shape, prod
from archcalc.errors import MissingExtra
from archcalc.op import Op

try:
    import torch
    from torch.nn.attention import SDPBackend, sdpa_kernel
    from torch.utils.flop_counter import FlopCounterMode
except ImportError as missing:
    raise MissingExtra("PyTorch", "torch", "crosscheck") from missing


Torch: TypeAlias = Any
"""A value of torch: a tensor, a module, a device. The type checker does not follow torch."""
__all__ = ["FunctionModule", "Torch", "as_module", "measured", "torch"]


class FunctionModule(torch.nn.Module):
    """A function of inputs and weights, with the weights that it receives by name.

    A weight without a name, as in `Parameter`, is the attribute `weight`.
    """

    def __init__(self, function: Callable[..., Torch], weights: dict[str, Shape], buffers: dict[str, Shape]):
        super().__init__()
        self.function = function
        for name, shape in weights.items():
            self.register_parameter(name or "weight", torch.nn.Parameter(torch.randn(shape)))
        for name, shape in buffers.items():
            self.register_buffer(name or "weight", torch.randn(shape))

    def forward(self, *inputs: Torch) -> Torch:
        return self.function(*inputs, **self._parameters, **self._buffers)


def as_module(op: Op, *inputs: Shape) -> Torch:
    """The operation on inputs of these shapes as a module in eval mode, on the device of the torch context."""
    built = op.torch(torch, *inputs)
    if not isinstance(built, torch.nn.Module):
        call = Call(op, inputs)
        built = FunctionModule(built, call.weights, call.buffers)
    return built.eval()


def _vector_flops(matrix: Shape, *_: object, **__: object) -> int:
    return 2 * prod(matrix)


def _lstm_flops(x: Shape, input_weight: Shape, hidden_weight: Shape, *_: object, **__: object) -> int:
    return 2 * prod(x[:-1]) * (prod(input_weight) + prod(hidden_weight))


def _trilinear_flops(x: Shape, weight: Shape, y: Shape, *_: object, **__: object) -> int:
    return 2 * prod(x[:1]) * (prod(weight) + weight[0] * weight[2])


# Products that FlopCounterMode leaves out: those with a vector, those of nn.Bilinear, and the LSTM of oneDNN (one
# layer, one direction).
UNCOUNTED = {
    torch.ops.aten.mv: _vector_flops,
    torch.ops.aten.dot: _vector_flops,
    torch.ops.aten.vdot: _vector_flops,
    torch.ops.aten._trilinear: _trilinear_flops,
    torch.ops.aten.mkldnn_rnn_layer: _lstm_flops,
}


def measured(module: Torch, inputs: Sequence[Torch]) -> tuple[Torch, int]:
    """The output of a module in one forward pass, and its multiply-accumulates as FlopCounterMode counts them.

    Attention and cuDNN run in their plain forms, because FlopCounterMode does not count every fused kernel.
    """
    counter = FlopCounterMode(display=False, custom_mapping=UNCOUNTED)
    plain = torch.backends.cudnn.flags(enabled=False)
    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), plain, counter:
        outputs = module(*inputs)
    flops: int = counter.get_total_flops()
    return outputs, flops // 2
