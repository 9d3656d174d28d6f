"""Calls of blocks: their arguments, the scope that a block sees, and what it gives."""

from collections.abc import Callable

from archcalc.errors import LimitReached, Refused
from archcalc.language.copies import BlockCall, Copier
from archcalc.language.evaluate import settings_of
from archcalc.language.references import results
from archcalc.language.scope import Bound, Outputs, Root, Scope
from archcalc.language.spec import Block, Body, LayerEntry, expression, locate
from archcalc.language.steps import Context, Copy
from archcalc.language.value import Value

Expand = Callable[[Body, Scope, Context, Bound], Bound]
"""Expands a body in a scope and gives what its last entry gives."""


class Calls:
    """Calls blocks."""

    def __init__(self, root: Root, copies: Copier, expand: Expand) -> None:
        self.root, self.copies, self.expand = root, copies, expand

    def call(self, block: Block, step: Copy, context: Context, bound: Bound, sources: Outputs) -> None:
        """Expand a block; its names and outputs go into `bound`."""
        self.check(block, step, context, sources)
        call = BlockCall(block, self.arguments(block, step.entry, step.inner), context, sources, bound)
        self.root.builder.scopes[bound.path] = block.name
        key = self.copies.key(call)
        if not self.copies.copied(key, call):
            before = self.copies.reached()
            self.made(call)
            self.copies.keep(key, call, before)

    def check(self, block: Block, step: Copy, context: Context, sources: Outputs) -> None:
        """Refuse a call within the block itself or with the wrong number of inputs."""
        if block.name in context.blocks:
            chain = " -> ".join([*context.blocks[context.blocks.index(block.name) :], block.name])
            raise Refused(f"the block {block.name!r} contains itself: {chain}")
        limit = self.root.limits.nesting
        if len(context.blocks) >= limit:
            raise LimitReached("nesting", limit, "blocks are nested too deeply", step.entry.node.place)
        if len(sources) != len(block.inputs):
            wanted = f"{len(block.inputs)} input{'s' * (len(block.inputs) != 1)} ({', '.join(block.inputs)})"
            raise Refused(f"the block {block.name} takes {wanted}, not {len(sources)}", "name them with `from`")

    def arguments(self, block: Block, entry: LayerEntry, inner: Scope) -> dict[str, Value]:
        """The arguments that a call gives to a block."""
        given = entry.compiled.get(block.name)
        if given is None:
            given = entry.compiled[block.name] = settings_of(
                block.name, block.args, entry.settings, lambda name, node: expression(node, self.root.limits)
            )
        values = {name: value(inner) for name, value in given}
        missing = [name for name, default in block.args.items() if default is None and name not in values]
        if missing:
            raise Refused(f"the block {block.name} needs {' and '.join(missing)}")
        return values

    def made(self, call: BlockCall) -> None:
        """Expand the body of a block."""
        block, values, context, sources, bound = call
        scope = Scope(self.root, values)
        scope.pending = {k: v for k, v in block.args.items() if v is not None} | block.let
        scope.layers = {name: Bound(name, (source,)) for name, source in zip(block.inputs, sources, strict=True)}
        context = context._replace(blocks=(*context.blocks, block.name))
        last = self.expand(block.body, scope, context, Bound(bound.path, sources))
        bound.names = lambda: scope.layers
        bound.outputs = results(block.outputs, scope, last)
        for name in block.inputs:
            # A single input may be read without being named, by the first layer.
            if len(block.inputs) > 1 and not scope.layers[name].read:
                raise locate(Refused(f"the block {block.name} does not read its input {name!r}"), block.node)
