"""archcalc: know your neural network before you train it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archcalc.analyse.verbs import diff, formula, summary
    from archcalc.builder import Builder
    from archcalc.derive.verbs import explain
    from archcalc.many.check import check
    from archcalc.many.compare import compare
    from archcalc.many.verify import verify
    from archcalc.model import Model, load
    from archcalc.network import Network, Source
    from archcalc.op import Cost, Op
    from archcalc.ops import OPS
    from archcalc.picture.verbs import draw, page, plot
    from archcalc.solving.scale import scale
    from archcalc.solving.solution import solve
    from archcalc.torchcheck.verbs import crosscheck

__version__ = "0.1.0"
__all__ = [
    "OPS",
    "Builder",
    "Cost",
    "Model",
    "Network",
    "Op",
    "Source",
    "__version__",
    "check",
    "compare",
    "crosscheck",
    "diff",
    "draw",
    "explain",
    "formula",
    "load",
    "page",
    "plot",
    "scale",
    "solve",
    "summary",
    "verify",
]

_HOMES = {
    "archcalc.analyse.verbs": ("diff", "formula", "summary"),
    "archcalc.builder": ("Builder",),
    "archcalc.derive.verbs": ("explain",),
    "archcalc.many.check": ("check",),
    "archcalc.many.compare": ("compare",),
    "archcalc.many.verify": ("verify",),
    "archcalc.model": ("load", "Model"),
    "archcalc.network": ("Network", "Source"),
    "archcalc.op": ("Op", "Cost"),
    "archcalc.ops": ("OPS",),
    "archcalc.picture.verbs": ("draw", "page", "plot"),
    "archcalc.solving.scale": ("scale",),
    "archcalc.solving.solution": ("solve",),
    "archcalc.torchcheck.verbs": ("crosscheck",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    # Imported when first used, so that `archcalc --help` does not pay for what it does not need.
    if name not in _HOME:
        raise AttributeError(f"module 'archcalc' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
