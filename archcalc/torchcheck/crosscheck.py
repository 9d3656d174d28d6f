"""Comparisons with PyTorch, as results."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from archcalc.render.document import Block, Chapter, Document, Figure, Grid, GridRow, Head, Item, Items, Note
from archcalc.render.result import Plain, Result
from archcalc.render.words import count_of

SHOWN = 5
"""The most layers of unknown work that are named."""


@dataclass(frozen=True)
class Disagreement:
    """A difference between archcalc and PyTorch; both values as strings."""

    path: str
    what: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Crosscheck(Result):
    """A network compared with its PyTorch module; prints as a list."""

    name: str
    file: str
    device: str
    layers: int
    arrays: int
    parameters: int
    macs: int
    unknown: list[str]
    """Layers whose work archcalc does not know and does not compare."""
    differences: list[Disagreement]

    @property
    def agrees(self) -> bool:
        """Whether archcalc and PyTorch agree on everything compared."""
        return not self.differences

    def document(self) -> Document:
        return tuple(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        file = f" ({self.file})" if self.file else ""
        yield Note(f"{self.name}{file} as a torch.nn.Module on {self.device}")
        arrays = count_of(self.arrays, "weight or buffer", "weights and buffers")
        amounts = ((self.parameters, "parameter"), (self.macs, "mac"))
        counts = (count_of(self.layers, "layer"), arrays, *(count_of(amount, noun) for amount, noun in amounts))
        yield Note(f"compared: {', '.join(counts)}")
        if self.unknown:
            names = ", ".join(self.unknown[:SHOWN])
            yield Note(f"not compared: the work of {count_of(len(self.unknown), 'layer')} is unknown: {names}")
        if self.agrees:
            yield Note("archcalc and PyTorch agree on all of it")
            return
        items = Items(tuple(map(_item, self.differences)))
        yield Chapter(f"{count_of(len(self.differences), 'difference')}:", (items,), close=True)

    def table(self) -> Grid:
        """A row for each difference."""
        rows = [GridRow((d.path, d.what, d.ours, d.theirs)) for d in self.differences]
        return Grid(tuple(map(Head, ("path", "what", "archcalc", "PyTorch"))), tuple(rows))

    def record(self) -> dict[str, Plain]:
        return asdict(self)


def _item(found: Disagreement) -> Item:
    where = f"{found.path}: " if found.path else ""
    return Item(f"{where}{found.what}: archcalc {found.ours}, PyTorch {found.theirs}")


@dataclass(frozen=True)
class Crosschecks(Result):
    """Networks compared with PyTorch; prints those that differ, and how many there are."""

    found: tuple[Crosscheck, ...]
    device: str

    @property
    def failed(self) -> list[Crosscheck]:
        """The networks that differ."""
        return [one for one in self.found if not one.agrees]

    def document(self) -> Document:
        found = [(f.name, count_of(len(f.differences), "difference"), f.differences[0]) for f in self.failed]
        lines = [f"{name}: {count}, such as {first}" for name, count, first in found]
        layers = sum(one.layers for one in self.found)
        count = f"{count_of(len(self.found), 'network')} with {count_of(layers, 'layer')} on {self.device}"
        return *map(Note, lines), Note(f"{count}: {count_of(len(self.failed), 'differs', 'differ')} from PyTorch")

    def table(self) -> Grid:
        """A row for each network."""
        heads = ("name", "layers", "arrays", "parameters", "macs", "differences")
        counts = ((f.name, f.layers, f.arrays, f.parameters, f.macs, len(f.differences)) for f in self.found)
        rows = (GridRow((name, *(Figure(f"{n:,}", n) for n in numbers))) for name, *numbers in counts)
        return Grid((Head(heads[0]), *(Head(text, right=True) for text in heads[1:])), tuple(rows))

    def record(self) -> Plain:
        return [{key: value for key, value in one.record().items() if key != "file"} for one in self.found]
