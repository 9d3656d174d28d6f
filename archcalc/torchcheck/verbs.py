"""The verb of the proof: compare a network with its PyTorch module."""

from archcalc.language.loaded import Loadable, opened
from archcalc.torchcheck.compare import crosscheck as compared
from archcalc.torchcheck.crosscheck import Crosscheck


def crosscheck(network: Loadable, device: str = "cpu") -> Crosscheck:
    """A network built in PyTorch, run once on noise and compared layer by layer; needs the extra `torch`."""
    found = opened(network)
    return compared(found.network, device, found.name, found.file)
