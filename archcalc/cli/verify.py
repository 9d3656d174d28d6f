"""`archcalc verify`."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from archcalc.cli import common
from archcalc.cli.output import show
from archcalc.many import verify as many

# The options of each form, beside those that all forms take.
_TAKES = {
    "--checkpoint": ("variant", "settings", "limits", "modules"),
    "published numbers": ("quiet", "limits", "modules"),
    "--unknown": ("limits", "modules"),
    "--all": ("quiet",),
}


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
@click.pass_context
def command(
    ctx: click.Context,
    /,
    spec: str | None,
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
    _check(ctx, spec, everything, checkpoint, unknown)
    loading, _ = common.loaded_by(given)
    if spec is None:
        found = many.everything(partial(common.watched, label="verify"), quiet)
    elif checkpoint is not None:
        compared = many.checkpoint(common.load_model(spec, **given), checkpoint)
        show(compared, form, output)
        return 1 if compared.differences else 0
    elif unknown is not None:
        solved = many.unknown(spec, unknown, loading)
        show(solved, form, output)
        return 0 if solved.common else 1
    else:
        found = many.verify(spec, quiet=quiet, loading=loading)
    show(found, form, output)
    return 1 if found.surprises else 0


def _check(
    ctx: click.Context, spec: str | None, everything: bool, checkpoint: Path | None, unknown: str | None
) -> None:
    """Refuse options that exclude each other, or belong to another form."""
    if everything == (spec is not None):
        raise click.UsageError("give a spec or a table document, or --all")
    if unknown is not None and many.table_document(spec or "") is None:
        raise click.UsageError("--unknown needs a table document")
    chosen = {"--all": everything, "--checkpoint": checkpoint is not None, "--unknown": unknown is not None}
    if sum(chosen.values()) > 1:
        raise click.UsageError("--all, --checkpoint and --unknown exclude each other")
    form = next((form for form, given in chosen.items() if given), "published numbers")
    name, homes = common.foreign(ctx, _TAKES, form)
    if name:
        raise click.UsageError(f"{name} belongs to {' or '.join(homes)}")
