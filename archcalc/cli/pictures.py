"""The theme and the file that `draw` and `plot` share."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from archcalc.cli.output import named_after, save, write
from archcalc.picture.theme import THEMES

if TYPE_CHECKING:
    from archcalc.picture.graph.diagram import Picture

theme_option = click.option("--theme", type=click.Choice(list(THEMES)), default="light", show_default=True)


def target(output: Path | None, name: str, formats: Sequence[str]) -> tuple[Path, str]:
    """The file that a picture is written to, an SVG named after the network by default, and its format."""
    path = output or named_after(name, "svg")
    form = path.suffix.removeprefix(".").lower()
    if form not in formats:
        raise click.BadParameter(f"the file must end in .{', .'.join(formats)}, not {path.suffix or path.name!r}")
    return path, form


def put(picture: "Picture", path: Path) -> None:
    """Write a picture and print its remarks."""
    save(picture.data, path)
    for text in (*picture.said, f"wrote {path}"):
        write(text)
