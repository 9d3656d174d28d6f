"""Text to tree: a composer over PyYAML's C events.

`yaml.load` crashes the interpreter on deep nesting, silently accepts duplicate keys, hangs on merge-key bombs and reads
`1e-5` as a string. Composing from events avoids all four and keeps the place of every value.
"""

import os
import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NoReturn

import yaml

from archcalc.errors import LimitReached, Place, Problem, SpecError
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.tree import Datum, Map, Node, Scalar, Seq, is_null, shortened, text_of, words

# Only its events are used: nothing is ever constructed. The pure Python loader is for PyYAML without the C library.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

DIGITS = 100
"""The most digits of a number in a file; more are a mistake or an attack."""

Event = Any
"""An event of PyYAML, which has no types."""
_INTEGER = re.compile(r"[-+]?[0-9]+(_[0-9]+)*\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_REAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?\Z")
_NAMING = "name a value with `let`, layers with `blocks`"
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


READ: set[str] = set()
"""The files that were read, so that no output replaces one of them."""


def read_file(path: str | os.PathLike[str], shown: str | None = None, limits: Limits = DEFAULT) -> Node:
    """The tree of a file; `shown` is the name that messages use for it."""
    READ.add(os.path.abspath(path))
    with open(path, "rb") as file:
        data = file.read(limits.bytes + 1)
    return read(data, shown or str(path), limits)


def read(data: bytes, file: str = "<spec>", limits: Limits = DEFAULT) -> Node:
    """The tree of UTF-8 data; raises SpecError or LimitReached."""
    if len(data) > limits.bytes:
        raise LimitReached("bytes", limits.bytes, f"{file} is too large")
    text = _decode(data, file)
    try:
        return _Composer(_events(text, file, limits), file, limits).document()
    except SpecError as error:
        raise error.with_lines(lambda _: text) from None
    except RecursionError:  # the limit was raised
        raise LimitReached("nesting", limits.nesting, f"{file}: lists and mappings are nested too deeply") from None


def scalar(text: str) -> Datum:
    """The value of an unquoted scalar by YAML 1.2's core schema; reals are exact fractions."""
    if text in _WORDS:
        return _WORDS[text]
    first = text[0]
    if first not in "-+.0123456789" or len(text) > DIGITS:
        return text
    if _INTEGER.match(text):
        return int(text)
    if _BASED.match(text):
        return int(text, 0)
    if _REAL.match(text):
        return Fraction(text)
    return text


def _decode(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"byte 0x{data[error.start]:02x} is not valid UTF-8"
        raise SpecError([Problem(message, Place(file, line, column), hint="save the file as UTF-8")]) from None


def _events(text: str, file: str, limits: Limits) -> Iterator[Event]:
    try:
        loader = _LOADER(text)
        while (event := loader.get_event()) is not None:
            yield event
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        message = " ".join(str(part) for part in (error.context, error.problem) if part)
        if "maximum nesting" in message:  # newer versions of libyaml have a limit too, and scan ahead
            what = "lists and mappings are nested too deeply"
            raise LimitReached("nesting", limits.nesting, what, place) from None
        raise SpecError([Problem(f"not valid YAML: {message}", place, hint=_advice(message))]) from None
    except yaml.YAMLError as error:
        at = getattr(error, "position", None)
        place = _place_of(text, file, at if isinstance(at, int) else 0)
        raise SpecError([Problem("not valid YAML: a control character is not allowed", place)]) from None


def _advice(message: str) -> str:
    if "mapping values are not allowed" in message:
        return "a string that holds ': ' needs quotes"
    if "while parsing a flow" in message:
        return "inside [...] or {...} an expression with brackets, braces or commas needs quotes"
    if "cannot start any token" in message:
        return "indent with spaces, and quote strings that begin with %, @, ` or {"
    return ""


def _place_of(text: str, file: str, position: int) -> Place:
    # libyaml names control characters by byte offset or not at all: find the first one ourselves.
    match = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]", text)
    at = match.start() if match else min(position, len(text))
    before = text[:at]
    return Place(file, before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1)


