"""The verbs of pictures: draw a network, plot its numbers, and make a page to explore it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

from archcalc import dim
from archcalc.analyse.receptive_fields import Gates
from archcalc.analyse.verbs import diff, summary
from archcalc.errors import ArchcalcError, Refused, choose, require
from archcalc.language.loaded import Loadable, Loading, opened
from archcalc.language.outside import strings
from archcalc.picture.plots.layer_bars import profile
from archcalc.picture.plots.layers import layers
from archcalc.picture.plots.networks import bubbles
from archcalc.picture.plots.over import curves
from archcalc.picture.plots.paper import USUAL_PAPER, Paper
from archcalc.picture.plots.points import told_points
from archcalc.picture.plots.sweep import Sweep, swept

if TYPE_CHECKING:
    from archcalc.picture.graph.diagram import Picture


_USUAL_QUANTITIES = ("work", "work,parameters")
"""Of curves, and of bars."""


def _raise(error: ArchcalcError) -> NoReturn:
    raise error


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
    """A picture of a network, or with `other` of the difference between the two.

    `form` is `svg`, `pdf`, `png` or `dot`, `style` is `graph`, `volumes` or `field`, and `options` are those of
    `archcalc draw` for the style. `convention` and `gates` are those of `summary`.

    Raises Refused for an unknown style, format or option, MissingExtra without the extra `pictures`, TooSlow when the
    layout takes too long.
    """
    from archcalc.picture.styles import STYLES

    if other is None:
        require("style", style, [name for name in STYLES if name != "diff"])
        seen: Any = summary(network, convention, gates)
        return replace(STYLES[style].drawn(seen, form, options), name=seen.name)
    found = diff(network, other, convention)
    picture = STYLES["diff"].drawn(found, form, options)
    return replace(picture, name=f"{found.before.name} -> {found.after.name}")


def plot(
    *networks: Loadable,
    per: str | None = None,
    depth: int = 1,
    over: str | Sweep | None = None,
    x: str = "work",
    y: str | Sequence[str] = "",
    size: str | None = None,
    pareto: bool | None = None,
    linear: bool = False,
    form: str = "svg",
    paper: Paper = USUAL_PAPER,
    convention: str = "macs",
    gates: Gates = "count",
    loading: Loading = Loading(),  # noqa: B008 - a value
    broken: Callable[[ArchcalcError], object] = _raise,
) -> "Picture":
    """The numbers of networks as a picture: `form` is svg, pdf or png.

    By default a bubble for each network at the columns `x` and `y` of `compare`, its area the column `size`; a name
    without a variant means all its variants, and `pareto` says whether a line joins the best. With `over`, values
    of config entries such as `H=128:512:32` or `width=16,32,64`, a curve for each network; with `per="layer"`, or
    `per="scope"` and a `depth`, bars for the first network; then `y` has the quantities, a panel for each.

    `work` is that of the `convention`; `gates` is that of `summary`. Axes are logarithmic unless `linear`. `paper` is
    the size and theme. `loading` has the settings, operations and limits for names and files. `broken` gets the error
    of each network that cannot be made; by default that error is raised. Raises Refused for an unknown column or
    quantity, or if nothing can be drawn.
    """
    asked = ",".join(strings(y, "y"))
    if per is not None:
        choose("per", per, ("layer", "scope"))
    if per is None and over is None:
        axes = (x, asked or "parameters", size)
        seen, name = told_points(networks, axes, pareto, convention, gates, loading, broken)
        return replace(bubbles(seen, form, paper, linear), name=name)
    if not networks:
        raise Refused("a plot needs a network")
    loaded = [opened(network, loading) for network in networks]
    names = dict.fromkeys(map(str.strip, (asked or _USUAL_QUANTITIES[over is None]).split(",")))
    quantities = [convention if name == "work" else name for name in names]
    if over is not None:
        sweep = over if isinstance(over, Sweep) else Sweep.read(over)
        found = curves(swept(loaded, sweep, quantities), form, paper, linear)
    else:
        levels = None if per == "layer" else depth
        found = layers(profile(summary(loaded[0], convention, gates), quantities, levels), form, paper)
    return replace(found, name=loaded[0].name)


def page(network: Loadable, convention: str = "macs", gates: Gates = "count") -> str:
    """One HTML page to explore the network, with sliders for its config; needs the extra `pictures`.

    `convention` and `gates` are those of `summary`.
    """
    from archcalc.picture.page.page import movable, page

    found = opened(network)
    shapes = [s for la in found.network.layers.values() for s in (*la.call.outputs, *la.call.weights.values())]
    if names := dim.free_symbols(size for shape in shapes for size in shape):
        message = f"a page starts from numbers, but these are free: {', '.join(sorted(names))}"
        raise Refused(message, "give each a number; the page has sliders for the config")
    free, entries = movable(found)
    return page(summary(found, convention, gates), summary(free, convention, gates), entries)
