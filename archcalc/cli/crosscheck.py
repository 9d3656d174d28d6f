"""`archcalc crosscheck`."""

import json
from dataclasses import asdict
from functools import partial
from typing import Any

import click

from archcalc.cli.common import load_model, spec_options, write


@click.command()
@spec_options(required=False)
@click.option("--all", "everything", is_flag=True, help="Every network of the zoo, in parallel; on meta unless told.")
@click.option(
    "--device",
    type=click.Choice(["cpu", "cuda", "meta"]),
    help="Where it runs; meta computes shapes only and needs no memory for weights.  [default: cpu]",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(spec: str | None, everything: bool, device: str | None, form: str, **options: Any) -> int:
    """Build the network in PyTorch, run it and compare it layer by layer.

    Compared are every output's shape, every weight's and buffer's name and shape, the number of parameters, the keys of
    the state dict, and the multiply-accumulates with torch.utils.flop_counter. Exit status 1 where anything differs.
    """
    if everything:
        if spec is not None or any(options.values()):
            raise click.UsageError("--all takes no SPEC and no settings")
        return _all(device or "meta", form)
    if spec is None:
        raise click.UsageError("Missing argument 'SPEC', or --all.")
    model = load_model(spec, **options)
    from archcalc.torchcheck.compare import crosscheck

    result = crosscheck(model.network, device or "cpu")
    if form == "json":
        write(json.dumps({"name": model.name, "file": model.file, **asdict(result)}, indent=2), None)
    else:
        write(_text(model, result), None)
    return 1 if result.differences else 0


def compared(device: str, name: str) -> dict[str, Any]:
    """The comparison of one network of the zoo."""
    from archcalc.model import load
    from archcalc.torchcheck.compare import crosscheck

    return {"name": name, **asdict(crosscheck(load(name).network, device))}


def _all(device: str, form: str) -> int:
    from archcalc.cli.everything import networks, through
    from archcalc.torchcheck import build  # noqa: F401 - says at once when torch is not installed

    found = [result for _, result in through(networks(), partial(compared, device), "crosscheck")]
    failed = [f for f in found if f["differences"]]
    if form == "json":
        write(json.dumps(found, indent=2), None)
    else:
        lines = [f"{f['name']}: {len(f['differences'])} differences, such as {f['differences'][0]}" for f in failed]
        layers = sum(f["layers"] for f in found)
        last = f"{len(found)} networks with {layers:,} layers on {device}: {len(failed)} differ from PyTorch"
        write("\n".join([*lines, last]), None)
    return 1 if failed else 0


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
