"""The rounding of exact numbers that architectures use."""

import math
from fractions import Fraction
from typing import Any


def round_to(value: Any, divisor: int) -> int:
    """The multiple of `divisor` nearest to `value`, but at least `divisor` and never below 90 % of `value`.

    Source: MobileNet's and EfficientNet's released code (`make_divisible`, `round_filters`).
    """
    rounded: int = max(divisor, math.floor((value + Fraction(divisor, 2)) / divisor) * divisor)
    return rounded if 10 * rounded >= 9 * value else rounded + divisor
