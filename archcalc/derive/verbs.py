"""The verb of derivations: explain one layer."""

from archcalc.analyse.receptive_fields import Gates
from archcalc.derive import explain as derived
from archcalc.derive.derivation import Derivation
from archcalc.language.loaded import Loadable, opened


def explain(network: Loadable, layer: str, gates: Gates = "count") -> Derivation:
    """A layer's facts derived: the rule, the formula, the numbers put in, the result."""
    found = opened(network)
    usual = {name: entry.default for name, entry in found.spec.config.items()}
    return derived.explain(found.network, layer, found.name, gates, usual)
