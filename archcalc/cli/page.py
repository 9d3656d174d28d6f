"""`archcalc page`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.analyse.receptive_fields import Gates
from archcalc.cli import common
from archcalc.cli.output import named_after, write


@click.command()
@common.spec_options()
@common.convention_option
@common.gates_option
@common.output_option
def command(convention: str, gates: Gates, output: Path | None, **options: Unpack[common.SpecOptions]) -> None:
    """One HTML file that any browser opens offline; without -o it is named after the spec."""
    from archcalc.picture.verbs import page

    model = common.load_model(**options)
    path = output or named_after(model.name, "html")
    write(page(model, convention, gates), path)
    write(f"wrote {path}")
