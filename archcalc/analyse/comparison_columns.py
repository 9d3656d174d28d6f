"""The columns of a comparison by name: what each one tells of a network, and how they are sorted."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from archcalc import dim
from archcalc.analyse import told
from archcalc.analyse.columns import Column, chosen
from archcalc.analyse.comparison import Compared
from archcalc.convention import Convention
from archcalc.op import UNKNOWN, WHOLE
from archcalc.render import words
from archcalc.render.document import Pair
from archcalc.render.words import megabytes

DEFAULT = ("network", "year", "depth", "parameters", "work", "activations", "memory", "field")
"""The usual columns."""


def _text(name: str, doc: str, value: Callable[[Compared], str]) -> Column[Compared]:
    return Column(name, doc, value, value)


def _number(name: str, doc: str, value: Callable[[Compared], Any], note: bool = False) -> Column[Compared]:
    return Column(name, doc, value, lambda n: words.number(value(n)), right=True, note=note)


def _work(network: Compared) -> Any:
    return f">= {dim.text(network.work)}" if network.unknown else network.work


def _shown_work(network: Compared) -> str:
    return ">= " * bool(network.unknown) + words.number(network.work)


def _memory(network: Compared) -> str:
    size = network.memory
    return megabytes(size) if isinstance(size, int) else f"{dim.text(size)} bytes"


def _field_rank(network: Compared) -> Any:
    """The size along the first axis; a field that is the whole input is larger than any number."""
    axis = (network.field or (UNKNOWN,))[0]
    if axis is WHOLE:
        return float("inf")
    return None if axis is UNKNOWN else axis.size


_FIELD = "the receptive field of the last layer that tells places apart, before images are pooled whole or flattened"
_ALL: tuple[Column[Compared], ...] = (
    _text("network", "the name, with its variant", lambda n: n.name),
    Column("year", "the year of the source", lambda n: n.year, lambda n: str(n.year or ""), right=True),
    _number(
        "depth",
        "layers with weights that multiply and accumulate, on the longest path; gates are left out",
        lambda n: n.depth,
        note=True,
    ),
    _number("parameters", "the parameters, trained or not", lambda n: n.parameters),
    Column(
        "work",
        "the work, in the unit of the counting convention",
        _work,
        _shown_work,
        right=True,
        rank=lambda n: n.work,
        note=True,
    ),
    _number("activations", "elements written in one pass", lambda n: n.activations, note=True),
    Column(
        "memory",
        "of parameters, buffers and all activations kept, as float32",
        lambda n: n.memory,
        _memory,
        right=True,
        note=True,
    ),
    Column(
        "field",
        _FIELD,
        lambda n: told.field(n.field),
        lambda n: told.field(n.field),
        right=True,
        rank=_field_rank,
        note=True,
    ),
    Column(
        "top-1",
        "the published top-1 accuracy on ImageNet in percent",
        lambda n: "" if n.accuracy is None else n.accuracy,
        lambda n: "" if n.accuracy is None else f"{n.accuracy:.1f}",
        right=True,
        note=True,
    ),
    _number("layers", "all layers, with weights or without", lambda n: n.layers),
    _number("trainable", "the parameters that are trained", lambda n: n.trainable),
    _number("buffers", "elements kept beside the parameters", lambda n: n.buffers),
    _text("input", "the shapes of what goes in", lambda n: words.shapes(n.inputs)),
    _text("title", "the title", lambda n: n.title),
    _text("family", "the family", lambda n: n.family),
    _text("source", "where it was published", lambda n: n.source),
    _text("file", "the file that was read", lambda n: n.file),
    _text("config", "the settings", lambda n: words.pairs(n.config)),
)
COLUMNS = {column.name: column for column in _ALL}
"""Every column by name."""


def named(name: str, convention: Convention) -> Column[Compared]:
    """A column; that of the work is also found by the name of the convention. Raises Refused for an unknown name."""
    return (
        COLUMNS["work"] if name == convention.name else chosen([name], {**COLUMNS, convention.name: COLUMNS["work"]})[0]
    )


def header(column: Column[Compared], convention: Convention) -> str:
    """What stands above a column; above the work its unit."""
    return convention.unit if column.name == "work" else column.name


def notes(columns: Sequence[Column[Compared]], convention: Convention, networks: Sequence[Compared]) -> Iterator[Pair]:
    """What the columns mean whose names do not say it all."""
    sources = dict.fromkeys(n.accuracy_source for n in networks if n.accuracy_source)
    docs = {"work": convention.doc, "top-1": COLUMNS["top-1"].doc + (f" ({'; '.join(sources)})" if sources else "")}
    for column in dict.fromkeys(columns):
        if column.note:
            yield Pair(header(column, convention), docs.get(column.name, column.doc))


def in_order(networks: Sequence[Compared], column: Column[Compared], reverse: bool) -> list[Compared]:
    """The networks sorted by a column: numbers before expressions, then those that have nothing there."""
    rank = column.rank or column.value
    has = [n for n in networks if rank(n) not in (None, "")]
    done = sorted(has, key=lambda n: _key(rank(n)), reverse=reverse)
    return done + [n for n in networks if rank(n) in (None, "")]


def _key(value: Any) -> tuple[int, Any]:
    if isinstance(value, str):
        return (1, value.casefold())
    return (1, dim.text(value)) if dim.is_symbolic(value) else (0, value)
