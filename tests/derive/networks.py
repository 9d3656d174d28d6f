"""Networks of one layer, made from an operation's example."""

from typing import Any

from archcalc.builder import Builder
from archcalc.network import Network
from archcalc.op import Example, Op
from tests.ops.laws import element


def alone(cls: type[Op], example: Example) -> Network:
    """A network of one layer that reads its inputs."""
    builder = Builder()
    sources = []
    for slot, shape in enumerate(example.inputs):
        sources.append(builder.input(f"x{slot + 1}", shape, element(cls, slot), None))
    op: Any = cls(**example.settings)
    return builder.finish(builder.layer("layer", op, sources))
