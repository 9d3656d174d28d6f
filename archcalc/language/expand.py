"""Typed spec to graph: loops are unrolled, conditions decided, blocks called and names joined to paths."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions
from archcalc.dim import Shape, say
from archcalc.errors import LimitReached, Problem, Refused, SpecError, nearest
from archcalc.language.bounds import fewest_entries
from archcalc.language.evaluate import (
    Round,
    count_of,
    holds,
    layer_name,
    rounds_of,
    same_shape,
    setting_value,
    settings_of,
    shape_of,
    steady,
    types,
)
from archcalc.language.scope import Bound, Poisoned, Root, Scope
from archcalc.language.spec import (
    Block,
    Body,
    Expression,
    LayerEntry,
    LayerReference,
    Located,
    Spec,
    expression,
    locate,
    problem,
    unknown_operation,
)
from archcalc.language.tree import Node, Scalar
from archcalc.language.value import Rounds, numbers_for, symbols_in, unfit
from archcalc.network import Builder, Network, Source
from archcalc.op import Op

Outputs = tuple[tuple[Source, Shape], ...]
PROBLEMS = 100
"""So many mistakes are enough for one run."""


class Context(NamedTuple):
    """What an entry inherits from the scopes around it."""

    prefix: str = ""
    """The path of the scope, with a dot at its end."""
    frozen: bool = False
    shared: tuple[str, str] | None = None
    """A path, and the path of the layer or scope whose weights are used under it."""
    blocks: tuple[str, ...] = ()
    """The blocks that are being expanded, outermost first."""
    copies: int = 1
    """The product of the counts of all loops around."""


class Expander:
    """Expands one spec into a graph."""

    def __init__(self, spec: Spec, config: Mapping[str, Any], operations: Mapping[str, type[Op]], given: Assumptions):
        self.spec, self.operations, self.limits = spec, operations, spec.limits
        self.builder = Builder(given)
        self.root = Root(dict(config), spec.let, {*operations, *spec.blocks}, spec.limits, self.builder)
        self.problems: dict[tuple[Any, str], Problem] = {}
        self.steps = 0
        self.unused = dict.fromkeys(spec.overrides)
        self.ops: dict[Any, Op] = {}

    def build(self) -> Network:
        """The network; raises SpecError with every independent mistake, or LimitReached."""
        body = self.spec.body
        assert body is not None
        if (number := fewest_entries(body, self.spec.blocks)) > self.limits.layers:
            what = f"the spec expands to at least {number:,} layers"
            raise LimitReached("layers", self.limits.layers, what, body.node.place)
        inputs = self.inputs()
        top = Scope(self.root, layers=dict(inputs))
        if len(inputs) == 1:
            top.layers.setdefault("input", next(iter(inputs.values())))
        frozen = self.attempt(lambda: self.spec.frozen is not None and holds(self.spec.frozen, self.root), body.node)
        context = Context(frozen=bool(frozen))
        incoming = _joined(inputs.values())
        last = self.body(body, top, context, incoming)
        last = self.appended(top, context, last)
        outputs = self.attempt(lambda: self.results(self.spec.outputs, top, last), body.node)
        self.complain_unused()
        self.finish()
        network = self.builder.finish([source for source, _ in outputs or ()])
        self.complain_unread(network)
        self.finish()
        return network

    # -- mistakes --------------------------------------------------------------------------------------------------

    def note(self, error: Refused, node: Node, path: str = "") -> None:
        """Note a mistake once, however often the place is expanded."""
        found = problem(locate(error, node), path)
        self.problems.setdefault((found.place, found.message), found)
        if len(self.problems) >= PROBLEMS:
            self.finish()

    def finish(self) -> None:
        if self.problems:
            raise SpecError(list(self.problems.values()))

    def attempt(self, make: Callable[[], Any], node: Node) -> Any:
        try:
            return make()
        except Poisoned:
            return None
        except Refused as error:
            self.note(error, node)
            return None

    def complain_unused(self) -> None:
        for path in self.unused:
            entry = self.spec.overrides[path]
            hint = nearest(path, self.builder.layers)
            node = entry.node if entry is not None else self.spec.body.node  # type: ignore[union-attr]
            self.note(Refused(f"the spec that is extended has no layer {path!r}", hint), node)

    def complain_unread(self, network: Network) -> None:
        for layer in network.unread():
            hint = "remove it, read it, or name it in `outputs`"
            self.problems[layer.place, layer.path] = Problem("nothing reads this", layer.place, layer.path, hint)

    # -- inputs and outputs ----------------------------------------------------------------------------------------

    def inputs(self) -> dict[str, Bound]:
        found = {}
        for name, given in self.spec.inputs.items():
            shape = self.attempt(lambda given=given: shape_of(given.shape(self.root), self.root), given.shape.node)  # type: ignore[misc]
            if shape is None:
                found[name] = Bound(name, None)
                continue
            source = self.builder.input(name, shape, given.dtype, given.layout, given.node.place)
            found[name] = Bound(name, ((source, shape),))
        return found

    def results(self, references: list[LayerReference] | None, scope: Scope, last: Bound) -> Outputs:
        """What a spec or block gives: what `outputs` lists, or its last layer."""
        if references is None:
            if last.outputs is None:
                raise Poisoned
            return last.outputs
        return tuple(self.read(reference, scope) for reference in references)

    def read(self, reference: LayerReference, scope: Scope) -> tuple[Source, Shape]:
        """The output that a reference names."""
        try:
            bound = scope.layer(reference.name(scope))
            port = 0 if reference.port is None else reference.port(scope)
            if type(port) is not int:
                raise Refused(f"the number of an output must be a whole number, not {say(port)}")
            return bound.output(port)
        except Refused as error:
            raise locate(error, reference.node) from None

    # -- bodies ----------------------------------------------------------------------------------------------------

    def body(self, body: Body, scope: Scope, context: Context, incoming: Bound) -> Bound:
        """Expand the entries of a scope; gives what the last one gives."""
        return self.entries(body, scope, scope, context, incoming, 0, True)[0]

    def entries(
        self, body: Body, scope: Scope, inner: Scope, context: Context, incoming: Bound, number: int, first: bool
    ) -> tuple[Bound, int]:
        """Expand entries whose names are bound in `scope` and whose expressions are evaluated in `inner`."""
        last = incoming
        for entry in body.entries:
            try:
                steps = self.copies(entry, scope, inner, context, first and last is incoming)
            except Refused as error:
                self.note(error, entry.node, context.prefix[:-1])
                last = Bound("", None)
            except Poisoned:
                last = Bound("", None)
            else:
                for step in steps:
                    expand = self.splice if entry.spliced else self.entry
                    with step.round.running(scope):
                        last, number = expand(step, last, number)
        return last, number

    def appended(self, top: Scope, context: Context, last: Bound) -> Bound:
        """The layers that a spec adds to the one that it extends."""
        new = [p for p in self.unused if "." not in p and self.spec.overrides[p] is not None]
        for path in new:
            entry = self.spec.overrides[path]
            assert entry is not None
            del self.unused[path]
            last = self.body(Body(entry.node, True, [entry]), top, context, last)
        return last

    def copies(self, entry: LayerEntry, scope: Scope, around: Scope, context: Context, first: bool) -> list["Step"]:
        """The copies that `for` and `repeat` make of an entry."""
        if entry.loop is None and entry.repeat is None and not entry.let:
            return [Step(entry, scope, around, context, ONCE, 1, first)]
        rounds = [ONCE] if entry.loop is None else rounds_of(entry, around)
        counts = [self.count(entry, around, each) for each in rounds]
        number = sum(1 if dim.is_symbolic(count) else count for count in counts)
        copies = context.copies * max(1, number)
        if max(copies, self.steps + number) > self.limits.layers:
            what = f"the spec expands to at least {max(copies, self.steps + number):,} layers"
            raise LimitReached("layers", self.limits.layers, what, entry.node.place)
        steps: list[Step] = []
        mine = context._replace(copies=copies)
        for each, count in zip(rounds, counts, strict=True):
            for _ in range(1 if dim.is_symbolic(count) else count):
                inner = _inside(around, entry, each.variables)
                steps.append(Step(entry, scope, inner, mine, each, count, first and not steps))
        return steps

    def count(self, entry: LayerEntry, around: Scope, each: Round) -> Any:
        """How many copies of an entry a round of `for` stands for."""
        if entry.repeat is None:
            return each.times
        with each.running(around):
            return dim.tidy(each.times * count_of(entry.repeat, _inside(around, entry, each.variables)))

    # -- one entry -------------------------------------------------------------------------------------------------

    def entry(self, step: "Step", last: Bound, number: int) -> tuple[Bound, int]:
        """Expand one copy of an entry and bind its name; gives what it stands for and the next free number."""
        entry, scope = step.entry, step.scope
        self.counted(entry)
        bound, name, present = Bound(step.context.prefix + str(number), None), str(number), True
        try:
            if entry.name is not None:
                name = entry.name(step.inner)
                bound.path = step.context.prefix + name[:60]
                bound.path = step.context.prefix + layer_name(name)
            if name in scope.layers:
                raise Refused(f"the name {name!r} is defined twice in this scope")
            step = self.overridden(step, bound.path)
            present = step.entry.when is None or holds(step.entry.when, step.inner)
            sources = self.sources(step, last)
            if present:
                bound.outputs = self.copied(step, sources, lambda sources: self.work(step, bound, sources))
                bound.copies = step.count
            else:
                bound.outputs = sources[:1]
        except Refused as error:
            self.note(error, entry.node, bound.path)
        except Poisoned:
            pass
        numbered = entry.name is None
        # What an extending spec removes keeps its number, so that the layers after it keep their paths.
        counts = present or step.entry.when is NEVER
        if counts or not numbered:
            scope.layers[name] = bound
        return bound, number + (counts and numbered)

    def splice(self, step: "Step", last: Bound, number: int) -> tuple[Bound, int]:
        """Expand one copy of a `splice`: its entries stand in the scope around and take the numbers of that."""
        entry, inner = step.entry, step.inner
        self.counted(entry)
        known = len(step.scope.layers)

        def make(sources: Outputs | None) -> Outputs | None:
            nonlocal number
            context = self.inherited(step, "")._replace(prefix=step.context.prefix)
            assert entry.body is not None
            incoming = Bound("", sources)
            made, number = self.entries(entry.body, step.scope, inner, context, incoming, number, step.first)
            return made.outputs

        try:
            if entry.when is not None and not holds(entry.when, inner):
                return last, number
            incoming = last.outputs if entry.source is None else self.sources(step, last)
            last = Bound("", self.copied(step, incoming, make))
        except Refused as error:
            self.note(error, entry.node, step.context.prefix[:-1])
            last = Bound("", None)
        except Poisoned:
            last = Bound("", None)
        for bound in [*step.scope.layers.values()][known:] if dim.is_symbolic(step.count) else ():
            bound.copies = step.count
        return last, number

    def copied(
        self, step: "Step", sources: Outputs | None, make: Callable[[Outputs | None], Outputs | None]
    ) -> Outputs | None:
        """What an entry gives of what goes in; where it stands for a symbolic number of copies, what the last gives."""
        if not dim.is_symbolic(step.count):
            return make(sources)
        if sources is None:
            raise Poisoned
        said, node = step.symbolic()
        if step.entry.source is not None or not sources:
            message = f"each copy of {said} reads the one before"
            what = "and `from` cannot say otherwise" if sources else f"but {step.entry.static} reads nothing"
            raise locate(Refused(f"{message}, {what}", numbers_for(step.count)), node)
        source, shape = sources[0]
        with self.builder.repeat(step.count, source) as repeat:
            made = make(((repeat.passed(source), shape),))
        if made is None:
            raise Poisoned
        self.keeps_shape(step, sources[:1], made)
        result = made[0][0]
        self.builder.ends(repeat, result)
        if result == repeat.passed(source):
            return sources[:1]
        if repeat.place not in self.builder.layers[result.path].repeats:
            # An empty body that gives another layer from outside than it gets: so does any number of copies but none.
            message = f"{said} must be at least 1 where the body gives a layer from outside"
            self.root.require(dim.at_least(step.count, 1), message)
            return made
        return ((repeat.passed(result), shape),)

    def counted(self, entry: LayerEntry) -> None:
        """Count a step; raises LimitReached when there are too many."""
        self.steps += 1
        if self.steps > self.limits.layers:
            place = entry.node.place
            raise LimitReached("layers", self.limits.layers, "the spec expands to too many layers", place)

    def overridden(self, step: "Step", path: str) -> "Step":
        """The entry, or what an extending spec puts in its place."""
        if path not in self.unused:
            return step
        if self.builder.open or dim.is_symbolic(step.count):
            times = dim.tidy(self.builder.times * step.count)
            raise Refused(f"this stands for {say(times)} copies, so it cannot be changed alone", numbers_for(times))
        del self.unused[path]
        new, old = self.spec.overrides[path], step.entry
        if new is None:
            return step._replace(entry=replace(old, when=NEVER))
        kept: dict[str, Any] = {"when": new.when or old.when, "source": new.source or old.source}
        kept |= {"frozen": new.frozen or old.frozen, "share": new.share or old.share}
        if new.operation is None and new.body is None:
            kept |= {"operation": old.operation, "settings": old.settings, "body": old.body}
        return step._replace(entry=replace(new, **kept), inner=_inside(step.inner, new, {}))

    def sources(self, step: "Step", last: Bound) -> Outputs:
        """What an entry reads: what `from` lists, or the entry before."""
        if step.entry.source is not None:
            return tuple(self.read(reference, step.inner) for reference in step.entry.source)
        if self.takes_nothing(step):
            return ()
        if last.outputs is None:
            raise Poisoned
        if step.first and len(last.outputs) > 1:
            raise Refused(f"{len(last.outputs)} inputs come in here", "say with `from` which the layer reads")
        return last.outputs[:1]

    def takes_nothing(self, step: "Step") -> bool:
        name = step.entry.static
        if name is None or name in self.spec.blocks or name not in self.operations:
            return False
        return self.operations[name].arity[1] == 0

    def work(self, step: "Step", bound: Bound, sources: Any) -> Outputs | None:
        """Expand what an entry does: an operation, a block or a nested scope; gives its outputs."""
        entry, inner = step.entry, step.inner
        context = self.inherited(step, bound.path)
        name = None if entry.operation is None else entry.operation(inner)
        if name is None:
            self.nested(entry, inner, context, bound, sources)
        elif name in self.spec.blocks:
            self.block(self.spec.blocks[name], step, context, bound, sources)
        elif name in self.operations:
            op = self.operation(name, entry, inner)
            self.layer(op, entry, context, bound, sources)
        else:
            assert entry.operation is not None
            raise unknown_operation(name, self.spec.blocks, self.operations, entry.operation.node)
        return bound.outputs

    def inherited(self, step: "Step", path: str) -> Context:
        """The context inside an entry."""
        entry, context = step.entry, step.context
        frozen = context.frozen
        if entry.frozen is not None:
            frozen = holds(entry.frozen, step.inner)
        shared = context.shared
        if entry.share is not None:
            try:
                shared = (path, step.inner.layer(entry.share.name(step.inner)).path)
            except Refused as error:
                raise locate(error, entry.share.node) from None
        return context._replace(prefix=path + ".", frozen=frozen, shared=shared)

    def keeps_shape(self, step: "Step", sources: Outputs, made: Outputs) -> None:
        """A symbolic repeat stands for many copies in a row, so its body must give back the shape that it got."""
        before, after = [[shape for _, shape in outputs] for outputs in (sources, made)]
        given = self.builder.given
        same = len(before) == len(after) and all(same_shape(a, b, given) for a, b in zip(before, after, strict=True))
        if not same:
            shown = " and ".join(dim.show(s) for s in before), " and ".join(dim.show(s) for s in after)
            said, node = step.symbolic()
            message = f"{said} is symbolic, but the body makes {shown[1]} of {shown[0]}"
            raise locate(Refused(message, "fix the count, or keep the shape"), node)

    def nested(self, entry: LayerEntry, inner: Scope, context: Context, bound: Bound, sources: Any) -> None:
        assert entry.body is not None
        scope = Scope(inner, layers={"input": Bound("input", sources)})
        self.builder.scopes[bound.path] = ""
        last = self.body(entry.body, scope, context, Bound(bound.path, sources))
        bound.inside = scope.layers
        bound.outputs = last.outputs

    def block(self, block: Block, step: "Step", context: Context, bound: Bound, sources: Any) -> None:
        if block.name in context.blocks:
            chain = " -> ".join([*context.blocks[context.blocks.index(block.name) :], block.name])
            raise Refused(f"the block {block.name!r} contains itself: {chain}")
        if len(context.blocks) >= self.limits.nesting:
            what = "blocks are nested too deeply"
            raise LimitReached("nesting", self.limits.nesting, what, step.entry.node.place)
        if len(sources) != len(block.inputs):
            wanted = f"{len(block.inputs)} input{'s' * (len(block.inputs) != 1)} ({', '.join(block.inputs)})"
            raise Refused(f"the block {block.name} takes {wanted}, not {len(sources)}", "name them with `from`")
        scope = Scope(self.root, self.arguments(block, step.entry, step.inner))
        scope.pending = {k: v for k, v in block.args.items() if v is not None} | block.let
        scope.layers = {name: Bound(name, (source,)) for name, source in zip(block.inputs, sources, strict=True)}
        self.builder.scopes[bound.path] = block.name
        context = context._replace(blocks=(*context.blocks, block.name))
        last = self.body(block.body, scope, context, Bound(bound.path, sources))
        bound.inside = scope.layers
        bound.outputs = self.results(block.outputs, scope, last)
        for name in block.inputs:
            # A single input may be read without being named, by the first layer.
            if len(block.inputs) > 1 and not scope.layers[name].read:
                raise locate(Refused(f"the block {block.name} does not read its input {name!r}"), block.node)

    def arguments(self, block: Block, entry: LayerEntry, inner: Scope) -> dict[str, Any]:
        """The arguments that a call gives to a block."""
        given = entry.compiled.get(block.name)
        if given is None:
            given = entry.compiled[block.name] = settings_of(
                block.name, block.args, entry.settings, lambda name, node: expression(node, self.limits)
            )
        values = {name: value(inner) for name, value in given}
        missing = [name for name, default in block.args.items() if default is None and name not in values]
        if missing:
            raise Refused(f"the block {block.name} needs {' and '.join(missing)}")
        return values

    def operation(self, name: str, entry: LayerEntry, inner: Scope) -> Op:
        """The operation with its settings evaluated; equal ones are one object."""
        cls = self.operations[name]
        given = entry.compiled.get(cls)
        if given is None:
            known = cls.kinds()
            given = entry.compiled[cls] = settings_of(
                name, known, entry.settings, lambda name, node: setting_value(known[name], node, self.limits)
            )
        values = {name: self.settled(name, value, inner) for name, value in given}
        try:
            key = (cls, *[(n, v, types(v)) for n, v in values.items()])
            op = self.ops.get(key)
            if op is None:
                op = self.ops[key] = cls(**values)
            return op
        except Refused as error:
            node = next((value.node for n, value in given if n == error.setting), entry.node)
            if not error.hint and (names := symbols_in(values.get(error.setting))):
                error = error.hinted(self.builder.given.decided_by(sorted(names)))
            raise locate(error, node) from None

    def settled(self, name: str, value: Expression, inner: Scope) -> Any:
        """A setting's value; raises Refused where it is not the same in all copies that are made at once."""
        found = value(inner)
        if not self.builder.given.running and not isinstance(found, Rounds):
            return found
        try:
            steady(name, found, self.builder.given)
            if isinstance(found, Rounds):
                raise unfit(f"{name} needs a list that is known, not {found}", found)
        except Refused as error:
            raise locate(error, value.node) from None
        return found

    def layer(self, op: Op, entry: LayerEntry, context: Context, bound: Bound, sources: Any) -> None:
        path, shared = bound.path, context.shared
        owner = None if shared is None else shared[1] + path[len(shared[0]) :]
        if owner is not None and owner not in self.builder.layers:
            assert shared is not None
            raise Refused(f"there is no layer {owner!r} to share the weights of", nearest(owner, self.builder.layers))
        made = self.builder.layer(
            path,
            op,
            [source for source, _ in sources],
            frozen=context.frozen,
            weights_of=owner,
            place=entry.node.place,
            doc=entry.doc,
        )
        shapes = self.builder.layers[path].call.outputs
        bound.outputs = tuple(zip(made, shapes, strict=True))


