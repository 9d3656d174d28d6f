"""Compound scaling as text and JSON."""

import json as _json
from fractions import Fraction
from typing import Any

from archcalc.render.words import plain, visible
from archcalc.solve.scale import Scaled, Scaling


def text(scaling: Scaling) -> str:
    """The scaled configuration, its cost beside the base's, and the released networks beside the formula."""
    from tabulate import tabulate

    base, scaled, phi = scaling.base, scaling.scaled, _number(scaling.scaled.phi)
    rows = []
    for entry, coefficient in scaling.coefficients.items():
        factor = f"{_number(coefficient)}^{phi} = {_number(scaled.factors[entry])}"
        rows.append([entry, factor, *map(_number, (base.used[entry], scaled.exact[entry], scaled.used[entry]))])
    head = ("entry", "factor", "base", "formula", "used")
    parts = [
        f"{visible(scaled.name)} scaled by phi = {phi}",
        tabulate(rows, head, "simple", disable_numparse=True),
        _costs(scaling),
    ]
    if scaling.released:
        parts.append(_released(scaling))
    return "\n\n".join(parts)


def _costs(scaling: Scaling) -> str:
    from tabulate import tabulate

    base, scaled = scaling.base.totals, scaling.scaled.totals
    if base is None or scaled is None:
        return visible(f"there is no such network: {scaling.scaled.refusal or scaling.base.refusal}")
    pairs = [
        ("parameters", base.parameters, scaled.parameters),
        ("MACs", base.cost.macs, scaled.cost.macs),
        ("activations", base.activations, scaled.activations),
    ]
    rows = [[name, f"{a:,}", f"{b:,}", f"{float(Fraction(b, a)):.2f}"] for name, a, b in pairs]
    align = ("left", "right", "right", "right")
    table = tabulate(rows, ("", "base", "scaled", "times"), "simple", colalign=align, disable_numparse=True)
    meant = 2.0 ** float(scaling.scaled.phi)
    return f"{table}\n\nMACs times {scaling.growth:.2f}; 2^phi is {meant:.2f}"


def _released(scaling: Scaling) -> str:
    from tabulate import tabulate

    entries = list(scaling.coefficients)
    rows = []
    for was, formula in scaling.released:
        cells = [_pair(formula, was, e) for e in entries]
        rows.append([visible(was.name), _number(was.phi), *cells, _macs(was, formula)])
    table = tabulate(rows, ("released", "phi", *entries, "MACs"), "simple", disable_numparse=True)
    return f"The formula -> what was released; = where they are the same to the digits of the latter\n\n{table}"


def _pair(formula: Scaled, was: Scaled, entry: str) -> str:
    given, released = formula.exact[entry], was.used[entry]
    same = formula.used[entry] == released or round(Fraction(given) * 10) == Fraction(released) * 10
    return f"= {_number(released)}" if same else f"{_number(given)} -> {_number(released)}"


def _macs(was: Scaled, formula: Scaled) -> str:
    if was.totals is None or formula.totals is None:
        return "?"
    a, b = formula.totals.cost.macs, was.totals.cost.macs
    return f"{a / 1e9:.2f}G" if a == b else f"{a / 1e9:.2f}G -> {b / 1e9:.2f}G ({b / a - 1:+.1%})"


def _number(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{float(value):.4g}"


def json(scaling: Scaling) -> str:
    """Everything for machines."""
    document = {
        "coefficients": plain(scaling.coefficients),
        "base": _machine(scaling.base),
        "scaled": _machine(scaling.scaled),
        "growth": scaling.growth,
        "meant": 2.0 ** float(scaling.scaled.phi),
        "released": [{"released": _machine(was), "formula": _machine(f)} for was, f in scaling.released],
    }
    return _json.dumps(document, indent=2)


def _machine(found: Scaled) -> dict[str, Any]:
    sums = found.totals
    return {
        "name": found.name,
        "phi": plain(found.phi),
        "formula": plain(found.exact),
        "config": plain(found.used),
        "parameters": None if sums is None else sums.parameters,
        "macs": None if sums is None else sums.cost.macs,
        "activations": None if sums is None else sums.activations,
        "refusal": found.refusal,
    }
