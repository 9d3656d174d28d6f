"""`archcalc ops`."""

import click

from archcalc.cli import common


@click.command()
@click.argument("name", required=False)
@common.format_option
def command(name: str | None, form: str) -> None:
    """Everything follows from the operation's declaration: its methods are run on symbols."""
    from archcalc.derive.reference import known, listed

    common.show(listed() if name is None else known(name), form)
