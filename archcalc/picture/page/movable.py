"""The config entries that have a slider on a page: those that can be free without changing the set of layers."""

from archcalc import dim
from archcalc.analyse.verbs import part
from archcalc.errors import ArchcalcError
from archcalc.language.free import DEFAULTS
from archcalc.language.loaded import Loaded
from archcalc.language.spec import ConfigEntry
from archcalc.language.value import Value
from archcalc.picture.page.page import PageEntry

SIZES = ("H", "W")
"""Entries that get a slider even if conditions on them must be decided: as they hold for the initial values."""


def movable(model: Loaded) -> tuple[Loaded, list[PageEntry]]:
    """The network with every possible entry free, and its config entries for the page."""
    config, settings = model.config, model.spec.config
    whole = [name for name, value in config.items() if type(value) is int]
    free = _freed(model, whole) or _freed(model, [name for name in whole if _freed(model, [name]) is not None])
    names = set() if free is None else _names(free)
    sizes = [name for name in SIZES if name in whole]
    if sizes and not names.issuperset(sizes):
        more = _freed(model, [*sorted(names), *sizes], (DEFAULTS,))
        free = more or free
    if free is None:
        return model, [PageEntry(name, settings[name], value, None) for name, value in config.items()]
    return free, [_entry(free, name, settings[name], value) for name, value in config.items()]


def _freed(model: Loaded, names: list[str], assume: tuple[str, ...] = ()) -> Loaded | None:
    """The network with free entries; None if its layers would differ."""
    try:
        free = model.freed(names, assume)
        return free if _paths(free) == _paths(model) else None
    except ArchcalcError:
        return None


def _paths(model: Loaded) -> list[str]:
    return [layer.path for layer in part(model).layers]


def _names(free: Loaded) -> set[str]:
    """The free entries."""
    return {name for name, value in free.config.items() if dim.is_symbolic(value)}


def _entry(free: Loaded, name: str, setting: ConfigEntry, value: Value) -> PageEntry:
    """An entry: share * symbol + offset."""
    formula = free.config[name]
    if not dim.is_symbolic(formula):
        return PageEntry(name, setting, value, None)
    (symbol,) = formula.free_symbols
    share = formula.coeff(symbol)
    return PageEntry(name, setting, value, symbol.name, int(share), int(formula - share * symbol))
