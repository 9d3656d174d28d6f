"""`archcalc verify`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from archcalc.cli import common
from archcalc.cli.output import show
from archcalc.many import verify as many


@click.command()
@common.spec_options(required=False)
@click.option("--all", "everything", is_flag=True, help="Check the claims of all specs and all tables that ship.")
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path),
    help="Compare names and shapes with a .safetensors file, or the .index.json of one that is split into several.",
)
@common.format_option
@click.option("--quiet", is_flag=True, help="Show only verdicts that differ from the recorded ones.")
@click.option("--unknown", metavar="ENTRY", help="Find the values of a config entry that reproduce the numbers.")
@common.output_option
def command(
    everything: bool,
    checkpoint: Path | None,
    form: str,
    quiet: bool,
    unknown: str | None,
    output: Path | None,
    **given: Any,
) -> int:
    """SPEC is a spec whose `claims` are checked, or a table document. Exit status 1 if a verdict differs from the
    recorded one. With --checkpoint, the arrays of a file are compared with the spec's; only its header is read.
    """
    spec: str = given["spec"] or ""
    if everything == (given["spec"] is not None):
        raise click.UsageError("give a spec or a table document, or --all")
    if checkpoint is not None:
        compared = many.checkpoint(common.load_model(**given), checkpoint)
        show(compared, form, output)
        return 1 if compared.differences else 0
    if unknown is not None:
        if many.table_document(spec) is None:
            raise click.UsageError("--unknown needs a table document")
        solved = many.unknown(spec, unknown)
        show(solved, form, output)
        return 0 if solved.common else 1
    watch = partial(common.watched, label="verify")
    found = many.everything(watch, quiet) if everything else many.verify(spec, quiet=quiet)
    show(found, form, output)
    return 1 if found.surprises else 0
