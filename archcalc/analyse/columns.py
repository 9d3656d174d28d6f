"""The columns of a summary by name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from archcalc import dim
from archcalc.analyse import told
from archcalc.analyse.outline import Row
from archcalc.analyse.summary import LayerSummary
from archcalc.convention import Convention
from archcalc.dim import Shape
from archcalc.errors import Refused, nearest
from archcalc.render import words
from archcalc.render.document import Figure, Head, number

T = TypeVar("T")
DEFAULT = ("layer", "op", "input", "output", "kernel", "parameters", "share", "macs", "field")
BY_IMPORTANCE = ("op", "output", "field", "share", "kernel", "input")
"""The default columns that a narrow terminal may drop, the most important first."""
GROUPS = 2
"""The most groups of equal shapes that one row shows."""


class Column(NamedTuple, Generic[T]):
    """One column: `value` is for machines (exact, None if unknown), `show` for readers."""

    name: str
    doc: str
    value: Callable[[T], Any]
    show: Callable[[T], str]
    right: bool = False
    rank: Callable[[T], Any] | None = None
    """The sort key; None for `value`."""

    def cell(self, row: T) -> Figure:
        """The cell of a row."""
        return number(self.value(row), self.show(row))


def chosen(names: Sequence[str], known: Mapping[str, Column[T]]) -> list[Column[T]]:
    """The columns of these names; raises Refused for an unknown name."""
    for name in names:
        if name not in known:
            raise Refused(f"there is no column {name!r}", nearest(name, known) or f"known: {', '.join(known)}")
    return [known[name] for name in names]


def same(
    name: str, doc: str, value: Callable[[T], str], right: bool = False, rank: Callable[[T], Any] | None = None
) -> Column[T]:
    """A column with the same text for machines and readers."""
    return Column(name, doc, value, value, right, rank)


def _shapes(name: str, doc: str, of: Callable[[Row], Sequence[Shape]]) -> Column[Row]:
    return Column(name, doc, lambda row: words.shapes(of(row)), lambda row: words.shapes(of(row), GROUPS))


def _number(name: str, doc: str, value: Callable[[Row], Any]) -> Column[Row]:
    """A column of numbers; readers see an empty cell for 0."""
    return Column(name, doc, value, lambda row: _positive(value(row)), right=True)


def _positive(number: Any) -> str:
    return "" if number == 0 else words.number(number)


def _cost(row: Row) -> Any:
    if not row.sums.unknown:
        return row.sums.cost
    return None if row.layer is not None else f">= {dim.text(row.sums.cost)}"


def _shown_cost(row: Row) -> str:
    cost = _positive(row.sums.cost)
    if not row.sums.unknown:
        return cost
    return "?" if row.layer is not None or not cost else f">= {cost}"


def _share(row: Row) -> str:
    if row.share is None:
        return ""
    return f"{row.share:.1f}%" if row.share >= 0.05 else "<0.1%"


def _of_layer(write: Callable[[LayerSummary], str]) -> Callable[[Row], str]:
    return lambda row: "" if row.layer is None else write(row.layer)


_NAME = "the name, indented under its scope, with the number of equal copies"
_FIELD = "the receptive field in the input, after the last of its layers"
_ALL: tuple[Column[Row], ...] = (
    Column("layer", _NAME, lambda row: row.path, lambda row: row.label),
    same("op", "the operation, or the block of a scope", lambda row: row.op),
    _shapes("input", "the shapes of the inputs", lambda row: row.inputs),
    _shapes("output", "the shapes of the outputs", lambda row: row.outputs),
    same("kernel", "kernel /stride p(adding) d(ilation) g(roups)", _of_layer(lambda layer: told.kernel(layer.op))),
    _number("parameters", "the parameters, trained or not", lambda row: row.sums.parameters),
    Column("share", "the share of all parameters", lambda row: row.share and round(row.share, 4), _share, right=True),
    Column("macs", "the work, in the unit of the counting convention", _cost, _shown_cost, right=True),
    same("field", _FIELD, lambda row: told.fields(row.fields), right=True),
    _number("activations", "the elements written", lambda row: row.sums.activations),
    _number("trainable", "the parameters that are trained", lambda row: row.sums.trainable),
    _number("frozen", "the parameters that are not trained", lambda row: row.sums.frozen),
    _number("buffers", "the elements kept beside the parameters", lambda row: row.sums.buffers),
    _number("times", "the number of copies in the network", lambda row: row.times),
    same("weights", "the weights with their shapes", _of_layer(lambda layer: words.arrays(layer.weights))),
    same("settings", "all settings", _of_layer(lambda layer: words.pairs(told.settings(layer.op)))),
    same("from", "the layers that it reads", _of_layer(lambda layer: ", ".join(map(str, layer.sources)))),
    same("place", "its place in the spec", _of_layer(lambda layer: str(layer.place or ""))),
)
COLUMNS = {column.name: column for column in _ALL}
"""Every column by name, in the order in which help lists them."""


def heads(columns: Iterable[Column[Row]], convention: Convention, ranked: bool) -> tuple[Head, ...]:
    """The heads of columns, the unit for work; `ranked` says whether a narrow terminal may drop some."""
    ranks = {name: place for place, name in enumerate(BY_IMPORTANCE, start=1)} if ranked else {}
    units = {"macs": (convention.unit, convention.name)}
    named = [(column, *units.get(column.name, (column.name, column.name))) for column in columns]
    return tuple(Head(text, column.right, key, ranks.get(column.name, 0)) for column, text, key in named)
