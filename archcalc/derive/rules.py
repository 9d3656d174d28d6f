"""The rule behind a fact and its source: the docstring of the method that declares the fact."""

import inspect
import re
from typing import NamedTuple

from archcalc.op import Op

_SOURCE = re.compile(r"\s*\bSources?: (?P<source>.*)$", re.DOTALL)


class Rule(NamedTuple):
    """A rule in words, and where it was published."""

    text: str = ""
    source: str = ""

    def sourced(self) -> list[str]:
        """The rule with its source; nothing if there is no rule."""
        text = f"{self.text} Source: {self.source}." if self.source else self.text
        return [text] if text else []


def rule(op: Op, *methods: str) -> Rule:
    """The rule of the first method that states one, beyond the docstring that all operations inherit."""
    for method in methods:
        doc = inspect.getdoc(getattr(type(op), method)) or ""
        if doc and doc != inspect.getdoc(getattr(Op, method, None)):
            return split(doc)
    return Rule()


def purpose(op: Op) -> Rule:
    """What an operation does; its source may be in the docstring of a base class."""
    classes = type(op).__mro__[: type(op).__mro__.index(Op)]
    docs = [split(cls.__doc__ or "") for cls in classes]
    return Rule(docs[0].text, next((doc.source for doc in docs if doc.source), ""))


def split(doc: str) -> Rule:
    """A docstring as rule and source."""
    found = _SOURCE.search(doc)
    text, source = (doc[: found.start()], found["source"]) if found else (doc, "")
    return Rule(" ".join(text.split()), " ".join(source.split()).rstrip("."))
