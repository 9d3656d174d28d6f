"""A checkpoint against a network: the same names, the same shapes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from archcalc import dim
from archcalc.dim import Shape
from archcalc.errors import Refused
from archcalc.network import Network
from archcalc.verify.safetensors import StoredTensor


@dataclass(frozen=True)
class Mismatch:
    """An array that the spec and the checkpoint do not have alike; a shape is None where there is no such array."""

    kind: str
    """missing (the checkpoint lacks it), unexpected (the spec lacks it) or shape."""
    name: str
    spec: Shape | None
    checkpoint: Shape | None


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
