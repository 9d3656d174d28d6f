"""Names, numbers and shapes as pictures show them: short and printable."""

from archcalc import dim
from archcalc.dim import Dim, Shape
from archcalc.render import words

LONGEST = 48
"""The most characters of a name that are shown."""


def prefix(value: float, digits: int) -> tuple[int, str]:
    """The power of ten of a number that is written in some digits, and its letter; 0 without one."""
    powers = ((12, "T"), (9, "G"), (6, "M"), (3, "K"))
    return next((p for p in powers if abs(value) >= (1 - 0.5 * 10**-digits) * 10 ** p[0]), (0, ""))


def short(value: Dim) -> str:
    """A number in three digits: 25.6M; an expression is cut if it is long."""
    value = dim.tidy(value)
    if not isinstance(value, int):
        return cut(dim.text(value))
    power, letter = prefix(value, 3)
    if not letter:
        return str(value)
    digits = value / 10**power
    return f"{digits:.{max(0, 3 - len(str(int(digits))))}f}{letter}"


def cut(text: str, most: int = LONGEST) -> str:
    """A string with unprintable characters escaped, cut if it is long."""
    text = words.visible(text[: 4 * most])
    return text if len(text) <= most else text[: most - 1] + "…"


def sizes(shape: Shape) -> str:
    """A shape as pictures show it: 1×64×56×56."""
    texts = [dim.text(n) for n in shape]
    return cut(("×" if all(t.isalnum() for t in texts) else " × ").join(texts) or "scalar")
