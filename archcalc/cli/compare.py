"""`archcalc compare`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.analyse.receptive_fields import Gates
from archcalc.cli.common import (
    LoadingOptions,
    convention_option,
    format_option,
    gates_option,
    loading,
    loading_options,
    output_option,
    show,
)
from archcalc.many.compare import compare


@click.command()
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@loading_options
@click.option("--columns", metavar="A,B,...", help="The columns to show.")
@click.option("--sort", metavar="COLUMN", help="Sort by a column, in place of the order given.")
@click.option("-r", "--reverse", is_flag=True, help="Sort from the largest to the smallest.")
@format_option
@convention_option
@gates_option
@output_option
def command(
    specs: tuple[str, ...],
    columns: str | None,
    sort: str | None,
    reverse: bool,
    form: str,
    convention: str,
    gates: Gates,
    output: Path | None,
    **options: Unpack[LoadingOptions],
) -> int:
    """A name or file without a variant stands for all its variants: `archcalc compare resnet vgg:16`. A network that
    cannot be made has a row that says why; then the exit status is 3.
    """
    if reverse and sort is None:
        raise click.UsageError("--reverse needs --sort COLUMN")

    found = compare(
        *specs,
        columns=[name.strip() for name in columns.split(",")] if columns else None,
        sort=sort,
        reverse=reverse,
        convention=convention,
        gates=gates,
        loading=loading(**options),
    )
    show(found, form, output)
    return found.status
