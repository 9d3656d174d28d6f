"""The mistakes of a spec, collected while it is expanded, so that one run shows them all."""

from collections.abc import Callable
from typing import TypeVar

from archcalc.errors import Place, Problem, Refused, SpecError
from archcalc.language.scope import Poisoned
from archcalc.language.spec import locate, problem
from archcalc.language.tree import Node
from archcalc.network import Layer

T = TypeVar("T")
MOST = 100
"""The number of mistakes after which a run ends."""


class Mistakes:
    """Every independent mistake, once."""

    def __init__(self) -> None:
        self.found: dict[tuple[Place | None, str], Problem] = {}
        self.noted = 0
        """The number of mistakes, each counted as often as its place is expanded."""

    def note(self, error: Refused, node: Node, path: str = "") -> None:
        """Note a mistake; raises SpecError once there are too many."""
        found = problem(locate(error, node), path)
        self.noted += 1
        self.found.setdefault((found.place, found.message), found)
        if len(self.found) >= MOST:
            self.finish()

    def unread(self, layer: Layer) -> None:
        """Note a layer that nothing reads."""
        hint = "remove it, read it, or name it in `outputs`"
        self.found[layer.place, layer.path] = Problem("nothing reads this", layer.place, layer.path, hint)

    def attempt(self, make: Callable[[], T], node: Node, path: str = "") -> T | None:
        """What `make` makes, or None after a mistake."""
        try:
            return make()
        except Poisoned:
            return None
        except Refused as error:
            self.note(error, node, path)
            return None

    def finish(self) -> None:
        """Raise SpecError if there are mistakes."""
        if self.found:
            raise SpecError(list(self.found.values()))
