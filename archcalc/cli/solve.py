"""`archcalc solve`."""

from fractions import Fraction
from pathlib import Path
from typing import Literal, Unpack

import click

from archcalc.cli import common
from archcalc.cli.output import show


@click.command()
@common.spec_options()
@click.option(
    "--for", "entries", required=True, metavar="ENTRY", help="A config entry, or several that change together."
)
@click.option(
    "--where",
    multiple=True,
    required=True,
    metavar="CONDITION",
    help="A condition, such as 'parameters <= 10e6' or 'layer4.height >= 7', or valid; may be repeated.",
)
@click.option("--multiple-of", type=click.IntRange(min=1), help="Try only multiples of this number.")
@click.option("--step", metavar="NUMBER", help="The step of a real multiplier.  [default: 0.01]")
@click.option("--range", "between", metavar="A:B", help="The smallest and the largest value to try.")
@click.option("--largest", "direction", flag_value="largest", help="Find the largest value.")
@click.option("--smallest", "direction", flag_value="smallest", help="Find the smallest value.")
@common.format_option
@common.output_option
def command(
    entries: str,
    where: tuple[str, ...],
    multiple_of: int | None,
    step: str | None,
    between: str | None,
    direction: Literal["largest", "smallest"] | None,
    form: str,
    output: Path | None,
    **given: Unpack[common.SpecOptions],
) -> int:
    """Finds the largest value, unless all conditions are lower bounds. Exit status 1 if there is no such value."""
    from archcalc.solving.solution import solve

    found = solve(
        common.load_model(**given),
        [name.strip() for name in entries.split(",")],
        where,
        multiple_of=multiple_of,
        step=None if step is None else common.number("--step", step),
        between=_between(between),
        direction=direction,
    )
    show(found, form, output)
    return 0 if found.found is not None else 1


def _between(text: str | None) -> tuple[int | Fraction, int | Fraction] | None:
    if text is None:
        return None
    low, colon, high = text.partition(":")
    if not colon:
        raise click.BadParameter(f"--range takes two numbers, such as 8:512, not {text!r}")
    return common.number("--range", low), common.number("--range", high)
