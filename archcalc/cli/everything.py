"""What the commands that go through the whole zoo share: a progress bar."""

import io
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from archcalc.many.everything import through

T = TypeVar("T")
R = TypeVar("R")


def watched(items: Sequence[T], work: Callable[[T], R], label: str) -> list[R]:
    """What `work` gives for each item, made by all processors; a terminal shows how far it is."""
    terminal = sys.stderr if sys.stderr.isatty() else io.StringIO()
    found = []
    with click.progressbar(length=len(items), label=label, file=terminal) as bar:
        for result in through(items, work):
            found.append(result)
            bar.update(1)
    return found
