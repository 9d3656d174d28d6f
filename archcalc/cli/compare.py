"""`archcalc compare`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.analyse.receptive_fields import Gates
from archcalc.cli import common
from archcalc.cli.output import show
from archcalc.many.compare import compare


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@common.loading_options
@click.option("--columns", metavar="A,B,...", help="The columns to show.")
@click.option("--sort", metavar="COLUMN", help="Sort by a column instead of keeping the given order.")
@click.option("-r", "--reverse", is_flag=True, help="Sort from the largest to the smallest.")
@common.format_option
@common.convention_option
@common.gates_option
@common.output_option
def command(
    specs: tuple[str, ...],
    columns: str | None,
    sort: str | None,
    reverse: bool,
    form: str,
    convention: str,
    gates: Gates,
    output: Path | None,
    **options: Unpack[common.LoadingOptions],
) -> int:
    """A name or file without a variant stands for all its variants: `archcalc compare resnet vgg:16`. A network that
    cannot be made has a row with the error, and the exit status is 3.
    """
    if reverse and sort is None:
        raise click.UsageError("--reverse needs --sort COLUMN")
    found = compare(
        *specs,
        columns=common.words(columns),
        sort=sort,
        reverse=reverse,
        convention=convention,
        gates=gates,
        loading=common.loading(**options),
    )
    show(found, form, output)
    return found.status
