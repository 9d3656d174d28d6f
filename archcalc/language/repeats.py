"""Symbolic repeats: an entry that stands for a symbolic number of consecutive copies is expanded once."""

from collections.abc import Callable

from archcalc import dim
from archcalc.errors import Refused
from archcalc.language.evaluate import same_shape
from archcalc.language.scope import Outputs, Poisoned, Root
from archcalc.language.spec import locate
from archcalc.language.steps import Copy
from archcalc.language.value import numbers_for
from archcalc.network import Repeat


class Repeats:
    """Expands entries that stand for a symbolic number of copies."""

    def __init__(self, root: Root) -> None:
        self.root, self.builder = root, root.builder

    def copied(self, step: Copy, sources: Outputs | None, make: Callable[[Outputs], Outputs | None]) -> Outputs:
        """The outputs of the last copy; `make` makes one copy."""
        if sources is None:
            raise Poisoned
        _reads_previous(step, sources)
        source, shape = sources[0]
        with self.builder.repeat(step.copies, source) as repeat:
            made = make(((repeat.passed(source), shape),))
        if made is None:
            raise Poisoned
        self.keeps_shape(step, sources[:1], made)
        self.builder.ends(repeat, made[0][0])
        return self.given(step, repeat, sources[:1], made)

    def given(self, step: Copy, repeat: Repeat, sources: Outputs, made: Outputs) -> Outputs:
        """The outputs of the last copy, as the layers outside see them."""
        result = made[0][0]
        if result == repeat.passed(sources[0][0]):
            return sources
        if repeat.place in self.builder.layers[result.path].repeats:
            return ((repeat.passed(result), sources[0][1]),)
        # An empty body returns another layer from outside than it reads, and so does any number of copies except zero.
        message = f"{step.symbolic()[0]} must be at least 1 if the body returns a layer from outside"
        self.root.require(dim.at_least(step.copies, 1), message)
        return made

    def keeps_shape(self, step: Copy, sources: Outputs, made: Outputs) -> None:
        """Refuse a body whose output has another shape than its input: each copy reads the copy before."""
        before, after = [[shape for _, shape in outputs] for outputs in (sources, made)]
        given = self.builder.given
        if len(before) == len(after) and all(same_shape(a, b, given) for a, b in zip(before, after, strict=True)):
            return
        shown = " and ".join(map(dim.show, before)), " and ".join(map(dim.show, after))
        said, node = step.symbolic()
        message = f"{said} is symbolic, but the body turns {shown[0]} into {shown[1]}"
        raise locate(Refused(message, "fix the count, or keep the shape"), node)


def _reads_previous(step: Copy, sources: Outputs) -> None:
    """Refuse an entry whose copies do not read one another."""
    if step.entry.source is None and sources:
        return
    said, node = step.symbolic()
    message = f"each copy of {said} reads the one before"
    what = "and `from` cannot say otherwise" if sources else f"but {step.entry.static} reads nothing"
    raise locate(Refused(f"{message}, {what}", numbers_for(step.copies)), node)
