"""`archcalc draw`."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from archcalc.analyse.difference import difference
from archcalc.cli.common import free_options, gates_option, load_model, loading_options, output_option, save
from archcalc.convention import CONVENTIONS
from archcalc.picture import figure
from archcalc.picture.diagram import FORMATS, Picture, diagram
from archcalc.picture.difference import compared
from archcalc.picture.dot import DIRECTIONS, HEATS, SHOWN, USUAL
from archcalc.picture.field_figure import growth
from archcalc.picture.region_figure import region
from archcalc.picture.theme import THEMES

STYLES = {"graph": FORMATS, "field": figure.FORMATS}
"""Every style with its formats."""
OWN = {
    "graph": {"diff", "depth", "fold", "unfold", "unroll", "show", "direction", "heat", "convention"},
    "field": {"layer", "at", "on"},
}
"""The options that not all styles know."""
LOADING = ("spec", "variant", "settings", "limits", "modules", "free", "assume")


class Position(click.ParamType[tuple[int, ...]]):
    """Y,X: a whole number for each axis."""

    name = "position"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        numbers = [text.strip() for text in str(value).split(",")]
        if not all(n.isascii() and n.isdigit() and len(n) <= 15 for n in numbers):
            self.fail(f"{value!r} is no position, such as 3,3", param, ctx)
        return tuple(map(int, numbers))


@click.command()
@click.argument("spec")
@click.argument("other", metavar="[B]", required=False)
@click.option("--variant", metavar="NAME", help="The variant, as in resnet:50.")
@loading_options
@free_options
@click.option("--style", type=click.Choice(list(STYLES)), default="graph", show_default=True, help="What is drawn.")
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
@click.option("--layer", metavar="PATH", help="field: draw what one position of this layer reads of the input.")
@click.option("--at", type=Position(), metavar="Y,X", help="field: that position; in the middle unless given.")
@click.option("--on", type=click.Path(path_type=Path), help="field: draw it on a picture, PNG or JPEG.")
@click.option("--convention", type=click.Choice(list(CONVENTIONS)), default="macs", show_default=True)
@gates_option
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    style: str,
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
    layer: str | None,
    at: tuple[int, ...] | None,
    on: Path | None,
    convention: str,
    gates: Any,
    output: Path | None,
    **options: Any,
) -> None:
    """Draw a network: scopes as nested boxes, repeated blocks once; or with --diff what is different between two.

    The ending of the file says how: svg, pdf, png or dot; without -o an SVG is named after the spec. Above 300 boxes
    scopes are closed until it fits.

    With --style field: how the receptive field grows from layer to layer; of one --layer, which part of the input one
    position reads.
    """
    _require_own(ctx, style)
    if layer is None and (at is not None or on is not None):
        raise click.UsageError(f"{'--on' if at is None else '--at'} needs a layer: --layer PATH")
    if diff and heat is not None:
        raise click.UsageError("--heat cannot be drawn with --diff")
    if diff != (other is not None):
        raise click.UsageError("--diff needs two networks: archcalc draw --diff A B")
    model = load_model(**{name: options[name] for name in LOADING})
    path = output or Path(f"{re.sub(r'[^A-Za-z0-9_-]+', '_', model.name)[:80]}.svg")
    form = path.suffix.removeprefix(".").lower()
    if form not in STYLES[style]:
        raise click.BadParameter(f"the file must end in .{', .'.join(STYLES[style])}, not {path.suffix or path.name!r}")
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
    if style == "field":
        picture = _field(summary, form, theme, layer, {"at": at, "on": on})
    elif other is None:
        picture = diagram(summary, form, heat=heat, **chosen)
    else:
        after = load_model(**{name: options[name] for name in LOADING} | {"spec": other}).summary(convention, gates)
        picture = compared(difference(summary, after), form, **chosen)
    save(picture.data, path)
    for text in (*picture.said, f"wrote {path}"):
        click.echo(text)


def _require_own(ctx: click.Context, style: str) -> None:
    """Refuse options of other styles."""
    for name in sorted(set().union(*OWN.values()) - OWN[style]):
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            owners = " or ".join(f"--style {owner}" for owner, names in OWN.items() if name in names)
            raise click.UsageError(f"--{name} is for {owners}, not for --style {style}")


def _field(summary: Any, form: str, theme: str, layer: str | None, chosen: Mapping[str, Any]) -> Picture:
    if layer is None:
        return growth(summary, form, theme=theme)
    return region(summary, form, layer, theme=theme, **chosen)
