"""`archcalc formula`."""

from pathlib import Path
from typing import Any

import click

from archcalc.analyse.quantities import QUANTITIES
from archcalc.cli.common import Format, free_options, gates_option, load_model, output_option, show, spec_options, write


@click.command()
@spec_options()
@free_options
@click.option("--of", type=click.Choice(list(QUANTITIES)), default="macs", show_default=True, help="The quantity.")
@click.option("--layer", metavar="PATH", default="", help="A layer or a scope, in place of the whole network.")
@click.option("--by", type=click.Choice(["stage"]), help="A line for each of the outermost scopes and layers.")
@gates_option
@click.option("--format", "form", type=Format("python"), default="text", show_default=True)
@output_option
def command(of: str, layer: str, by: str | None, gates: str, form: str, output: Path | None, **given: Any) -> None:
    """Print a quantity of a network as a closed form in what is left free.

    `archcalc formula resnet:50 --free H,W` gives its multiply-accumulates for any size of the image, and under which
    assumptions they hold.
    """
    from archcalc.analyse.formulas import formulas
    from archcalc.analyse.quantities import quantity

    model = load_model(**given)
    part = model.part(layer, gates)
    found = formulas(part.summary, quantity(of), part, by == "stage")
    if form == "python":
        write(found.python(), output)
    else:
        show(found, form, output)
