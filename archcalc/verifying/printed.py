"""Numbers as they are printed: 25.6M, 3.8×10^9, ~138M, 4.1 GMACs, 1,516, 74.59 %, 15.3 billion.

A printed number represents every number that rounds to it: with d digits after the point its step is 10^-d. Numbers are
exact fractions.
"""

import re
from fractions import Fraction
from typing import Literal, NamedTuple

from archcalc.errors import Refused

SCALES = {
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("m", "mn", "million"), 10**6),
    **dict.fromkeys(("g", "b", "bn", "billion"), 10**9),
    **dict.fromkeys(("t", "tn", "trillion"), 10**12),
    "p": 10**15,
    "": 1,
}
"""The factor of each letter or word after a number."""
BINARY = {"ki": 2**10, "mi": 2**20, "gi": 2**30, "ti": 2**40}
"""The factor of each binary prefix of a unit."""
UNITS = {
    **dict.fromkeys(("mac", "macs", "madd", "madds", "mult-adds", "multiply-adds", "multi-adds", "mult-add"), "macs"),
    **dict.fromkeys(("flop", "flops", "ops"), "flops"),
    **dict.fromkeys(("param", "params", "parameters", "parameter", "weights"), "parameters"),
    **dict.fromkeys(("byte", "bytes"), "bytes"),
    "b": "bytes",
    "%": "percent",
    "": "",
}
"""The unit that a word after a number means."""
_SUFFIXES = {
    **{prefix + unit: (by, means) for unit, means in UNITS.items() for prefix, by in (SCALES | BINARY).items()},
    **{f"{prefix} {unit}": (by, means) for unit, means in UNITS.items() for prefix, by in SCALES.items()},
    "b": (10**9, ""),
}
"""The factor and the unit of everything that may stand after a number; `b` alone is a billion, not a byte."""
LONGEST = 60
_NUMBER = re.compile(
    r"(?P<about>(?:~|≈|about|around|roughly|ca\.|approx\.)\s*)?"
    r"(?P<sign>[-+]?)(?P<whole>\d{1,3}(?:[,_ ]\d{3})+|\d*)(?:\.(?P<part>\d+))?"
    r"(?:\s*(?:e|[x×*·]\s*10\s*(?:\^|\*\*)?)\s*(?P<power>[-+]?\d{1,3}))?\s*(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)


class Printed(NamedTuple):
    """A number as printed."""

    text: str
    value: Fraction
    step: Fraction
    """One unit of the last digit."""
    digits: int
    """The number of significant digits."""
    approximate: bool
    """Whether a word or sign before it says so."""
    thousands: int
    """The power of 1000 of its letter: 2 for M."""
    unit: str
    """The unit after it: macs, flops, parameters, bytes, percent; empty if there is none."""

    @property
    def slack(self) -> Fraction:
        """The largest rounding error; an integer without a unit is exact."""
        return Fraction(0) if self.step == 1 and not self.unit and not self.approximate else self.step / 2

    def agrees(self, computed: int | float | Fraction) -> "Agreement | None":
        """How a computed number agrees with this one, if it does."""
        number = Fraction(computed)
        if number == self.value:
            return "exactly"
        if abs(number - self.value) * 2 <= self.step:
            return "rounded"
        distance = abs(number) - abs(self.value)
        if 0 < distance < self.step and (number < 0) == (self.value < 0):
            return "cut off"
        return "about" if self.approximate and abs(number - self.value) <= self.step else None

    def side(self, computed: int | Fraction) -> int:
        """0 for a number that agrees with this one, -1 for a smaller one and 1 for a larger one."""
        if self.agrees(computed) is not None:
            return 0
        return 1 if computed > self.value else -1

    def scaled(self, factor: Fraction) -> "Printed":
        """The number in another unit, such as millions, unless it has its own letter."""
        if self.thousands or self.unit == "percent":
            return self
        thousands = _thousands(factor)
        return self._replace(value=self.value * factor, step=self.step * factor, thousands=thousands)

    def of_1024(self) -> "Printed":
        """The number if each factor of 1000 in its letter means 1024."""
        factor = Fraction(1024, 1000) ** self.thousands
        return self._replace(value=self.value * factor, step=self.step * factor)


Agreement = Literal["exactly", "rounded", "cut off", "about"]


def read(text: str) -> Printed:
    """A printed number; raises Refused for other strings."""
    given = text.strip()
    found = _NUMBER.match(given) if len(given) <= LONGEST else None
    if found is None or not (found["whole"] or found["part"]):
        raise _no_number(text)
    part = found["part"] or ""
    digits = re.sub(r"[,_ ]", "", found["whole"]) + part
    scale, unit = _scale(found["rest"].strip(), text)
    step = scale * Fraction(10) ** (int(found["power"] or 0) - len(part))
    value = int(digits) * step
    return Printed(
        text=given,
        value=-value if found["sign"] == "-" else value,
        step=step,
        digits=len(digits.lstrip("0")) or 1,
        approximate=found["about"] is not None,
        thousands=_thousands(scale),
        unit=unit,
    )


def _thousands(factor: int | Fraction) -> int:
    return next((n for n in range(1, 6) if factor == 1000**n), 0)


class Sizes(NamedTuple):
    """Sizes as printed: 28x28x256 for a shape, 7x7/2 for a window and its stride."""

    text: str
    sizes: tuple[int, ...]
    stride: tuple[int, ...] = ()


def read_sizes(text: str) -> Sizes:
    """Sizes with x or × between them; raises Refused for other strings."""
    window, slash, stride = text.partition("/")
    found = Sizes(text.strip(), _sizes(window), _sizes(stride))
    if not found.sizes or bool(slash) != bool(found.stride):
        raise Refused(f"{_cut(text)} are not printed sizes", "such as 112x112x64, or 7x7/2 for a kernel and its stride")
    return found


def _sizes(text: str) -> tuple[int, ...]:
    parts = [p.strip() for p in text.replace("×", "x").replace("*", "x").lower().split("x")]
    return tuple(map(int, parts)) if all(p.isascii() and p.isdigit() and len(p) < 10 for p in parts) else ()


def _scale(rest: str, text: str) -> tuple[int, str]:
    """The factor and the unit that the words after a number mean."""
    words = " ".join(rest.lower().replace(" of ", " ").split())
    if words not in _SUFFIXES:
        raise _no_number(text)
    return _SUFFIXES[words]


def _no_number(text: str) -> Refused:
    return Refused(f"{_cut(text)} is not a printed number", "such as 25.6M, 3.8×10^9, ~138M, 4.1 GMACs or 14,208")


def known_to(slack: Fraction) -> str:
    """The uncertainty of a number computed from printed ones, in words; empty if it is exact."""
    return f"known to {float(slack):,.0f}" if slack >= 1000 else f"known to {float(slack):,.4g}" if slack else ""


def _cut(text: str) -> str:
    return repr(text if len(text) <= LONGEST else text[: LONGEST - 3] + "...")
