"""`archcalc crosscheck`."""

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from archcalc.cli.common import format_option, load_model, show, spec_options

if TYPE_CHECKING:
    from archcalc.torchcheck.crosscheck import Crosscheck


@click.command()
@spec_options(required=False)
@click.option("--all", "everything", is_flag=True, help="Every network of the zoo, in parallel; on meta unless told.")
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda", "meta"]),
    help="Where it runs; meta computes shapes only and needs no memory for weights.  [default: cpu]",
)
@format_option
def command(spec: str | None, everything: bool, device: str | None, form: str, **options: Any) -> int:
    """Compared are every output's shape, every weight's and buffer's name and shape, the number of parameters, the keys
    of the state dict, and the multiply-accumulates with torch.utils.flop_counter. Exit status 1 where anything differs.
    """
    if everything:
        if spec is not None or any(options.values()):
            raise click.UsageError("--all takes no SPEC and no settings")
        return _all(device or "meta", form)
    if spec is None:
        raise click.UsageError("Missing argument 'SPEC', or --all.")
    model = load_model(spec, **options)
    from archcalc.torchcheck.verbs import crosscheck

    result = crosscheck(model, device or "cpu")
    show(result, form)
    return 1 if result.differences else 0


def compared(device: str, name: str) -> "Crosscheck":
    """The comparison of one network of the zoo."""
    from archcalc.torchcheck.verbs import crosscheck

    return crosscheck(name, device)


def _all(device: str, form: str) -> int:
    from archcalc.cli.everything import watched
    from archcalc.language.zoo import networks
    from archcalc.torchcheck import build  # noqa: F401 - says at once when torch is not installed
    from archcalc.torchcheck.crosscheck import Crosschecks

    found = Crosschecks(tuple(watched(networks(), partial(compared, device), "crosscheck")), device)
    show(found, form)
    return 1 if found.failed else 0
