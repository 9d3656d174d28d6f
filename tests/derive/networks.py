"""Networks of one layer, made from an operation's example."""

from typing import Any

from archcalc.graph import Builder, Graph
from archcalc.op import Example, Op


def alone(cls: type[Op], example: Example) -> Graph:
    """A graph of one layer that reads its inputs; each axis after the first two is a place."""
    builder = Builder()
    sources = []
    for slot, shape in enumerate(example.inputs):
        dtype = "int64" if slot in cls.integers else "float32"
        layout = "NCDHW"[: len(shape)] if len(shape) != 4 else "NCHW"
        sources.append(builder.input(f"x{slot + 1}", shape, dtype, (layout + "?" * len(shape))[: len(shape)]))
    op: Any = cls(**example.settings)
    builder.layer("layer", op, sources)
    return builder.finish([])
