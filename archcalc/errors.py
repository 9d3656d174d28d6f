"""Everything that can go wrong, and where.

ArchcalcError
├── SpecError        a spec is wrong: one or more problems, each with its place   (exit 3)
├── Refused          a setting or an input that an operation does not take; the boundary adds the place
│   ├── UnknownName  an unknown word; also a KeyError
│   ├── Undecidable  a decision would need the value of a size that is symbolic
│   └── Unread       layers that nothing reads
├── LimitReached     a limit against runaway or hostile specs                      (exit 5)
├── TooSlow          a picture is not laid out in time                              (exit 5)
└── MissingExtra     an optional package is not installed                          (exit 4)
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from typing import NamedTuple, Self


class ArchcalcError(Exception):
    """The base of every error that archcalc raises on purpose."""

    exit_code = 1

    def __reduce__(self) -> tuple[object, ...]:
        state = dict(self.__dict__)
        if "__notes__" in state:
            state["__notes__"] = [*state["__notes__"]]  # a copy has its own
        return _remade, (type(self), self.args), state  # its message is not what it is made from

    def report(self) -> str:
        """The message as the command line prints it."""
        return f"error: {self}"


def _remade(kind: type[ArchcalcError], arguments: tuple[object, ...]) -> ArchcalcError:
    return kind.__new__(kind, *arguments)


class Refused(ArchcalcError):
    """A setting, an input or an expression is refused; says what, why and what would be right, but not where."""

    exit_code = 3

    def __init__(
        self, message: str, hint: str = "", offset: int = 0, *, place: "Place | None" = None, setting: str = ""
    ):
        self.message, self.hint = message, hint
        self.offset, self.place, self.setting = offset, place, setting
        super().__init__(_said(message, hint))

    def at(self, place: "Place") -> Self:
        """The error with a place, unless it already has a nearer one."""
        return self if self.place is not None else self.changed(place=place)

    def moved(self, offset: int) -> Self:
        """The error at another offset in its text, unless it already has a place."""
        return self if self.place is not None else self.changed(offset=offset)

    def hinted(self, hint: str) -> Self:
        """The error with a hint, unless it already has one."""
        return self if self.hint or not hint else self.changed(hint=hint)

    def changed(self, **parts: object) -> Self:
        """The same error with some of its parts changed."""
        made = copy(self)
        made.__dict__.update(parts)
        made.args = (_said(made.message, made.hint),)
        return made


def _said(message: str, hint: str) -> str:
    return f"{message} ({hint})" if hint else message


class UnknownName(Refused, KeyError):
    """An unknown word; also a KeyError, so that a table may raise it."""

    __str__ = ArchcalcError.__str__  # that of KeyError quotes the message


class Undecidable(Refused):
    """A condition over symbolic sizes can be decided neither way.

    `claim` is the open claim that was asked for its truth, or None; `symbols` are the names of what it depends on.
    """

    def __init__(
        self,
        message: str,
        hint: str = "",
        offset: int = 0,
        *,
        place: "Place | None" = None,
        setting: str = "",
        claim: object = None,
        symbols: Sequence[str] = (),
    ):
        self.claim, self.symbols = claim, tuple(symbols)
        super().__init__(message, hint, offset, place=place, setting=setting)


class LimitReached(ArchcalcError):
    """A spec is larger than a limit allows; names the limit and how to raise it."""

    exit_code = 5

    def __init__(self, name: str, limit: int, what: str, place: "Place | None" = None):
        self.name, self.limit, self.what, self.place = name, limit, what, place
        where = f"{place}: error: " if place else ""
        super().__init__(f"{where}{what}; the limit {name} is {limit:,} (raise it with --limit {name}=NUMBER)")

    def at(self, place: "Place") -> "LimitReached":
        """The error with a place, unless it already has one."""
        return self if self.place else LimitReached(self.name, self.limit, self.what, place)

    def report(self) -> str:
        return str(self) if self.place else super().report()


class TooSlow(ArchcalcError):
    """A picture is not laid out in time, not even roughly."""

    exit_code = 5


class MissingExtra(ArchcalcError):
    """A command needs a package that only an extra installs."""

    exit_code = 4

    def __init__(self, package: str, extra: str, purpose: str):
        super().__init__(f'{purpose} needs {package}; install it with: pip install "archcalc[{extra}]"')


class Place(NamedTuple):
    """A position in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(NamedTuple):
    """One thing that is wrong in a spec: where, what, and what would be right."""

    message: str
    place: Place | None = None
    path: str = ""
    """The dotted path of the layer concerned, where there is one."""
    hint: str = ""
    line: str = ""
    """The text of the line, to be shown under the message."""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        layer = f"{self.path}: " if self.path else ""
        text = f"{where}error: {layer}{_shortened(self.message)}"
        if self.hint:
            text += f" ({self.hint})"
        if self.line and self.place:
            shown, column = _window(self.line, self.place.column)
            text += f"\n    {shown}\n    {' ' * (column - 1)}^"
        return text


