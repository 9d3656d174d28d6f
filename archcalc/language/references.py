"""References: the outputs that `from` and `outputs` name."""

from collections.abc import Iterable

from archcalc.dim import Shape, say
from archcalc.errors import Refused
from archcalc.language.scope import Bound, Outputs, Poisoned, Scope
from archcalc.language.spec import LayerReference, locate
from archcalc.language.steps import Copy
from archcalc.network import Source


def read(reference: LayerReference, scope: Scope) -> tuple[Source, Shape]:
    """The output that a reference names."""
    try:
        bound = scope.layer(reference.name(scope))
        port = 0 if reference.port is None else reference.port(scope)
        if type(port) is not int:
            raise Refused(f"the number of an output must be a whole number, not {say(port)}")
        return bound.output(port)
    except Refused as error:
        raise locate(error, reference.node) from None


def results(references: list[LayerReference] | None, scope: Scope, last: Bound) -> Outputs:
    """What a spec or block gives: what `outputs` lists, or its last layer."""
    if references is not None:
        return tuple([read(reference, scope) for reference in references])
    return last.made()


def sources(step: Copy, last: Bound, takes_nothing: bool) -> Outputs:
    """What an entry reads: what `from` lists, or the entry before."""
    if step.entry.source is not None:
        return tuple([read(reference, step.inner) for reference in step.entry.source])
    if takes_nothing:
        return ()
    found = last.made()
    if step.first and len(found) > 1:
        raise Refused(f"{len(found)} inputs come in here", "say with `from` which the layer reads")
    return found[:1]


def joined(bounds: Iterable[Bound]) -> Bound:
    """Several inputs as one."""
    try:
        return Bound("", tuple([output for bound in bounds for output in bound.made()]))
    except Poisoned:
        return Bound("", None)
