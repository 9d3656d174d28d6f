"""The graph of a network as a picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from archcalc.analyse.summary import Summary
from archcalc.errors import MissingExtra, Refused, TooSlow, choose
from archcalc.picture.graph import engine
from archcalc.picture.graph.dot import DIRECTIONS, USUAL, Appearance, dot
from archcalc.picture.graph.view import View, view
from archcalc.picture.theme import chosen

FORMATS = (*engine.FORMATS, "dot")
"""The endings of files."""

HASTE = ((), ("arrows have no labels, to be in time",), ("arrows are straight and have no labels, to be in time",))
"""The notes of pictures, by the haste of their layout."""


@dataclass(frozen=True, repr=False)
class Picture:
    """A drawn file, with notes for its reader; a notebook shows it."""

    data: bytes
    form: str
    """The ending of its file: svg, pdf, png or dot."""
    said: tuple[str, ...] = ()
    """What the reader should know, such as what is left out."""
    name: str = ""
    """The network that it shows, or the first of several."""

    def save(self, path: str | PathLike[str]) -> None:
        """Write the file; raises Refused if its ending is of another format."""
        file = Path(path)
        if file.suffix.lower() != f".{self.form}":
            raise Refused(f"the picture is {self.form}, so its file must end in .{self.form}, not {file.name!r}")
        file.write_bytes(self.data)

    def __repr__(self) -> str:
        return f"<archcalc.Picture {self.name} {self.form}, {len(self.data):,} bytes>"

    def _repr_svg_(self) -> str | None:
        return self.data.decode() if self.form == "svg" else None

    def _repr_png_(self) -> bytes | None:
        return self.data if self.form == "png" else None


def diagram(
    summary: Summary,
    form: str = "svg",
    *,
    depth: int | None = None,
    fold: Iterable[str] = (),
    unfold: Iterable[str] = (),
    unroll: bool = False,
    show: Sequence[str] = USUAL,
    direction: str = "TB",
    theme: str = "light",
    heat: str | None = None,
) -> Picture:
    """A network as nested boxes and arrows, in one of FORMATS; raises Refused for an unknown option."""
    seen = view(summary, depth, fold, unfold, unroll)
    return drawn(seen, form, Appearance(show, direction, chosen(theme, form, FORMATS), heat))


def drawn(seen: View, form: str, how: Appearance = Appearance()) -> Picture:  # noqa: B008 - a value
    """A view as a picture."""
    choose("direction", how.direction, DIRECTIONS)
    said = [f"scopes are closed below {seen.depth} levels, {seen.seen} boxes are left"] if seen.depth else []
    if form == "dot":
        return Picture(dot(seen, how).encode(), form, tuple(said))
    data, haste = engine.drawn(lambda haste: dot(seen, how, haste), form)
    return Picture(data, form, (*said, *HASTE[haste]))


def inline(summary: Summary, most: int = 40) -> str:
    """A small picture for a notebook as SVG within HTML; empty without Graphviz."""
    try:
        picture = drawn(view(summary, most=most), "svg").data.decode()
    except (MissingExtra, TooSlow):
        return ""
    return f'<div style="overflow: auto; max-height: 40em">{picture[picture.index("<svg") :]}</div>\n'
