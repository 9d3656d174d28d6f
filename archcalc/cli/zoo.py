"""`archcalc zoo`."""

import click

from archcalc.cli import common
from archcalc.cli.output import show


@click.command()
@click.option("--check", is_flag=True, help="Derive all facts of every network, in parallel, and count them.")
@common.format_option
def command(check: bool, form: str) -> int:
    """They are listed by family, with their variants and sources."""
    from archcalc.language.zoo import networks, zoo

    if not check:
        show(zoo(), form)
        return 0
    from archcalc.many.everything import Census, counted

    census = Census(tuple(common.watched(networks(), counted, "zoo")))
    show(census, form)
    return 1 if census.failures else 0
