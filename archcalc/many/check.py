"""The verb check: budgets of several networks."""

from collections.abc import Iterable

from archcalc.analyse.budgets import Budget, Budgeted, Budgets, verdicts
from archcalc.analyse.receptive_fields import Gates
from archcalc.analyse.verbs import part
from archcalc.errors import ArchcalcError
from archcalc.language.loaded import Loadable, Loaded, Loading
from archcalc.many.loading import each


def check(
    *networks: Loadable,
    budgets: Iterable[Budget],
    layer: str = "",
    gates: Gates = "count",
    loading: Loading = Loading(),  # noqa: B008 - a value
) -> Budgets:
    """Whether networks, or a scope or layer of each, keep budgets of `archcalc.analyse.budgets`."""
    asked = tuple(budgets)

    def kept(network: Loaded) -> Budgeted:
        return Budgeted(network.name, network.file, verdicts(asked, part(network, layer, gates)))

    found = []
    for outcome in each(networks, kept, loading):
        if isinstance(outcome.found, ArchcalcError):
            error = outcome.found
            found.append(Budgeted(outcome.name, error=error.report(), status=error.exit_code))
        else:
            found.append(outcome.found._replace(name=outcome.name))
    return Budgets(tuple(found))
