"""`archcalc zoo`."""

import json
from typing import Any

import click

from archcalc.cli.common import write


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(form: str) -> None:
    """List the architectures that come with archcalc, by family, with their variants and sources."""
    entries = _entries()
    write(json.dumps(entries, indent=2, ensure_ascii=False) if form == "json" else _text(entries), None)


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
