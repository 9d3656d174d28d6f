"""`archcalc ops`."""

import click

from archcalc.cli import common
from archcalc.cli.modules import operations
from archcalc.cli.output import show


@click.command()
@click.argument("name", required=False)
@common.modules_option
@common.format_option
def command(name: str | None, modules: tuple[str, ...], form: str) -> None:
    """Everything follows from the operation's declaration: its methods are run on symbols."""
    from archcalc.derive.reference import known, listed

    known_ones = operations(modules)
    show(listed(known_ones) if name is None else known(name, known_ones), form)
