"""Names, numbers and shapes as pictures show them: short and printable."""

from archcalc import dim
from archcalc.dim import Dim, Shape
from archcalc.render import words

PREFIXES = ((12, "T"), (9, "G"), (6, "M"), (3, "K"))
"""The powers of ten with a letter."""
LONGEST = 48
"""The most characters of a name that are shown."""


def short(value: Dim) -> str:
    """A number in three digits: 25.6M; an expression is cut if it is long."""
    value = dim.tidy(value)
    if not isinstance(value, int):
        return cut(dim.text(value))
    for power, letter in PREFIXES:
        if abs(value) >= 10**power * 0.9995:
            digits = value / 10**power
            return f"{digits:.{max(0, 2 - len(str(int(digits))) + 1)}f}{letter}"
    return str(value)


def cut(text: str, most: int = LONGEST) -> str:
    """A string with unprintable characters escaped, cut if it is long."""
    text = words.visible(text[: 4 * most])
    return text if len(text) <= most else text[: most - 1] + "…"


def sizes(shape: Shape) -> str:
    """A shape as pictures show it: 1×64×56×56."""
    texts = [dim.text(n) for n in shape]
    return cut(("×" if all(t.isalnum() for t in texts) else " × ").join(texts) or "scalar")
