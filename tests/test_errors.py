"""Errors go from one process to another, and may be raised again."""

import pickle
from copy import copy

import pytest

from archcalc.errors import (
    LimitReached,
    MissingExtra,
    Place,
    Problem,
    Refused,
    SpecError,
    TooSlow,
    Undecidable,
    UnknownName,
)

PLACE = Place("s.yaml", 2, 3)
ERRORS = [
    SpecError([Problem("a is wrong", PLACE, hint="b would be right")]),
    Refused("a is wrong", "b would be right", place=PLACE, setting="a"),
    UnknownName("there is no a", "did you mean b?"),
    Undecidable("a is open", symbols=("a",)),
    LimitReached("layers", 10, "too many layers", PLACE),
    TooSlow("no layout"),
    MissingExtra("PyTorch", "torch", "crosscheck"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("again", [copy, lambda error: pickle.loads(pickle.dumps(error))], ids=["copy", "pickle"])
def test_an_error_is_the_same_again(again, error):
    other = again(error)
    assert (type(other), str(other), other.report()) == (type(error), str(error), error.report())
    assert vars(other) == vars(error)
