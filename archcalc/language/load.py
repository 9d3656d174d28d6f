"""From a name to a network: find the file, read it, merge what it extends, choose a variant, set the config, expand."""

import os
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.errors import LimitReached, Refused, SpecError, nearest
from archcalc.language import find
from archcalc.language.expand import Expander
from archcalc.language.files import read_spec, with_lines
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.spec import ConfigEntry, Spec, literal
from archcalc.network import Network, collector_paused
from archcalc.op import Op
from archcalc.ops import OPS


def open_spec(
    text: str | os.PathLike[str], operations: Mapping[str, type[Op]] = OPS, limits: Limits = DEFAULT
) -> tuple[Spec, str | None]:
    """The spec that a name or path means, and the variant that the name asks for."""
    name, variant = find.split(text) if isinstance(text, str) else (os.fspath(text), None)
    path = find.local(name) or find.in_zoo(name)
    if path is not None:
        return read_spec(path, operations, limits), variant
    for path, rest in find.aliases(name) if variant is None else ():
        spec = read_spec(path, operations, limits)
        for alias in (rest, rest.lstrip("_-")):
            if alias in spec.variants:
                return spec, alias
    raise find.unknown(name)


def configured(spec: Spec, variant: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every config entry: defaults, then the variant's, then those given."""
    chosen = {name: setting.default for name, setting in spec.config.items()}
    if variant is not None:
        chosen |= spec.variant(variant)
    for name, value in given.items():
        if name not in spec.config:
            raise Refused(f"{spec.name} has no config entry {name!r}", nearest(name, spec.config))
        chosen[name] = exact(value)
    return {name: _valued(spec.config[name], value) for name, value in chosen.items()}


def _valued(setting: ConfigEntry, value: Any) -> Any:
    if value is None:
        raise Refused(f"config {setting.name} has no value", f"give one with --set {setting.name}=VALUE")
    return setting.check(value)


def exact(value: Any) -> Any:
    """A value from Python as the language has it: lists are tuples, floats are the decimal fractions they print as."""
    if isinstance(value, (list, tuple)):
        return tuple(exact(v) for v in value)
    if isinstance(value, float):
        return Fraction(repr(value))
    return value


def parse_value(text: str) -> Any:
    """A value from the command line, read as YAML: 320, 0.5, true, basic or [2, 2, 2, 2]."""
    from archcalc.language.reader import read

    return literal(read(text.encode(), "--set"))


def expand(
    spec: Spec,
    config: Mapping[str, Any],
    operations: Mapping[str, type[Op]] = OPS,
    given: Assumptions = NOTHING,
) -> Network:
    """The network of a spec under a config; raises SpecError with the lines shown, or LimitReached."""
    try:
        with collector_paused():
            return Expander(spec, config, operations, given).build()
    except SpecError as error:
        raise with_lines(error, spec.files) from None
    except RecursionError:
        what = "blocks, scopes or values of `let` are nested too deeply"
        raise LimitReached("nesting", spec.limits.nesting, f"{spec.file}: {what}") from None


__all__ = ["configured", "exact", "expand", "open_spec", "parse_value"]
