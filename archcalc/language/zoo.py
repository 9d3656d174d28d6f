"""The zoo: the architectures that come with archcalc, as a result."""

from dataclasses import asdict, dataclass
from itertools import chain, groupby

from archcalc.language.files import read_spec
from archcalc.language.find import zoo as specs
from archcalc.render.document import Chapter, Document, Grid, GridRow, Head, Item, Items, Pair
from archcalc.render.result import Plain, Result


@dataclass(frozen=True)
class Listed:
    """A spec of the zoo."""

    name: str
    family: str
    title: str
    source: str
    variants: tuple[str, ...]
    file: str


@dataclass(frozen=True)
class Zoo(Result):
    """The specs of the zoo; prints by family."""

    specs: tuple[Listed, ...]
    ascii = False

    def document(self) -> Document:
        families = groupby(self.specs, lambda spec: spec.family)
        return tuple(Chapter(family, (Items(tuple(map(_item, specs))),)) for family, specs in families)

    def table(self) -> Grid:
        """A row for each spec."""
        rows = [asdict(spec) | {"variants": ", ".join(spec.variants)} for spec in self.specs]
        return Grid(tuple(map(Head, rows[0])), tuple(GridRow(tuple(row.values())) for row in rows))

    def record(self) -> Plain:
        return [asdict(spec) for spec in self.specs]


def _item(spec: Listed) -> Item:
    variants = ", ".join(f"{spec.name}:{variant}" for variant in spec.variants)
    details = (Pair("title", spec.title), Pair("source", spec.source), Pair("variants", variants))
    return Item(spec.name, details=tuple(pair for pair in details if pair.text))


def zoo() -> Zoo:
    """The specs of the zoo, by family."""
    found = []
    for name, path in specs().items():
        spec = read_spec(path)
        found.append(Listed(name, spec.family or name, spec.title, spec.source, tuple(spec.variants), str(path)))
    return Zoo(tuple(sorted(found, key=lambda spec: (spec.family, spec.name))))


def networks() -> list[str]:
    """The name of every network of the zoo: each variant, or the spec itself if it has none."""
    listed = ([f"{name}:{v}" for v in read_spec(path).variants] or [name] for name, path in specs().items())
    return [*chain.from_iterable(listed)]
