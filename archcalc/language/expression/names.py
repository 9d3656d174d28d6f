"""What the parts of an expression share: the names it is evaluated in, and the errors of its grammar."""

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.algebra.claim import Claim
from archcalc.errors import Refused
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.value import Value


class Names(ABC):
    """Where an expression looks up its names, what decides its conditions, and what limits its evaluation."""

    __slots__ = ()

    @property
    def limits(self) -> Limits:
        """The limits of the spec that the expression belongs to."""
        return DEFAULT

    @property
    def given(self) -> Assumptions:
        """What is assumed of the symbols."""
        return NOTHING

    @abstractmethod
    def value(self, name: str) -> Value:
        """The value of a name; raises Refused if there is none."""

    def asked(self, name: str) -> Value:
        """What a name followed by a dot stands for: a layer, even where a value has the same name."""
        return self.value(name)

    def decide(self, claim: Claim) -> bool:
        """Whether a claim holds; raises Undecidable where it must stay open."""
        return bool(self.given.judge(claim))


Run = Callable[[Names], Value]
"""A parsed expression, ready to be evaluated."""
Build = Callable[[ast.AST], Run]
"""What turns the parts of a node into closures."""

CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}


def foreign(node: ast.AST, what: str) -> Refused:
    """The error for syntax of Python that the language does not have."""
    return Refused(f"{what} is not part of the language", offset=getattr(node, "col_offset", 0))


class Constant:
    """An expression that has the same value whatever the names stand for."""

    __slots__ = ("value",)

    def __init__(self, value: Any):
        self.value = value

    def __call__(self, names: Names) -> Any:
        return self.value
