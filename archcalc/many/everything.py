"""The totals of every network of the zoo, computed in parallel."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import active_children
from os import cpu_count
from signal import SIG_DFL, SIG_IGN, SIGINT, SIGTERM, signal
from typing import TypeVar

from archcalc.analyse.verbs import summary as summarized
from archcalc.errors import ArchcalcError
from archcalc.render.document import Document, Figure, Grid, GridRow, Head, Note, Verbatim
from archcalc.render.result import Plain, Result
from archcalc.render.words import count_of

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Counts:
    """The totals of a network."""

    name: str
    layers: int
    parameters: int
    buffers: int
    macs: int
    unknown: list[str]


@dataclass(frozen=True)
class Failure:
    """A network that cannot be made, with the error."""

    name: str
    error: str


@dataclass(frozen=True)
class Census(Result):
    """The totals of networks, or their errors; prints as a table."""

    networks: tuple[Counts | Failure, ...]

    @property
    def counts(self) -> list[Counts]:
        """The networks that could be made."""
        return [n for n in self.networks if isinstance(n, Counts)]

    @property
    def failures(self) -> list[Failure]:
        """The networks that could not be made."""
        return [n for n in self.networks if isinstance(n, Failure)]

    def document(self) -> Document:
        heads = (Head("network"), *(Head(text, right=True) for text in ("layers", "parameters", "macs")))
        rows = [
            GridRow((n.name, *(Figure(f"{v:,}", v) for v in (n.layers, n.parameters, n.macs)))) for n in self.counts
        ]
        errors = [Verbatim(f"{n.name}: {n.error}") for n in self.failures]
        layers = sum(n.layers for n in self.counts)
        counts = ((len(rows), "network"), (layers, "layer"), (len(errors), "error"))
        last = Note(", ".join(count_of(amount, noun) for amount, noun in counts))
        return Grid(heads, tuple(rows)), *errors, last

    def record(self) -> Plain:
        return [asdict(network) for network in self.networks]


def counted(name: str) -> Counts | Failure:
    """The totals of a network, or its error."""
    try:
        summary = summarized(name)
    except ArchcalcError as error:
        return Failure(name, error.report())
    sums = summary.totals
    layers, unknown = len(summary.layers), list(sums.unknown)
    return Counts(name, layers, int(sums.parameters), int(sums.buffers), int(sums.cost.macs), unknown)


def _left_to_the_parent() -> None:
    """Let the parent decide what Ctrl-C and SIGTERM mean: it ends its workers."""
    signal(SIGINT, SIG_IGN)
    signal(SIGTERM, SIG_DFL)


def through(items: Sequence[T], work: Callable[[T], R]) -> Generator[R, None, None]:
    """The result of `work` for each item, in order, computed on all processors; closing it ends the work at once."""
    processes = min(len(items), cpu_count() or 1)
    with ProcessPoolExecutor(processes, initializer=_left_to_the_parent) as pool:
        try:
            for future in [pool.submit(work, item) for item in items]:  # not map, which would cancel what is then ended
                yield future.result()
        except BaseException:
            for process in active_children():
                process.terminate()
            raise
