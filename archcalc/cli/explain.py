"""`archcalc explain`."""

from pathlib import Path
from typing import Unpack

import click

from archcalc.analyse.receptive_fields import Gates
from archcalc.cli import common
from archcalc.cli.output import show


@click.command()
@common.spec_options()
@click.argument("layer", required=False)
@common.format_option
@common.gates_option
@common.output_option
def command(
    layer: str | None, form: str, gates: Gates, output: Path | None, **options: Unpack[common.SpecOptions]
) -> None:
    """LAYER is a path as in `archcalc summary`, such as features.0. Everything follows from the declaration of the
    operation: its methods are run on named numbers.
    """
    from archcalc.derive.verbs import explain

    model = common.load_model(**options)
    if layer is None:
        from archcalc.derive.verbs import SHOWN, layers
        from archcalc.errors import some

        raise click.UsageError(f"Missing argument 'LAYER'. {model.name} has {some(layers(model.network), SHOWN)}.")
    show(explain(model, layer, gates), form, output)
