"""Values as text, the same in every format: names, numbers, shapes and settings."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import groupby
from typing import Any

from archcalc import dim
from archcalc.dim import Dim, Shape


def visible(text: str) -> str:
    """A text on one line, with control characters, direction marks and other invisible ones escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def number(value: Any) -> str:
    """A number with thousands separators; an expression as it is."""
    return f"{value:,}" if isinstance(value, int) else dim.text(value)


def count_of(amount: Dim, noun: str, plural: str = "") -> str:
    """A number of things: 1 layer, 2 layers."""
    return f"{number(amount)} {noun if amount == 1 else plural or noun + 's'}"


def shapes(values: Iterable[Shape], most: int | None = None) -> str:
    """Some shapes, with runs of equal ones counted, at most `most` of them."""
    groups = [(dim.show(shape), len(list(run))) for shape, run in groupby(values)]
    text = ", ".join(f"{shape} x {count}" if count > 1 else shape for shape, count in groups[:most])
    left = sum(count for _, count in groups[most:]) if most else 0
    return f"{text} and {left} more" if left else text


def arrays(named: Mapping[str, Shape]) -> str:
    """Names with shapes, such as those of weights."""
    return ", ".join(f"{visible(name)} {dim.show(shape)}" for name, shape in named.items())


def value(given: Any) -> str:
    """A setting in the notation of a spec."""
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
    """Settings or a config on one line, each value cut to `most` characters."""
    return ", ".join(f"{visible(str(name))}: {_cut(value(given), most)}" for name, given in named.items())


def _cut(text: str, most: int | None) -> str:
    return text if most is None or len(text) <= most else text[: most - 3] + "..."


def plain(given: Any) -> Any:
    """A value in the types of JSON; expressions and numbers that JSON does not have become strings."""
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
    """A size in the types of JSON: an integer, or an expression or a fraction as a string."""
    given = dim.tidy(given)
    return given if isinstance(given, int) else dim.text(given)


def percent(part: Dim, whole: Dim) -> float | None:
    """A share in percent; None if it is zero, of nothing, or depends on a symbol."""
    if not (isinstance(part, int) and isinstance(whole, int)) or 0 in (part, whole):
        return None
    return 100 * part / whole


def growth(before: Dim, after: Dim) -> str:
    """A change in percent with its sign; empty if there is none or it depends on a symbol."""
    if not (isinstance(before, int) and isinstance(after, int)) or before == 0 or after == before:
        return ""
    return ("+" if after > before else "-") + rounded_percent(abs(after - before), abs(before))


def rounded_percent(part: int | Fraction, whole: int | Fraction) -> str:
    """A positive share in percent to one decimal."""
    tenths = _tenths(100 * part, whole)
    return "<0.1%" if tenths == "0.0" else f"{tenths}%"


def _tenths(part: int | Fraction, whole: int | Fraction) -> str:
    """A positive quotient rounded to one decimal, exactly, because a float may overflow."""
    tenths = int(Fraction(10 * part) / whole + Fraction(1, 2))
    return f"{tenths // 10:,}.{tenths % 10}"


def percent_of(part: Dim, whole: Dim) -> float | None:
    """A number in percent of another to four decimals; None if the other is zero or a symbol occurs."""
    if not (isinstance(part, int) and isinstance(whole, int)) or whole == 0:
        return None
    found = _float(round(Fraction(100 * part, whole), 4))
    return found if isinstance(found, float) else None


def megabytes(size: Dim) -> str:
    """A number of bytes in decimal units, to one decimal; an expression as it is."""
    if not isinstance(size, int):
        return f"{dim.text(size)} bytes"
    for unit, length in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= (10 * length if unit == "GB" else length):
            return f"{_tenths(size, length)} {unit}"
    return f"{size} bytes"
