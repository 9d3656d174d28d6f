"""The operations, by name. A module is imported when one of its operations is first looked up."""

from collections.abc import Iterator, Mapping
from importlib import import_module

from archcalc.op import Op

MODULES = {
    "conv": ["Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "ConnectedConv2d"],
    "conv.deformable": ["DeformConv2d"],
    "linear": ["Linear", "Bilinear"],
    "pool.window": ["MaxPool1d", "MaxPool2d", "MaxPool3d", "AvgPool1d", "AvgPool2d", "AvgPool3d"],
    "pool.adaptive": [
        *("AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveAvgPool3d"),
        *("AdaptiveMaxPool1d", "AdaptiveMaxPool2d", "AdaptiveMaxPool3d"),
    ],
    "pool.power": ["LPPool1d", "LPPool2d", "LPPool3d"],
    "pool.unpool": ["MaxUnpool1d", "MaxUnpool2d", "MaxUnpool3d"],
    "pool.subsample": ["Subsample2d"],
    "norm.per_channel": [
        *("BatchNorm1d", "BatchNorm2d", "BatchNorm3d"),
        *("InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d"),
    ],
    "norm.across_channels": ["LayerNorm", "LayerNorm2d", "RMSNorm", "GroupNorm", "LocalResponseNorm", "Normalize"],
    "activation": [
        *("ReLU", "ReLU6", "LeakyReLU", "PReLU", "ELU", "SELU", "CELU", "GELU", "SiLU", "Mish"),
        *("Hardswish", "Hardsigmoid", "Hardtanh", "Sigmoid", "LogSigmoid", "Tanh", "Softplus", "Softsign"),
        *("Softmax", "LogSoftmax", "GLU"),
    ],
    "dropout": ["Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "StochasticDepth", "Identity"],
    "layout": [
        *("Flatten", "Reshape", "Permute", "Transpose", "Squeeze", "Unsqueeze", "Expand", "Roll", "ChannelShuffle"),
    ],
    "layout.blocks": ["Unfold", "Fold"],
    "rearrange": ["Rearrange"],
    "join": ["Concat", "Split", "Chunk", "Unbind", "Slice", "Pad"],
    "resample": ["Upsample", "PixelShuffle", "PixelUnshuffle"],
    "resample.sample": ["GridSample", "RoIAlign"],
    "arithmetic": [
        *("Add", "Subtract", "Multiply", "Divide", "Maximum", "Minimum", "Where"),
        *("Square", "Sqrt", "Exp", "Log", "Sin", "Cos", "Abs", "Pow", "Scale", "Clamp"),
    ],
    "arithmetic.reduction": ["Mean", "Sum", "Amax", "Amin", "Var", "Norm", "Cumsum"],
    "arithmetic.fourier": ["RFFT", "RFFT2", "IRFFT", "IRFFT2"],
    "arithmetic.order": ["Sort", "TopK", "Max", "Min"],
    "product": ["MatMul", "Einsum"],
    "learned": ["Parameter", "Buffer", "Embedding", "EmbeddingBag", "OneHot", "IndexSelect", "Gather", "Scatter"],
    "recurrent": ["RNN", "LSTM", "GRU"],
    "recurrent.cell": ["RNNCell", "LSTMCell", "GRUCell"],
    "attention": ["ScaledDotProductAttention"],
}
"""The operations of each module, in the order of the reference page.

A family is a module, or a package with several. The class of each operation declares the same family as its `role`, and
a test compares them. With this table a name can be looked up before its module is imported.
"""

FAMILIES: dict[str, list[str]] = {}
"""The operations of each family."""
for _module, _names in MODULES.items():
    FAMILIES.setdefault(_module.partition(".")[0], []).extend(_names)


class Operations(Mapping[str, type[Op]]):
    """A read-only table from an operation's name to its class; `OPS | {"Mine": Mine}` adds to it."""

    def __init__(self, modules: Mapping[str, str], loaded: Mapping[str, type[Op]]):
        self._modules, self._loaded = dict(modules), dict(loaded)

    def __getitem__(self, name: str) -> type[Op]:
        if name not in self._loaded:
            self._loaded[name] = getattr(import_module(f"archcalc.ops.{self._modules[name]}"), name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._modules, **self._loaded})

    def __len__(self) -> int:
        return len({**self._modules, **self._loaded})

    def __contains__(self, name: object) -> bool:
        return name in self._modules or name in self._loaded

    def __or__(self, other: Mapping[str, type[Op]]) -> "Operations":
        return Operations(self._modules, self._loaded | dict(other))


OPS = Operations({name: module for module, names in MODULES.items() for name in names}, {})
