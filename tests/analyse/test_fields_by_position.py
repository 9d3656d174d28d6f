"""Law: what the field of each position says is what it reads by brute force, in random networks."""

from collections import Counter
from collections.abc import Iterator

import pytest

from archcalc.analyse.extent import Axis, Irregular, stands_still
from archcalc.analyse.receptive_fields import states
from archcalc.op import UNKNOWN, WHOLE
from tests.analyse.field_networks import Field, Growing, Read

QUICK, SLOW = 300, 20_000


def compared(net: Growing) -> Iterator[tuple[str, object]]:
    """For each position of each layer whether its field is right, too small, too large or unknown, and where it is."""
    found = states(net.network())
    for node in net.nodes[1:]:
        axes = found[node.source.path][node.source.port]["x"]
        for number, (field, axis) in enumerate(zip(node.fields, axes, strict=True)):
            for verdict, i in verdicts(field, axis, net.sizes[number]):
                yield verdict, (node.source, number, i, axis, field.reads[i])


def verdicts(field: Field, axis: Axis, size: int) -> Iterator[tuple[str, int]]:
    if axis is UNKNOWN or (isinstance(axis, Irregular) and axis.size is None):
        yield "unknown", 0
        return
    if isinstance(axis, Irregular):
        yield irregular(field, axis.size), 0
        return
    assert axis is WHOLE or axis.axes in ((), (field.axis,))
    for i, read in enumerate(field.reads):
        # A field that stands still does not tell which positions read nothing, between the taps of a transposed layer.
        if read.bits or not stands_still(axis):
            yield verdict(read, (0, size - 1) if axis is WHOLE else axis.span(i if axis.axes else 0)), i
    if axis is not WHOLE and not any(read.clipped for read in field.reads):
        sizes = [0 if read.ends is None else read.ends[1] - read.ends[0] + 1 for read in field.reads]
        yield "right" if axis.size == max(sizes) else "size", 0


def verdict(read: Read, told: tuple[int, int] | None) -> str:
    ends = read.ends
    if not read.clipped:
        return "right" if told == ends else "too small" if told is None or not inside(ends, told) else "too large"
    return "clipped" if inside(ends, told) else "too small"


def inside(ends: tuple[int, int] | None, told: tuple[int, int] | None) -> bool:
    return ends is None or (told is not None and told[0] <= ends[0] and ends[1] <= told[1])


def irregular(field: Field, size: int) -> str:
    sizes = [0 if read.ends is None else read.ends[1] - read.ends[0] + 1 for read in field.reads]
    if max(sizes) > size:
        return "too small"
    clipped = any(read.clipped for read in field.reads)
    return "clipped" if clipped else "right" if max(sizes) == size else "too large"


def check(seeds: range) -> Counter[str]:
    counts: Counter[str] = Counter()
    for seed in seeds:
        for verdict, where in compared(Growing(seed).grown()):
            counts[verdict] += 1
            assert verdict in ("right", "clipped", "unknown"), (seed, verdict, where)
    assert counts["right"] > 10 * counts["unknown"]
    return counts


def test_fields_are_what_is_read():
    check(range(QUICK))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(20))
def test_fields_of_many_networks_are_what_is_read(part):
    check(range(QUICK + part * SLOW // 20, QUICK + (part + 1) * SLOW // 20))
