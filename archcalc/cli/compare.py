"""`archcalc compare`."""

from pathlib import Path
from typing import Any

import click

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
def command(specs: tuple[str, ...], columns: str | None, form: str, output: Path | None, **options: Any) -> int:
    """A name or file without a variant means all its variants: `archcalc compare resnet vgg:16`. A network that
    cannot be made has a row with the error, and the exit status is 3.
    """
    if options["reverse"] and options["sort"] is None:
        raise click.UsageError("--reverse needs --sort COLUMN")
    loading, others = common.loaded_by(options)
    found = compare(*specs, columns=common.words(columns), loading=loading, **others)
    show(found, form, output)
    return found.status
