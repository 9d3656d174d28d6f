"""Collecting mistakes, so that one run shows them all."""

from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn, TypeVar

from archcalc.errors import Problem, Refused, SpecError, nearest
from archcalc.language.forms import Form, MapOf, Record
from archcalc.language.grammar import TEXT
from archcalc.language.scope import Poisoned
from archcalc.language.spec import locate, problem
from archcalc.language.tree import Map, Node, Scalar, is_null, text_of
from archcalc.network import Layer

N = TypeVar("N", bound=Node)
T = TypeVar("T")
Fields = dict[str, Node]
"""The values of a mapping by their keys, without those that do not fit."""
MOST = 100
"""The number of mistakes after which the expansion of a spec ends."""


class Reporter:
    """Notes the mistakes in a file and goes on."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def finish(self) -> None:
        """Raise SpecError if there are mistakes."""
        if self.problems:
            raise SpecError(self.problems)

    def refuse(self, node: Node, message: str, hint: str = "") -> None:
        """Note a mistake."""
        self.problems.append(Problem(message, node.place, hint=hint))

    def attempt(self, node: N, make: Callable[[N], T]) -> T | None:
        """The result of `make`, or None after a mistake, which is noted."""
        try:
            return make(node)
        except Refused as error:
            self.problems.append(problem(locate(error, node)))
            return None

    def fits(self, node: Node, form: Form, what: str) -> bool:
        """Whether a node has a form; a mistake is noted."""
        wrong = form.wrong(node)
        if wrong is not None:
            self.refuse(wrong, *form.refusal(what, wrong))
        return wrong is None

    def known(self, node: Map, keys: Iterable[str], what: str) -> None:
        """Note the keys of a mapping that are not known."""
        for key, _ in node:
            if key.text not in keys:
                self.refuse(key, f"{what} has no key {key.text!r}", nearest(key.text, keys))

    def record(self, node: Map, form: Record, what: str, at: Node | None = None, needed: bool = True) -> Fields:
        """The values of a mapping with known keys; missing keys are noted at `at`."""
        self.known(node, form.keys, what)
        given = {k: v for k, v in node.items.items() if k in form.keys and not form.keys[k].absent(v)}
        for need in form.needs if needed else ():
            if not any(key in given for key in need.keys):
                self.refuse(at or node, f"{what} needs {need.words}", need.hint)
        return {key: value for key, value in given.items() if self.fits(value, form.keys[key], key)}

    def entries(self, node: Node | None, form: MapOf) -> Iterator[tuple[Scalar, Node]]:
        """The entries of a mapping whose keys the spec chooses, without those that do not fit."""
        for key, value in node if isinstance(node, Map) else ():
            if form.keys is not None and not form.keys.take(key.text):
                self.refuse(key, f"{key.text!r} cannot name {form.keys.what}", form.keys.hint)
            elif form.item.absent(value) or self.fits(value, form.item, form.what.format(key.text)):
                yield key, value

    def text(self, node: Node | None, what: str) -> str:
        """The text of a node that may be missing."""
        return text_of(node) if node is None or self.fits(node, TEXT, what) else ""

    def map(self, node: Node | None, what: str) -> Map | None:
        """A mapping that may be missing; anything else is noted."""
        if node is None or is_null(node):
            return None
        self.fits(node, Record({}), what)
        return node if isinstance(node, Map) else None


class Mistakes(Reporter):
    """The mistakes found while a spec is expanded; each is kept once, though its place may be expanded often."""

    noted = 0
    """The number of mistakes, repeated ones included."""

    def note(self, error: Refused, node: Node, path: str = "") -> None:
        """Note a mistake; raises SpecError once there are too many."""
        found = problem(locate(error, node), path)
        self.noted += 1
        if all((found.place, found.message) != (known.place, known.message) for known in self.problems):
            self.problems.append(found)
        if len(self.problems) >= MOST:
            self.finish()

    def tried(self, make: Callable[[], T], node: Node, path: str = "") -> T | None:
        """The result of `make`, or None after a mistake."""
        try:
            return make()
        except Poisoned:
            return None
        except Refused as error:
            self.note(error, node, path)
            return None

    def unread(self, layers: Iterable[Layer]) -> NoReturn:
        """Raise SpecError for layers that nothing reads."""
        hint = "remove it, read it, or name it in `outputs`"
        raise SpecError([Problem("nothing reads this", layer.place, layer.path, hint) for layer in layers])
