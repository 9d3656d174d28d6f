"""What the commands that go through the whole zoo share: its networks, a pool of processes, a progress bar."""

import io
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

import click

T = TypeVar("T")
R = TypeVar("R")


def networks() -> list[str]:
    """Every network of the zoo by its name: each variant, or the spec itself where it has none."""
    from archcalc.language.files import read_spec
    from archcalc.language.find import zoo

    specs = {name: read_spec(path) for name, path in zoo().items()}
    return [network for name, spec in specs.items() for network in [f"{name}:{v}" for v in spec.variants] or [name]]


def through(items: Sequence[T], work: Callable[[T], R], label: str) -> Iterator[tuple[T, R]]:
    """What `work` gives for each item, in order, made by all processors; a terminal shows how far it is."""
    terminal = sys.stderr if sys.stderr.isatty() else io.StringIO()
    with (
        ProcessPoolExecutor(max_workers=min(len(items), os.cpu_count() or 1)) as pool,
        click.progressbar(length=len(items), label=label, file=terminal) as bar,
    ):
        for item, result in zip(items, pool.map(work, items), strict=True):
            yield item, result
            bar.update(1)
