"""`archcalc plot`."""

from pathlib import Path
from typing import Any

import click

from archcalc.cli.common import (
    convention_option,
    gates_option,
    load_model,
    loading,
    loading_options,
    number,
    output_option,
)
from archcalc.cli.pictures import foreign, put, target, theme_option
from archcalc.convention import CONVENTIONS
from archcalc.errors import ArchcalcError, Refused
from archcalc.language.loaded import Loaded
from archcalc.many.loading import each
from archcalc.picture.figure import FORMATS
from archcalc.picture.plots.paper import USUAL_PAPER, Paper
from archcalc.picture.plots.points import ComparedNetwork
from archcalc.picture.plots.sweep import MOST, Sweep, ranged

# Which options each form takes beside those of all.
_TAKES = {
    "networks": ("x", "y", "size", "pareto", "linear"),
    "--per": ("y", "depth"),
    "--over": ("y", "linear"),
}
_USUAL_Y = {"networks": "parameters", "--per": "work,parameters", "--over": "work"}


class Over(click.ParamType[Sweep]):
    """H=128:512:32, H,W=128:512:32 or width=32,64,128."""

    name = "over"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Sweep:
        if isinstance(value, Sweep):
            return value
        names, _, text = str(value).partition("=")
        entries = tuple(name.strip() for name in names.split(","))
        parts = text.split(":") if ":" in text else text.split(",")
        if not all(entries) or len(set(entries)) < len(entries) or not all(part.strip() for part in parts):
            parts = []
        if len(parts) != 3 if ":" in text else len(parts) < 2:
            self.fail(f"{value!r} is no range, such as H=128:512:32 or width=32,64,128", param, ctx)
        numbers = [number("--over", part.strip()) for part in parts]
        try:
            values = ranged(*numbers) if ":" in text else tuple(sorted(set(numbers)))
        except Refused as error:
            self.fail(str(error), param, ctx)
        if not 2 <= len(values) <= MOST:
            self.fail(f"{value!r} has {len(values):,} different points; from 2 to {MOST:,} are drawn", param, ctx)
        return Sweep(entries, values)


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@loading_options
@click.option("--x", metavar="COLUMN", help="Of networks, the column from left to right.  [default: work]")
@click.option("--y", metavar="A,B,...", help="The column upwards; with --per and --over the quantities, a panel each.")
@click.option("--size", metavar="COLUMN", help="Of networks, the column that the areas of the bubbles show.")
@click.option(
    "--pareto/--no-pareto", default=None, help="Of networks, what none surpasses; usual where that can be told."
)
@click.option("--per", type=click.Choice(["layer", "scope"]), help="Draw one network, a bar for each layer or scope.")
@click.option("--depth", type=click.IntRange(min=1), help="With --per scope, the levels that are open.  [default: 1]")
@click.option("--over", type=Over(), metavar="ENTRY=...", help="Draw a curve over START:STOP:STEP, or over A,B,...")
@click.option("--linear", is_flag=True, help="No logarithmic axes.")
@theme_option
@click.option("--width", type=click.FloatRange(2, 40), default=USUAL_PAPER.width, show_default=True, help="In inches.")
@click.option("--height", type=click.FloatRange(1.5, 80), help="In inches; what fits by default.")
@convention_option
@gates_option
@output_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    specs: tuple[str, ...],
    per: str | None,
    over: Sweep | None,
    theme: str,
    width: float,
    height: float | None,
    convention: str,
    gates: Any,
    output: Path | None,
    **options: Any,
) -> int:
    r"""Networks have the columns of `archcalc compare`, layers and curves the quantities of `archcalc formula`.

    `work` is that of the convention. The ending of the file says how: svg, pdf or png.

    \b
    archcalc plot resnet efficientnet --x macs --y top-1       a bubble for each network
    archcalc plot resnet:50 --per layer --y macs,memory        where the cost is
    archcalc plot resnet:50 vgg16 --over H=128:512:32          a formula as a curve
    """
    form = _form(ctx, specs, per, over)
    target(output, "archcalc", FORMATS)
    given = {name: options.pop(name) for name in ("x", "y", "size", "pareto", "depth", "linear")}
    given["y"] = given["y"] or _USUAL_Y[form]
    paper = Paper(width, height, theme)
    if form == "networks":
        return _networks(specs, given, paper, convention, gates, output, options)
    models = [load_model(spec, None, **options) for spec in specs]
    quantities = [convention if q == "work" else q for q in dict.fromkeys(map(str.strip, given["y"].split(",")))]
    path, ending = target(output, models[0].name, FORMATS)
    if over is not None:
        from archcalc.picture.plots.over import curves
        from archcalc.picture.plots.sweep import swept

        put(curves(swept(models, over, quantities), ending, paper, given["linear"]), path)
    else:
        from archcalc.analyse.verbs import summary
        from archcalc.picture.plots.layer_bars import profile
        from archcalc.picture.plots.layers import layers

        depth = None if per == "layer" else given["depth"] or 1
        put(layers(profile(summary(models[0], convention, gates), quantities, depth), ending, paper), path)
    return 0


def _form(ctx: click.Context, specs: tuple[str, ...], per: str | None, over: Any) -> str:
    """Which of the three is asked for; refuses options that belong to another."""
    if per is not None and over is not None:
        raise click.UsageError("--per and --over are two different plots; give one of them")
    form = "--per" if per is not None else "--over" if over is not None else "networks"
    if form == "--per" and len(specs) > 1:
        raise click.UsageError(f"--per draws one network, not {len(specs)}")
    name, homes = foreign(ctx, _TAKES, _TAKES[form])
    if name:
        raise click.UsageError(f"--{name} belongs to {' or '.join(map(_home, homes))}")
    if ctx.params.get("depth") and per == "layer":
        raise click.UsageError("--depth belongs to --per scope")
    return form


def _home(form: str) -> str:
    return {"networks": "a plot of networks", "--per": "--per scope"}.get(form, form)


def _networks(
    specs: tuple[str, ...],
    given: dict[str, Any],
    paper: Paper,
    convention: str,
    gates: Any,
    output: Path | None,
    options: dict[str, Any],
) -> int:
    from archcalc.many.compare import told
    from archcalc.picture.plots.networks import bubbles
    from archcalc.picture.plots.points import axis, points

    counted = CONVENTIONS[convention]
    axes = {"x": given["x"] or "work", "y": given["y"], "size": given["size"]}
    for name in filter(None, axes.values()):
        axis(name, counted)  # refuses before the work what is wrong

    def tell(model: Loaded) -> ComparedNetwork:
        return ComparedNetwork(told(model, convention, gates), model.spec.name, model.variant or "")

    outcomes = each(specs, tell, loading(**options))
    errors = [outcome.found for outcome in outcomes if isinstance(outcome.found, ArchcalcError)]
    for error in errors:
        click.echo(error.report(), err=True)
    status = errors[0].exit_code if errors else 0
    networks = [_named(o.name, o.found) for o in outcomes if not isinstance(o.found, ArchcalcError)]
    if not networks:
        return status
    seen = points(networks, counted, **axes, pareto=given["pareto"])
    family = sum(n.told.file == networks[0].told.file for n in networks) > 1
    path, ending = target(output, networks[0].spec if family else networks[0].told.name, FORMATS)
    put(bubbles(seen, ending, paper, given["linear"]), path)
    return status


def _named(name: str, network: ComparedNetwork) -> ComparedNetwork:
    """A network under the name that tells it from the others."""
    return network._replace(told=network.told._replace(name=name))
