"""`archcalc compare`."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from archcalc.analyse.compare import Comparison
from archcalc.analyse.comparison import Broken, Compared, compared
from archcalc.cli.common import convention_option, format_option, gates_option, loading_options, output_option, show
from archcalc.cli.several import each, status
from archcalc.convention import CONVENTIONS
from archcalc.verify.published import accuracy


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
    gates: Any,
    output: Path | None,
    **options: Any,
) -> int:
    """Show architectures side by side: year, depth, parameters, work, memory, receptive field, published accuracy.

    A name or file without a variant stands for all its variants: `archcalc compare resnet vgg:16`. A network that
    cannot be made has a row that says why; then the exit status is 3.
    """
    if reverse and sort is None:
        raise click.UsageError("--reverse needs --sort COLUMN")

    chosen = [name.strip() for name in columns.split(",")] if columns else None
    nothing = (
        Comparison(CONVENTIONS[convention], ()).shown(chosen).in_order(sort or "network")
    )  # refuses before the work
    outcomes = each(specs, lambda model: told(model, convention, gates), **options)
    networks = [
        Broken(o.name, o.error.report()) if o.error is not None else o.found._replace(name=o.name) for o in outcomes
    ]
    comparison = replace(nothing, networks=tuple(networks))
    show(comparison if sort is None else comparison.in_order(sort, reverse), form, output)
    return status(outcomes)


def told(model: Any, convention: str, gates: Any) -> Compared:
    """What is told of a network, its published accuracy included where it is known."""
    found = compared(model.summary(convention, gates), model.depth, model.spec.source, model.spec.family)
    known = accuracy(model)
    return found if known is None else found._replace(accuracy=float(known.top_1.value), accuracy_source=known.where)
