"""Collecting mistakes, so that one run shows them all."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from archcalc.errors import Problem, Refused, SpecError, nearest
from archcalc.language import forms, tree
from archcalc.language.forms import Form, MapOf, Record
from archcalc.language.spec import locate, problem
from archcalc.language.tree import Map, Node, Scalar

N = TypeVar("N", bound=Node)
T = TypeVar("T")
Fields = dict[str, Node]
"""The values of a mapping by their keys, those that do not fit left out."""
IDENTIFIER = re.compile(rf"{forms.IDENTIFIER}\Z")


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

    def attempt(self, node: N, make: Callable[[N], T]) -> T | None:
        """What `make` makes of a node, or None after a mistake, which is noted."""
        try:
            return make(node)
        except Refused as error:
            self.problems.append(problem(locate(error, node)))
            return None

    # -- what the grammar says -------------------------------------------------------------------------------------

    def fits(self, node: Node, form: Form, what: str) -> bool:
        """Whether a node has a form; what is wrong is noted."""
        wrong = form.wrong(node)
        if wrong is not None:
            self.refuse(wrong, *form.refusal(what, wrong))
        return wrong is None

    def record(self, node: Map, form: Record, what: str, at: Node | None = None, needed: bool = True) -> Fields:
        """The values of a mapping with known keys; what it needs and lacks is noted at `at`."""
        self.known(node, form.keys, what)
        given = {k: v for k, v in node.items.items() if k in form.keys and not form.keys[k].absent(v)}
        for need in form.needs if needed else ():
            if not any(key in given for key in need.keys):
                self.refuse(at or node, f"{what} needs {need.words}", need.hint)
        return {key: value for key, value in given.items() if self.fits(value, form.keys[key], key)}

    def entries(self, node: Node | None, form: MapOf) -> Iterator[tuple[Scalar, Node]]:
        """The entries of a mapping whose keys the spec chooses, those that do not fit left out."""
        for key, value in node if isinstance(node, Map) else ():
            if form.keys is not None and not form.keys.take(key.text):
                self.refuse(key, f"{key.text!r} cannot name {form.keys.what}", form.keys.hint)
            elif form.item.absent(value) or self.fits(value, form.item, form.what.format(key.text)):
                yield key, value

    # -- mappings of other documents -------------------------------------------------------------------------------

    def map(self, node: Node | None, what: str) -> Map | None:
        if node is None or is_null(node):
            return None
        if isinstance(node, Map):
            return node
        self.refuse(node, f"{what} must be a mapping, not {tree.words(node)}")
        return None

    def known(self, node: Map, keys: Iterable[str], what: str) -> None:
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


def is_null(node: Node) -> bool:
    """Whether there is nothing at a place."""
    return isinstance(node, Scalar) and node.value is None


def text_of(node: Node | None) -> str:
    """The text of a scalar; empty where nothing is given."""
    return node.text if isinstance(node, Scalar) else ""
