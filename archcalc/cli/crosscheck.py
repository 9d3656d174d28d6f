"""`archcalc crosscheck`."""

import json
from dataclasses import asdict
from typing import Any

import click

from archcalc.cli.common import load_model, spec_options, write


@click.command()
@spec_options
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda", "meta"]),
    default="cpu",
    show_default=True,
    help="Where it runs; meta computes shapes only and needs no memory for weights.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(device: str, form: str, **options: Any) -> int:
    """Build the network in PyTorch, run it and compare it layer by layer.

    Compared are every output's shape, every weight's and buffer's name and shape, the number of parameters, the keys of
    the state dict, and the multiply-accumulates with torch.utils.flop_counter. Exit status 1 where anything differs.
    """
    model = load_model(**options)
    from archcalc.torchcheck.compare import crosscheck

    result = crosscheck(model.graph, device)
    if form == "json":
        write(json.dumps({"name": model.name, "file": model.file, **asdict(result)}, indent=2), None)
    else:
        write(_text(model, result), None)
    return 1 if result.differences else 0


def _text(model: Any, result: Any) -> str:
    lines = [
        f"{model.name} ({model.file}) as a torch.nn.Module on {result.device}",
        f"compared: {result.layers:,} layers, {result.arrays:,} weights and buffers, "
        f"{result.parameters:,} parameters, {result.macs:,} macs",
    ]
    if result.unknown:
        lines.append(
            f"not compared: the work of {len(result.unknown)} layers is not known: {', '.join(result.unknown[:5])}"
        )
    if not result.differences:
        return "\n".join([*lines, "archcalc and PyTorch agree on all of it"])
    lines.append(f"{len(result.differences)} differences:")
    for d in result.differences:
        where = f"{d.path}: " if d.path else ""
        lines.append(f"  {where}{d.what}: archcalc {d.ours}, PyTorch {d.theirs}")
    return "\n".join(lines)
