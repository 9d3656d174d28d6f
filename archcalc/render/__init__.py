"""The output formats: one per file. Each reads a summary and gives a text; none computes a fact."""

from collections.abc import Callable
from importlib import import_module

from archcalc.errors import Refused, nearest

FORMATS = {
    "table": "archcalc.render.table:table",
    "json": "archcalc.render.json:text",
    "csv": "archcalc.render.csv:csv",
    "markdown": "archcalc.render.markdown:markdown",
    "latex": "archcalc.render.latex:latex",
    "html": "archcalc.render.html:html",
}
"""Where the function of each format is; all take (summary, *, depth, unroll, columns), `table` color and width too."""


def renderer(name: str) -> Callable[..., str]:
    """The function of a format, imported when it is asked for; raises Refused when there is none of this name."""
    if name not in FORMATS:
        raise Refused(f"there is no format {name!r}", nearest(name, FORMATS))
    module, function = FORMATS[name].split(":")
    found: Callable[..., str] = getattr(import_module(module), function)
    return found
