"""What counting tools print, as measured; `tests/data/README.md` says how."""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from archcalc.call import Call
from archcalc.convention import Countable
from archcalc.dim import Shape
from archcalc.ops import OPS

DATA = Path(__file__).parent.parent / "data"
SMALL: dict[str, dict[str, int]] = json.loads((DATA / "conventions_measured.json").read_text())
COLUMNS = {
    "exact_macs": "macs",
    "torchinfo1.8": "torchinfo",
    "fvcore": "fvcore",
    "ptflops_pytorch": "ptflops",
    "ptflops_aten": "ptflops-aten",
    "calflops_flops": "calflops",
    "calflops_macs": "calflops-macs",
    "torch_FCM": "torch-cpu",
    "thop_orig": "thop",
    "thop_ultra": "ultralytics-thop",
}
"""The conventions of the columns of that file."""


class Measured(NamedTuple):
    """An operation on inputs, and what tools print of it."""

    layer: Countable
    counts: dict[str, int]

    def __str__(self) -> str:
        return f"{self.layer.call.op} on {self.layer.call.inputs}"


def countable(op: str, inputs: list[Shape], function: bool = False, **settings: Any) -> Countable:
    """An operation on inputs, as a module or as a function."""
    return Countable(Call(OPS[op](**settings), tuple(map(tuple, inputs))), function=function)


@cache
def operations() -> list[Measured]:
    """The examples of all operations that tools might count."""
    found = json.loads((DATA / "conventions_operations.json").read_text())
    return [
        Measured(countable(f["op"], f["inputs"], f.get("function", False), **f["settings"]), f["counts"]) for f in found
    ]


def small(name: str, batch: int | None = None) -> list[Countable]:
    """The layers of a row of the small file; ptflops runs one sample of it."""

    def n(size: int) -> int:
        return size if batch is None else batch

    if name == "nn.MHA 16h4 S=12":
        return attention(n(2))
    heads, image = (n(2), 4, 12, 4), (1, 8, 10, 10)
    flat = {"ReLU": "ReLU", "GELU": "GELU", "SiLU": "SiLU", "Sigmoid": "Sigmoid"}
    if (activation := flat.get(name.removesuffix(" 800"))) is not None:
        return [countable(activation, [image])]
    return {
        "Linear 3->8 bias, x=(5,10,3)": [countable("Linear", [(n(5), 10, 3)], out_features=8)],
        "Conv2d 8->16 k3 p1 g4 bias 10x10": [
            countable("Conv2d", [image], out_channels=16, kernel_size=3, padding=1, groups=4)
        ],
        "Conv1d 4->8 k3 L=20": [countable("Conv1d", [(1, 4, 20)], out_channels=8, kernel_size=3)],
        "ConvT2d 6->4 k3 s2 p1 g2 nobias 5x5": [
            countable(
                "ConvTranspose2d",
                [(1, 6, 5, 5)],
                out_channels=4,
                kernel_size=3,
                stride=2,
                padding=1,
                groups=2,
                bias=False,
            )
        ],
        "ConvT2d 3->1 k2 s2 bias 2x2": [
            countable("ConvTranspose2d", [(1, 3, 2, 2)], out_channels=1, kernel_size=2, stride=2)
        ],
        "SDPA B2 H4 S12 D4": [countable("ScaledDotProductAttention", [heads] * 3, function=True)],
        "x@xT@x B2 H4 S12 D4": [
            countable("MatMul", [heads, (n(2), 4, 4, 12)], function=True),
            countable("MatMul", [(n(2), 4, 12, 12), heads], function=True),
        ],
        "einsum bhid,bhjd": [countable("Einsum", [heads] * 2, function=True, equation="bhid,bhjd->bhij")],
        "BatchNorm2d(8) 10x10 eval": [countable("BatchNorm2d", [image])],
        "LayerNorm(16) x=(2,12,16)": [countable("LayerNorm", [(n(2), 12, 16)])],
        "GroupNorm(2,8)": [countable("GroupNorm", [image], num_groups=2)],
        "Softmax dim-1 (2,12,16)": [countable("Softmax", [(n(2), 12, 16)], dim=-1)],
        "MaxPool2d k2 800->200": [countable("MaxPool2d", [image], kernel_size=2)],
        "AvgPool2d k2 800->200": [countable("AvgPool2d", [image], kernel_size=2)],
        "AdaptiveAvgPool2d(1) 800->8": [countable("AdaptiveAvgPool2d", [image], output_size=1)],
        "Upsample x2 bilinear 800->3200": [countable("Upsample", [image], scale_factor=2, mode="bilinear")],
        "Upsample x2 nearest 800->3200": [countable("Upsample", [image], scale_factor=2)],
        "F.interpolate x2 bilinear": [countable("Upsample", [image], function=True, scale_factor=2, mode="bilinear")],
        "x+x 800": [countable("Add", [image] * 2, function=True)],
        "LSTM 8->16 L1 T=5 B=2 bf": [countable("LSTM", [(n(2), 5, 8)], hidden_size=16, batch_first=True)],
    }[name]


def attention(batch: int) -> list[Countable]:
    """The parts of a module of attention."""
    tokens, heads = (batch, 12, 16), (batch, 4, 12, 4)
    parts = [("Linear", [tokens], {"out_features": 48}), ("ScaledDotProductAttention", [heads] * 3, {})]
    parts.append(("Linear", [tokens], {"out_features": 16}))
    return [Countable(countable(op, inputs, **settings).call, in_attention=True) for op, inputs, settings in parts]
