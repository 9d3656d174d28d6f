"""The columns of a comparison by name: what each one tells of a network, and how they are sorted."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from archcalc import dim
from archcalc.analyse.comparison import Broken, Compared, Comparison
from archcalc.errors import Refused, nearest
from archcalc.op import UNKNOWN, WHOLE
from archcalc.render import words
from archcalc.render.facts import megabytes

DEFAULT = ("network", "year", "depth", "parameters", "work", "activations", "memory", "field")
"""The usual columns."""


class Column(NamedTuple):
    """One column: `value` is for machines (whole numbers as they are), `show` for readers, `rank` what it sorts by."""

    name: str
    doc: str
    value: Callable[[Compared], Any]
    show: Callable[[Compared], str]
    right: bool = False
    rank: Callable[[Compared], Any] | None = None
    """None where it sorts by `value`."""
    note: bool = False
    """Whether what it means is said with the table."""


def _text(name: str, doc: str, value: Callable[[Compared], str]) -> Column:
    return Column(name, doc, lambda n: words.visible(value(n)), lambda n: words.visible(value(n)))


def _number(name: str, doc: str, value: Callable[[Compared], Any], note: bool = False) -> Column:
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
_ALL = (
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
        lambda n: words.field(n.field),
        lambda n: words.field(n.field),
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


def choose(names: Sequence[str] | None, comparison: Comparison) -> list[Column]:
    """The columns of these names, or the usual ones and known accuracies; raises Refused for a name that is none."""
    accurate = any(isinstance(n, Compared) and n.accuracy is not None for n in comparison.networks)
    return [_named(name, comparison) for name in names or (*DEFAULT, *(["top-1"] * accurate))]


def _named(name: str, comparison: Comparison) -> Column:
    """A column; that of the work is also found by the name of the convention."""
    if name not in COLUMNS and name != comparison.convention.name:
        known = [*COLUMNS, comparison.convention.name]
        raise Refused(f"there is no column {name!r}", nearest(name, known) or f"known: {', '.join(known)}")
    return COLUMNS.get(name, COLUMNS["work"])


def header(column: Column, comparison: Comparison) -> str:
    """What stands above a column; above the work its unit."""
    return comparison.convention.unit if column.name == "work" else column.name


def notes(columns: Sequence[Column], comparison: Comparison) -> list[tuple[str, str]]:
    """What the columns mean whose names do not say it all."""
    docs = {column.name: column.doc for column in columns if column.note}
    if "work" in docs:
        docs["work"] = comparison.convention.doc
    if "top-1" in docs:
        told = [n.accuracy_source for n in comparison.networks if isinstance(n, Compared) and n.accuracy_source]
        docs["top-1"] += f" ({'; '.join(dict.fromkeys(map(words.visible, told)))})" if told else ""
    return [(header(COLUMNS[name], comparison), doc) for name, doc in docs.items()]


def in_order(comparison: Comparison, by: str, reverse: bool = False) -> Comparison:
    """The networks sorted by a column: numbers before expressions, then those that have nothing there."""
    column = _named(by, comparison)
    rank = column.rank or column.value
    told = [n for n in comparison.networks if isinstance(n, Compared)]
    has = [n for n in told if rank(n) not in (None, "")]
    done = sorted(has, key=lambda n: _key(rank(n)), reverse=reverse)
    done += [n for n in told if rank(n) in (None, "")]
    return comparison._replace(networks=(*done, *(n for n in comparison.networks if isinstance(n, Broken))))


def _key(value: Any) -> tuple[int, Any]:
    if isinstance(value, str):
        return (1, value.casefold())
    return (1, dim.text(value)) if dim.is_symbolic(value) else (0, value)
