"""A base network, the same scaled, and the released ones beside the formula: a result."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from archcalc.analyse.summary import Totals
from archcalc.language.value import Number
from archcalc.render.document import Block, Document, Grid, GridRow, Head, Note, Title, number
from archcalc.render.result import Plain, Result
from archcalc.render.words import plain


@dataclass(eq=False)
class Scaled:
    """A network scaled by some phi, or a released one beside what the formula gives."""

    name: str
    phi: Number
    factors: dict[str, Any]
    """Of every entry the power of its coefficient."""
    exact: dict[str, Any]
    """What the formula gives for every entry."""
    used: dict[str, Any]
    """The same in the entry's own kind: whole numbers to the nearest."""
    totals: Totals | None
    """None where there is no such network."""
    refusal: str = ""


@dataclass(eq=False)
class Scaling(Result):
    """A base network, the same scaled, and the released ones beside the formula; prints as tables."""

    base: Scaled
    scaled: Scaled
    coefficients: dict[str, Any]
    released: list[tuple[Scaled, Scaled]]
    """Of each released network what was released and what the formula gives for its phi."""

    @property
    def growth(self) -> float | None:
        """How many times the base's work the scaled network has; 2^phi is meant."""
        if self.scaled.totals is None or self.base.totals is None:
            return None
        return self.scaled.totals.cost.macs / self.base.totals.cost.macs

    @property
    def meant(self) -> float:
        """How many times the base's work is meant: 2^phi."""
        return float(2.0 ** float(self.scaled.phi))

    def document(self) -> Document:
        title = Title(f"{self.scaled.name} scaled by phi = {_text(self.scaled.phi)}")
        return title, self.table(), *_costs(self), *([_released(self)] if self.released else [])

    def table(self) -> Grid:
        """A row for each entry: its factor, and its value in the base, by the formula, and as it is used."""
        base, scaled, phi = self.base, self.scaled, _text(self.scaled.phi)
        rows = []
        for entry, coefficient in self.coefficients.items():
            factor = number(
                float(scaled.factors[entry]), f"{_text(coefficient)}^{phi} = {_text(scaled.factors[entry])}"
            )
            values = (base.used[entry], scaled.exact[entry], scaled.used[entry])
            rows.append(GridRow((entry, factor, *(number(plain(v), _text(v)) for v in values))))
        return Grid(tuple(map(Head, ("entry", "factor", "base", "formula", "used"))), tuple(rows))

    def record(self) -> Plain:
        return {
            "coefficients": plain(self.coefficients),
            "base": _record(self.base),
            "scaled": _record(self.scaled),
            "growth": self.growth,
            "meant": self.meant,
            "released": [{"released": _record(was), "formula": _record(formula)} for was, formula in self.released],
        }


def _costs(scaling: Scaling) -> Iterator[Block]:
    base, scaled = scaling.base.totals, scaling.scaled.totals
    if base is None or scaled is None:
        yield Note(f"there is no such network: {scaling.scaled.refusal or scaling.base.refusal}")
        return
    pairs = [
        ("parameters", base.parameters, scaled.parameters),
        ("MACs", base.cost.macs, scaled.cost.macs),
        ("activations", base.activations, scaled.activations),
    ]
    rows = [GridRow((name, f"{a:,}", f"{b:,}", f"{float(Fraction(b, a)):.2f}")) for name, a, b in pairs]
    yield Grid((Head(""), *(Head(text, right=True) for text in ("base", "scaled", "times"))), tuple(rows))
    yield Note(f"MACs times {scaling.growth:.2f}; 2^phi is {scaling.meant:.2f}")


def _released(scaling: Scaling) -> Grid:
    entries = list(scaling.coefficients)
    rows = []
    for was, formula in scaling.released:
        cells = [_pair(formula, was, e) for e in entries]
        rows.append(GridRow((was.name, _text(was.phi), *cells, _macs(was, formula))))
    caption = "The formula -> what was released; = where they are the same to the digits of the latter"
    return Grid(tuple(map(Head, ("released", "phi", *entries, "MACs"))), tuple(rows), caption)


def _pair(formula: Scaled, was: Scaled, entry: str) -> str:
    given, released = formula.exact[entry], was.used[entry]
    same = formula.used[entry] == released or round(Fraction(given) * 10) == Fraction(released) * 10
    return f"= {_text(released)}" if same else f"{_text(given)} -> {_text(released)}"


def _macs(was: Scaled, formula: Scaled) -> str:
    if was.totals is None or formula.totals is None:
        return "?"
    a, b = formula.totals.cost.macs, was.totals.cost.macs
    return f"{a / 1e9:.2f}G" if a == b else f"{a / 1e9:.2f}G -> {b / 1e9:.2f}G ({b / a - 1:+.1%})"


def _text(value: Number) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{float(value):.4g}"


def _record(found: Scaled) -> Plain:
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
