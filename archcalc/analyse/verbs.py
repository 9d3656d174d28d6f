"""The verbs of analysis, from a network to a result."""

from typing import TYPE_CHECKING

from archcalc import dim
from archcalc.analyse.receptive_fields import Gates
from archcalc.analyse.summary import Summary, summarize
from archcalc.convention import convention as find_convention
from archcalc.dim import Dim
from archcalc.errors import Refused
from archcalc.language.free import Free
from archcalc.language.loaded import Loadable, Loaded, opened
from archcalc.network import collector_paused

if TYPE_CHECKING:
    from archcalc.algebra.compile import Compiled
    from archcalc.analyse.difference import Difference
    from archcalc.analyse.formulas import Formulas
    from archcalc.analyse.quantities import Part


def summary(network: Loadable, convention: str = "macs", gates: Gates = "count") -> Summary:
    """All facts of a network, layer by layer and in total.

    `convention` names the way of counting work in the table: `macs`, `flops`, or a tool such as `fvcore`. `gates` says
    whether squeeze-and-excitation gates belong to the receptive field: `count` or `ignore`; `archcalc.Paths` says it of
    gates and of the statistics of norms. Raises what `archcalc.load` raises, and Refused for an unknown convention.
    """
    found = opened(network)
    with collector_paused():
        return summarize(
            found.network,
            name=found.name,
            title=found.spec.title,
            file=found.file,
            config=found.config,
            convention=find_convention(convention),
            gates=gates,
        )


def part(network: Loadable, path: str = "", gates: Gates = "count") -> "Part":
    """The network, a scope or a layer, with its quantities."""
    from archcalc.analyse import quantities

    return quantities.part(summary(network, gates=gates), path)


def formula(
    network: Loadable, of: str = "macs", *, layer: str = "", by_stage: bool = False, gates: Gates = "count"
) -> "Formulas":
    """A quantity of a network in closed form, in its free config entries.

    `of` is a name of `archcalc.analyse.quantities.QUANTITIES`, such as `parameters`, `macs` or `receptive_field`.
    `layer` is a layer or scope, by default the whole network; `by_stage` gives a formula for each of its outermost
    scopes and layers. `gates` is that of `summary`. Raises Refused for an unknown quantity or layer.
    """
    from archcalc.analyse.formulas import formulas
    from archcalc.analyse.quantities import quantity

    where = part(network, layer, gates)
    return formulas(where.summary, quantity(of), where, by_stage)


def lambdify(network: Loaded, of: str, free: Free = (), *, layer: str = "", gates: Gates = "count") -> "Compiled":
    """A quantity as a function of the free entries, by default of those of the network, or of the symbols in it."""
    from archcalc.algebra.compile import Compiled
    from archcalc.analyse.quantities import quantity

    value = part(network, layer, gates).value(quantity(of))
    if not dim.is_size(value):
        raise Refused(f"{of} is {dim.say(value)}, which is not a number", "ask for one of its parts by `layer`")
    names = list(free) or list(network.free) or sorted(dim.free_symbols([value]))
    return Compiled(value, names, network.assumptions)


def diff(before: Loadable, after: Loadable, convention: str = "macs") -> "Difference":
    """The layers removed, added, changed and renamed between `before` and `after`, and the change of every total.

    `convention` is that of `summary`.
    """
    from archcalc.analyse.difference import difference

    return difference(summary(before, convention), summary(after, convention))


def depth(network: Loadable) -> Dim:
    """The weighted layers on the longest path, as papers count them: 50 of resnet:50."""
    from archcalc.analyse.depth import depth

    found = opened(network)
    with collector_paused():
        return depth(found.network)
