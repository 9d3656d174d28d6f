"""The rule behind a fact and its source: what the docstring of the method says that declares the fact."""

import inspect
import re
from typing import Any, NamedTuple

from archcalc.op import Op

_SOURCE = re.compile(r"\s*\bSources?: (?P<source>.*)$", re.DOTALL)


class Rule(NamedTuple):
    """A rule in words, and where it comes from."""

    text: str = ""
    source: str = ""


def rule(op: Op, *methods: str) -> Rule:
    """The rule of the first of some methods that has one; what all operations inherit is none."""
    for method in methods:
        doc = inspect.getdoc(getattr(type(op), method)) or ""
        if doc and doc != inspect.getdoc(getattr(Op, method, None)):
            return split(doc)
    return Rule()


def purpose(op: Op) -> Rule:
    """What an operation does; its source may stand in a class that it is made from."""
    classes = type(op).__mro__[: type(op).__mro__.index(Op)]
    docs = [split(inspect.cleandoc(cls.__doc__ or "")) for cls in classes]
    return Rule(docs[0].text, next((doc.source for doc in docs if doc.source), ""))


def split(doc: str) -> Rule:
    """A docstring as rule and source."""
    found = _SOURCE.search(doc)
    text = doc[: found.start()] if found else doc
    return Rule(_line(text), _line(found["source"]).rstrip(".") if found else "")


def _line(text: str) -> str:
    return " ".join(text.split())


def described(thing: Any) -> Rule:
    """The rule that the docstring of something else tells."""
    return split(inspect.getdoc(thing) or "")
