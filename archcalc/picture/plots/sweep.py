"""A quantity over the values of a config entry: by its closed form if there is one, else by loading each network."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple, Self

from archcalc import dim
from archcalc.analyse.quantities import Part, quantity
from archcalc.analyse.verbs import lambdify, part
from archcalc.errors import ArchcalcError, Refused, some
from archcalc.language.free import named
from archcalc.language.loaded import Loaded, parse_value
from archcalc.picture.plots.axes import drawable
from archcalc.picture.plots.layer_bars import known
from archcalc.picture.texts import cut
from archcalc.render.words import count_of, number, visible

if TYPE_CHECKING:
    from archcalc.algebra.compile import Compiled

MOST = 10_000
"""The most points that are computed."""
SHOWN = 8
"""The most omitted points that are named."""
REASONS = 5
"""The most reasons that are given per network."""
Value = int | Fraction


class Sweep(NamedTuple):
    """Config entries that take the same values: H alone, or H and W of square images."""

    entries: tuple[str, ...]
    values: tuple[Value, ...]

    @classmethod
    def read(cls, text: str) -> Self:
        """H=128:512:32, H,W=128:512:32 or width=32,64,128; raises Refused for anything else."""
        if not isinstance(text, str):
            raise Refused(f"`over` takes a range such as 'H=128:512:32', not {text!r:.60}")
        names, _, points = text.partition("=")
        entries = tuple(name.strip() for name in names.split(","))
        stepped = ":" in points
        parts = [part.strip() for part in points.split(":" if stepped else ",")]
        enough = len(parts) == 3 if stepped else len(parts) >= 2
        if not enough or not all(entries) or len(set(entries)) < len(entries) or not all(parts):
            raise Refused(f"{text!r} is not a range, such as H=128:512:32 or width=32,64,128")
        numbers = list(map(_number, parts))
        values = ranged(*numbers) if stepped else tuple(sorted(set(numbers)))
        if not 2 <= len(values) <= MOST:
            points = count_of(len(values), "different point")
            raise Refused(f"{text!r} has {points}; from 2 to {MOST:,} are drawn")
        return cls(entries, values)

    @property
    def free(self) -> dict[str, str | None]:
        """All entries as the symbol of the first."""
        return {name: self.entries[0] if i else None for i, name in enumerate(self.entries)}


def _number(text: str) -> Value:
    value = parse_value(text)
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise Refused(f"a range takes numbers, not {text!r}")
    return value


class Curve(NamedTuple):
    """A quantity of a network at every value; None if the network cannot be made."""

    name: str
    values: tuple[float | None, ...]
    formula: str
    """Empty without a closed form."""

    @property
    def numbers(self) -> list[float]:
        """The values that exist."""
        return [value for value in self.values if value is not None]


class Swept(NamedTuple):
    """The data of a plot over a config entry."""

    sweep: Sweep
    panels: Mapping[str, Sequence[Curve]]
    """The curves of each quantity."""
    said: tuple[str, ...]


def ranged(start: Value, stop: Value, step: Value) -> tuple[Value, ...]:
    """The values from start to stop, inclusive; raises Refused for an invalid range."""
    if step <= 0:
        raise Refused(f"the step must be greater than 0, not {dim.say(step)}")
    if stop < start:
        raise Refused(f"the range ends at {dim.say(stop)}, before it starts at {dim.say(start)}")
    count = int((stop - start) // step) + 1
    if count > MOST:
        raise Refused(f"{count:,} points are more than {MOST:,}", "take a larger step")
    return tuple(dim.tidy(start + i * step) for i in range(count))


def swept(models: Sequence[Loaded], sweep: Sweep, quantities: Sequence[str]) -> Swept:
    """The quantities of models at every value of a sweep; raises Refused if nothing can be drawn."""
    for name in quantities:
        known(name)
    for model in models:
        for entry in sweep.entries:
            named(model.spec, model.config, entry)  # refuses an entry that is not a number
    followed = [_Followed(model, sweep, quantities) for model in models]
    panels = {name: [curve for f in followed if (curve := f.curve(name)).numbers] for name in quantities}
    said = tuple(text for f in followed for text in f.said())
    if not any(panels.values()):
        raise Refused("there is nothing left to draw", "; ".join(said))
    return Swept(sweep, {name: curves for name, curves in panels.items() if curves}, said)


class _Followed:
    """One model at every value."""

    def __init__(self, model: Loaded, sweep: Sweep, quantities: Sequence[str]):
        self.model, self.sweep, self.name = model, sweep, cut(model.name)
        self.forms = {name: self._form(name) for name in quantities}
        self.missing: dict[str, dict[Value, None]] = {}
        self.unknown: dict[str, None] = {}
        self.loaded: dict[Value, Part | ArchcalcError] = {}

    def _form(self, name: str) -> "Compiled | None":
        """The closed form; None if there is none, or if the work of a layer is unknown."""
        if part(self.model).unknown(quantity(name)):
            return None
        try:
            return lambdify(self.model.freeing(self.sweep.free), name, self.sweep.free)
        except ArchcalcError:
            return None

    def curve(self, name: str) -> Curve:
        """One quantity at every value."""
        values = tuple(self._value(name, value) for value in self.sweep.values)
        return Curve(self.name, values, self._formula(name))

    def _value(self, name: str, at: Value) -> float | None:
        try:
            found = self._number(name, at)
            drawn = drawable(found)
            if drawn is None:
                shown = cut(found) if isinstance(found, str) else dim.say(found)
                raise Refused(f"the {name} is {shown}, which cannot be drawn")
            return drawn
        except ArchcalcError as error:
            why = self._reason(error, at)
            if not any(at in values for values in self.missing.values()):
                self.missing.setdefault(why, {})[at] = None
            return None

    def _reason(self, error: ArchcalcError, at: Value) -> str:
        """The reason of an error without the value, so that points with one reason are told together."""
        why = visible(str(error).partition("\n")[0]).removesuffix(f", not {dim.say(at)}")
        return why.removesuffix(f", which it is not for {self.sweep.entries[0]} = {at}")

    def _number(self, name: str, at: Value) -> object:
        form = self.forms[name]
        if form is None:
            return self._loaded(name, at)
        try:
            return form(*[at] * len(self.sweep.entries))
        except Refused as error:
            # Where the assumptions fail, the network itself may still exist.
            try:
                return self._loaded(name, at)
            except ArchcalcError:
                raise error from None  # one reason for all such points

    def _loaded(self, name: str, at: Value) -> object:
        if at not in self.loaded:
            try:
                self.loaded[at] = part(self.model.changed(dict.fromkeys(self.sweep.entries, at)))
            except ArchcalcError as error:
                self.loaded[at] = error
        found = self.loaded[at]
        if isinstance(found, ArchcalcError):
            raise found
        self.unknown.update(dict.fromkeys(found.unknown(quantity(name))))
        return found.value(quantity(name))

    def _formula(self, name: str) -> str:
        form = self.forms[name]
        if form is None:
            return ""
        entry = self.sweep.entries[0]
        definition = form.assumptions.definitions.get(entry)
        formula = number(dim.tidy(form.value))
        if dim.free_symbols([form.value]).isdisjoint(dim.free_symbols([definition])):
            return pretty(formula)
        return pretty(f"{formula} where {entry} = {dim.text(definition)}")

    def said(self) -> Iterator[str]:
        """Notes on what is left out, and why."""
        for why, values in list(self.missing.items())[:REASONS]:
            shown = ", ".join(map(dim.say, list(values)[:SHOWN]))
            more = f" and {len(values) - SHOWN:,} more" if len(values) > SHOWN else ""
            every = len(values) == len(self.sweep.values)
            entry = "" if every else f" at {cut(self.sweep.entries[0])} = {shown}{more}"
            yield f"left out {self.name}{entry}: {why}"
        if len(self.missing) > REASONS:
            yield f"left out more of {self.name} for {len(self.missing) - REASONS:,} other reasons"
        if self.unknown:
            yield f"{self.name} is at least what is drawn: the work of {some(list(self.unknown))} is not known"


def pretty(formula: str) -> str:
    """A formula with raised powers and dots, for a legend."""
    for plain, raised in (("**2", "²"), ("**3", "³"), ("**4", "⁴"), ("*", "·")):
        formula = formula.replace(plain, raised)
    return formula
