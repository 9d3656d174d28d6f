"""The layers that an extending spec changes in the spec that it extends."""

from collections.abc import Iterator
from dataclasses import replace

from archcalc import dim
from archcalc.builder import Builder
from archcalc.errors import Refused, nearest
from archcalc.language.report import Mistakes
from archcalc.language.spec import Body, Expression, LayerEntry, Located, Spec
from archcalc.language.steps import Copy, inside
from archcalc.language.tree import Node, Scalar
from archcalc.language.value import numbers_for

NEVER: Expression = Located(Scalar("", 1, 1, None, "", False), lambda names: False)
"""The condition of a layer that an extending spec removes."""


class Overrides:
    """The changed entries by path; those that no layer has had yet are in `unused`."""

    def __init__(self, spec: Spec, builder: Builder) -> None:
        self.entries, self.builder = spec.overrides, builder
        self.unused = dict.fromkeys(spec.overrides)

    def applied(self, step: Copy, path: str) -> Copy:
        """The step as an extending spec changes it."""
        if path not in self.unused:
            return step
        if self.builder.open or dim.is_symbolic(step.copies):
            times = dim.tidy(self.builder.times * step.copies)
            raise Refused(f"this represents {dim.say(times)} copies, so it cannot be changed alone", numbers_for(times))
        del self.unused[path]
        new = self.entries[path]
        if new is None:
            return step._replace(entry=replace(step.entry, when=NEVER))
        return step._replace(entry=_merged(new, step.entry), inner=inside(step.inner, new, {}))

    def under(self, prefix: str) -> bool:
        """Whether a layer under a prefix may still be changed."""
        return any(path.startswith(prefix) for path in self.unused)

    def added(self) -> Iterator[Body]:
        """The layers that the extending spec adds."""
        for path in [path for path in self.unused if "." not in path]:
            entry = self.entries[path]
            if entry is not None:
                del self.unused[path]
                yield Body(entry.node, True, [entry])

    def complain(self, mistakes: Mistakes, body: Node) -> None:
        """Note the paths that no layer has."""
        for path in self.unused:
            entry = self.entries[path]
            hint = nearest(path, self.builder.layers)
            error = Refused(f"the spec that is extended has no layer {path!r}", hint)
            mistakes.note(error, body if entry is None else entry.node)


def _merged(new: LayerEntry, old: LayerEntry) -> LayerEntry:
    """The new entry, completed by the modifiers and the operation of the old one."""
    made = replace(
        new,
        when=new.when or old.when,
        source=new.source or old.source,
        frozen=new.frozen or old.frozen,
        share=new.share or old.share,
    )
    if new.operation is None and new.body is None:
        made.operation, made.settings, made.body = old.operation, old.settings, old.body
    return made
