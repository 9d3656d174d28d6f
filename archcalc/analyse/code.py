"""Closed forms as Python: a function for each part, exact for whole numbers."""

from collections.abc import Callable

from archcalc import dim
from archcalc.analyse.formulas import Formulas, Line, Value, spelled
from archcalc.render.words import visible


def python(found: Formulas) -> str:
    """A function for each part, with the functions that they call."""
    from archcalc.algebra.names import identifier
    from archcalc.algebra.write import preamble

    parameters = ", ".join(map(identifier, found.symbols))
    body = "\n\n".join(_function(line, found, parameters) for line in found.lines)
    return "\n\n".join([*preamble(body, [e for line in found.lines for e in _expressions(line.value)]), body])


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


def _expressions(value: Value) -> list[Value]:
    """The expressions in a value."""
    if isinstance(value, tuple):
        return [e for part in value for e in _expressions(part)]
    return [value] if dim.is_symbolic(value) else []
