"""`archcalc verify`."""

from collections import Counter
from pathlib import Path
from typing import Any

import click

from archcalc.cli.common import format_option, load_model, output_option, show, spec_options
from archcalc.errors import ArchcalcError
from archcalc.verify.verdicts import Verdicts


@click.command()
@spec_options(required=False)
@click.option("--all", "everything", is_flag=True, help="Check the claims of all specs and all tables that ship.")
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path),
    help="Compare names and shapes with a .safetensors file, or the .index.json of one that is split into several.",
)
@format_option
@click.option("--quiet", is_flag=True, help="Show only verdicts that are not those recorded.")
@click.option("--unknown", metavar="ENTRY", help="Find the values of an entry at which the numbers come out.")
@output_option
def command(
    everything: bool,
    checkpoint: Path | None,
    form: str,
    quiet: bool,
    unknown: str | None,
    output: Path | None,
    **given: Any,
) -> int:
    """Check published numbers: say whether they are true, and if not, what was counted.

    SPEC is a spec, whose `claims` are checked, or a table document. Exit status 1 when a verdict is not the one that is
    recorded for it. With --checkpoint the arrays of a file are compared with the spec's; only its header is read.
    """
    if everything == (given["spec"] is not None):
        raise click.UsageError("give a spec or a table document, or --all")
    if checkpoint is not None:
        return _checkpoint(checkpoint, form, **given)
    if unknown is not None:
        return _unknown(given["spec"] or "", unknown, form, output)
    found = _all() if everything else check((given["spec"],))
    verdicts = Verdicts(tuple(found), quiet)
    show(verdicts, form, output)
    return 1 if verdicts.surprises else 0


def check(names: tuple[str, ...]) -> list[Any]:
    """The verdicts on table documents or on the claims of specs; a network that several are about is made once."""
    from archcalc.graph import collector_paused
    from archcalc.model import load
    from archcalc.verify.cells import Networks

    with collector_paused():  # every network that is tried stays until the last verdict
        networks = Networks(load)
        return [_checked(name, networks) for name in names]


def _checked(name: str, networks: Any) -> Any:
    from archcalc.language.find import split
    from archcalc.language.load import open_spec
    from archcalc.verify.cells import check_claims, check_table
    from archcalc.verify.document import read_table

    if (path := _table(name)) is not None:
        return check_table(read_table(path), networks)
    spec, _ = open_spec(name)
    if not spec.claims:
        raise ArchcalcError(f"{spec.file} has no claims to check")
    return check_claims(spec, split(name)[0], networks)


def _unknown(name: str, entry: str, form: str, output: Path | None) -> int:
    from archcalc.model import load
    from archcalc.verify.document import read_table
    from archcalc.verify.unknown import unknown

    path = _table(name)
    if path is None:
        raise click.UsageError("--unknown needs a table document")
    found = unknown(read_table(path), entry, load)
    show(found, form, output)
    return 0 if found.common else 1


def _table(name: str) -> Path | None:
    """The table document of a name: a file here, or one that ships."""
    from archcalc.language.find import local, zoo_folder
    from archcalc.verify.document import is_table

    path = local(name, Path()) or local(name, zoo_folder().parent) or local(name, zoo_folder() / "tables")
    return path if path is not None and is_table(path) else None


def _all() -> list[Any]:
    from archcalc.cli.everything import watched
    from archcalc.language.files import read_spec
    from archcalc.language.find import zoo

    specs = [name for name, path in zoo().items() if read_spec(path).claims]
    together = _together(specs)
    checked = watched(together, check, "verify")
    found = {
        name: one for names, ones in zip(together, checked, strict=True) for name, one in zip(names, ones, strict=True)
    }
    return [found[name] for name in [*(name for name in found if name not in specs), *specs]]


def _together(specs: list[str]) -> list[tuple[str, ...]]:
    """All tables that ship, each with the specs that it has most rows about, and the specs that are in none."""
    from archcalc.language.find import split, tables
    from archcalc.verify.document import read_table

    documents = {str(path): read_table(path) for path in tables()}
    about = {
        name: Counter(split(row.spec)[0] for row in table.rows if row.printed) for name, table in documents.items()
    }
    groups = {name: [name] for name in documents}
    for spec in specs:
        table = max(about, key=lambda name: about[name][spec])
        groups.setdefault(table if about[table][spec] else spec, []).append(spec)
    return [tuple(names) for names in groups.values()]


def _checkpoint(checkpoint: Path, form: str, **options: Any) -> int:
    from archcalc.verify.checkpoint import Checkpoint, compare
    from archcalc.verify.safetensors import read_checkpoint

    tensors = read_checkpoint(checkpoint)
    model = load_model(**options)
    differences = tuple(compare(model.graph, tensors))
    show(Checkpoint(model.name, model.file, str(checkpoint), len(tensors), differences), form)
    return 1 if differences else 0
