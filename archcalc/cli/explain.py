"""`archcalc explain`."""

from pathlib import Path
from typing import Any

import click

from archcalc.cli.common import load_model, spec_options, write


@click.command()
@spec_options()
@click.argument("layer", required=False)
@click.option("--format", "form", type=click.Choice(["text", "markdown", "latex"]), default="text", show_default=True)
@click.option(
    "--gates",
    type=click.Choice(["count", "ignore"]),
    default="count",
    show_default=True,
    help="Whether squeeze-and-excitation gates belong to the receptive field.",
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
def command(layer: str | None, form: str, gates: Any, output: Path | None, **options: Any) -> None:
    """Derive one layer's facts step by step: the rule, the formula, the numbers put in, the result.

    LAYER is a path as `archcalc summary` shows it, such as features.0. All of it comes from the declaration of the
    operation, its methods run on named numbers.
    """
    model = load_model(**options)
    if layer is None:
        from archcalc.derive.explain import SHOWN, layers
        from archcalc.errors import some

        raise click.UsageError(f"Missing argument 'LAYER'. {model.name} has {some(layers(model.network), SHOWN)}.")
    from archcalc.render.derivations import renderer

    write(renderer(form)(model.explain(layer, gates)), output)
