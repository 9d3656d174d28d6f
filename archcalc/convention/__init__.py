"""Counting conventions: each maps what an operation declares to one number.

One FLOP is never one MAC: each convention names its unit. The first three are ours; the others reproduce what tools
print and libraries publish, mistakes included, so that such numbers can be verified.
"""

from collections.abc import Mapping

from archcalc.convention.calflops import CALFLOPS, CALFLOPS_MACS
from archcalc.convention.countable import Countable
from archcalc.convention.flop_counter import TORCH, TORCH_CPU
from archcalc.convention.fvcore import FVCORE
from archcalc.convention.own import FLOPS, MACS, PRIMITIVES
from archcalc.convention.ptflops import PTFLOPS
from archcalc.convention.ptflops_aten import PTFLOPS_ATEN
from archcalc.convention.published import KERAS, TIMM, TORCHVISION
from archcalc.convention.rules import Convention
from archcalc.convention.thop import THOP, ULTRALYTICS
from archcalc.convention.torchinfo import TORCHINFO
from archcalc.errors import Refused, nearest

_ALL = (
    *(MACS, FLOPS, PRIMITIVES),
    *(TORCHINFO, FVCORE, THOP, ULTRALYTICS, PTFLOPS, PTFLOPS_ATEN, CALFLOPS, CALFLOPS_MACS, TORCH, TORCH_CPU),
    *(TORCHVISION, TIMM, KERAS),
)
CONVENTIONS: Mapping[str, Convention] = {convention.name: convention for convention in _ALL}
"""Every convention by name; the first is the default."""


def convention(name: str) -> Convention:
    """The convention of this name; raises Refused for an unknown one."""
    if name not in CONVENTIONS:
        raise Refused(f"there is no counting convention {name!r}", nearest(name, CONVENTIONS))
    return CONVENTIONS[name]


__all__ = ["CONVENTIONS", "Convention", "Countable", "convention"]
