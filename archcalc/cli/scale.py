"""`archcalc scale`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.cli import common
from archcalc.cli.common import Settings, SpecOptions
from archcalc.cli.output import show


@click.command()
@common.spec_options()
@click.option("--phi", required=True, metavar="NUMBER", help="The scaling exponent: the work grows by about 2^phi.")
@common.assignment(
    "--by",
    "coefficients",
    example="width=1.1",
    metavar="ENTRY=NUMBER",
    help="A coefficient, such as width=1.1, instead of the spec's; may be repeated.",
)
@common.format_option
@common.output_option
def command(phi: str, coefficients: Settings, form: str, output: Path | None, **given: Unpack[SpecOptions]) -> None:
    """Prints the scaled config and its cost beside the base's, and the differences between the released networks and
    the formula.
    """
    from archcalc.solving.scale import scale

    model = common.load_model(**given)
    by = {entry: common.number(f"--by {entry}", text) for entry, text in coefficients}
    show(scale(model, common.number("--phi", phi), by or None), form, output)
