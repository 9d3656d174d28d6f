"""The verb compare: networks side by side."""

from collections.abc import Sequence
from dataclasses import replace

from archcalc.analyse.compare import Comparison
from archcalc.analyse.comparison import Broken, Compared, compared
from archcalc.analyse.receptive_fields import Gates
from archcalc.analyse.verbs import depth, summary
from archcalc.convention import convention as find_convention
from archcalc.errors import ArchcalcError
from archcalc.language.loaded import Loadable, Loaded, Loading
from archcalc.many.loading import Attempt, each
from archcalc.verifying.published import accuracy


def compare(
    *networks: Loadable,
    columns: Sequence[str] | None = None,
    sort: str | None = None,
    reverse: bool = False,
    convention: str = "macs",
    gates: Gates = "count",
    loading: Loading = Loading(),  # noqa: B008 - a value
) -> Comparison:
    """Architectures side by side; a name or file without a variant stands for all its variants.

    `columns` are names of `archcalc.analyse.compare.COLUMNS`. `sort` is one of them, with `reverse` in descending
    order; by default the networks stay in their order. `convention` and `gates` are those of `summary`; `loading` has
    the settings, operations and limits for names and files. A network that cannot be made has a row with the error.
    Raises Refused for an unknown column.
    """
    asked = Comparison(find_convention(convention), ()).shown(columns).in_order(sort or "network")  # refuses first
    outcomes = each(networks, lambda network: told(network, convention, gates), loading)
    found = replace(asked, networks=tuple(map(_named, outcomes)))
    return found if sort is None else found.in_order(sort, reverse)


def told(network: Loaded, convention: str, gates: Gates) -> Compared:
    """The numbers of a network, with its published accuracy if it is known."""
    spec = network.spec
    found = compared(summary(network, convention, gates), depth(network), spec.source, spec.family)
    known = accuracy(network)
    return found if known is None else found._replace(accuracy=float(known.top_1.value), accuracy_source=known.where)


def _named(outcome: Attempt[Compared]) -> Compared | Broken:
    """A network under its distinct name."""
    if isinstance(outcome.found, ArchcalcError):
        return Broken(outcome.name, outcome.found.report(), outcome.found.exit_code)
    return outcome.found._replace(name=outcome.name)
