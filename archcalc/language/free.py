"""Config entries that are left free: their symbols, and the assumptions on these.

An entry is freed by its name (`H`), by a place in a list (`depths[2]`), or as an expression of new symbols (`H=32*h`).
The bounds of an entry in the spec (`min`, `max`, `multiple_of`, `choices`) are assumed of its symbol.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from archcalc import dim
from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.algebra.claim import Undecided
from archcalc.algebra.domain import Domain
from archcalc.dim import Size, say
from archcalc.errors import Refused, nearest
from archcalc.language.expression.names import Names
from archcalc.language.expression.parse import parse
from archcalc.language.limits import Limits
from archcalc.language.outside import exact, strings
from archcalc.language.spec import ConfigEntry, Spec
from archcalc.language.value import is_exact

DEFAULTS = "defaults"
"""The assumption that decides every open condition as for the values of the config."""
_ENTRY = re.compile(r"(\w+)(?:\[(-?\d{1,9})\])?\Z")

Free = Iterable[str] | Mapping[str, Any]
"""Names of config entries, or a mapping to their expressions: {"H": "32*h"}. None: a symbol."""


class _Symbols(Names):
    """The names in an expression from outside the spec: the config entries; all others are new symbols."""

    def __init__(self, config: Mapping[str, Any], limits: Limits):
        self.config, self._limits = config, limits

    @property
    def limits(self) -> Limits:
        return self._limits

    def value(self, name: str) -> Any:
        return self.config[name] if name in self.config else dim.symbol(name)


def expressions(free: Free) -> dict[str, Any]:
    """The expression of each free entry, None for a symbol; raises Refused for names that are no strings."""
    names = strings(free, "free")
    return dict(free) if isinstance(free, Mapping) else dict.fromkeys(names)


def freed(
    spec: Spec, config: Mapping[str, Any], wanted: Mapping[str, Any], texts: Sequence[str]
) -> tuple[dict[str, Any], Assumptions]:
    """The config with the expressions of the free entries, and the assumptions on them; raises Refused."""
    if not wanted and not texts:
        return dict(config), NOTHING
    given = Assumptions(near=DEFAULTS in texts)
    chosen = dict(config)
    # Symbols first, so that an expression of another entry (H = W) finds it free.
    for name, text in sorted(wanted.items(), key=lambda item: item[1] is not None):
        entry, place = named(spec, config, name)
        default = config[entry] if place is None else config[entry][place]
        if text is None:
            value, given = _symbol(name, spec.config[entry] if place is None else None, default, chosen, given)
        else:
            value = _expression(name, text, chosen, spec.limits)
            given = _defined(given, name, value)
        given = _near(value, default, given)
        chosen[entry] = placed(chosen[entry], place, value)
    for text in texts:
        if text != DEFAULTS:
            given = _assume(text, chosen, given, spec.limits)
    return chosen, given


def _defined(given: Assumptions, name: str, value: Size) -> Assumptions:
    return replace(given, definitions={**given.definitions, name: value})


def place_of(spec: Spec, config: Mapping[str, Any], name: str, purpose: str = "") -> tuple[str, int | None]:
    """The config entry of a name, and the place in its list if the name has one; raises Refused."""
    found = _ENTRY.match(name)
    entry, place = found.groups() if found else (name, None)
    if entry not in spec.config:
        raise Refused(f"{spec.name} has no config entry {entry!r}{purpose}", nearest(entry, spec.config))
    if place is None:
        return entry, None
    value, at = config[entry], int(place)
    if not isinstance(value, tuple) or not -len(value) <= at < len(value):
        raise Refused(f"config {entry} has no entry {at}{purpose}: it is {say(value)}")
    return entry, at % len(value)


def placed(whole: Any, place: int | None, value: Any) -> Any:
    """The value of a config entry with a new value at a place of its list, or in whole."""
    return value if place is None else (*whole[:place], value, *whole[place + 1 :])


def named(spec: Spec, config: Mapping[str, Any], name: str) -> tuple[str, int | None]:
    """The config entry of a name, and the place in its list; raises Refused unless it is a number."""
    entry, place = place_of(spec, config, name, " to leave free")
    value = config[entry] if place is None else config[entry][place]
    if place is None and isinstance(value, tuple):
        raise Refused(f"config {entry} is a list", f"leave one of its numbers free, such as {entry}[0]")
    if not is_exact(value):
        raise Refused(f"config {name} is {say(value)}; only a number can be left free")
    return entry, place


def _symbol(
    name: str, setting: ConfigEntry | None, default: Size, config: Mapping[str, Any], given: Assumptions
) -> tuple[Any, Assumptions]:
    """The symbol of an entry, or a multiple of another symbol if the spec declares the entry as a multiple."""
    whole = setting is None or isinstance(setting.default, int)
    low, high = (None, None) if setting is None else (setting.min, setting.max)
    least: Size = 0 if low is None else low
    if whole and low is None:
        least = 1 if default >= 1 else min(0, default)
    if setting is not None and setting.multiple_of is not None and whole:
        step: Size = setting.multiple_of
        short = _shorter(name, step, config)
        symbol = dim.symbol(short, dim.ceil_div(max(least, 1), step))
        low, high = (None if v is None else Fraction(v) / step for v in (low, high))
        domain = Domain(None if low is None else -(-low // 1), None if high is None else high // 1)
        return step * symbol, _defined(given, name, step * symbol).restrict(short, domain)
    symbol = dim.symbol(name, least, whole)
    if low is not None or high is not None:
        implied = low is None or low <= (1 if whole else 0)
        given = given.restrict(name, Domain(None if implied else low, high))
    if setting is not None and setting.choices is not None:
        numbers = setting.numbers
        length = int(numbers[-1] - numbers[0]) + 1
        remainders = frozenset(int(n) % length for n in numbers)
        given = given.restrict(name, Domain(numbers[0], numbers[-1], length, remainders))
    return symbol, given


def _shorter(name: str, step: int, config: Mapping[str, Any]) -> str:
    """The name of an entry divided by its `multiple_of`: h for H, width_8 for width."""
    short = name.lower() if len(name) == 1 and name.isupper() else f"{name}_{step}"
    return f"{name}_{step}" if short in config else short


def _expression(name: str, text: Any, config: Mapping[str, Any], limits: Limits) -> Any:
    if isinstance(text, str):
        others = {k: v for k, v in config.items() if k != name}
        text = parse(text.strip(), limits)(_Symbols(others, limits))
    value = dim.tidy(text if dim.is_symbolic(text) else exact(text, limits))
    if not dim.is_size(value) and not (dim.is_symbolic(value) and value.is_real):
        raise Refused(f"config {name} can be left free as a number, not as {say(value)}")
    return value


def _near(value: Size, default: Size, given: Assumptions) -> Assumptions:
    """Note the values of the symbols at which an entry has its value in the config."""
    defaults, leasts = dict(given.defaults), dict(given.leasts)
    symbols = sorted(value.free_symbols, key=str) if dim.is_symbolic(value) else []
    for symbol in symbols:
        share = value.coeff(symbol)
        usual = dim.tidy(Fraction(default) / dim.tidy(share)) if len(symbols) == 1 and share.is_Rational else 1
        defaults.setdefault(symbol.name, usual if not symbol.is_integer else max(1, int(usual)))
        if symbol.is_positive and symbol.is_integer:
            leasts[symbol.name] = 1
    return replace(given, defaults=defaults, leasts=leasts)


def _assume(text: str, config: Mapping[str, Any], given: Assumptions, limits: Limits) -> Assumptions:
    claim = parse(text.strip(), limits)(_Symbols(config, limits))
    if claim is False:
        raise Refused(f"the assumption {say(text)} cannot hold")
    if isinstance(claim, Undecided):
        return given.take(claim)
    if claim is not True:
        raise Refused(f"an assumption is a condition such as 'H >= 32', not {say(claim)}")
    return given
