"""`archcalc summary`."""

from typing import Any

import click

from archcalc.cli.common import (
    LOADING,
    convention_option,
    format_option,
    free_options,
    gates_option,
    load_model,
    output_option,
    show,
    spec_options,
)


class Levels(click.ParamType[int | str]):
    """A number of levels, or all."""

    name = "number|all"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        text = "all" if value is None else str(value)
        if text == "all":
            return text
        if not text.isdigit() or int(text) < 1:
            self.fail(f"{value!r} is neither a number of at least 1 nor all", param, ctx)
        return int(text)


@click.command()
@spec_options()
@free_options
@click.option("--depth", type=Levels(), help="How many levels of scopes to show.  [default: 2, csv: all]")
@click.option("--unroll", is_flag=True, help="Show repeated blocks one by one.")
@click.option("--columns", metavar="A,B,...", help="The columns to show.")
@format_option
@convention_option
@gates_option
@output_option
def command(**options: Any) -> None:
    """SPEC is a file or a name of the zoo: vgg16.yaml, vgg16, resnet:50 and resnet50 all work from any folder; a local
    file wins.
    """
    from archcalc.analyse.verbs import summary

    model = load_model(**{name: options[name] for name in LOADING})
    columns = [name.strip() for name in options["columns"].split(",")] if options["columns"] else None
    found = summary(model, options["convention"], options["gates"])
    show(found.shown(options["depth"], options["unroll"] or None, columns), options["form"], options["output"])
