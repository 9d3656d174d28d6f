"""`archcalc draw`."""

from pathlib import Path
from typing import Any

import click

from archcalc.cli import common
from archcalc.cli.pictures import put, target, theme_option
from archcalc.picture.graph.dot import DIRECTIONS, HEATS, SHOWN, USUAL
from archcalc.picture.styles import STYLES
from archcalc.picture.verbs import draw


def position(text: str) -> tuple[int, ...]:
    """Y,X: an integer for each axis."""
    numbers = [number.strip() for number in text.split(",")]
    if not all(n.isascii() and n.isdigit() and len(n) <= 15 for n in numbers):
        raise click.BadParameter(f"{text!r} is not a position, such as 3,3")
    return tuple(map(int, numbers))


@click.command()
@click.argument("spec")
@click.argument("other", metavar="[B]", required=False)
@common.variant_option
@common.loading_options
@common.free_options
@click.option(
    "--style",
    type=click.Choice([name for name in STYLES if name != "diff"]),
    default="graph",
    show_default=True,
    help="Nested boxes, feature maps to scale, or receptive fields.",
)
@click.option("--diff", is_flag=True, help="Draw the differences between two networks, SPEC and B.")
@click.option("--depth", type=click.IntRange(min=1), help="Close scopes below this number of levels.")
@click.option("--fold", multiple=True, metavar="PATH", help="Close a scope; may be repeated.")
@click.option("--unfold", multiple=True, metavar="PATH", help="Open a scope and the scopes around it; may be repeated.")
@click.option("--unroll", is_flag=True, help="Show repeated blocks one by one.")
@click.option(
    "--show",
    metavar="A,B,...",
    default=",".join(USUAL),
    show_default=True,
    help=f"The labels: {', '.join(SHOWN)}; or nothing.",
)
@click.option("--direction", type=click.Choice(DIRECTIONS), default="TB", show_default=True)
@theme_option
@click.option("--heat", type=click.Choice(list(HEATS)), help="Shade each box by its share.")
@click.option(
    "--layer", metavar="PATH", help="field: draw the part of the input that one position of this layer reads."
)
@click.option("--at", type=position, metavar="Y,X", help="field: that position; by default the middle.")
@click.option("--on", type=click.Path(path_type=Path), help="field: draw it on a picture, PNG or JPEG.")
@common.convention_option
@common.gates_option
@common.output_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    other: str | None,
    style: str,
    diff: bool,
    theme: str,
    convention: str,
    gates: Any,
    output: Path | None,
    **options: Any,
) -> None:
    """The file ending selects the format: svg, pdf, png, or dot for boxes; without -o, an SVG is named after the spec.
    Above 300 boxes, scopes are closed until the picture fits.

    --style volumes draws feature maps as boxes to scale, at most 25. --style field draws the receptive field from layer
    to layer or, with --layer, the part of the input that one position reads.
    """
    if diff != (other is not None):
        raise click.UsageError("--diff needs two networks: archcalc draw --diff A B")
    if diff and style != "graph":
        raise click.UsageError(f"--diff draws boxes, not --style {style}")
    drawn = STYLES["diff" if diff else style]
    _only(ctx, "diff" if diff else style)
    if options["layer"] is None and (options["at"] is not None or options["on"] is not None):
        raise click.UsageError(f"{'--on' if options['at'] is None else '--at'} needs a layer: --layer PATH")
    given = {name: options[name] for name in drawn.options}
    loading = {name: options[name] for name in common.LOADING}
    model = common.load_model(**loading)
    path, form = target(output, model.name, drawn.formats)
    second = common.load_model(**loading | {"spec": other}) if diff else None
    chosen = {"other": second, "convention": convention, "gates": gates, "theme": theme}
    put(draw(model, form, style, **chosen, **given), path)


def _only(ctx: click.Context, style: str) -> None:
    """Refuse an option that a style does not take, rather than ignore it."""
    name, homes = common.foreign(ctx, {home: other.options for home, other in STYLES.items()}, style)
    if name:
        styles = " or ".join(f"--style {home}" for home in homes if home != "diff")
        raise click.UsageError(f"{name} is for {styles}, not for {'--diff' if style == 'diff' else f'--style {style}'}")
