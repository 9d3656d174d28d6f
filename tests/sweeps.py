"""Sweeps through the zoo: a quick run takes a sample of it, `pytest --all` every network."""

from collections.abc import Iterable
from typing import Any

import pytest

from archcalc.language.zoo import networks

SAMPLE = {
    *("lenet", "vgg16", "resnet", "googlenet", "mobilenet_v3", "shufflenet_v2", "unet", "fcn", "retinanet"),
    *("vit", "swin", "lstm_lm", "wavenet", "c3d"),
}
"""One network of each kind: chains, branches, gates, several outputs, attention, recurrence, 1-D and 3-D."""


def sampled(names: Iterable[str], sample: Iterable[str] = SAMPLE) -> list[Any]:
    """Names as parameters of a test; those outside the sample are slow."""
    quick = set(sample)
    return [pytest.param(name, marks=[] if name in quick else [pytest.mark.slow]) for name in names]


def one_dimension(operations: Iterable[str]) -> list[Any]:
    """Operations as parameters of a test; where there are three for 1-D, 2-D and 3-D, the one for images is quick."""
    names = list(operations)
    return sampled(names, [name for name in names if not name.endswith(("1d", "3d"))])


def every_network() -> list[Any]:
    """Every network of the zoo; the first variant of each spec in the sample is quick."""
    first: dict[str, str] = {}
    for name in networks():
        first.setdefault(name.partition(":")[0], name)
    return sampled(networks(), [name for spec, name in first.items() if spec in SAMPLE])
