"""`archcalc scale`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.cli import common
from archcalc.cli.common import Settings, SpecOptions


@click.command()
@common.spec_options()
@click.option("--phi", required=True, metavar="NUMBER", help="How far to scale: the work is about 2^phi times as much.")
@common.assignment(
    "--by",
    "coefficients",
    metavar="ENTRY=NUMBER",
    help="A coefficient, such as depth=1.2, in place of the spec's; may be repeated.",
)
@common.format_option
@common.output_option
def command(phi: str, coefficients: Settings, form: str, output: Path | None, **given: Unpack[SpecOptions]) -> None:
    """Prints the scaled configuration and its cost beside the base's, and where the released networks differ from the
    formula.
    """
    from archcalc.solve.scale import scale

    model = common.load_model(**given)
    by = {entry: common.number(f"--by {entry}", text) for entry, text in coefficients}
    common.show(scale(model, common.number("--phi", phi), by or None), form, output)
