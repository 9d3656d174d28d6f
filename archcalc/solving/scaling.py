"""A network scaled by a formula, and the released networks beside it: a result."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from archcalc.analyse.totals import Totals
from archcalc.language.value import Number
from archcalc.render.document import Block, Document, Grid, GridRow, Head, Note, Title, number
from archcalc.render.result import Plain, Result
from archcalc.render.words import plain


@dataclass(eq=False)
class Scaled:
    """A network scaled by some phi, or a released network."""

    name: str
    phi: Number
    factors: dict[str, Any]
    """For each entry the power of its coefficient."""
    exact: dict[str, Any]
    """For each entry the value of the formula."""
    used: dict[str, Any]
    """The same in the entry's own kind: integers are rounded to the nearest."""
    totals: Totals | None
    """None if there is no such network."""
    refusal: str = ""

    def record(self) -> Plain:
        """The network in the types of JSON."""
        sums = self.totals
        return {
            "name": self.name,
            "phi": plain(self.phi),
            "formula": plain(self.exact),
            "config": plain(self.used),
            "parameters": None if sums is None else sums.parameters,
            "macs": None if sums is None else sums.cost.macs,
            "activations": None if sums is None else sums.activations,
            "refusal": self.refusal,
        }


@dataclass(eq=False)
class Scaling(Result):
    """A base network, the scaled network, and the released ones beside the formula; prints as tables."""

    base: Scaled
    scaled: Scaled
    coefficients: dict[str, Any]
    released: list[tuple[Scaled, Scaled]]
    """Each released network, and the network that the formula gives for its phi."""

    @property
    def growth(self) -> float | None:
        """The work of the scaled network divided by that of the base; the formula aims at 2^phi."""
        if self.scaled.totals is None or self.base.totals is None:
            return None
        return self.scaled.totals.cost.macs / self.base.totals.cost.macs

    @property
    def meant(self) -> float:
        """The growth that the formula aims at: 2^phi."""
        return float(2.0 ** float(self.scaled.phi))

    def document(self) -> Document:
        title = Title(f"{self.scaled.name} scaled by phi = {_text(self.scaled.phi)}")
        return title, self.table(), *self._costs(), *([self._released()] if self.released else [])

    def table(self) -> Grid:
        """A row for each entry: its factor, and its value in the base, by the formula, and as it is used."""
        heads = ("entry", "factor", "base", "formula", "used")
        return Grid(tuple(map(Head, heads)), tuple(map(self._row, self.coefficients)))

    def _row(self, entry: str) -> GridRow:
        factor, scaled = self.scaled.factors[entry], self.scaled
        words = f"{_text(self.coefficients[entry])}^{_text(scaled.phi)} = {_text(factor)}"
        values = (self.base.used[entry], scaled.exact[entry], scaled.used[entry])
        return GridRow((entry, number(float(factor), words), *(number(plain(v), _text(v)) for v in values)))

    def _costs(self) -> Iterator[Block]:
        base, scaled = self.base.totals, self.scaled.totals
        if base is None or scaled is None:
            yield Note(f"there is no such network: {self.scaled.refusal or self.base.refusal}")
            return
        pairs = [
            ("parameters", base.parameters, scaled.parameters),
            ("MACs", base.cost.macs, scaled.cost.macs),
            ("activations", base.activations, scaled.activations),
        ]
        rows = [GridRow((name, f"{a:,}", f"{b:,}", f"{float(Fraction(b, a)):.2f}")) for name, a, b in pairs]
        yield Grid((Head(""), *(Head(text, right=True) for text in ("base", "scaled", "times"))), tuple(rows))
        yield Note(f"MACs times {self.growth:.2f}; 2^phi is {self.meant:.2f}")

    def _released(self) -> Grid:
        heads = tuple(map(Head, ("released", "phi", *self.coefficients, "MACs")))
        rows = (
            GridRow(
                (was.name, _text(was.phi), *(_pair(formula, was, e) for e in self.coefficients), _macs(was, formula))
            )
            for was, formula in self.released
        )
        caption = "formula -> released; = if they agree to the digits of the released value"
        return Grid(heads, tuple(rows), caption)

    def record(self) -> Plain:
        return {
            "coefficients": plain(self.coefficients),
            "base": self.base.record(),
            "scaled": self.scaled.record(),
            "growth": self.growth,
            "meant": self.meant,
            "released": [{"released": was.record(), "formula": formula.record()} for was, formula in self.released],
        }


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
