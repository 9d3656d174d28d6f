"""The relations of claims."""

from collections.abc import Callable
from typing import Any

OPPOSITE = {"=": "!=", ">=": "<", "divides": "does not divide"}
OPPOSITE |= {b: a for a, b in OPPOSITE.items()}
"""The negation of every relation."""
HOLDS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    ">=": lambda a, b: bool(a >= b),
    "divides": lambda a, b: bool(a != 0 and b % a == 0),
}
"""The meaning of the relations for numbers."""
