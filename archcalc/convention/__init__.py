"""Counting conventions: each maps the facts of an operation to one number.

One FLOP is never one MAC: each convention names its unit. The first three are ours; the others reproduce the numbers
of tools and libraries, mistakes included, to verify published ones.
"""

from collections.abc import Iterator, Mapping
from importlib import import_module

from archcalc.convention.countable import Countable
from archcalc.convention.rules import Convention
from archcalc.errors import require

HOMES = {
    "macs": "own:MACS",
    "flops": "own:FLOPS",
    "primitives": "own:PRIMITIVES",
    "torchinfo": "torchinfo:TORCHINFO",
    "fvcore": "fvcore:FVCORE",
    "thop": "thop:THOP",
    "ultralytics-thop": "thop:ULTRALYTICS",
    "ptflops": "ptflops:PTFLOPS",
    "ptflops-aten": "dispatched:PTFLOPS_ATEN",
    "calflops": "calflops:CALFLOPS",
    "calflops-macs": "calflops:CALFLOPS_MACS",
    "torch": "dispatched:TORCH",
    "torch-cpu": "dispatched:TORCH_CPU",
    "torchvision": "own:TORCHVISION",
    "timm": "own:TIMM",
    "keras": "own:KERAS",
}
"""Where each convention is declared; the first is the default."""


class Conventions(Mapping[str, Convention]):
    """Imports a convention when it is looked up."""

    def __getitem__(self, name: str) -> Convention:
        require("counting convention", name, HOMES)
        module, attribute = HOMES[name].split(":")
        found: Convention = getattr(import_module(f"{__name__}.{module}"), attribute)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(HOMES)

    def __len__(self) -> int:
        return len(HOMES)


CONVENTIONS = Conventions()
"""Every convention by name."""


def convention(name: str) -> Convention:
    """The convention of this name; raises Refused for an unknown one."""
    return CONVENTIONS[name]


__all__ = ["CONVENTIONS", "Convention", "Countable", "convention"]
