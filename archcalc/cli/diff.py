"""`archcalc diff`."""

from pathlib import Path
from typing import Any

import click

from archcalc.analyse.verbs import diff
from archcalc.cli import common
from archcalc.cli.common import Settings
from archcalc.cli.output import show


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="[B]", required=False)
@common.loading_options
@common.assignment("--set-a", "settings_before", help="Set a config entry of A only.")
@common.assignment("--set-b", "settings_after", help="Set a config entry of B only.")
@common.free_options
@common.format_option
@common.convention_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; only set the exit status.")
@common.output_option
def command(
    before: str,
    after: str | None,
    settings: Settings,
    settings_before: Settings,
    settings_after: Settings,
    form: str,
    convention: str,
    quiet: bool,
    output: Path | None,
    **options: Any,
) -> int:
    """A and B are files or names of the zoo: `archcalc diff resnet:50 resnet:101`, `archcalc diff old.yaml new.yaml`.
    Without B, compares two settings of A: `archcalc diff vgg16 --set-b batch_norm=true`. Exit status 1 if they differ.
    """
    if after is None and not (settings_before or settings_after):
        raise click.UsageError("Missing argument 'B', or --set-a or --set-b for two settings of A.")
    mine, theirs = (
        common.load_model(spec, None, settings=(*settings, *own), **options)
        for spec, own in ((before, settings_before), (before if after is None else after, settings_after))
    )
    found = diff(mine, theirs, convention)
    if not quiet:
        show(found, form, output)
    return 0 if found.same else 1
