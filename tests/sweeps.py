"""Sweeps through the zoo, of which a quick run takes a part."""

import pytest

from archcalc.language.zoo import networks


def every_network():
    """Every network of the zoo; all but the first variant of each spec are slow."""
    first = {}
    for name in networks():
        first.setdefault(name.partition(":")[0], name)
    quick = set(first.values())
    return [pytest.param(name, marks=[] if name in quick else [pytest.mark.slow]) for name in networks()]
