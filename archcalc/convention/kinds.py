"""The kinds of operations that counting tools distinguish: the values of `Op.counted_as`."""

from collections.abc import Mapping

from archcalc.op import Op
from archcalc.role import Role

KINDS: Mapping[str, str] = {
    "convolution": "a convolution",
    "transposed convolution": "a transposed convolution",
    "connected convolution": "a convolution by a table of connections",
    "deformable convolution": "a convolution with offsets, torchvision's",
    "linear": "a dense layer",
    "bilinear": "a product of two inputs with a trained array",
    "matrix product": "a product of two matrices, read as the operator `@`",
    "einsum": "a product of arrays by the names of their axes",
    "attention": "the core of attention, a function of PyTorch",
    "rnn": "a plain recurrent layer",
    "gru": "gated recurrent units",
    "lstm": "a long short-term memory",
    "rnn cell": "one step of a plain recurrent layer",
    "gru cell": "one step of gated recurrent units",
    "lstm cell": "one step of a long short-term memory",
    "batch norm": "batch norm",
    "instance norm": "instance norm",
    "layer norm": "layer norm",
    "channel layer norm": "layer norm over the channels of an image, a subclass of PyTorch's",
    "group norm": "group norm",
    "RMS norm": "RMS norm",
    "local response norm": "local response norm",
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky relu": "LeakyReLU",
    "prelu": "PReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "activation": "any other activation",
    "softmax": "softmax",
    "log softmax": "the logarithm of the softmax",
    "max pool": "max pooling",
    "average pool": "average pooling",
    "adaptive max pool": "adaptive max pooling",
    "adaptive average pool": "adaptive average pooling",
    "power pool": "pooling by a norm",
    "subsampling": "a trained multiple of the sum of each window",
    "resize": "resizing an image",
    "sampling": "sampling an image at given points",
    "region sampling": "sampling the cells of regions, torchvision's",
    "embedding": "looking up trained vectors",
    "embedding bag": "looking up trained vectors and reducing them",
    "array": "an array of the network's own",
    "arithmetic": "sums, products and means of whole arrays",
    "movement": "operations that only move elements",
    "nothing": "operations that do nothing in eval mode",
}
"""Every kind with its description."""

OF_ROLE: Mapping[Role, str] = {
    Role.ACTIVATION: "activation",
    Role.ARITHMETIC: "arithmetic",
    Role.LEARNED: "array",
    Role.LAYOUT: "movement",
    Role.REARRANGE: "movement",
    Role.JOIN: "movement",
    Role.DROPOUT: "nothing",
}
"""The kind of the roles within which tools make no distinction; in the others, each operation declares its kind."""


def kind_of(op: Op | type[Op]) -> str:
    """The kind of operation that tools see; empty if unknown."""
    return OF_ROLE.get(op.role, "") if op.counted_as is None else op.counted_as
