"""The only code that walks a network: `fold` visits each layer after those that it reads, `fold_back` before them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Generic, Protocol, TypeVar

from archcalc.network import Layer, Network, Repeat, Source

V = TypeVar("V")

Step = Callable[[Layer, list[V]], Sequence[V]]
"""Gets a layer and the values of the outputs that it reads; gives one value per output."""


class Copies(Protocol[V]):
    """What a fold makes of a symbolic number of copies."""

    def last(self, repeat: Repeat, turn: Callable[[V], V], before: V) -> tuple[list[V], V]:
        """What the last copy may read, and what it gives; `turn` tells what one copy makes of a value."""

    def common(self, values: list[Sequence[V]]) -> Sequence[V]:
        """What is certain of a layer's outputs that may have any of several values."""


def fold(network: Network, step: Step[V], copies: Copies[V] | None = None, keep: bool = True) -> dict[str, Sequence[V]]:
    """Visit every layer after those that it reads.

    Of a symbolic number of copies it sees one, or the last where `copies` can tell what that reads. Without `keep`
    the values of a layer are dropped after its last reader, but for those of the network's outputs.
    """
    walk = _Walk(network, step, copies, {} if keep else _last_readers(network))
    walk.visit(network.layers, 0)
    return walk.values


def fold_back(
    network: Network,
    last: Mapping[Source, V],
    step: Callable[[Layer, dict[int, V]], Iterable[tuple[Source, V]]],
    join: Callable[[V, V], V],
) -> dict[Source, V]:
    """Visit layers from the last to the first, carrying values from outputs to the outputs that they are made from.

    `last` has the values to start from. `step` gets a layer and the values of its outputs, by port, and gives values
    of the outputs that it reads; `join` combines two values of one output. A symbolic repeat counts as one copy.
    """
    values = {source._replace(repeat=None): value for source, value in last.items()}
    ports: dict[str, dict[int, V]] = {}
    for source, value in values.items():
        ports.setdefault(source.path, {})[source.port] = value
    for path in reversed([*network.layers]):
        layer = network.layers[path]
        if path not in ports:
            continue
        for source, value in step(layer, ports[path]):
            mine = ports.setdefault(source.path, {})
            mine[source.port] = join(mine[source.port], value) if source.port in mine else value
    return {Source(path, port): value for path, mine in ports.items() for port, value in mine.items()}


class _Walk(Generic[V]):
    """A fold on its way."""

    def __init__(self, network: Network, step: Step[V], copies: Copies[V] | None, drops: Mapping[str, list[str]]):
        self.network, self.step, self.copies, self.drops = network, step, copies, drops
        self.values: dict[str, Sequence[V]] = {}
        self.passed: dict[int, V] = {}
        """For each repeat what goes in, and once its body has been visited what comes out."""

    def read(self, source: Source) -> V:
        return self.values[source.path][source.port] if source.repeat is None else self.passed[source.repeat]

    def visit(self, paths: Iterable[str], depth: int) -> None:
        """Visit layers that are all in the same `depth` repeats."""
        layers = self.network.layers
        for inner, run in groupby(paths, lambda path: layers[path].repeats[depth : depth + 1]):
            if inner:
                self.body(self.network.repeats[inner[0]], list(run), depth + 1)
                continue
            for path in run:
                layer = layers[path]
                self.values[path] = self.step(layer, [self.read(s) for s in layer.reads])
                for read in self.drops.get(path, ()):
                    del self.values[read]

    def body(self, repeat: Repeat, paths: list[str], depth: int) -> None:
        """Visit the body of a repeat until its layers have the values of the last copy."""

        def turn(value: V) -> V:
            self.passed[repeat.place] = value
            self.visit(paths, depth)
            return self.read(repeat.result)

        before = self.read(repeat.before)
        if self.copies is None:
            self.passed[repeat.place] = turn(before)
            return
        possible, after = self.copies.last(repeat, turn, before)
        found = []
        for value in possible:
            turn(value)
            found.append([self.values[path] for path in paths])
        self.values.update(zip(paths, map(self.copies.common, map(list, zip(*found, strict=True))), strict=True))
        self.passed[repeat.place] = after


def _last_readers(network: Network) -> dict[str, list[str]]:
    """For each layer the layers that it is the last to read; the network's outputs are never dropped."""
    last = {source.path: path for path, layer in network.layers.items() for source in layer.reads}
    kept = {source.path for source in network.outputs}
    drops: dict[str, list[str]] = {}
    for read, reader in last.items():
        if read not in kept:
            drops.setdefault(reader, []).append(read)
    return drops
