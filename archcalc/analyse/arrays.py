"""The arrays of a network, by their names in a state dict."""

from archcalc.dim import Shape
from archcalc.network import Network


def arrays(network: Network) -> tuple[dict[str, Shape], dict[str, Shape]]:
    """The arrays that a state dict of the network must have, and those it may have: second names of shared ones."""
    own: dict[str, Shape] = {}
    shared: dict[str, Shape] = {}
    for path, layer in network.layers.items():
        found = own if layer.weights_of is None else shared
        for name, shape in {**layer.call.weights, **layer.call.buffers}.items():
            found[f"{path}.{name}" if name else path] = tuple(shape)
    return own, shared
