"""`archcalc scale`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.cli.common import (
    Assignment,
    SpecOptions,
    format_option,
    load_model,
    number,
    output_option,
    show,
    spec_options,
)


@click.command()
@spec_options()
@click.option("--phi", required=True, metavar="NUMBER", help="How far to scale: the work is about 2^phi times as much.")
@click.option(
    "--by",
    "coefficients",
    multiple=True,
    type=Assignment(),
    metavar="ENTRY=NUMBER",
    help="A coefficient, such as depth=1.2, in place of the spec's; may be repeated.",
)
@format_option
@output_option
def command(
    phi: str, coefficients: tuple[tuple[str, str], ...], form: str, output: Path | None, **given: Unpack[SpecOptions]
) -> None:
    """Prints the scaled configuration and its cost beside the base's, and where the released networks differ from the
    formula.
    """
    from archcalc.solve.scale import scale

    model = load_model(**given)
    by = {entry: number(f"--by {entry}", text) for entry, text in coefficients}
    found = scale(model, number("--phi", phi), by or None)
    show(found, form, output)
