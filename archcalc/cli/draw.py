"""`archcalc draw`."""

from pathlib import Path
from typing import Any

import click

from archcalc.cli.common import free_options, gates_option, load_model, output_option, spec_options
from archcalc.cli.pictures import put, target, theme_option
from archcalc.convention import CONVENTIONS
from archcalc.picture.diagram import FORMATS, diagram
from archcalc.picture.dot import DIRECTIONS, HEATS, SHOWN, USUAL

LOADING = ("spec", "variant", "settings", "limits", "modules", "free", "assume")


@click.command()
@spec_options()
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
@theme_option
@click.option("--heat", type=click.Choice(list(HEATS)), help="Shade the boxes by their share.")
@click.option("--convention", type=click.Choice(list(CONVENTIONS)), default="macs", show_default=True)
@gates_option
@output_option
def command(
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
    """Draw a network: scopes as nested boxes, repeated blocks once.

    The ending of the file says how: svg, pdf, png or dot; without -o an SVG is named after the spec. Above 300 boxes
    scopes are closed until it fits.
    """
    model = load_model(**{name: options[name] for name in LOADING})
    path, form = target(output, model.name, FORMATS)
    picture = diagram(
        model.summary(convention, gates),
        form,
        depth=depth,
        fold=fold,
        unfold=unfold,
        unroll=unroll,
        show=[name.strip() for name in show.split(",") if name.strip() not in ("", "nothing")],
        direction=direction,
        theme=theme,
        heat=heat,
    )
    put(picture, path)
