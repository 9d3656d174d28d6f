"""Equal calls of a block are expanded once; the layers are copied to wherever else such a call stands.

A block sees its arguments, its inputs and the spec's config and `let`, and nothing of the place that calls it. Calls
that agree in these, under the same assumptions, differ only in the paths of their layers and of their inputs.
"""

from collections.abc import Hashable
from itertools import islice
from typing import NamedTuple, TypeVar

from archcalc.builder import Builder, Move
from archcalc.language.evaluate import types
from archcalc.language.mistakes import Mistakes
from archcalc.language.overrides import Overrides
from archcalc.language.scope import Bound, Outputs
from archcalc.language.spec import Block
from archcalc.language.steps import Context, Steps
from archcalc.language.value import Value
from archcalc.network import Layer

V = TypeVar("V")


class BlockCall(NamedTuple):
    """A call of a block."""

    block: Block
    values: dict[str, Value]
    """The arguments that are given; expanding the block adds the others."""
    context: Context
    """The context inside the block."""
    sources: Outputs
    """Its inputs."""
    bound: Bound
    """Gets its names and outputs."""


class Reached(NamedTuple):
    """How far a network is made."""

    layers: int
    scopes: int
    steps: int
    outside: tuple[object, ...]
    """What a copy could not repeat: assumptions, symbolic repeats and mistakes."""


class Expanded(NamedTuple):
    """What a call was expanded to."""

    call: BlockCall
    layers: list[Layer]
    scopes: dict[str, str]
    steps: int


class Copier:
    """Remembers what calls were expanded to, for those that are like them."""

    def __init__(self, builder: Builder, steps: Steps, mistakes: Mistakes, overrides: Overrides) -> None:
        self.builder, self.steps, self.mistakes, self.overrides = builder, steps, mistakes, overrides
        self.made: dict[Hashable, Expanded] = {}

    def key(self, call: BlockCall) -> Hashable:
        """What calls with the same layers have in common; None where a copy could differ."""
        block, values, context, sources, _ = call
        if self.builder.open or context.shared is not None or self.overrides.under(context.prefix):
            return None
        arguments = tuple([(name, value, types(value)) for name, value in values.items()])
        inputs = tuple([(shape, self.builder.layers[source.path].dtype) for source, shape in sources])
        equal = tuple([sources.index(source) for source in sources])
        return block.name, arguments, inputs, equal, context._replace(prefix=""), self.builder.given

    def reached(self) -> Reached:
        """How far the network is made."""
        builder = self.builder
        outside = (builder.given, len(builder.repeats), self.mistakes.noted)
        return Reached(len(builder.layers), len(builder.scopes), self.steps.made, outside)

    def keep(self, key: Hashable, call: BlockCall, before: Reached) -> None:
        """Remember what a call was expanded to."""
        now = self.reached()
        if key is None or now.outside != before.outside:
            return
        layers = _last(self.builder.layers, now.layers - before.layers)
        scopes = _last(self.builder.scopes, now.scopes - before.scopes)
        self.made[key] = Expanded(call, list(layers.values()), scopes, now.steps - before.steps)

    def copied(self, key: Hashable, call: BlockCall) -> bool:
        """Make a call from an equal one; gives whether that could be done."""
        made = self.made.get(key)
        if made is None or self.steps.made + made.steps > self.steps.limit:
            return False
        old, swaps = made.call, zip(made.call.sources, call.sources, strict=True)
        move = Move(old.context.prefix, call.context.prefix, {a[0]: b[0] for a, b in swaps})
        self.steps.made += made.steps
        self.builder.copy(made.layers, made.scopes, move)
        found = old.bound.moved(move)
        call.bound.outputs, call.bound.names = found.outputs, found.names
        return True


def _last(found: dict[str, V], number: int) -> dict[str, V]:
    """The last entries of a mapping."""
    return dict(reversed([*islice(reversed(found.items()), number)]))
