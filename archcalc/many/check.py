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
    """Whether networks keep budgets; a name or file without a variant stands for all its variants.

    `budgets` are those of `archcalc.analyse.budgets`. `layer` is a layer or scope of each network, by default all of
    it; `gates` is that of `summary`; `loading` has the settings, operations and limits for names and files. A network
    that cannot be made has a row with the error. Raises Refused for an unknown quantity.
    """
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
