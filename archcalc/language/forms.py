"""The forms of which the grammar of a spec is made: what may stand at a place, checked in a file and as JSON schema.

A form looks at a mapping only from outside. Whoever reads the mapping looks at its entries one by one, so that a
mistake in one of them hides no other.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from archcalc.errors import nearest
from archcalc.language import tree
from archcalc.language.tree import Map, Node, Scalar, Seq

Schema: TypeAlias = dict[str, Any]

IDENTIFIER = r"[^\W\d]\w*"
"""A name that an expression can look up."""


class Form(ABC):
    """What may stand at a place of a spec."""

    words = ""
    """The form in words, after 'must be'."""
    hint = ""
    empty = False
    """Whether a key without a value counts as a key that is not given."""

    @abstractmethod
    def wrong(self, node: Node) -> Node | None:
        """The part of a node that does not fit, or None."""

    def absent(self, node: Node) -> bool:
        """Whether a node counts as not given."""
        return self.empty and isinstance(node, Scalar) and node.value is None

    @abstractmethod
    def schema(self) -> Schema:
        """The form as JSON schema."""

    def refusal(self, what: str, node: Node) -> tuple[str, str]:
        """The message and the hint for a node that does not fit."""
        return f"{what} must be {self.words}, not {tree.words(node)}", self.hint

    def __or__(self, other: "Form") -> "Form":
        return AnyOf(self, other)


class ScalarForm(Form):
    """A value that is not looked into."""

    def __init__(self, words: str, fits: Callable[[Node], bool], schema: Schema, empty: bool = False):
        self.words, self._fits, self._schema, self.empty = words, fits, schema, empty

    def wrong(self, node: Node) -> Node | None:
        return None if self._fits(node) else node

    def schema(self) -> Schema:
        return self._schema


class Computed(ScalarForm):
    """A value or an expression; what it gives is checked when the spec is expanded."""

    def __init__(self, words: str, schema: Schema):
        super().__init__(words, lambda node: True, schema)


class OneOf(Form):
    """One of some words."""

    def __init__(self, *choices: str):
        self.choices = choices

    def wrong(self, node: Node) -> Node | None:
        return None if isinstance(node, Scalar) and node.value in self.choices else node

    def schema(self) -> Schema:
        return {"enum": [*self.choices]}

    def refusal(self, what: str, node: Node) -> tuple[str, str]:
        return f"there is no {what} {tree.words(node)!r}", nearest(tree.words(node), self.choices)


class Ref(Form):
    """A form that contains itself; the schema defines it by name."""

    def __init__(self, name: str, words: str, kinds: tuple[type[Node], ...], empty: bool = False):
        self.name, self.words, self.kinds, self.empty = name, words, kinds, empty

    def wrong(self, node: Node) -> Node | None:
        return None if isinstance(node, self.kinds) else node

    def schema(self) -> Schema:
        return {"$ref": f"#/$defs/{self.name}"}


class ListOf(Form):
    """A list."""

    def __init__(self, item: Form, words: str = "a list", least: int = 0, hint: str = ""):
        self.item, self.words, self.least, self.hint = item, words, least, hint

    def wrong(self, node: Node) -> Node | None:
        if not isinstance(node, Seq) or len(node.items) < self.least:
            return node
        return next((found for item in node.items if (found := self.item.wrong(item)) is not None), None)

    def schema(self) -> Schema:
        least: Schema = {"minItems": self.least} if self.least else {}
        return {"type": "array", "items": self.item.schema()} | least


class Keys:
    """What the keys of a mapping may be, where a spec chooses them."""

    def __init__(self, what: str, pattern: str, hint: str):
        self.what, self.pattern, self.hint = what, re.compile(rf"^{pattern}\Z"), hint
        self.schema: Schema = {"pattern": f"^{pattern}$"}

    def take(self, key: str) -> bool:
        """Whether a key is accepted."""
        return self.pattern.match(key) is not None


def identifiers(what: str) -> Keys:
    """Keys that expressions can look up."""
    return Keys(what, IDENTIFIER, "use letters, digits and _")


class MapOf(Form):
    """A mapping whose keys a spec chooses; `what` says what a value is, `{}` standing for its key."""

    def __init__(self, what: str, item: Form, keys: Keys | None = None, least: int = 0, empty: bool = True):
        self.what, self.item, self.keys, self.least, self.empty = what, item, keys, least, empty
        self.words = "a mapping that is not empty" if least else "a mapping"

    def absent(self, node: Node) -> bool:
        bare = self.empty and isinstance(node, Map) and len(node.items) < self.least
        return bare or super().absent(node)

    def wrong(self, node: Node) -> Node | None:
        return None if isinstance(node, Map) and len(node.items) >= self.least else node

    def schema(self) -> Schema:
        keys: Schema = {"propertyNames": self.keys.schema} if self.keys else {}
        least: Schema = {"minProperties": self.least} if self.least else {}
        return {"type": "object", **keys, "additionalProperties": optional(self.item), **least}


class Requirement:
    """Keys of which a mapping must have one, with what it needs in words."""

    def __init__(self, keys: Iterable[str], words: str, hint: str = ""):
        self.keys, self.words, self.hint = tuple(keys), words, hint

    def schema(self) -> Schema:
        """The need as JSON schema."""
        if len(self.keys) == 1:
            return {"required": [*self.keys]}
        return {"anyOf": [{"required": [key]} for key in self.keys]}


class Record(Form):
    """A mapping whose keys the language knows."""

    words = "a mapping"

    def __init__(self, keys: Mapping[str, Form], *needs: Requirement, empty: bool = False):
        self.keys, self.needs, self.empty = keys, needs, empty

    def wrong(self, node: Node) -> Node | None:
        return None if isinstance(node, Map) else node

    def schema(self) -> Schema:
        found: Schema = {"type": "object", "properties": self.properties(), "additionalProperties": False}
        for need in self.needs:
            found |= need.schema()
        return found

    def properties(self) -> Schema:
        """The schema of each key; null is taken where it counts as not given and the key may be left out."""
        required = {need.keys[0] for need in self.needs if len(need.keys) == 1}
        return {key: form.schema() if key in required else optional(form) for key, form in self.keys.items()}


def optional(form: Form) -> Schema:
    """The schema of a form at a key."""
    return {"anyOf": [form.schema(), {"type": "null"}]} if form.empty else form.schema()


class AnyOf(Form):
    """The first of several forms that fits."""

    def __init__(self, *forms: Form, words: str = "", hint: str = ""):
        self.forms, self.hint = forms, hint
        self.words = words or " or ".join(form.words for form in forms)
        self.empty = any(form.empty for form in forms)

    def wrong(self, node: Node) -> Node | None:
        found = [form.wrong(node) for form in self.forms]
        return None if None in found else next((part for part in found if part is not node), node)

    def schema(self) -> Schema:
        return {"anyOf": [form.schema() for form in self.forms]}
