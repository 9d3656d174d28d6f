"""Sweeps through the zoo, of which a quick run takes a part."""

import pytest

from archcalc.cli.everything import networks


def every_network():
    """Every network of the zoo; all but the first variant of each spec are slow."""
    specs = set()
    for name in networks():
        spec = name.partition(":")[0]
        yield pytest.param(name, marks=[pytest.mark.slow] if spec in specs else [])
        specs.add(spec)
