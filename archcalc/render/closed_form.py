"""Closed forms as text, LaTeX, Python and JSON."""

import json as _json
from collections.abc import Callable
from typing import Any

from archcalc import dim
from archcalc.analyse.formulas import Formulas, Line
from archcalc.errors import Refused, some
from archcalc.render.words import plain, visible


def text(found: Formulas) -> str:
    """A line for each part; of one part the formula alone. What it assumes follows."""
    many = len(found.lines) > 1
    width = max(len(visible(line.label)) for line in found.lines)
    lines = [(visible(line.label).ljust(width) + "  ") * many + _text(line) for line in found.lines]
    for line in found.lines:
        if line.unknown:
            lines.append(f"the work of {visible(some(line.unknown))} is not known")
    return "\n".join([*lines, *_provided(found)])


def _text(line: Line) -> str:
    return "at least " * bool(line.unknown) + _value(line.value, dim.text)


def _value(value: Any, one: Callable[[Any], str]) -> str:
    return f"[{', '.join(_value(v, one) for v in value)}]" if isinstance(value, tuple) else one(value)


def _provided(found: Formulas) -> list[str]:
    return [f"provided {'; '.join(map(visible, found.assumptions))}"] if found.assumptions else []


def latex(found: Formulas) -> str:
    """An equation for each part, to stand in an environment such as align*; assumptions as comments."""
    from archcalc.algebra.names import escaped
    from archcalc.algebra.write import latex

    def one(value: Any) -> str:
        if isinstance(value, str):
            return rf"\text{{{escaped(visible(value))}}}"
        return latex(value) if dim.is_symbolic(value) else str(value)

    def row(line: Line) -> str:
        relation = r"\ge" if line.unknown else "="
        return rf"\mathrm{{{escaped(visible(line.label))}}} &{relation} {_value(line.value, one)}"

    return " \\\\\n".join(map(row, found.lines)) + "".join(f"\n% {line}" for line in _provided(found))


def python(found: Formulas) -> str:
    """A function for each part, exact for whole numbers."""
    from archcalc.algebra.names import identifier
    from archcalc.algebra.write import Python, preamble

    printer = Python({"order": None})
    parameters = ", ".join(map(identifier, found.symbols))

    def one(value: Any) -> str:
        if isinstance(value, str):
            return repr(value)
        return printer.doprint(value) if dim.is_symbolic(value) else str(value)

    parts = []
    for line in found.lines:
        least = "At least the" if line.unknown else "The"
        where = "" if line.label == found.quantity.name else f", {line.label}"
        said = [f"{least} {found.quantity.name} of {found.name}{where}: {found.quantity.doc}.", *_provided(found)]
        doc = "\n\n    ".join(map(_inert, said))
        head = f"def {identifier(line.label)}({parameters}):"
        parts.append(f'{head}\n    """{doc}"""\n    return {_value(line.value, one)}\n')
    body = "\n\n".join(parts)
    return "\n\n".join([*preamble(body, [e for line in found.lines for e in _expressions(line.value)]), body])


def _inert(doc: str) -> str:
    return visible(doc).replace("\\", "\\\\").replace('"', "'")


def _expressions(value: Any) -> list[Any]:
    """The expressions of a value."""
    if isinstance(value, tuple):
        return [found for part in value for found in _expressions(part)]
    return [value] if dim.is_symbolic(value) else []


def json(found: Formulas) -> str:
    """Everything for machines: each formula as text, LaTeX and Python; whole numbers as numbers."""
    from archcalc.algebra.write import Python, latex

    printer = Python({"order": None})

    def value(line: Line) -> dict[str, Any]:
        if not _symbolic(line.value):
            return {"value": plain(line.value)}
        return {
            "text": _value(line.value, dim.text),
            "python": _value(line.value, lambda v: printer.doprint(v) if dim.is_symbolic(v) else repr(v)),
            "latex": _value(line.value, lambda v: latex(v) if dim.is_symbolic(v) else str(v)),
        }

    document = {
        "name": found.name,
        "of": found.quantity.name,
        "unit": found.quantity.unit,
        "means": found.quantity.doc,
        "symbols": list(found.symbols),
        "assumptions": list(found.assumptions),
        "formulas": [{"part": line.label} | value(line) | {"unknown": list(line.unknown)} for line in found.lines],
    }
    return _json.dumps(document, indent=2)


def _symbolic(value: Any) -> bool:
    return any(map(_symbolic, value)) if isinstance(value, tuple) else dim.is_symbolic(value)


FORMS: dict[str, Callable[[Formulas], str]] = {"text": text, "latex": latex, "python": python, "json": json}
"""Every format by name."""


def render(found: Formulas, form: str) -> str:
    """Closed forms in a format; raises Refused when there is none of this name."""
    if form not in FORMS:
        raise Refused(f"there is no format {form!r}")
    return FORMS[form](found)
