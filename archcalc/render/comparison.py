"""A comparison in every format: networks as rows; of a broken one its name and why."""

from collections.abc import Callable, Sequence
from html import escape
from json import dumps
from typing import Any

from archcalc.analyse.comparison import Broken, Compared, Comparison
from archcalc.errors import Refused
from archcalc.render import csv as separated
from archcalc.render import latex as tex
from archcalc.render import layout, words
from archcalc.render.cells import laid_out
from archcalc.render.comparison_columns import Column, choose, header, notes
from archcalc.render.html import listed, page
from archcalc.render.json import field, shape
from archcalc.render.markdown import escaped

SCHEMA = 1
"""Raised when a key changes its meaning or goes; a new key does not raise it."""
ERROR = "error"
"""The column that tells why a network is broken; only there where one is."""


def table(comparison: Comparison, *, columns: Sequence[str] | None = None, color: bool = False) -> str:
    """The networks under each other; why one is broken stands beside its name."""
    bold, faint = (layout.bold, layout.faint) if color else (str, str)
    chosen = choose(columns, comparison)
    told = [n for n in comparison.networks if isinstance(n, Compared)]
    names = [_error(n)[0] for n in comparison.networks if isinstance(n, Broken)]
    head, *lines = layout.aligned(
        [[header(c, comparison) for c in chosen], *[[c.show(n) for c in chosen] for n in told]],
        [c.right for c in chosen],
    )
    edge = max(map(layout.width, [head, *lines]))
    found = iter(lines)
    name = max(map(layout.width, names), default=0)
    rows = [_broken(n, name) if isinstance(n, Broken) else next(found) for n in comparison.networks]
    said = layout.folded(notes(chosen, comparison), None)
    return "\n".join([bold(head), faint("-" * edge), *rows, faint("-" * edge), *said]) + "\n"


def _broken(network: Broken, edge: int) -> str:
    name, error = _error(network)
    return layout.padded(name, edge) + layout.GAP + error


def _error(network: Broken) -> list[str]:
    """The name and the first line of why a network is broken."""
    return [words.visible(network.name), words.visible(network.error.partition("\n")[0])]


def csv(comparison: Comparison, *, columns: Sequence[str] | None = None) -> str:
    """A row for each network, numbers as they are."""
    chosen = choose(columns, comparison)
    head = [comparison.convention.name if c.name == "work" else c.name for c in chosen]
    return separated.written(_head(comparison, head), _rows(comparison, chosen, lambda c, n: c.value(n)))


def markdown(comparison: Comparison, *, columns: Sequence[str] | None = None) -> str:
    """A table as GitHub reads it."""
    chosen = choose(columns, comparison)
    said = [f"- {escaped(name)}: {escaped(text)}" for name, text in notes(chosen, comparison)]
    return "\n".join([_tabulated(comparison, chosen, "pipe", escaped), "", *said]).strip() + "\n"


def latex(comparison: Comparison, *, columns: Sequence[str] | None = None) -> str:
    r"""A tabular; needs `\usepackage{booktabs}`. What the columns mean stands above it as comments."""
    chosen = choose(columns, comparison)
    said = [f"% {name}: {text}" for name, text in notes(chosen, comparison)]
    return "\n".join([*said, tex.finished(_tabulated(comparison, chosen, "latex_booktabs", tex.escaped))]) + "\n"


def html(comparison: Comparison, *, columns: Sequence[str] | None = None) -> str:
    """A table in one `div`."""
    chosen = choose(columns, comparison)
    said = [(escape(name), escape(text)) for name, text in notes(chosen, comparison)]
    return page([_tabulated(comparison, chosen, "unsafehtml", escape), *([listed(said)] if said else [])])


def json(comparison: Comparison, *, columns: Sequence[str] | None = None) -> str:
    """Every fact of every network, a network on each line."""
    if columns:
        raise Refused("json has no columns", "it always holds every fact; leave --columns out")
    lines = ",\n".join("    " + dumps(_document(n, comparison), allow_nan=False) for n in comparison.networks)
    head = f'  "schema": {SCHEMA},\n  "convention": {dumps(comparison.convention.name)},\n'
    return f'{{\n{head}  "networks": [\n{lines}\n  ]\n}}\n'


FORMATS: dict[str, Callable[..., str]] = {
    "table": table,
    "json": json,
    "csv": csv,
    "markdown": markdown,
    "latex": latex,
    "html": html,
}
"""Every format by name; all take (comparison, *, columns), `table` color too."""


def _tabulated(comparison: Comparison, chosen: list[Column], style: str, inert: Callable[[str], str]) -> str:
    head = _head(comparison, [header(c, comparison) for c in chosen])
    rows = _rows(comparison, chosen, lambda c, n: c.show(n))
    right = [c.right for c in chosen] + [False] * (len(head) - len(chosen))
    return laid_out([*map(inert, head)], [[*map(inert, row)] for row in rows], right, style)


def _head(comparison: Comparison, names: list[str]) -> list[str]:
    return [*names, ERROR] if any(isinstance(n, Broken) for n in comparison.networks) else names


def _rows(comparison: Comparison, chosen: list[Column], tell: Callable[[Column, Compared], Any]) -> list[list[Any]]:
    """The cells of every network; of a broken one its name, and in one more column why."""
    more = [""] * any(isinstance(n, Broken) for n in comparison.networks)
    return [
        _empty(n, chosen) if isinstance(n, Broken) else [tell(c, n) for c in chosen] + more for n in comparison.networks
    ]


def _empty(network: Broken, chosen: list[Column]) -> list[str]:
    name, error = _error(network)
    named = any(c.name == "network" for c in chosen)
    return [name if c.name == "network" else "" for c in chosen] + [error if named else f"{name}: {error}"]


def _document(network: Compared | Broken, comparison: Comparison) -> dict[str, Any]:
    if isinstance(network, Broken):
        return {"name": network.name, "error": network.error}
    numbers = {name: words.size(getattr(network, name)) for name in _NUMBERS}
    return {
        **{name: getattr(network, name) for name in ("name", "title", "family", "source", "year", "file")},
        "config": words.plain(network.config),
        "inputs": [shape(sizes) for sizes in network.inputs],
        **numbers,
        comparison.convention.name: words.size(network.work),
        "unknown": list(network.unknown),
        "receptive_field": field(network.field),
        "accuracy": network.accuracy and {"top_1": network.accuracy, "where": network.accuracy_source},
    }


_NUMBERS = ("layers", "depth", "parameters", "trainable", "buffers", "activations", "memory")
