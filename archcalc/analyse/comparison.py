"""Networks side by side: the few numbers of each that characterize an architecture."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from archcalc.analyse.summary import LayerSummary, Summary
from archcalc.dim import Dim, Shape
from archcalc.errors import Refused
from archcalc.op import WHOLE

# Since 2007-04 the number of an arXiv article begins with year and month (1512.03385), before that with its archive
# (cs/0312044).
_NUMBER = r"(?P<new>\d\d)(?:0[1-9]|1[0-2])\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/(?P<old>\d\d)\d{5}"
_ARXIV = re.compile(rf"arxiv(?::\s*|\.org/(?:abs|pdf)/)(?:{_NUMBER})", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19[4-9]\d|20\d\d)(?!\d|\.\d{4})")


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
    """Under the counting convention."""
    unknown: tuple[str, ...]
    """The layers of unknown work, which make `work` a lower bound."""
    activations: Dim
    memory: Dim
    """The bytes of parameters, buffers and all activations kept, as float32."""
    field: tuple[Any, ...] | None
    """The receptive field of the last layer that distinguishes positions."""
    accuracy: float | None = None
    """The published top-1 accuracy on ImageNet in percent, if it is known."""
    accuracy_source: str = ""
    """The source of the accuracy."""


class Broken(NamedTuple):
    """A network that cannot be made, with its error."""

    name: str
    error: str
    status: int = Refused.exit_code
    """The exit status of the error."""


def compared(summary: Summary, depth: Dim, source: str = "", family: str = "") -> Compared:
    """The numbers of a network; source and family are those of its spec."""
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
    """The last layer on the way to the first output that distinguishes positions: before any global pooling."""
    # Another output, of an auxiliary head, may follow the first one.
    leading = summary.made_from(next(iter(summary.outputs)).path)
    return next((la for la in reversed(summary.layers) if la.path in leading and la.field and _distinguishes(la)), None)


def _distinguishes(layer: LayerSummary) -> bool:
    """Whether positions read different places, or there are several: two axes besides the batch are longer than 1."""
    if any(axis is not WHOLE for axis in layer.field or ()):
        return True
    return sum(not isinstance(n, int) or n > 1 for n in layer.outputs[0][1:]) > 1


def year(source: str) -> int | None:
    """The year of the first arXiv number in a source, or its only year; None if unclear."""
    found = _ARXIV.search(source)
    if found is not None:
        short = int(found["new"] or found["old"])
        return short + (1900 if short >= 91 and found["old"] else 2000)
    years = set(_YEAR.findall(source))
    return int(years.pop()) if len(years) == 1 else None
