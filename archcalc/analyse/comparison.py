"""Networks side by side: of each the few numbers that tell architectures apart."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from archcalc.analyse.sources import year
from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.dim import Dim, Shape
from archcalc.errors import Refused
from archcalc.op import WHOLE


class Compared(NamedTuple):
    """A network with the numbers that a comparison shows."""

    name: str
    title: str
    family: str
    source: str
    file: str
    year: int | None
    config: Mapping[str, Any]
    inputs: tuple[Shape, ...]
    layers: int
    depth: Dim
    parameters: Dim
    trainable: Dim
    buffers: Dim
    work: Dim
    """By the counting convention."""
    unknown: tuple[str, ...]
    """The layers whose work is not known; where there are any, the work is at least so much."""
    activations: Dim
    memory: Dim
    """The bytes of parameters, buffers and all activations kept, as float32."""
    field: tuple[Any, ...] | None
    """The receptive field of the last layer that tells places apart."""
    accuracy: float | None = None
    """The published top-1 accuracy on ImageNet in percent, where it is known."""
    accuracy_source: str = ""
    """Where that is printed."""


class Broken(NamedTuple):
    """A network that there is nothing to tell of, and why."""

    name: str
    error: str
    status: int = Refused.exit_code
    """The exit status of the error."""


def compared(summary: Summary, depth: Dim, source: str = "", family: str = "") -> Compared:
    """The numbers of a network that a comparison shows; source and family are those of its spec."""
    totals, work = summary.totals, summary.work()
    spatial = last_spatial(summary)
    return Compared(
        name=summary.name,
        title=summary.title,
        family=family,
        source=source,
        file=summary.file,
        year=year(source),
        config=summary.config,
        inputs=tuple(summary.inputs.values()),
        layers=len(summary.layers),
        depth=depth,
        parameters=totals.parameters,
        trainable=totals.trainable,
        buffers=totals.buffers,
        work=work.value,
        unknown=work.unknown,
        activations=totals.activations,
        memory=totals.memory,
        field=None if spatial is None else spatial.field,
    )


def last_spatial(summary: Summary) -> LayerSummary | None:
    """The last layer before the first output that tells places apart: that comes before any pooling of whole images."""
    # Another output, of an auxiliary head, may stand behind the first one.
    leading = summary.made_from(next(iter(summary.outputs)).path)
    return next(
        (la for la in reversed(summary.layers) if la.path in leading and la.field and _tells_places(la)),
        None,
    )


def _tells_places(layer: LayerSummary) -> bool:
    """Whether its positions read different places, or it still has several of them: two long axes beside the batch."""
    if any(axis is not WHOLE for axis in layer.field or ()):
        return True
    return sum(not isinstance(n, int) or n > 1 for n in layer.outputs[0][1:]) > 1