class Step(NamedTuple):
    """One copy of an entry on its way through the expander."""

    entry: LayerEntry
    scope: Scope
    """Where its name is bound."""
    inner: Scope
    """Where its expressions are evaluated: the scope with the variables of `for` and `let`."""
    context: Context
    round: Round
    """The round of `for`."""
    count: Any
    """How many copies it stands for; only of interest where symbolic."""
    first: bool
    """Whether nothing stands before it in its scope."""

    def symbolic(self) -> tuple[str, Node]:
        """What makes its count symbolic, as written, and where."""
        loop, repeat = self.entry.loop, self.entry.repeat
        if self.round.over is not None and loop:
            ((names, run),) = loop
            return f"`for: {{{names[0]}: {self.round.over}}}`", run.node
        assert repeat is not None
        return f"`repeat: {dim.text(self.count)}`", repeat.node


ONCE = Round({})
"""The only round of an entry without `for`."""
NEVER: Expression = Located(Scalar("", 1, 1, None, "", False), lambda names: False)
"""The condition of a layer that an extending spec takes away."""


def _inside(around: Scope, entry: LayerEntry, variables: dict[str, Any]) -> Scope:
    """The scope of an entry's own expressions: that around it, with its variables of `for` and its `let`."""
    inner = Scope(around, dict(variables))
    inner.pending = entry.let
    return inner


def _joined(bounds: Any) -> Bound:
    """Several inputs as one."""
    outputs = [bound.outputs for bound in bounds]
    if any(o is None for o in outputs):
        return Bound("", None)
    return Bound("", tuple(o for found in outputs for o in found))
