"""Labels along a line: each as near to its place as possible, without overlaps."""

from collections.abc import Sequence


def spread(wanted: Sequence[float], lengths: Sequence[float], low: float, high: float) -> list[float] | None:
    """Middles as near as possible to those wanted, in order, without overlaps; None without room.

    Overlapping neighbours merge into a block at the mean of their wanted places (pool adjacent violators).
    """
    if sum(lengths) > high - low:
        return None
    blocks: list[list[float]] = []  # the labels, their length, and the sum of where each wants the block to begin
    for middle, length in zip(wanted, lengths, strict=True):
        blocks.append([1.0, length, middle - length / 2])
        while len(blocks) > 1 and _start(blocks[-2], low, high) + blocks[-2][1] > _start(blocks[-1], low, high):
            count, size, begins = blocks.pop()
            before = blocks[-1]
            blocks[-1] = [before[0] + count, before[1] + size, before[2] + begins - count * before[1]]
    return _middles(blocks, lengths, low, high)


def _start(block: list[float], low: float, high: float) -> float:
    return min(max(block[2] / block[0], low), high - block[1])


def _middles(blocks: list[list[float]], lengths: Sequence[float], low: float, high: float) -> list[float]:
    found: list[float] = []
    for block in blocks:
        at = _start(block, low, high)
        for length in lengths[len(found) : len(found) + int(block[0])]:
            found.append(at + length / 2)
            at += length
    return found
