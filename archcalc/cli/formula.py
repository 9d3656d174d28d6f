"""`archcalc formula`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.analyse.quantities import QUANTITIES
from archcalc.analyse.receptive_fields import Gates
from archcalc.cli import common
from archcalc.cli.common import SpecOptions
from archcalc.cli.output import show


@click.command()
@common.spec_options()
@common.free_options
@click.option("--of", type=click.Choice(list(QUANTITIES)), default="macs", show_default=True, help="The quantity.")
@click.option("--layer", metavar="PATH", default="", help="A layer or a scope instead of the whole network.")
@click.option("--by", type=click.Choice(["stage"]), help="A line for each of the outermost scopes and layers.")
@common.gates_option
@click.option("--format", "form", type=common.Format("python"), default="text", show_default=True)
@common.output_option
def command(
    of: str, layer: str, by: str | None, gates: Gates, form: str, output: Path | None, **given: Unpack[SpecOptions]
) -> None:
    """`archcalc formula resnet:50 --free H,W` prints the multiply-accumulates for any image size, and the assumptions
    under which they hold.
    """
    from archcalc.analyse.verbs import formula

    found = formula(common.load_model(**given), of, layer=layer, by_stage=by == "stage", gates=gates)
    show(found, form, output)
