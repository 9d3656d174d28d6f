"""`archcalc check`."""

from dataclasses import replace
from typing import Any

import click

from archcalc.analyse.budgets import budget
from archcalc.analyse.quantities import QUANTITIES
from archcalc.cli import common
from archcalc.cli.output import show
from archcalc.many.check import check

_KNOWN = ", ".join(name for name in QUANTITIES if name != "shape")
_AMOUNT = "parameters=5e6"


@click.command(epilog=f"Quantities: {_KNOWN}.")
@click.argument("specs", nargs=-1, required=True, metavar="SPEC...")
@common.loading_options
@common.assignment("--max", "most", example=_AMOUNT, help="The most that a quantity may be.")
@common.assignment("--min", "least", example=_AMOUNT, help="The least that a quantity may be.")
@click.option("--layer", metavar="PATH", default="", help="A layer or a scope instead of the whole network.")
@common.gates_option
@click.option("-q", "--quiet", is_flag=True, help="Show only what is broken or unknown.")
@common.format_option
def command(
    specs: tuple[str, ...], most: common.Settings, least: common.Settings, quiet: bool, form: str, **options: Any
) -> int:
    """For example, `archcalc check mobilenet_v2 --max parameters=5M --max macs=600M`.

    Amounts are 25000000, 25_000_000, 5e6, 5M, 4.1G, and of memory 100MB or 96MiB. A receptive field that is the whole
    input counts as the size of the input. A name without a variant means all variants, and resnet:default for the
    defaults alone.

    Exit status 1 if a budget is broken, or if the work of a layer or the receptive field is unknown; else 3 or 5 if a
    network cannot be made.
    """
    budgets = [budget(name, "max", text) for name, text in most] + [budget(name, "min", text) for name, text in least]
    if not budgets:
        raise click.UsageError("no budget is given, such as --max parameters=5e6")
    loading, others = common.loaded_by(options)
    found = check(*specs, budgets=budgets, loading=loading, **others)
    show(replace(found, quiet=quiet), form)
    return found.status
