"""What can be known of a spec's size before it is expanded: blocks that call blocks double at each level."""

from collections.abc import Iterator, Mapping

from archcalc.language.spec import Block, Body, LayerEntry

ENOUGH = 10**12
"""Counting ends here: more is beyond every limit, and 2**80000 takes long to print."""


def fewest_entries(body: Body, blocks: Mapping[str, Block]) -> int:
    """The fewest entries that a body expands to; what depends on a condition or a loop counts as zero."""
    known = dict.fromkeys(blocks, 0)  # a block within itself counts 0; expanding it says what is wrong
    for name in _inner_first(blocks):
        known[name] = _fewest(blocks[name].body, known)
    return _fewest(body, known)


def _fewest(body: Body, known: Mapping[str, int]) -> int:
    return min(ENOUGH, sum(_fewest_of(entry, known) for entry in body.entries))


def _fewest_of(entry: LayerEntry, known: Mapping[str, int]) -> int:
    if entry.when is not None or entry.loop is not None or entry.repeat is not None:
        return 0
    return 1 + (_fewest(entry.body, known) if entry.body is not None else known.get(entry.static or "", 0))


def _inner_first(blocks: Mapping[str, Block]) -> list[str]:
    """The blocks in an order in which each stands after those that it calls, as far as there is one."""
    order: dict[str, None] = {}
    stack, seen = [(name, False) for name in blocks], set[str]()
    while stack:
        name, done = stack.pop()
        if done:
            order[name] = None
        elif name not in seen:
            seen.add(name)
            stack.append((name, True))
            stack += [(called, False) for called in _called(blocks[name].body) if called in blocks]
    return list(order)


def _called(body: Body) -> Iterator[str]:
    for entry in body.entries:
        if entry.body is not None:
            yield from _called(entry.body)
        elif entry.static is not None:
            yield entry.static
