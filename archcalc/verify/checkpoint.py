"""A checkpoint against a network: the same names, the same shapes."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from archcalc import dim
from archcalc.dim import Shape, show
from archcalc.errors import Refused
from archcalc.network import Network
from archcalc.render.document import Chapter, Document, Grid, GridRow, Head, Item, Items, Note
from archcalc.render.result import Plain, Result
from archcalc.render.words import visible
from archcalc.verify.safetensors import StoredTensor

KINDS = {"missing": "missing from the checkpoint", "shape": "of another shape", "unexpected": "not in the spec"}
"""Every kind of mismatch, in words."""


@dataclass(frozen=True)
class Mismatch:
    """An array that the spec and the checkpoint do not have alike; a shape is None where there is no such array."""

    kind: str
    """missing (the checkpoint lacks it), unexpected (the spec lacks it) or shape."""
    name: str
    spec: Shape | None
    checkpoint: Shape | None


@dataclass(frozen=True)
class Checkpoint(Result):
    """A network beside a checkpoint: where names or shapes differ; prints as a list."""

    name: str
    file: str
    checkpoint: str
    arrays: int
    """The number of arrays of the checkpoint."""
    differences: tuple[Mismatch, ...]

    def document(self) -> Document:
        head = Note(f"{self.name} ({self.file}) and {self.checkpoint}, {self.arrays:,} arrays")
        if not self.differences:
            return head, Note("names and shapes are the same")
        return head, *(self._chapter(kind) for kind in KINDS if any(m.kind == kind for m in self.differences))

    def _chapter(self, kind: str) -> Chapter:
        mine = [m for m in self.differences if m.kind == kind]
        return Chapter(f"{len(mine)} {KINDS[kind]}:", (Items(tuple(map(_item, mine))),), close=True)

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


def arrays(network: Network) -> tuple[dict[str, Shape], dict[str, Shape]]:
    """The arrays that a state dict of the network must hold by name, and those it may: second names of shared ones."""
    own: dict[str, Shape] = {}
    shared: dict[str, Shape] = {}
    for path, layer in network.layers.items():
        call = layer.call
        found = own if layer.weights_of is None else shared
        for name, shape in {**call.weights, **call.buffers}.items():
            found[f"{path}.{name}" if name else path] = shape
    return own, shared


def compare(network: Network, tensors: Mapping[str, StoredTensor]) -> list[Mismatch]:
    """Where names or shapes of a checkpoint differ from the spec's; in the spec's order, unexpected ones last."""
    own, shared = arrays(network)
    free = dim.free_symbols(size for shape in own.values() for size in shape)
    if free:
        raise Refused(f"a checkpoint needs numbers, but {', '.join(sorted(free))} is free", "fix it with --set")
    return list(_mismatches(own, shared, tensors))


def _mismatches(
    own: Mapping[str, Shape], shared: Mapping[str, Shape], tensors: Mapping[str, StoredTensor]
) -> Iterator[Mismatch]:
    for name, shape in {**own, **shared}.items():
        tensor = tensors.get(name)
        if tensor is None:
            if name in own:
                yield Mismatch("missing", name, shape, None)
        elif tensor.shape != tuple(shape):
            yield Mismatch("shape", name, shape, tensor.shape)
    for name, tensor in tensors.items():
        if name not in own and name not in shared:
            yield Mismatch("unexpected", name, None, tensor.shape)
