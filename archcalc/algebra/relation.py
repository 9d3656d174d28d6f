"""The relations of a claim: what each means of numbers, and its opposite."""

from collections.abc import Callable
from typing import Any

OPPOSITE = {"=": "!=", ">=": "<", "divides": "does not divide"}
OPPOSITE |= {b: a for a, b in OPPOSITE.items()}
"""Every relation, with what it is when it does not hold."""
HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    ">=": lambda a, b: bool(a >= b),
    "divides": lambda a, b: bool(a != 0 and b % a == 0),
}
"""What the relations mean of numbers."""
