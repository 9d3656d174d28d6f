"""The verb check: budgets of several networks."""

from archcalc.analyse.budgets import Asked, Budgeted, Budgets, budgets_of, verdicts
from archcalc.analyse.receptive_fields import Gates
from archcalc.analyse.verbs import part
from archcalc.errors import ArchcalcError
from archcalc.language.loaded import Loadable, Loaded, Loading
from archcalc.many.loading import each


def check(
    *networks: Loadable,
    budgets: Asked,
    layer: str = "",
    gates: Gates = "count",
    loading: Loading = Loading(),  # noqa: B008 - a value
) -> Budgets:
    """Whether networks keep budgets; a name or file without a variant means all its variants.

    `budgets` are conditions such as `parameters <= 5M` and `receptive_field >= 224`, one or several, or a mapping from
    quantities to the most that they may be: `{"parameters": "5M", "macs": 6e8}`. `layer` is a layer or scope of each
    network, by default all of it; `gates` is that of `summary`; `loading` has the settings, operations and limits for
    names and files. A network that cannot be made has a row with the error. Raises Refused for an unknown quantity, and
    for what is not a budget.
    """
    asked = budgets_of(budgets)

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
