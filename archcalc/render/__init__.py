"""Documents and the formats that write them, without any knowledge of networks.

A result gives a document and a record; `result` derives everything else. A format is one file here and one line in
FORMATS.
"""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from archcalc.errors import Refused, nearest

if TYPE_CHECKING:
    from archcalc.render.result import Result

FORMATS = {
    "text": "archcalc.render.text:text",
    "json": "archcalc.render.json:json",
    "csv": "archcalc.render.csv:csv",
    "markdown": "archcalc.render.markdown:markdown",
    "latex": "archcalc.render.latex:latex",
    "html": "archcalc.render.html:html",
}
"""The function of each format: from a result to a string."""


def renderer(name: str) -> "Callable[[Result], str]":
    """The function of a format, imported on demand; raises Refused for an unknown format."""
    if name not in FORMATS:
        raise Refused(f"there is no format {name!r}", nearest(name, FORMATS))
    module, function = FORMATS[name].split(":")
    found: Callable[[Result], str] = getattr(import_module(module), function)
    return found
