"""`archcalc page`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.analyse.receptive_fields import Gates
from archcalc.cli import common


@click.command()
@common.spec_options()
@common.convention_option
@common.gates_option
@common.output_option
def command(convention: str, gates: Gates, output: Path | None, **options: Unpack[common.SpecOptions]) -> None:
    """One HTML file that any browser opens offline; without -o it is named after the spec."""
    from archcalc.picture.verbs import page

    model = common.load_model(**options)
    path = output or common.named_after(model.name, "html")
    common.write(page(model, convention, gates), path)
    click.echo(f"wrote {path}")
