"""`archcalc plot`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from archcalc.cli import common
from archcalc.cli.pictures import put, target, theme_option
from archcalc.errors import ArchcalcError, Refused
from archcalc.picture.figure import FORMATS
from archcalc.picture.plots.paper import USUAL_PAPER, Paper
from archcalc.picture.plots.sweep import Sweep
from archcalc.picture.verbs import plot

# The options of each form, beside those that all forms take.
_TAKES = {
    "a plot of networks": ("x", "y", "size", "pareto", "linear"),
    "--per scope": ("y", "depth"),
    "--over": ("y", "linear"),
}


def sweep(text: str) -> Sweep:
    """The values of --over."""
    try:
        return Sweep.read(text)
    except Refused as error:
        raise click.BadParameter(str(error)) from None


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@common.loading_options
@click.option("--x", metavar="COLUMN", help="For networks, the horizontal axis.  [default: work]")
@click.option(
    "--y", metavar="A,B,...", help="The vertical axis; with --per and --over, the quantities, one panel each."
)
@click.option("--size", metavar="COLUMN", help="For networks, the column shown by the areas of the bubbles.")
@click.option(
    "--pareto/--no-pareto",
    default=None,
    help="For networks, the Pareto front; drawn by default if the axes define one.",
)
@click.option("--per", type=click.Choice(["layer", "scope"]), help="Draw one network, a bar for each layer or scope.")
@click.option("--depth", type=click.IntRange(min=1), help="With --per scope, the number of open levels.  [default: 1]")
@click.option("--over", type=sweep, metavar="ENTRY=...", help="Draw a curve over START:STOP:STEP, or over A,B,...")
@click.option("--linear", is_flag=True, help="No logarithmic axes.")
@theme_option
@click.option("--width", type=common.Inches(2, 40), default=USUAL_PAPER.width, show_default=True, help="In inches.")
@click.option("--height", type=common.Inches(1.5, 80), help="In inches; by default as high as needed.")
@common.convention_option
@common.gates_option
@common.output_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    specs: tuple[str, ...],
    theme: str,
    width: float,
    height: float | None,
    output: Path | None,
    **options: Any,
) -> int:
    """Networks have the columns of `archcalc compare`, layers and curves the quantities of `archcalc formula`.

    `work` is that of the convention. The file ending selects the format: svg, pdf or png.

    \b
    archcalc plot resnet efficientnet --x macs --y top-1       a bubble for each network
    archcalc plot resnet:50 --per layer --y macs,memory        the cost of each layer
    archcalc plot resnet:50 vgg16 --over H=128:512:32          a formula as a curve
    """  # noqa: D301 - click needs the character \b before lines that it must not wrap
    _check(ctx, specs, options["per"], options["over"])
    _, form = target(output, "archcalc", FORMATS)
    loading, others = common.loaded_by(options)
    errors = list[ArchcalcError]()
    given = {name: value for name, value in others.items() if value is not None}
    paper = Paper(width, height, theme)
    try:
        picture = plot(*specs, form=form, paper=paper, loading=loading, broken=partial(_noted, errors), **given)
    except ArchcalcError as error:
        if error not in errors:
            raise
    else:
        put(picture, target(output, picture.name, FORMATS)[0])
    return errors[0].exit_code if errors else 0


def _noted(errors: list[ArchcalcError], error: ArchcalcError) -> None:
    """Report a network that cannot be made, and keep its error for the exit status."""
    errors.append(error)
    click.echo(error.report(), err=True)


def _check(ctx: click.Context, specs: tuple[str, ...], per: str | None, over: object) -> None:
    """Refuse options that belong to another of the three plots."""
    if per is not None and over is not None:
        raise click.UsageError("--per and --over are two different plots; give one of them")
    form = "--per scope" if per is not None else "--over" if over is not None else "a plot of networks"
    if per is not None and len(specs) > 1:
        raise click.UsageError(f"--per draws one network, not {len(specs)}")
    name, homes = common.foreign(ctx, _TAKES, form)
    if name:
        raise click.UsageError(f"{name} belongs to {' or '.join(homes)}")
    if ctx.params.get("depth") and per == "layer":
        raise click.UsageError("--depth belongs to --per scope")
