"""How values read: names, numbers, shapes and settings as text, the same in every format."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from archcalc import dim
from archcalc.dim import Dim, Shape


def visible(text: str) -> str:
    """A text on one line in which control characters, direction marks and other invisible ones are spelled out."""
    return text if text.isprintable() else "".join(map(_spelled, text))


def _spelled(character: str) -> str:
    return character if character.isprintable() else character.encode("unicode_escape").decode("ascii")


def number(value: Any) -> str:
    """A number with its thousands apart; an expression as it is."""
    return f"{value:,}" if isinstance(value, int) else dim.text(value)


def shapes(values: Iterable[Shape], most: int | None = None) -> str:
    """Some shapes, equal neighbours once, at most `most` of them."""
    groups = [(dim.show(shape), len(list(run))) for shape, run in groupby(values)]
    text = ", ".join(f"{shape} x {count}" if count > 1 else shape for shape, count in groups[:most])
    left = sum(count for _, count in groups[most:]) if most else 0
    return f"{text} and {left} more" if left else text


def arrays(named: Mapping[str, Shape]) -> str:
    """Weights or buffers: their names and shapes."""
    return ", ".join(f"{visible(name)} {dim.show(shape)}" for name, shape in named.items())


def value(given: Any) -> str:
    """A setting as a spec writes it."""
    if isinstance(given, bool):
        return "true" if given else "false"
    if given is None:
        return "null"
    if isinstance(given, Mapping):
        return f"{{{', '.join(f'{visible(str(k))}: {value(v)}' for k, v in given.items())}}}"
    if isinstance(given, (tuple, list)):
        return f"[{', '.join(map(value, given))}]"
    return visible(str(plain(given)))


def pairs(named: Mapping[str, Any], most: int | None = None) -> str:
    """Settings or a config, one after the other, of each value at most `most` characters."""
    return ", ".join(f"{visible(str(name))}: {_cut(value(given), most)}" for name, given in named.items())


def _cut(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else text[: most - 3] + "..."


def plain(given: Any) -> Any:
    """A value in the types of JSON; an expression, and a number that JSON does not have, as a text."""
    if given is None or isinstance(given, (bool, int, str)):
        return given
    if isinstance(given, Mapping):
        return {str(k): plain(v) for k, v in given.items()}
    if isinstance(given, (tuple, list)):
        return [plain(v) for v in given]
    if isinstance(given, Fraction):
        return given.numerator if given.denominator == 1 else _float(given)
    return _float(given) if isinstance(given, float) else dim.text(given)


def _float(given: Fraction | float) -> float | str:
    return float(given) if -1.7e308 <= given <= 1.7e308 else str(given)


def size(given: Any) -> int | str:
    """A size in the types of JSON: a whole number, or the text of an expression or a fraction."""
    given = dim.tidy(given)
    return given if isinstance(given, int) else dim.text(given)


def percent(part: Dim, whole: Dim) -> float | None:
    """A share in percent; None where there is none, or where it depends on a symbol."""
    if not (isinstance(part, int) and isinstance(whole, int)) or part == 0:
        return None
    return 100 * part / whole


def growth(before: Dim, after: Dim) -> str:
    """A change in percent with its sign; nothing where there is none, or where it depends on a symbol."""
    if not (isinstance(before, int) and isinstance(after, int)) or before == 0 or after == before:
        return ""
    tenths = (2000 * abs(after - before) + abs(before)) // (2 * abs(before))  # whole numbers: a float may overflow
    sign = "+" if after > before else "-"
    return f"{sign}{tenths // 10:,}.{tenths % 10}%" if tenths else f"{sign}<0.1%"


def percent_of(part: Dim, whole: Dim) -> float | None:
    """A number in percent of another to four decimals; None where that is nothing, or where it depends on a symbol."""
    if not (isinstance(part, int) and isinstance(whole, int)) or whole == 0:
        return None
    found = _float(round(Fraction(100 * part, whole), 4))
    return found if isinstance(found, float) else None


def megabytes(size: int) -> str:
    """A number of bytes in powers of ten, to one decimal."""
    for unit, length in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= (10 * length if unit == "GB" else length):
            tenths = (20 * size + length) // (2 * length)  # whole numbers: a float may overflow
            return f"{tenths // 10:,}.{tenths % 10} {unit}"
    return f"{size} bytes"
