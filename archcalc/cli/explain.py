"""`archcalc explain`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.analyse.receptive_fields import Gates
from archcalc.cli.common import SpecOptions, format_option, gates_option, load_model, output_option, show, spec_options


@click.command()
@spec_options()
@click.argument("layer", required=False)
@format_option
@gates_option
@output_option
def command(layer: str | None, form: str, gates: Gates, output: Path | None, **options: Unpack[SpecOptions]) -> None:
    """LAYER is a path as `archcalc summary` shows it, such as features.0. All of it comes from the declaration of the
    operation, its methods run on named numbers.
    """
    from archcalc.derive.verbs import explain

    model = load_model(**options)
    if layer is None:
        from archcalc.derive.verbs import SHOWN, layers
        from archcalc.errors import some

        raise click.UsageError(f"Missing argument 'LAYER'. {model.name} has {some(layers(model.network), SHOWN)}.")
    show(explain(model, layer, gates), form, output)