class _Composer:
    """Builds the tree from events, and collects its mistakes."""

    def __init__(self, events: Iterator[Event], file: str, limits: Limits):
        self.events, self.file, self.limits = events, file, limits
        self.count = 0
        self.problems: list[Problem] = []

    def document(self) -> Node:
        """The one document of the file."""
        root = None
        for event in self.events:
            if type(event) is yaml.DocumentStartEvent and root is not None:
                self.fatal(event, "a file holds one document", "remove what follows the line `---`")
            if isinstance(event, yaml.NodeEvent):
                root = self.node(event, 0)
        if root is None:
            raise SpecError([Problem("the file is empty", Place(self.file, 1, 1))])
        if self.problems:
            raise SpecError(self.problems)
        return root

    def at(self, event: Event) -> tuple[str, int, int]:
        mark = event.start_mark
        return self.file, mark.line + 1, mark.column + 1

    def refuse(self, place: Place, message: str, hint: str = "") -> None:
        self.problems.append(Problem(message, place, hint=hint))

    def fatal(self, event: Event, message: str, hint: str = "") -> NoReturn:
        """Note a mistake that makes the rest of the file pointless or dangerous to read."""
        self.refuse(Place(*self.at(event)), message, hint)
        raise SpecError(self.problems)

    def node(self, event: Event, depth: int) -> Node:
        """The node that begins with an event; the events up to its end are taken."""
        if type(event) is yaml.AliasEvent:
            self.fatal(event, "aliases (*) are not part of the language", _NAMING)
        if event.anchor is not None:
            self.fatal(event, "anchors (&) are not part of the language", _NAMING)
        if event.tag is not None and event.tag != "!":
            self.fatal(event, "tags (!) are not part of the language", "a spec is plain data")
        self.count += 1
        if self.count > self.limits.nodes:
            raise LimitReached("nodes", self.limits.nodes, "the file has too many values", Place(*self.at(event)))
        if type(event) is yaml.ScalarEvent:
            return self.scalar(event)
        if depth >= self.limits.nesting:
            what = "lists and mappings are nested too deeply"
            raise LimitReached("nesting", self.limits.nesting, what, Place(*self.at(event)))
        made = self.sequence if type(event) is yaml.SequenceStartEvent else self.mapping
        return made(event, depth + 1)

    def scalar(self, event: Event) -> Scalar:
        text, quoted = event.value, event.style in ("'", '"', "|", ">")
        place = self.at(event)
        if not quoted and len(text) > DIGITS and text.isdigit():
            self.refuse(Place(*place), f"a number of {len(text)} digits is too long")
            text = "0"
        return Scalar(*place, text if quoted else scalar(text), text, quoted)

    def sequence(self, event: Event, depth: int) -> Seq:
        found = Seq(*self.at(event))
        while type(event := next(self.events)) is not yaml.SequenceEndEvent:
            node = self.node(event, depth)
            self.split(found.items, node)
            found.items.append(node)
        return found

    def mapping(self, event: Event, depth: int) -> Map:
        found = Map(*self.at(event))
        while type(event := next(self.events)) is not yaml.MappingEndEvent:
            key = self.key(event, depth)
            self.split([k if is_null(v) else v for k, v in found] if ")" in key.text else [], key)
            value = self.node(next(self.events), depth)
            if key.text in found.items:
                message = f"{shortened(key.text, 60)!r} is defined twice, first in line {found.keys[key.text].line}"
                self.refuse(key.place, message, "use each key once")
            else:
                found.items[key.text], found.keys[key.text] = value, key
        return found

    def key(self, event: Event, depth: int) -> Scalar:
        if isinstance(event, yaml.CollectionStartEvent):
            given = "a list" if isinstance(event, yaml.SequenceStartEvent) else "a mapping"
            self.fatal(event, f"a key must be a name, not {given}")
        node = self.node(event, depth)
        if not isinstance(node, Scalar) or node.value is None:
            self.fatal(event, f"a key must be a name, not {words(node)}")
        if node.text == "<<" and not node.quoted:
            self.fatal(event, "merge keys (<<) are not part of the language", "use `extends` or `blocks`")
        return node

    def split(self, before: list[Node], last: Node) -> None:
        """Note an expression that a comma of [...] or {...} splits; `last` is perhaps its last part."""
        whole = text_of(last)
        if whole.count(")") <= whole.count("(") or not isinstance(last, Scalar) or last.quoted:
            return
        for part in reversed(before):
            if part.line != last.line or not isinstance(part, Scalar) or part.quoted:
                return
            whole = f"{part.text}, {whole}"
            if whole.count("(") == whole.count(")"):
                hint = f'inside [...] or {{...}} it needs quotes: "{whole}"'
                self.refuse(part.place, f"a comma splits {shortened(whole, 60)!r}", hint)
                return
