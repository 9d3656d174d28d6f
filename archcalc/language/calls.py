"""Calls of blocks. Equal calls are expanded once, and the layers are copied to the other places.

A block sees its arguments, its inputs and the spec's config and `let`, but not the place that calls it. Calls that
agree in these, under the same assumptions, differ only in the paths of their layers and of their inputs.
"""

from collections.abc import Callable, Hashable
from itertools import islice
from operator import sub
from typing import NamedTuple, TypeVar

from archcalc.builder import Move
from archcalc.errors import LimitReached, Refused
from archcalc.language.operations import settings_of
from archcalc.language.overrides import Overrides
from archcalc.language.report import Mistakes
from archcalc.language.scope import Bound, Outputs, Root, Scope
from archcalc.language.spec import Block, Body, LayerEntry, expression, locate
from archcalc.language.steps import Context, Copy, Steps
from archcalc.language.value import Value
from archcalc.network import Layer
from archcalc.render.words import count_of
from archcalc.setting import types

V = TypeVar("V")
Expand = Callable[[Body, Scope, Context, Bound], Bound]
"""Expands a body in a scope and gives the outputs of its last entry."""


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


class Expanded(NamedTuple):
    """The result of expanding a call."""

    call: BlockCall
    layers: list[Layer]
    scopes: dict[str, str]
    steps: int


class Calls:
    """Calls blocks, and remembers the result of each call for equal ones."""

    def __init__(self, root: Root, steps: Steps, mistakes: Mistakes, overrides: Overrides, expand: Expand) -> None:
        self.root, self.builder, self.expand = root, root.builder, expand
        self.steps, self.mistakes, self.overrides = steps, mistakes, overrides
        self.made: dict[Hashable, Expanded] = {}

    def call(self, block: Block, step: Copy, context: Context, bound: Bound, sources: Outputs) -> None:
        """Expand a block; its names and outputs go into `bound`."""
        self.check(block, step, context, sources)
        call = BlockCall(block, self.arguments(block, step.entry, step.inner), context, sources, bound)
        self.builder.scope(bound.path, block.name)
        key = self.key(call)
        if not self.copied(key, call):
            before, outside = self.progress(), self.outside()
            self.expanded(call)
            if key is not None and outside == self.outside():
                self.keep(key, call, before)

    def check(self, block: Block, step: Copy, context: Context, sources: Outputs) -> None:
        """Refuse a call within the block itself or with the wrong number of inputs."""
        if block.name in context.blocks:
            chain = " -> ".join([*context.blocks[context.blocks.index(block.name) :], block.name])
            raise Refused(f"the block {block.name!r} contains itself: {chain}")
        limit = self.root.limits.nesting
        if len(context.blocks) >= limit:
            raise LimitReached("nesting", limit, "blocks are nested too deeply", step.entry.node.place)
        if len(sources) != len(block.inputs):
            wanted = f"{count_of(len(block.inputs), 'input')} ({', '.join(block.inputs)})"
            raise Refused(f"the block {block.name} takes {wanted}, not {len(sources)}", "name them with `from`")

    def arguments(self, block: Block, entry: LayerEntry, inner: Scope) -> dict[str, Value]:
        """The arguments that a call gives to a block."""
        limits = self.root.limits
        given = settings_of(entry, block.name, block.name, block.args, lambda name, node: expression(node, limits))
        values = {name: value(inner) for name, value in given}
        missing = [name for name, default in block.args.items() if default is None and name not in values]
        if missing:
            raise Refused(f"the block {block.name} needs {' and '.join(missing)}")
        return values

    def expanded(self, call: BlockCall) -> None:
        """Expand the body of a block."""
        block, values, context, sources, bound = call
        layers = {name: Bound(name, (source,)) for name, source in zip(block.inputs, sources, strict=True)}
        defaults = {name: value for name, value in block.args.items() if value is not None}
        scope = Scope(self.root, values, layers, defaults | block.let)
        context = context._replace(blocks=(*context.blocks, block.name))
        last = self.expand(block.body, scope, context, Bound(bound.path, sources))
        bound.names = lambda: scope.layers
        bound.outputs = scope.results(block.outputs, last)
        for name in block.inputs:
            # A single input may be read without being named, by the first layer.
            if len(block.inputs) > 1 and not scope.layers[name].read:
                raise locate(Refused(f"the block {block.name} does not read its input {name!r}"), block.node)

    # -- copies of equal calls -------------------------------------------------------------------------------------

    def key(self, call: BlockCall) -> Hashable:
        """A key that equal calls share; None if a copy could differ."""
        block, values, context, sources, _ = call
        if self.builder.open or context.shared is not None or self.overrides.under(context.prefix):
            return None
        arguments = tuple([(name, value, types(value)) for name, value in values.items()])
        inputs = tuple([(shape, self.builder.layers[source.path].dtypes[source.port]) for source, shape in sources])
        equal = tuple([sources.index(source) for source in sources])
        return block.name, arguments, inputs, equal, context._replace(prefix=""), self.builder.given

    def progress(self) -> tuple[int, int, int]:
        """The numbers of layers, scopes and steps so far."""
        return len(self.builder.layers), len(self.builder.scopes), self.steps.made

    def outside(self) -> tuple[object, ...]:
        """The state that a copy could not repeat: assumptions, symbolic repeats and mistakes."""
        return self.builder.given, len(self.builder.repeats), self.mistakes.noted

    def keep(self, key: Hashable, call: BlockCall, before: tuple[int, int, int]) -> None:
        """Remember the result of a call."""
        layers, scopes, steps = map(sub, self.progress(), before)
        found = _last(self.builder.layers, layers)
        self.made[key] = Expanded(call, [*found.values()], _last(self.builder.scopes, scopes), steps)

    def copied(self, key: Hashable, call: BlockCall) -> bool:
        """Make a call from an equal one; returns whether there is one."""
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
