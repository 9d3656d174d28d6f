"""Texts with {expression} placeholders."""

import re
from collections.abc import Callable

from archcalc import dim
from archcalc.dim import say
from archcalc.language.expression.names import Constant, Names
from archcalc.language.expression.parse import parse
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.value import Value, unfit

Fill = Callable[[Names], str]
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def template(text: str, limits: Limits = DEFAULT, label: bool = False) -> Fill:
    """A text with {expression} placeholders, ready to be filled in; in a label symbols stand for themselves."""
    if "{" not in text:
        return Constant(text)
    literal, texts = (_PLACEHOLDER.split(text)[start::2] for start in (0, 1))
    runs = [parse(part, limits) for part in texts]

    def fill(names: Names) -> str:
        values = [_filled(run(names), label) for run in runs]
        return "".join(a + b for a, b in zip(literal, [*values, ""], strict=True))

    return fill


def _filled(value: Value, label: bool) -> str:
    value = dim.tidy(value)
    if label and dim.is_symbolic(value):
        return dim.text(value).replace(" ", "")
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise unfit(f"a placeholder needs a name or a whole number, not {say(value)}", value)
    return str(value)
