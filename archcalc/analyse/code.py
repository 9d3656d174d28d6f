"""Closed forms as Python: a function for each part, exact for whole numbers."""

import inspect
import re
from collections.abc import Callable

from archcalc import dim
from archcalc.analyse.formulas import Formulas, Line, Value, spelled
from archcalc.render.words import visible


def python(found: Formulas) -> str:
    """A function for each part, with the functions that they call."""
    from archcalc.algebra.names import identifier

    parameters = ", ".join(map(identifier, found.symbols))
    body = "\n\n".join(_function(line, found, parameters) for line in found.lines)
    return "\n\n".join([*_helpers(body), body])


def _function(line: Line, found: Formulas, parameters: str) -> str:
    from archcalc.algebra.names import identifier

    least = "At least the" if line.unknown else "The"
    where = "" if line.label == found.quantity.name else f", {line.label}"
    said = [f"{least} {found.quantity.name} of {found.name}{where}: {found.quantity.doc}.", *found.provided()]
    doc = "\n\n    ".join(map(_inert, said))
    head = f"def {identifier(line.label)}({parameters}):"
    return f'{head}\n    """{doc}"""\n    return {spelled(line.value, expression())}\n'


def expression() -> Callable[[Value], str]:
    """Writes a value as a Python expression."""
    from archcalc.algebra.write import Python

    printer = Python({"order": None})
    return lambda value: str(printer.doprint(value)) if dim.is_symbolic(value) else repr(value)


def _inert(doc: str) -> str:
    return visible(doc).replace("\\", "\\\\").replace('"', "'")


def _helpers(body: str) -> list[str]:
    """The functions that the code calls, with their imports."""
    from archcalc.algebra import rounding

    sources = {
        "round_to": inspect.getsource(rounding.round_to),
        "at_least_0": "def at_least_0(value):\n    return int(value >= 0)\n",
        "is_0": "def is_0(value):\n    return int(value == 0)\n",
    }
    called = set(re.findall(r"\b(\w+)\(", body))
    functions = [sources[name] for name in sources if name in called]
    imports = [
        line
        for name, line in (
            ("math", "import math"),
            ("Any", "from typing import Any"),
            ("Fraction", "from fractions import Fraction"),
        )
        if any(re.search(rf"\b{name}\b", source) for source in functions)
    ]
    if "fraction" in called:
        imports.append("from fractions import Fraction as fraction")
    if "floor" in called:
        imports.append("from math import floor")
    return [part for part in ("\n".join(imports) and "\n".join(imports) + "\n", *functions) if part]
