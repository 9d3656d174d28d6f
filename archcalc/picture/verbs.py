"""The verbs of pictures: draw a network, and make a page to explore it."""

from typing import TYPE_CHECKING, Any

from archcalc.analyse.receptive_fields import Gates
from archcalc.analyse.verbs import diff, summary
from archcalc.language.loaded import Loadable, opened
from archcalc.picture.theme import require

if TYPE_CHECKING:
    from archcalc.picture.graph.diagram import Picture


def draw(
    network: Loadable,
    form: str = "svg",
    style: str = "graph",
    *,
    other: Loadable | None = None,
    convention: str = "macs",
    gates: Gates = "count",
    **options: Any,
) -> "Picture":
    """The network as `graph`, `volumes` or `field`, in svg, pdf, png or dot; options are those of `archcalc draw`.

    With `other`, what is different between the two networks. Raises Refused for an unknown style, format or option,
    MissingExtra without the extra `pictures`, TooSlow for a layout.
    """
    from archcalc.picture.styles import STYLES

    if other is not None:
        return STYLES["diff"].draw(diff(network, other, convention), form, **options)
    known = {name: found for name, found in STYLES.items() if name != "diff"}
    require("style", style, known)
    return known[style].draw(summary(network, convention, gates), form, **options)


def page(network: Loadable, convention: str = "macs", gates: Gates = "count") -> str:
    """One HTML page to explore the network, with sliders for its config; it needs the extra `pictures`."""
    from archcalc.picture.page.movable import movable
    from archcalc.picture.page.page import page

    found = opened(network)
    free, entries = movable(found)
    return page(summary(found, convention, gates), summary(free, convention, gates), entries)
