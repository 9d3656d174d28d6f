"""The styles in which a network is drawn, by name."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from archcalc.analyse.summary import Summary
from archcalc.errors import Refused
from archcalc.picture import figure
from archcalc.picture.field.growth_figure import growth
from archcalc.picture.field.region_figure import region
from archcalc.picture.graph.diagram import FORMATS, Picture, diagram
from archcalc.picture.graph.difference import compared
from archcalc.picture.volumes.figure import volumes


class Style(NamedTuple):
    """A way to draw a network, or with `diff` the difference of two."""

    draw: Callable[..., Picture]
    formats: tuple[str, ...]
    options: tuple[str, ...]
    """Its options besides the theme."""


def _field(
    summary: Summary,
    form: str,
    *,
    layer: str | None = None,
    at: tuple[int, ...] | None = None,
    on: Path | None = None,
    theme: str = "light",
) -> Picture:
    if layer is not None:
        return region(summary, form, layer, at=at, on=on, theme=theme)
    if at is not None or on is not None:
        raise Refused(f"`{'on' if at is None else 'at'}` needs a layer", "whose position reads it")
    return growth(summary, form, theme=theme)


_GRAPH = ("depth", "fold", "unfold", "unroll", "show", "direction")
STYLES = {
    "graph": Style(diagram, FORMATS, (*_GRAPH, "heat")),
    "volumes": Style(volumes, figure.FORMATS, ("depth",)),
    "field": Style(_field, figure.FORMATS, ("layer", "at", "on")),
    "diff": Style(compared, FORMATS, _GRAPH),
}
"""Every style by name."""
