"""`archcalc zoo`."""

import json
from typing import Any

import click

from archcalc.cli.common import write


@click.command()
@click.option("--check", is_flag=True, help="Derive all facts of every network, in parallel, and count them.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(check: bool, form: str) -> int:
    """List the architectures that come with archcalc, by family, with their variants and sources."""
    if check:
        return _check(form)
    entries = _entries()
    write(json.dumps(entries, indent=2, ensure_ascii=False) if form == "json" else _text(entries), None)
    return 0


def facts(name: str) -> dict[str, Any]:
    """A network's totals, or the error that it ends in."""
    from archcalc.errors import ArchcalcError
    from archcalc.model import load

    try:
        summary = load(name).summary()
    except ArchcalcError as error:
        return {"name": name, "error": error.report()}
    totals = summary.totals
    counts = {"layers": len(summary.layers), "parameters": totals.parameters, "buffers": totals.buffers}
    return {"name": name} | counts | {"macs": totals.cost.macs, "unknown": list(totals.unknown)}


def _check(form: str) -> int:
    from archcalc.cli.everything import networks, through

    found = [result for _, result in through(networks(), facts, "zoo")]
    failed = [f for f in found if "error" in f]
    if form == "json":
        write(json.dumps(found, indent=2), None)
    else:
        done = [f for f in found if "error" not in f]
        lines = [f"{f['name']:<32}{f['layers']:>7,}{f['parameters']:>15,}{f['macs']:>19,}" for f in done]
        head = f"{'network':<32}{'layers':>7}{'parameters':>15}{'macs':>19}"
        errors = [f"{f['name']}: {f['error']}" for f in failed]
        last = f"{len(done)} networks, {sum(f['layers'] for f in done):,} layers, {len(failed)} errors"
        write("\n".join([head, *lines, *errors, last]), None)
    return 1 if failed else 0


def _entries() -> list[dict[str, Any]]:
    """The specs of the zoo, each with what a reader wants to know before using it."""
    from archcalc.language.files import read_spec
    from archcalc.language.find import zoo

    entries = []
    for name, path in zoo().items():
        spec = read_spec(path)
        entry = {"name": name, "family": spec.family or name, "title": spec.title, "source": spec.source}
        entries.append(entry | {"variants": list(spec.variants), "file": str(path)})
    return sorted(entries, key=lambda e: (e["family"], e["name"]))


def _text(entries: list[dict[str, Any]]) -> str:
    lines: list[str] = []
    family = None
    for entry in entries:
        if entry["family"] != family:
            family = entry["family"]
            lines += ["", family] if lines else [family]
        lines.append(f"  {entry['name']}")
        lines += [f"      {text}" for text in (entry["title"], entry["source"]) if text]
        if entry["variants"]:
            text = "variants: " + ", ".join(f"{entry['name']}:{v}" for v in entry["variants"])
            lines.append(click.wrap_text(text, 100, "      ", "                "))
    return "\n".join(lines)
