"""Typed spec to network: loops are unrolled, conditions decided, blocks called and names joined to paths."""

from collections.abc import Mapping
from functools import partial

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.builder import Builder, Unread
from archcalc.errors import Refused, nearest
from archcalc.language.calls import Calls
from archcalc.language.evaluate import holds, layer_name, shape_of
from archcalc.language.operations import OperationCache
from archcalc.language.overrides import NEVER, Overrides
from archcalc.language.report import Mistakes
from archcalc.language.scope import Bound, Outputs, Poisoned, Root, Scope, joined
from archcalc.language.spec import Body, InputSpec, LayerEntry, Spec, locate, unknown_operation
from archcalc.language.steps import Context, Copy, Cursor, Site, Steps, fewest_entries, repeated
from archcalc.language.value import Value
from archcalc.network import Network
from archcalc.op import Op


class Expander:
    """Expands one spec into a network."""

    def __init__(
        self, spec: Spec, config: Mapping[str, Value], operations: Mapping[str, type[Op]], given: Assumptions
    ) -> None:
        self.spec, self.builder, self.mistakes = spec, Builder(spec.name, given), Mistakes()
        self.root = Root(dict(config), spec.let, {*operations, *spec.blocks}, spec.limits, self.builder)
        self.operations = OperationCache(operations, spec.limits)
        self.steps, self.overrides = Steps(spec.limits.layers), Overrides(spec, self.builder)
        self.calls = Calls(self.root, self.steps, self.mistakes, self.overrides, self.body)

    def build(self) -> Network:
        """The network; raises SpecError with every independent mistake, or LimitReached."""
        body = self.spec.body
        assert body is not None
        self.steps.require(fewest_entries(body, self.spec.blocks), body.node)
        inputs = self.inputs()
        top = Scope(self.root, layers=dict(inputs))
        if len(inputs) == 1:
            top.layers.setdefault("input", next(iter(inputs.values())))
        last = self.layers(body, top, joined(inputs.values()))
        outputs = self.mistakes.tried(lambda: top.results(self.spec.outputs, last), body.node)
        self.overrides.complain(self.mistakes, body.node)
        self.mistakes.finish()
        try:
            return self.builder.finish([source for source, _ in outputs or ()])
        except Unread as error:
            self.mistakes.unread(error.layers)

    def inputs(self) -> dict[str, Bound]:
        """The inputs of the network by name."""
        return {
            name: Bound(name, self.mistakes.tried(partial(self.input, name, given), given.shape.node))
            for name, given in self.spec.inputs.items()
        }

    def input(self, name: str, given: InputSpec) -> Outputs:
        """Add an input."""
        values = given.shape(self.root)
        assert isinstance(values, tuple)
        shape = shape_of(values, self.root)
        return ((self.builder.input(name, shape, given.dtype, given.layout, given.node.place), shape),)

    def layers(self, body: Body, top: Scope, incoming: Bound) -> Bound:
        """Expand the layers of the spec, and those that it adds to the one that it extends."""
        condition = self.spec.frozen
        frozen = condition is not None and self.mistakes.tried(lambda: holds(condition, self.root), body.node)
        context = Context(frozen=bool(frozen))
        last = self.body(body, top, context, incoming)
        for added in self.overrides.added():
            last = self.body(added, top, context, last)
        return last

    # -- entries ---------------------------------------------------------------------------------------------------

    def body(self, body: Body, scope: Scope, context: Context, incoming: Bound) -> Bound:
        """Expand the entries of a scope; returns the last one."""
        at = Cursor(incoming)
        self.entries(body, Site(scope, scope, context), at)
        return at.last

    def entries(self, body: Body, site: Site, at: Cursor) -> None:
        """Expand entries one after the other."""
        incoming = at.last
        for entry in body.entries:
            here = site if at.last is incoming else site._replace(first=False)
            steps = self.mistakes.tried(partial(self.steps.copies, entry, here), entry.node, site.context.prefix[:-1])
            if steps is None:
                at.last = Bound("", None)
            for step in steps or ():
                self.step(step, at)

    def step(self, step: Copy, at: Cursor) -> None:
        """Expand one copy of an entry."""
        self.steps.count(step.entry)
        expand = self.splice if step.entry.spliced else self.entry
        if step.round.over is None:
            expand(step, at)
            return
        with step.round.running(step.scope):
            expand(step, at)

    def entry(self, step: Copy, at: Cursor) -> None:
        """Expand one copy of an entry and bind its name."""
        entry, scope, name = step.entry, step.scope, str(at.number)
        bound, present = Bound(step.context.prefix + name, None), True
        try:
            if entry.name is not None:
                name = entry.name(step.inner)
                bound.path = step.context.prefix + name[:60]
                bound.path = step.context.prefix + layer_name(name)
            if name in scope.layers:
                raise Refused(f"the name {name!r} is defined twice in this scope")
            step = self.overrides.applied(step, bound.path)
            present = step.entry.when is None or holds(step.entry.when, step.inner)
            self.fill(step, bound, at.last, present)
        except Refused as error:
            self.mistakes.note(error, entry.node, bound.path)
        except Poisoned:
            pass
        at.last = bound
        # A layer that an extending spec removes keeps its number, so that the layers after it keep their paths.
        counts = present or step.entry.when is NEVER
        if counts or entry.name is not None:
            scope.layers[name] = bound
        at.number += counts and entry.name is None

    def fill(self, step: Copy, bound: Bound, last: Bound, present: bool) -> None:
        """Find the outputs of an entry; if its `when` is false, that is the first output that it reads."""
        entry = step.entry
        read = step.read(last, entry.source is None and self.operations.reads_nothing(entry))
        if not present:
            bound.outputs = read[:1]
        elif not dim.is_symbolic(step.copies):
            bound.outputs = self.work(step, bound, read)
        else:
            bound.outputs = repeated(step, read, partial(self.work, step, bound), self.root)
            bound.copies = step.copies

    def splice(self, step: Copy, at: Cursor) -> None:
        """Expand one copy of a `splice`: its entries belong to the scope around and take numbers of that scope."""
        entry, known = step.entry, len(step.scope.layers)
        try:
            if entry.when is not None and not holds(entry.when, step.inner):
                return
            read = at.last.outputs if entry.source is None else step.read(at.last, False)
            make = partial(self.spread, step, at)
            symbolic = dim.is_symbolic(step.copies)
            at.last = Bound("", repeated(step, read, make, self.root) if symbolic else make(read))
        except Refused as error:
            self.mistakes.note(error, entry.node, step.context.prefix[:-1])
            at.last = Bound("", None)
        except Poisoned:
            at.last = Bound("", None)
        for bound in [*step.scope.layers.values()][known:] if dim.is_symbolic(step.copies) else ():
            bound.copies = step.copies

    def spread(self, step: Copy, at: Cursor, read: Outputs | None) -> Outputs | None:
        """Expand the entries of a `splice`; returns the outputs of the last one."""
        assert step.entry.body is not None
        frozen, shared = self.inherited(step, "")
        context = step.context._replace(frozen=frozen, shared=shared)
        inner = Cursor(Bound("", read), at.number)
        self.entries(step.entry.body, Site(step.scope, step.inner, context, step.first), inner)
        at.number = inner.number
        return inner.last.outputs

    # -- operations, blocks and scopes ---------------------------------------------------------------------------------

    def work(self, step: Copy, bound: Bound, read: Outputs) -> Outputs | None:
        """Expand an operation, a block or a nested scope; returns its outputs."""
        entry, inner = step.entry, step.inner
        frozen, shared = self.inherited(step, bound.path)
        context = Context(bound.path + ".", frozen, shared, step.context.blocks, step.context.copies)
        name = None if entry.operation is None else entry.operation(inner)
        if name is None:
            self.nested(step, context, bound, read)
        elif name in self.spec.blocks:
            self.calls.call(self.spec.blocks[name], step, context, bound, read)
        elif name in self.operations:
            self.layer(self.operations.of(name, entry, inner), entry, context, bound, read)
        else:
            assert entry.operation is not None
            raise unknown_operation(name, self.spec.blocks, self.operations.known, entry.operation.node)
        return bound.outputs

    def inherited(self, step: Copy, path: str) -> tuple[bool, tuple[str, str] | None]:
        """Whether an entry is frozen, and the layer whose weights it uses."""
        entry, context = step.entry, step.context
        frozen = context.frozen if entry.frozen is None else holds(entry.frozen, step.inner)
        if entry.share is None:
            return frozen, context.shared
        try:
            return frozen, (path, step.inner.layer(entry.share.name(step.inner)).path)
        except Refused as error:
            raise locate(error, entry.share.node) from None

    def nested(self, step: Copy, context: Context, bound: Bound, read: Outputs) -> None:
        """Expand a scope within a scope."""
        assert step.entry.body is not None
        scope = Scope(step.inner, layers={"input": Bound("input", read)})
        self.builder.scope(bound.path)
        last = self.body(step.entry.body, scope, context, Bound(bound.path, read))
        bound.names = lambda: scope.layers
        bound.outputs = last.outputs

    def layer(self, op: Op, entry: LayerEntry, context: Context, bound: Bound, read: Outputs) -> None:
        """Add a layer."""
        path, shared = bound.path, context.shared
        owner = None if shared is None else shared[1] + path[len(shared[0]) :]
        if owner is not None and owner not in self.builder.layers:
            assert shared is not None
            raise Refused(f"there is no layer {owner!r} to share the weights of", nearest(owner, self.builder.layers))
        made = self.builder.layer(
            path,
            op,
            [source for source, _ in read],
            frozen=context.frozen,
            weights_of=owner,
            place=entry.node.place,
            doc=entry.doc,
        )
        bound.outputs = tuple(zip(made, self.builder.layers[path].call.outputs, strict=True))
