"""The forms that the grammar of a spec is made of. A form checks a node of a file and gives its JSON schema.

A form looks at a mapping only from outside. Its entries are checked one by one by the reader of the mapping, so that a
mistake in one entry hides no other.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from archcalc.errors import nearest
from archcalc.language import tree
from archcalc.language.tree import Map, Node, Scalar, Seq, is_null

Schema: TypeAlias = dict[str, Any]

IDENTIFIER = r"[^\W\d]\w*"
"""A name that an expression can look up."""


class Form(ABC):
    """A form of values in a spec."""

    words = ""
    """The form in words, after 'must be'."""
    hint = ""
    empty = False
    """Whether a key without a value counts as a key that is not given."""

    @abstractmethod
    def wrong(self, node: Node) -> "Misfit | None":
        """The part of a node that does not fit, or None."""

    def absent(self, node: Node) -> bool:
        """Whether a node counts as not given."""
        return self.empty and is_null(node)

    @abstractmethod
    def schema(self) -> Schema:
        """The form as JSON schema."""

    def refusal(self, what: str, node: Node) -> tuple[str, str]:
        """The message and the hint for a node that does not fit."""
        return f"{what} must be {self.words}, not {tree.words(node)}", self.hint


class Misfit(NamedTuple):
    """A node, perhaps an item in a list, and the form that it does not have."""

    node: Node
    form: Form


class ScalarForm(Form):
    """A value that `fits` checks; without `fits`, it is checked when the spec is expanded."""

    def __init__(
        self, words: str, schema: Schema, fits: Callable[[Node], bool] = lambda node: True, empty: bool = False
    ):
        self.words, self._schema, self._fits, self.empty = words, schema, fits, empty

    def wrong(self, node: Node) -> Misfit | None:
        return None if self._fits(node) else Misfit(node, self)

    def schema(self) -> Schema:
        return self._schema


class OneOf(Form):
    """One of several words."""

    def __init__(self, *choices: str):
        self.choices, self.words = choices, f"one of {', '.join(choices)}"

    def wrong(self, node: Node) -> Misfit | None:
        return None if isinstance(node, Scalar) and node.value in self.choices else Misfit(node, self)

    def schema(self) -> Schema:
        return {"enum": [*self.choices]}

    def refusal(self, what: str, node: Node) -> tuple[str, str]:
        if not isinstance(node, Scalar):
            return super().refusal(what, node)
        return f"there is no {what} {tree.words(node)!r}", nearest(tree.words(node), self.choices)


class ListOf(Form):
    """A list."""

    def __init__(self, item: Form, words: str = "a list", least: int = 0, hint: str = ""):
        self.item, self.words, self.least, self.hint = item, words, least, hint

    def wrong(self, node: Node) -> Misfit | None:
        if not isinstance(node, Seq) or len(node.items) < self.least:
            return Misfit(node, self)
        return next(filter(None, map(self.item.wrong, node.items)), None)

    def schema(self) -> Schema:
        least: Schema = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.item.schema()} | least


class AnyOf(Form):
    """The first of several forms that fits."""

    def __init__(self, *forms: Form, words: str = "", hint: str = ""):
        self.forms, self.hint = forms, hint
        self.words = words or " or ".join(form.words for form in forms)
        self.empty = any(form.empty for form in forms)

    def wrong(self, node: Node) -> Misfit | None:
        found = [form.wrong(node) for form in self.forms]
        inner = (misfit for misfit in found if misfit is not None and misfit.node is not node)
        return None if None in found else next(inner, Misfit(node, self))

    def schema(self) -> Schema:
        return {"anyOf": [form.schema() for form in self.forms]}


class Keys(NamedTuple):
    """The keys that a spec may choose for a mapping."""

    what: str
    pattern: str
    hint: str

    def take(self, key: str) -> bool:
        """Whether a key is accepted."""
        return re.fullmatch(self.pattern, key) is not None


def identifiers(what: str) -> Keys:
    """Keys that expressions can look up."""
    return Keys(what, IDENTIFIER, "use letters, digits and _")


class MapOf(Form):
    """A mapping whose keys a spec chooses; `what` describes a value, with `{}` for its key."""

    def __init__(self, what: str, item: Form, keys: Keys | None = None, least: int = 0, empty: bool = True):
        self.what, self.item, self.keys, self.least, self.empty = what, item, keys, least, empty
        self.words = "a mapping that is not empty" if least else "a mapping"

    def absent(self, node: Node) -> bool:
        bare = self.empty and isinstance(node, Map) and len(node.items) < self.least
        return bare or super().absent(node)

    def wrong(self, node: Node) -> Misfit | None:
        return None if isinstance(node, Map) and len(node.items) >= self.least else Misfit(node, self)

    def schema(self) -> Schema:
        keys: Schema = {"propertyNames": {"pattern": f"^{self.keys.pattern}$"}} if self.keys else {}
        least: Schema = {"minProperties": self.least} if self.least else {}
        return {"type": "object", **keys, "additionalProperties": optional(self.item), **least}


class Requirement(NamedTuple):
    """Keys of which a mapping must have one, with their description in words."""

    keys: Sequence[str]
    words: str
    hint: str = ""


class Record(Form):
    """A mapping whose keys the language knows."""

    words = "a mapping"

    def __init__(self, keys: Mapping[str, Form], *needs: Requirement, empty: bool = False):
        self.keys, self.needs, self.empty = keys, needs, empty

    def wrong(self, node: Node) -> Misfit | None:
        return None if isinstance(node, Map) else Misfit(node, self)

    def schema(self) -> Schema:
        required = {need.keys[0] for need in self.needs if len(need.keys) == 1}
        known = {key: form.schema() if key in required else optional(form) for key, form in self.keys.items()}
        found: Schema = {"type": "object", "properties": known, "additionalProperties": False}
        for need in self.needs:
            one_of = [{"required": [key]} for key in need.keys]
            found |= one_of[0] if len(one_of) == 1 else {"anyOf": one_of}
        return found


def optional(form: Form) -> Schema:
    """The schema of a form at a key that may be left out."""
    return {"anyOf": [form.schema(), {"type": "null"}]} if form.empty else form.schema()
