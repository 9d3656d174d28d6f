"""Collecting mistakes, so that one run shows them all."""

import re
from collections.abc import Callable
from typing import Any

from archcalc.errors import Problem, Refused, SpecError, nearest
from archcalc.language import tree
from archcalc.language.spec import locate, problem
from archcalc.language.tree import Map, Node, Scalar

IDENTIFIER = re.compile(r"[^\W\d]\w*\Z")


class Reporter:
    """Notes what is wrong with a file and goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def finish(self) -> None:
        """Raise what was found wrong."""
        if self.problems:
            raise SpecError(self.problems)

    def refuse(self, node: Node, message: str, hint: str = "") -> None:
        self.problems.append(Problem(message, node.place, hint=hint))

    def attempt(self, node: Node, make: Callable[[Node], Any]) -> Any:
        """What `make` makes of a node, or None after a mistake, which is noted."""
        try:
            return make(node)
        except Refused as error:
            self.problems.append(problem(locate(error, node)))
            return None

    def map(self, node: Node | None, what: str) -> Map | None:
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return None
        if isinstance(node, Map):
            return node
        self.refuse(node, f"{what} must be a mapping, not {tree.words(node)}")
        return None

    def known(self, node: Map, keys: tuple[str, ...], what: str) -> None:
        for key, _ in node:
            if key.text not in keys:
                self.refuse(key, f"{what} has no key {key.text!r}", nearest(key.text, keys))

    def text(self, node: Node | None, what: str) -> str:
        if node is None:
            return ""
        if isinstance(node, Scalar) and node.value is not None:
            return node.text
        self.refuse(node, f"{what} must be a text, not {tree.words(node)}")
        return ""

    def identifier(self, key: Scalar, what: str) -> bool:
        if IDENTIFIER.match(key.text):
            return True
        self.refuse(key, f"{key.text!r} cannot name {what}", "use letters, digits and _")
        return False
