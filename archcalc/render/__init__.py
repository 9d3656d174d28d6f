"""Documents and the formats that write them, without any knowledge of networks.

A result gives a document and a record; `result` derives everything else. A format is one file here and one line in
FORMATS.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from operator import attrgetter
from typing import Any

from archcalc.errors import require

FORMATS = {
    "text": "archcalc.render.text:text",
    "json": "archcalc.render.json:json",
    "csv": "archcalc.render.csv:csv",
    "markdown": "archcalc.render.markdown:markdown",
    "latex": "archcalc.render.latex:latex",
    "html": "archcalc.render.html:html",
}
"""The function of each format: from a result to a string."""


def renderer(name: str, formats: Mapping[str, str] = FORMATS) -> Callable[[Any], str]:
    """The function of a format, imported on demand; raises Refused for an unknown format."""
    require("format", name, formats)
    module, function = formats[name].split(":")
    found: Callable[[Any], str] = attrgetter(function)(import_module(module))
    return found
