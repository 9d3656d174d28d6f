"""Ranges whose length hangs on a symbol: only `for` runs over one, and only its length can be asked for."""

from typing import Any

from archcalc import dim
from archcalc.algebra.assumptions import NOTHING
from archcalc.errors import Refused, Undecidable


class Rounds:
    """The whole numbers from `start` to before `stop`, which is a symbolic number of them."""

    __slots__ = ("start", "stop")

    def __init__(self, start: Any, stop: Any):
        self.start, self.stop = start, stop

    @property
    def count(self) -> Any:
        """How many numbers it has, where `stop` is not before `start`."""
        return dim.tidy(self.stop - self.start)

    @property
    def length(self) -> Any:
        """How many numbers it has."""
        return dim.maximum(0, self.count)

    def __str__(self) -> str:
        bounds = [self.stop] if self.start == 0 else [self.start, self.stop]
        return f"range({', '.join(map(dim.text, bounds))})"


class Unfit(Undecidable):
    """A value does not fit because it depends on symbols."""

    def __init__(self, message: str, symbols: list[str]):
        super().__init__(message, NOTHING.decided_by(symbols))
        self.symbols = symbols


def unfit(message: str, *values: Any) -> Refused:
    """The error for values that do not fit; where they hang on symbols it says what would decide them."""
    names = sorted(symbols_in(values))
    return Unfit(message, names) if names else Refused(message)


def numbers_for(value: Any) -> str:
    """The hint that the symbols in a value need numbers."""
    return f"give {' and '.join(sorted(symbols_in(value)))} a number"


def symbols_in(value: Any) -> set[str]:
    """The names of the symbols in a value of the language."""
    if isinstance(value, tuple):
        return {name for item in value for name in symbols_in(item)}
    if isinstance(value, Rounds):
        return symbols_in((value.start, value.stop))
    return dim.free_symbols([value])
