"""`archcalc draw`."""

from pathlib import Path
from typing import Any

import click

from archcalc.analyse.difference import difference
from archcalc.cli.common import (
    free_options,
    gates_option,
    load_model,
    loading_options,
    named_after,
    output_option,
    save,
)
from archcalc.convention import CONVENTIONS
from archcalc.picture.diagram import FORMATS, diagram
from archcalc.picture.difference import compared
from archcalc.picture.dot import DIRECTIONS, HEATS, SHOWN, USUAL
from archcalc.picture.theme import THEMES

LOADING = ("spec", "variant", "settings", "limits", "modules", "free", "assume")


@click.command()
@click.argument("spec")
@click.argument("other", metavar="[B]", required=False)
@click.option("--variant", metavar="NAME", help="The variant, as in resnet:50.")
@loading_options
@free_options
@click.option("--depth", type=click.IntRange(min=1), help="Close scopes below so many levels.")
@click.option("--fold", multiple=True, metavar="PATH", help="Close a scope; may be repeated.")
@click.option("--unfold", multiple=True, metavar="PATH", help="Open a scope, and those around it; may be repeated.")
@click.option("--unroll", is_flag=True, help="Show repeated blocks one by one.")
@click.option(
    "--show",
    metavar="A,B,...",
    default=",".join(USUAL),
    show_default=True,
    help=f"What is written: {', '.join(SHOWN)}; or nothing.",
)
@click.option("--direction", type=click.Choice(DIRECTIONS), default="TB", show_default=True)
@click.option("--theme", type=click.Choice(list(THEMES)), default="light", show_default=True)
@click.option("--heat", type=click.Choice(list(HEATS)), help="Shade the boxes by their share.")
@click.option("--diff", is_flag=True, help="Draw what is different between two networks, SPEC and B.")
@click.option("--convention", type=click.Choice(list(CONVENTIONS)), default="macs", show_default=True)
@gates_option
@output_option
def command(
    other: str | None,
    diff: bool,
    depth: int | None,
    fold: tuple[str, ...],
    unfold: tuple[str, ...],
    unroll: bool,
    show: str,
    direction: str,
    theme: str,
    heat: str | None,
    convention: str,
    gates: Any,
    output: Path | None,
    **options: Any,
) -> None:
    """Draw a network: scopes as nested boxes, repeated blocks once; or with --diff what is different between two.

    The ending of the file says how: svg, pdf, png or dot; without -o an SVG is named after the spec. Above 300 boxes
    scopes are closed until it fits.
    """
    if diff and heat is not None:
        raise click.UsageError("--heat cannot be drawn with --diff")
    if diff != (other is not None):
        raise click.UsageError("--diff needs two networks: archcalc draw --diff A B")
    model = load_model(**{name: options[name] for name in LOADING})
    path = output or named_after(model.name, "svg")
    form = path.suffix.removeprefix(".").lower()
    if form not in FORMATS:
        raise click.BadParameter(f"the file must end in .{', .'.join(FORMATS)}, not {path.suffix or path.name!r}")
    chosen: dict[str, Any] = {
        "depth": depth,
        "fold": fold,
        "unfold": unfold,
        "unroll": unroll,
        "show": [name.strip() for name in show.split(",") if name.strip() not in ("", "nothing")],
        "direction": direction,
        "theme": theme,
    }
    summary = model.summary(convention, gates)
    if other is None:
        picture = diagram(summary, form, heat=heat, **chosen)
    else:
        after = load_model(**{name: options[name] for name in LOADING} | {"spec": other}).summary(convention, gates)
        picture = compared(difference(summary, after), form, **chosen)
    save(picture.data, path)
    for text in (*picture.said, f"wrote {path}"):
        click.echo(text)
