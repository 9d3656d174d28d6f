"""The styles in which a network is drawn, by name."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from archcalc.analyse.summary import Summary
from archcalc.errors import Refused, UnknownName, nearest
from archcalc.language.outside import strings
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

    def drawn(self, seen: Any, form: str, given: Mapping[str, Any]) -> Picture:
        """The picture under the options that a program gives; raises Refused for one that the style does not have."""
        known = (*self.options, "theme")
        for name in given:
            if name not in known:
                homes = [f"the style {home!r} has it" for home, other in STYLES.items() if name in other.options]
                raise UnknownName(f"this style has no option {name!r}", " and ".join(homes) or nearest(name, known))
        return self.draw(seen, form, **{name: _LISTS.get(name, _same)(value) for name, value in given.items()})


def _labels(given: object) -> list[str]:
    """The names of labels, in a list or as `A,B,...`; `nothing` is none."""
    names = given.split(",") if isinstance(given, str) else strings(given, "show")
    return [name.strip() for name in names if name.strip() not in ("", "nothing")]


def _same(given: Any) -> Any:
    return given


_LISTS: dict[str, Callable[[Any], Any]] = {
    "fold": lambda given: strings(given, "fold"),
    "unfold": lambda given: strings(given, "unfold"),
    "show": _labels,
}
"""The options that are lists of strings, and how they are read."""


def _field(
    summary: Summary,
    form: str,
    *,
    layer: str | None = None,
    at: tuple[int, ...] | None = None,
    on: str | Path | None = None,
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