def _shortened(message: str, most: int = 1000) -> str:
    """A message without the middle of what a hostile spec may have put into it."""
    return message if len(message) <= most else f"{message[: most // 2]} ... {message[-most // 2 :]}"


def _window(line: str, column: int, width: int = 100) -> tuple[str, int]:
    """The part of a long line around a column, control characters made visible."""
    start = max(0, column - 1 - width // 2) if len(line) > width else 0
    part = line[start : start + width]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in part), column - start


class SpecError(ArchcalcError):
    """A spec is wrong; `problems` holds every independent mistake that was found."""

    exit_code = 3
    SHOWN = 20

    def __init__(self, problems: Sequence[Problem]):
        self.problems = tuple(problems)
        shown = [str(p) for p in self.problems[: self.SHOWN]]
        if len(self.problems) > self.SHOWN:
            left = len(self.problems) - self.SHOWN
            shown.append(f"... and {left} more error{'s' * (left > 1)}")
        super().__init__("\n".join(shown))

    def report(self) -> str:
        return str(self)

    def with_lines(self, read: Callable[[str], str]) -> "SpecError":
        """The same problems, each with its line; `read` gives the text of a file and is called once for each file."""
        files = {p.place.file for p in self.problems if p.place and not p.line}
        lines = {file: dict(enumerate(read(file).splitlines(), 1)) for file in files}
        return SpecError([_with_line(p, lines) for p in self.problems])


def _with_line(problem: Problem, lines: Mapping[str, Mapping[int, str]]) -> Problem:
    place = problem.place
    if problem.line or place is None:
        return problem
    return problem._replace(line=lines[place.file].get(place.line, ""))


def require(what: str, name: str, known: Iterable[str]) -> None:
    """Raise UnknownName for an unknown word."""
    names = tuple(known)
    if name not in names:
        raise UnknownName(f"there is no {what} {name!r}", nearest(str(name), names))


def choose(option: str, value: object, choices: Iterable[str]) -> None:
    """Raise UnknownName for a value that an option does not take."""
    known = tuple(choices)
    if value not in known:
        *most, last = map(repr, known)
        raise UnknownName(f"{option} must be {', '.join(most)} or {last}, not {value!r:.60}")


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint that names the known word nearest to a misspelt one, or all of them when they are few."""
    from difflib import get_close_matches  # only needed for an error

    names = [str(k) for k in known]
    folded = {n.lower(): n for n in reversed(names)}
    close = get_close_matches(word.lower()[:100], folded, n=3, cutoff=0.6)
    if close:
        # A slip of the finger seldom changes the length: `fron` is `from` rather than `frozen`.
        best = min(close, key=lambda name: abs(len(name) - len(word)))
        return f"did you mean {folded[best]!r}?"
    if 0 < len(names) <= 12:
        return f"known: {', '.join(names)}"
    return ""


def some(names: Sequence[str], most: int = 5) -> str:
    """The first few of some names in words, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
