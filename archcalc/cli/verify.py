"""`archcalc verify`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from archcalc.cli.common import load_model, spec_options, write


@click.command()
@spec_options()
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path),
    required=True,
    help="A .safetensors file, or the .index.json of one that is split into several.",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(checkpoint: Path, form: str, **options: Any) -> int:
    """Compare a checkpoint's names and shapes with those that the spec's layers have.

    Only the header of the file is read: no array is loaded, and nothing in the file is run. Exit status 1 where
    anything is missing, unexpected or of another shape.
    """
    from archcalc.verify.checkpoint import compare
    from archcalc.verify.safetensors import read_checkpoint

    tensors = read_checkpoint(checkpoint)
    model = load_model(**options)
    found = compare(model.graph, tensors)
    if form == "json":
        head = {"name": model.name, "file": model.file, "checkpoint": str(checkpoint), "arrays": len(tensors)}
        write(json.dumps(head | {"differences": [asdict(m) for m in found]}, indent=2), None)
    else:
        write(_text(model, checkpoint, len(tensors), found), None)
    return 1 if found else 0


def _text(model: Any, checkpoint: Path, count: int, found: list[Any]) -> str:
    from archcalc.dim import show
    from archcalc.render.words import visible

    lines = [f"{model.name} ({model.file}) and {checkpoint}, {count:,} arrays"]
    if not found:
        return "\n".join([*lines, "names and shapes are the same"])
    kinds = {"missing": "missing from the checkpoint", "shape": "of another shape", "unexpected": "not in the spec"}
    for kind, words in kinds.items():
        mine = [m for m in found if m.kind == kind]
        lines += [f"{len(mine)} {words}:"] if mine else []
        for m in mine:
            shapes = [show(shape) for shape in (m.spec, m.checkpoint) if shape is not None]
            lines.append(
                f"  {visible(m.name)} {' in the spec, '.join(shapes)}" + " in the checkpoint" * (kind == "shape")
            )
    return "\n".join(lines)
