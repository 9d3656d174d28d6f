"""`archcalc crosscheck`."""

from functools import partial
from typing import Any

import click

from archcalc.cli import common
from archcalc.cli.output import show


@click.command()
@common.spec_options(required=False)
@click.option("--all", "everything", is_flag=True, help="Every network of the zoo, in parallel; on meta by default.")
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda", "meta"]),
    help="The device; meta computes shapes only and needs no memory for weights.  [default: cpu]",
)
@common.format_option
def command(spec: str | None, everything: bool, device: str | None, form: str, **options: Any) -> int:
    """Compares the shape of every output, the name and shape of every weight and buffer, the number of parameters, the
    keys of the state dict, and the multiply-accumulates of torch.utils.flop_counter. Exit status 1 if anything differs.
    """
    if everything:
        if spec is not None or any(options.values()):
            raise click.UsageError("--all takes no SPEC and no settings")
        return _all(device or "meta", form)
    if spec is None:
        raise click.UsageError("Missing argument 'SPEC', or --all.")
    model = common.load_model(spec, **options)
    from archcalc.torchcheck.verbs import crosscheck

    result = crosscheck(model, device or "cpu")
    show(result, form)
    return 1 if result.differences else 0


def _all(device: str, form: str) -> int:
    from archcalc.language.zoo import networks
    from archcalc.torchcheck import build  # noqa: F401 - fails at once if torch is not installed
    from archcalc.torchcheck.crosscheck import Crosschecks
    from archcalc.torchcheck.verbs import crosscheck

    found = Crosschecks(tuple(common.watched(networks(), partial(crosscheck, device=device), "crosscheck")), device)
    show(found, form)
    return 1 if found.failed else 0
