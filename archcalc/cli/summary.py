"""`archcalc summary`."""

from typing import Any

import click

from archcalc.cli import common
from archcalc.cli.output import show


def levels(text: str) -> int | str:
    """A number of levels, or all."""
    if text == "all":
        return text
    if not text.isdigit() or int(text) < 1:
        raise click.BadParameter(f"{text!r} is neither a number of at least 1 nor all")
    return int(text)


@click.command()
@common.spec_options()
@common.free_options
@click.option(
    "--depth", type=levels, metavar="NUMBER|ALL", help="The number of levels of scopes to show.  [default: 2, csv: all]"
)
@click.option("--unroll", is_flag=True, help="Show repeated blocks one by one.")
@click.option("--columns", metavar="A,B,...", help="The columns to show.")
@common.format_option
@common.convention_option
@common.gates_option
@common.output_option
def command(**options: Any) -> None:
    """SPEC is a file or a name of the zoo: vgg16.yaml, vgg16, resnet:50 and resnet50 all work from any folder; a local
    file wins.
    """
    from archcalc.analyse.verbs import summary

    model = common.load_model(**{name: options[name] for name in common.LOADING})
    found = summary(model, options["convention"], options["gates"])
    shown = found.shown(options["depth"], options["unroll"] or None, common.words(options["columns"]))
    show(shown, options["form"], options["output"])
