"""`archcalc draw`."""

import re
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from archcalc.cli.common import free_options, gates_option, load_model, output_option, save, spec_options
from archcalc.convention import CONVENTIONS
from archcalc.picture.diagram import FORMATS, diagram
from archcalc.picture.dot import DIRECTIONS, HEATS, SHOWN, USUAL
from archcalc.picture.theme import THEMES
from archcalc.picture.volumes_figure import FORMATS as IMAGES
from archcalc.picture.volumes_figure import volumes

# Of each style what draws it, the endings that it can write, and the options that it takes beside the theme.
STYLES: dict[str, tuple[Any, tuple[str, ...], set[str]]] = {
    "graph": (diagram, FORMATS, {"depth", "fold", "unfold", "unroll", "show", "direction", "heat"}),
    "volumes": (volumes, IMAGES, {"depth"}),
}
LOADING = ("spec", "variant", "settings", "limits", "modules", "free", "assume")


@click.command()
@spec_options()
@free_options
@click.option(
    "--style",
    type=click.Choice(list(STYLES)),
    default="graph",
    show_default=True,
    help="Boxes, or feature maps to scale.",
)
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
@click.option("--convention", type=click.Choice(list(CONVENTIONS)), default="macs", show_default=True)
@gates_option
@output_option
@click.pass_context
def command(
    ctx: click.Context, /, style: str, theme: str, convention: str, gates: Any, output: Path | None, **options: Any
) -> None:
    """Draw a network: as nested boxes, repeated blocks once, or as volumes, the feature maps to scale.

    The ending of the file says how: svg, pdf, png, or dot of boxes; without -o an SVG is named after the spec. Above
    300 boxes scopes are closed until it fits; of volumes there are at most 25.
    """
    draw, formats, taken = STYLES[style]
    _only(ctx, style, taken)
    model = load_model(**{name: options[name] for name in LOADING})
    path = output or Path(f"{re.sub(r'[^A-Za-z0-9_-]+', '_', model.name)[:80]}.svg")
    form = path.suffix.removeprefix(".").lower()
    if form not in formats:
        raise click.BadParameter(f"the file must end in .{', .'.join(formats)}, not {path.suffix or path.name!r}")
    options["show"] = [name.strip() for name in options["show"].split(",") if name.strip() not in ("", "nothing")]
    given = {name: options[name] for name in taken}
    picture = draw(model.summary(convention, gates), form, theme=theme, **given)
    save(picture.data, path)
    for text in (*picture.said, f"wrote {path}"):
        click.echo(text)


def _only(ctx: click.Context, style: str, taken: set[str]) -> None:
    """Refuse an option that the style does not take, rather than ignore it."""
    for name in set().union(*(options for _, _, options in STYLES.values())) - taken:
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            styles = " or ".join(other for other, (_, _, options) in STYLES.items() if name in options)
            raise click.UsageError(f"--{name} belongs to --style {styles}, not to {style}")
