"""Compound scaling: depth, width and resolution grow together, each by a power of its coefficient.

Depth is alpha^phi, width beta^phi, resolution gamma^phi, with alpha * beta^2 * gamma^2 about 2, so the work grows by
about 2^phi. Source: Tan & Le 2019 (arXiv:1905.11946), section 3.3.
"""

from collections.abc import Mapping
from fractions import Fraction

from archcalc.analyse.verbs import summary
from archcalc.dim import tidy
from archcalc.errors import ArchcalcError, Refused, nearest
from archcalc.language.loaded import Loadable, Loaded, opened
from archcalc.language.outside import exact
from archcalc.language.value import Number, is_exact
from archcalc.solving.scaling import Scaled, Scaling

LARGEST = 50
"""The largest phi that is accepted."""


def scale(network: Loadable, phi: Number, by: Mapping[str, Number] | None = None) -> Scaling:
    """A network whose config entries grow by powers of their coefficients: coefficient ** phi.

    `phi` is a number, 1 for about twice the work. `by` maps config entries to coefficients, such as `{"depth": 1.2}`;
    by default they are those of the spec's `scaling`. Raises Refused for an unknown entry, or one that is not a number.
    """
    model = opened(network)
    if model.free:
        raise Refused(f"scaling takes numbers, but these are free: {', '.join(model.free)}", "give them a value")
    phi, limits = exact(phi), model.spec.limits
    coefficients = {k: exact(v, limits) for k, v in (by or model.spec.scaling).items()}
    if not coefficients:
        hint = "give the coefficients, such as --by width=1.1 --by H=1.15"
        raise Refused(f"{model.spec.name} has no scaling", hint)
    for entry, coefficient in coefficients.items():
        _checked(model, entry, coefficient)
    if not is_exact(phi) or not -LARGEST <= phi <= LARGEST:
        raise Refused(f"phi must be a number from -{LARGEST} to {LARGEST}")
    base = _at(model, coefficients, 0)
    released = []
    for variant, its in model.spec.released.items() if by is None else ():
        was = model.varied(variant)
        values = {entry: was.config[entry] for entry in coefficients}
        factors = {e: Fraction(values[e]) / Fraction(model.config[e]) for e in coefficients}
        totals = summary(was).totals
        released.append((Scaled(was.name, its, factors, values, values, totals), _at(model, coefficients, its)))
    return Scaling(base, _at(model, coefficients, phi), coefficients, released)


def _checked(model: Loaded, entry: str, coefficient: Number) -> None:
    if entry not in model.spec.config:
        raise Refused(f"{model.spec.name} has no config entry {entry!r} to scale", nearest(entry, model.spec.config))
    if not is_exact(model.config[entry]):
        raise Refused(f"config {entry} is not a number and cannot be scaled")
    if not is_exact(coefficient) or not 0 < coefficient <= 100:
        raise Refused(f"the coefficient of {entry} must be a number above 0 and up to 100")


def _at(model: Loaded, coefficients: Mapping[str, Number], phi: Number) -> Scaled:
    factors = {entry: power(coefficient, phi) for entry, coefficient in coefficients.items()}
    exact = {entry: tidy(Fraction(model.config[entry]) * factor) for entry, factor in factors.items()}
    used = {entry: _in_kind(model, entry, value) for entry, value in exact.items()}
    try:
        totals = summary(model.changed(used)).totals
    except ArchcalcError as error:
        return Scaled(model.name, phi, factors, exact, used, None, str(error).splitlines()[0])
    return Scaled(model.name, phi, factors, exact, used, totals)


def power(coefficient: Number, phi: Number) -> Fraction:
    """A coefficient to the power of phi: exact for an integer phi, else to twelve digits."""
    if Fraction(phi).denominator == 1:
        return Fraction(coefficient) ** int(phi)
    return Fraction(f"{float(coefficient) ** float(phi):.12g}")


def _in_kind(model: Loaded, entry: str, value: Number) -> Number:
    """A value in the entry's kind: an integer is rounded to the nearest valid multiple, and is at least one."""
    setting = model.spec.config[entry]
    if not isinstance(setting.default, int):
        return value
    step = setting.multiple_of or 1
    return max(step, round(Fraction(value) / step) * step)
