"""`archcalc page`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.analyse.receptive_fields import Gates
from archcalc.cli.common import (
    SpecOptions,
    convention_option,
    gates_option,
    load_model,
    named_after,
    output_option,
    spec_options,
    write,
)


@click.command()
@spec_options()
@convention_option
@gates_option
@output_option
def command(convention: str, gates: Gates, output: Path | None, **options: Unpack[SpecOptions]) -> None:
    """One HTML file that opens in any browser without a network; without -o it is named after the spec."""
    from archcalc.picture.verbs import page

    model = load_model(**options)
    path = output or named_after(model.name, "html")
    write(page(model, convention, gates), path)
    click.echo(f"wrote {path}")
