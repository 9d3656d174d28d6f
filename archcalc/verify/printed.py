"""Numbers as they are printed: 25.6M, 3.8×10^9, ~138M, 4.1 GMACs, 1,516, 74.59 %, 15.3 billion.

A printed number represents every number that rounds to it: with d digits after the point its step is 10^-d. Numbers are
exact fractions.
"""

import re
from fractions import Fraction
from typing import Literal, NamedTuple

from archcalc.errors import Refused

SCALES = {
    "k": 3,
    "thousand": 3,
    "m": 6,
    "mn": 6,
    "million": 6,
    "g": 9,
    "b": 9,
    "bn": 9,
    "billion": 9,
    "t": 12,
    "tn": 12,
    "trillion": 12,
    "p": 15,
    "": 0,
}
"""The powers of ten of letters and words after a number."""
BINARY = {"ki": 10, "mi": 20, "gi": 30, "ti": 40}
"""The powers of two of the prefixes that say so."""
UNITS = {
    **dict.fromkeys(("mac", "macs", "madd", "madds", "mult-adds", "multiply-adds", "multi-adds", "mult-add"), "macs"),
    **dict.fromkeys(("flop", "flops", "ops"), "flops"),
    **dict.fromkeys(("param", "params", "parameters", "parameter", "weights"), "parameters"),
    **dict.fromkeys(("byte", "bytes"), "bytes"),
    "b": "bytes",
    "%": "percent",
    "": "",
}
"""What a word after a number counts."""
LONGEST = 60
_MARKS = ("~", "≈", "about", "around", "roughly", "ca.", "approx.")
_NUMBER = re.compile(
    r"(?P<sign>[-+]?)(?P<whole>\d{1,3}(?:[,_ ]\d{3})+|\d*)(?:\.(?P<part>\d+))?"
    r"(?:\s*(?:e|[x×*·]\s*10\s*(?:\^|\*\*)?)\s*(?P<power>[-+]?\d{1,3}))?\s*(?P<rest>.*)\Z",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)


class Printed(NamedTuple):
    """A number as printed."""

    text: str
    value: Fraction
    step: Fraction
    """What one more in the last digit would be."""
    digits: int
    """How many digits say something: all but leading zeros."""
    approximate: bool
    """Whether a word or sign before it says so."""
    thousands: int
    """How many thousands are in its letter: 2 of M."""
    unit: str
    """What a word behind it counts: macs, flops, parameters, bytes, percent; empty where there is none."""

    @property
    def slack(self) -> Fraction:
        """How far it may be from the number before it was rounded; an integer without a unit is exact."""
        return Fraction(0) if self.step == 1 and not self.unit and not self.approximate else self.step / 2

    def agrees(self, computed: int | float | Fraction) -> "Agreement | None":
        """How a computed number gives this one, if it does."""
        number = Fraction(computed)
        if number == self.value:
            return "exactly"
        if abs(number - self.value) * 2 <= self.step:
            return "rounded"
        distance = abs(number) - abs(self.value)
        if 0 < distance < self.step and (number < 0) == (self.value < 0):
            return "cut off"
        return "about" if self.approximate and abs(distance) <= self.step else None

    def scaled(self, factor: Fraction) -> "Printed":
        """The number in another unit, such as millions, where no letter of its own says which."""
        if self.thousands or self.unit == "percent":
            return self
        thousands = next((n for n in (4, 3, 2, 1) if factor == 1000**n), 0)
        return self._replace(value=self.value * factor, step=self.step * factor, thousands=thousands)

    def of_1024(self) -> "Printed":
        """The number if each thousand of its letter means 1024."""
        factor = Fraction(1024, 1000) ** self.thousands
        return self._replace(value=self.value * factor, step=self.step * factor)


Agreement = Literal["exactly", "rounded", "cut off", "about"]


def read(text: str) -> Printed:
    """One printed number; raises Refused for what is none."""
    given = text.strip()
    body, approximate = _unmarked(given)
    found = _NUMBER.match(body) if len(given) <= LONGEST else None
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
        approximate=approximate,
        thousands=next((n for n in (5, 4, 3, 2, 1) if scale == 1000**n), 0),
        unit=unit,
    )


class Sizes(NamedTuple):
    """Sizes as printed: 28x28x256 of a shape, 7x7/2 of a window and its stride."""

    text: str
    sizes: tuple[int, ...]
    stride: tuple[int, ...] = ()


def read_sizes(text: str) -> Sizes:
    """Sizes that are printed with x or × between them; raises Refused for what are none."""
    window, slash, stride = text.partition("/")
    found = Sizes(text.strip(), _sizes(window), _sizes(stride))
    if not found.sizes or bool(slash) != bool(found.stride):
        raise Refused(f"{_cut(text)} are no printed sizes", "such as 112x112x64, or 7x7/2 for a kernel and its stride")
    return found


def _sizes(text: str) -> tuple[int, ...]:
    parts = [p.strip() for p in text.replace("×", "x").replace("*", "x").lower().split("x")]
    return tuple(map(int, parts)) if all(p.isascii() and p.isdigit() and len(p) < 10 for p in parts) else ()


def _unmarked(text: str) -> tuple[str, bool]:
    for mark in _MARKS:
        if text.lower().startswith(mark):
            return text[len(mark) :].lstrip(), True
    return text, False


def _scale(rest: str, text: str) -> tuple[Fraction, str]:
    """The factor and the unit that words behind a number say."""
    words = rest.lower().replace(" of ", " ").split()
    if len(words) == 2 and words[0] in SCALES and words[1] in UNITS:
        return Fraction(10 ** SCALES[words[0]]), UNITS[words[1]]
    if len(words) == 1 or not words:
        word = words[0] if words else ""
        if word in SCALES:
            return Fraction(10 ** SCALES[word]), ""
        if word in UNITS:
            return Fraction(1), UNITS[word]
        for prefixes, base in ((BINARY, 2), (SCALES, 10)):
            for prefix, power in prefixes.items():
                unit = word.removeprefix(prefix)
                if prefix and word.startswith(prefix) and unit in UNITS:
                    return Fraction(base**power), UNITS[unit]
    raise _no_number(text)


def _no_number(text: str) -> Refused:
    return Refused(f"{_cut(text)} is no printed number", "such as 25.6M, 3.8×10^9, ~138M, 4.1 GMACs or 14,208")


def known_to(slack: Fraction) -> str:
    """How far something made from printed numbers is known, in words; nothing where it is exact."""
    return f"known to {float(slack):,.0f}" if slack >= 1000 else f"known to {float(slack):,.4g}" if slack else ""


def _cut(text: str) -> str:
    return repr(text if len(text) <= LONGEST else text[: LONGEST - 3] + "...")
