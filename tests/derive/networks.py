"""Networks of one layer, made from an operation's example."""

from typing import Any

from archcalc.builder import Builder
from archcalc.network import Network
from archcalc.op import Example, Op


def alone(cls: type[Op], example: Example) -> Network:
    """A network of one layer that reads its inputs."""
    builder = Builder()
    sources = []
    for slot, shape in enumerate(example.inputs):
        dtype = "int64" if slot in cls.integers else "float32"
        sources.append(builder.input(f"x{slot + 1}", shape, dtype, None))
    op: Any = cls(**example.settings)
    return builder.finish(builder.layer("layer", op, sources))
