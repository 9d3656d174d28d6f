"""Names of symbols: their order in formulas, and their spelling in code and in LaTeX."""

import keyword
from collections.abc import Iterable

AXES = "NCDHWL"
"""The letters of axes, in the order of a shape."""


def rank(name: str) -> tuple[int, int, str]:
    """The sort key of a name: the batch, channels and sizes first, then the rest by the alphabet."""
    place = AXES.find(name) if len(name) == 1 else -1
    return (1, 0, name) if place < 0 else (0, place, "")


def ordered(names: Iterable[str]) -> list[str]:
    """Names in the order of formulas."""
    return sorted(names, key=rank)


def identifier(name: str) -> str:
    """A symbol's name as a Python identifier: `depths[2]` is depths_2, `lambda` is lambda_."""
    found = "".join(c if c.isalnum() else "_" for c in name).strip("_")
    found = found if found.isidentifier() else f"_{found}"
    return found + "_" if keyword.iskeyword(found) else found


_SPECIAL = str.maketrans({c: f"\\{c}" for c in "&%$#_{}"} | {c: rf"\char{ord(c)}{{}}" for c in "\\^~<>|\"'`"})


def escaped(text: str) -> str:
    """A string with LaTeX's special characters escaped."""
    return text.translate(_SPECIAL)
