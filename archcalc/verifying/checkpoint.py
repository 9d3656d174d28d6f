"""A checkpoint against a network: the same names, the same shapes."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from archcalc import dim
from archcalc.analyse.arrays import arrays
from archcalc.dim import Shape, show
from archcalc.errors import Refused
from archcalc.network import Network
from archcalc.render.document import Chapter, Document, Grid, GridRow, Head, Item, Items, Note
from archcalc.render.result import Plain, Result
from archcalc.render.words import count_of, visible
from archcalc.verifying.safetensors import StoredTensor

KINDS = {"missing": "missing from the checkpoint", "shape": "of another shape", "unexpected": "not in the spec"}
"""Every kind of mismatch, in words."""


@dataclass(frozen=True)
class Mismatch:
    """An array that differs between spec and checkpoint; a shape is None if there is no such array."""

    kind: str
    """missing (the checkpoint lacks it), unexpected (the spec lacks it) or shape."""
    name: str
    spec: Shape | None
    checkpoint: Shape | None


@dataclass(frozen=True)
class Checkpoint(Result):
    """The arrays of a network and of a checkpoint that differ in name or shape; prints as a list."""

    name: str
    file: str
    checkpoint: str
    arrays: int
    """The number of arrays of the checkpoint."""
    differences: tuple[Mismatch, ...]

    def document(self) -> Document:
        head = Note(f"{self.name} ({self.file}) and {self.checkpoint}, {count_of(self.arrays, 'array')}")
        by_kind = {kind: [m for m in self.differences if m.kind == kind] for kind in KINDS}
        chapters = (
            Chapter(f"{len(mine)} {KINDS[kind]}:", (Items(tuple(map(_item, mine))),), close=True)
            for kind, mine in by_kind.items()
            if mine
        )
        return head, *(chapters if self.differences else (Note("names and shapes are the same"),))

    def table(self) -> Grid:
        """A row for each array that differs."""
        shapes = (
            (m.kind, m.name, *("" if s is None else show(s) for s in (m.spec, m.checkpoint))) for m in self.differences
        )
        return Grid(tuple(map(Head, ("kind", "name", "spec", "checkpoint"))), tuple(map(GridRow, shapes)))

    def record(self) -> Plain:
        return asdict(self)


def _item(mismatch: Mismatch) -> Item:
    shapes = [show(shape) for shape in (mismatch.spec, mismatch.checkpoint) if shape is not None]
    where = " in the checkpoint" if mismatch.kind == "shape" else ""
    return Item(f"{visible(mismatch.name)} {' in the spec, '.join(shapes)}{where}")


def compare(network: Network, tensors: Mapping[str, StoredTensor]) -> list[Mismatch]:
    """The mismatches of a checkpoint, in the spec's order, unexpected arrays last; raises Refused for free sizes."""
    own, shared = arrays(network)
    free = dim.free_symbols(size for shape in own.values() for size in shape)
    if free:
        raise Refused(f"a checkpoint needs numbers, but {', '.join(sorted(free))} is free", "fix it with --set")
    stored = {name: tensor.shape for name, tensor in tensors.items()}
    names = dict.fromkeys(name for name in (*own, *shared, *stored) if name in own or name in stored)
    pairs = {name: (own.get(name, shared.get(name)), stored.get(name)) for name in names}
    return [Mismatch(_kind(*shapes), name, *shapes) for name, shapes in pairs.items() if shapes[0] != shapes[1]]


def _kind(spec: Shape | None, checkpoint: Shape | None) -> str:
    return "missing" if checkpoint is None else "unexpected" if spec is None else "shape"
