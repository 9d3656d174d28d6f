"""The values of a config entry that a search tries."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from archcalc.dim import Size, say, tidy
from archcalc.errors import Refused
from archcalc.language.spec import ConfigEntry
from archcalc.language.value import is_exact

FAR = 2**40
"""The index at which an unbounded search gives up."""
USUAL = {True: 4096, False: 4}
"""The end of a range without declared bounds, for integers and for reals, if all values must be tried."""
STEP = Fraction(1, 100)
"""The step of reals."""


@dataclass(frozen=True)
class Candidates:
    """The values first, first + step, ..., last; `last` is None without an end."""

    first: Size
    step: Size
    last: Size
    choices: tuple[Any, ...] = ()
    """The only values, if the config lists them."""

    @property
    def count(self) -> int | None:
        """The number of candidates; None without an end."""
        if self.choices:
            return len(self.choices)
        return None if self.last is None else max(0, math.floor((self.last - self.first) / Fraction(self.step)) + 1)

    def at(self, number: int) -> Any:
        """The candidate of an index."""
        return self.choices[number] if self.choices else tidy(Fraction(self.first + number * self.step))


def candidates(setting: ConfigEntry | None, default: Size, multiple_of: Any, step: Any, between: Any) -> Candidates:
    """The values to try, within the bounds given or else those that the config declares; raises Refused for wrong ones.

    `setting` is None for a number in a list of the config.
    """
    declared, low, high = (None, None, None) if setting is None else (setting.multiple_of, setting.min, setting.max)
    size = _step(isinstance(default if setting is None else setting.default, int), multiple_of, step, declared)
    if between is not None:
        low, high = _pair(between)
    if setting is not None and setting.choices is not None:
        found = tuple(c for c in setting.numbers if (low is None or low <= c) and (high is None or c <= high))
        return Candidates(found[0] if found else 0, 1, found[-1] if found else -1, found)
    if low is None:
        low = size if default > 0 else 0
    first = math.ceil(Fraction(low) / size) * size
    if high is not None and high < first:
        raise Refused(f"the range from {say(low)} to {say(high)} holds no value to try")
    return Candidates(tidy(Fraction(first)), size, high)


def _pair(between: Any) -> tuple[Any, Any]:
    """The two ends of a range, each a number or None."""
    ends = between if isinstance(between, tuple) else ()
    if len(ends) != 2 or not all(end is None or is_exact(end) for end in ends):
        raise Refused(f"a range is two numbers, such as 8 and 512, not {say(between)}")
    return ends


def _step(whole: bool, multiple_of: Any, step: Any, declared: Size) -> Any:
    usual = declared or 1 if whole else STEP
    size = next((given for given in (multiple_of, step) if given is not None), usual)
    if not is_exact(size) or size <= 0 or (whole and Fraction(size).denominator != 1):
        wanted = "an integer of at least 1" if whole else "above 0"
        raise Refused(f"the step must be {wanted}, not {say(size)}")
    if declared is not None and whole and multiple_of is not None:
        return math.lcm(int(size), int(declared))
    return tidy(Fraction(size))
