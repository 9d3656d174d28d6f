"""`archcalc formula`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.analyse.quantities import QUANTITIES
from archcalc.analyse.receptive_fields import Gates
from archcalc.cli.common import (
    Format,
    SpecOptions,
    free_options,
    gates_option,
    load_model,
    output_option,
    show,
    spec_options,
    write,
)


@click.command()
@spec_options()
@free_options
@click.option("--of", type=click.Choice(list(QUANTITIES)), default="macs", show_default=True, help="The quantity.")
@click.option("--layer", metavar="PATH", default="", help="A layer or a scope, in place of the whole network.")
@click.option("--by", type=click.Choice(["stage"]), help="A line for each of the outermost scopes and layers.")
@gates_option
@click.option("--format", "form", type=Format("python"), default="text", show_default=True)
@output_option
def command(
    of: str, layer: str, by: str | None, gates: Gates, form: str, output: Path | None, **given: Unpack[SpecOptions]
) -> None:
    """`archcalc formula resnet:50 --free H,W` gives its multiply-accumulates for any size of the image, and under which
    assumptions they hold.
    """
    from archcalc.analyse.verbs import formula

    found = formula(load_model(**given), of, layer=layer, by_stage=by == "stage", gates=gates)
    if form == "python":
        write(found.python(), output)
    else:
        show(found, form, output)
