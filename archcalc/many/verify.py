"""The verb verify: published numbers and checkpoints against networks."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

from archcalc.errors import ArchcalcError, Refused
from archcalc.language.files import read_spec
from archcalc.language.find import local, split, tables, zoo, zoo_folder
from archcalc.language.loaded import Loadable, Loaded, Loading, open_spec, opened
from archcalc.network import collector_paused
from archcalc.render import words
from archcalc.verifying import unknown as solving
from archcalc.verifying.cells import CheckedDocument, Networks, check_claims, check_table
from archcalc.verifying.checkpoint import Checkpoint, compare
from archcalc.verifying.document import is_table, read_table
from archcalc.verifying.safetensors import read_checkpoint
from archcalc.verifying.unknown import Unknown
from archcalc.verifying.verdicts import Verdicts

Names = Sequence[Loadable]
Checked = list[CheckedDocument]
WorkThrough = Callable[[Sequence[Names], Callable[[Names], Checked]], Iterable[Checked]]
"""Applies a function to each of several lists of names, in order, perhaps in parallel."""


def verify(*names: Loadable, quiet: bool = False, loading: Loading = Loading()) -> Verdicts:  # noqa: B008 - a value
    """The verdicts on table documents, by name or file, and on the claims of specs.

    With `quiet` only verdicts that differ from the recorded ones are shown. `loading` has the operations and limits for
    names and files; a loaded network keeps its own. Raises SpecError for a document with mistakes, ArchcalcError for a
    spec without claims, Refused for a network or `loading` with settings, because claims have settings of their own.
    `everything`, `unknown` and `checkpoint` are the other forms of `archcalc verify`.
    """
    if loading.config:
        raise _has_settings("`loading`", loading.config)
    return Verdicts(tuple(check(names, loading)), quiet)


def check(names: Names, loading: Loading = Loading()) -> Checked:  # noqa: B008 - a value
    """The verdicts by document; a network that several are about is made once."""
    with collector_paused():  # every network is kept until the last verdict
        networks = Networks(loading)
        return [_checked(name, networks) for name in names]


def _checked(name: Loadable, networks: Networks) -> CheckedDocument:
    if isinstance(name, (str, os.PathLike)):
        text, loading = os.fspath(name), networks.loading
        if (path := table_document(text)) is not None:
            return check_table(read_table(path, loading.limits), networks)
        spec, known_as = open_spec(text, loading.ops, loading.limits)[0], split(text)[0]
    else:
        network = opened(name)
        spec, known_as, networks = network.spec, network.file, _networks(network)
    if not spec.claims:
        raise ArchcalcError(f"{spec.file or spec.name} has no claims to check")
    return check_claims(spec, known_as, networks)


def _networks(network: Loaded) -> Networks:
    """The networks that a loaded one's claims are about; raises Refused if it has other settings than its variant."""
    usual = network.spec.usual(network.variant)
    changed = {name: value for name, value in network.config.items() if usual[name] not in (None, value)}
    if changed:
        raise _has_settings(network.name, changed)
    return Networks(network.loading)


def _has_settings(what: str, settings: Mapping[str, object]) -> Refused:
    message = f"{what} has the settings {words.pairs(settings, most=40)}, but claims have settings of their own"
    return Refused(message, "verify takes a network without settings")


def unknown(name: str, entry: str, loading: Loading = Loading()) -> Unknown:  # noqa: B008 - a value
    """The values of a config entry at which the numbers of a table document come out."""
    path = table_document(name)
    if path is None:
        raise Refused(f"{name} is not a table document")
    return solving.unknown(read_table(path, loading.limits), entry, loading)


def checkpoint(network: Loadable, path: str | os.PathLike[str]) -> Checkpoint:
    """Where the arrays of a checkpoint differ from the network's in name or shape; only its header is read."""
    found, tensors = opened(network), read_checkpoint(Path(path))
    return Checkpoint(found.name, found.file, str(path), len(tensors), tuple(compare(found.network, tensors)))


def table_document(name: str) -> Path | None:
    """The table document of a name: a file here, or one that ships."""
    found = local(name) or local(name, zoo_folder().parent) or local(name, zoo_folder() / "tables")
    return Path(found) if found is not None and is_table(Path(found)) else None


def everything(work_through: WorkThrough, quiet: bool = False) -> Verdicts:
    """The verdicts on all documents that ship, tables first; a table and the specs that it is about share networks."""
    specs = [name for name, path in zoo().items() if read_spec(path).claims]
    documents = {str(path): read_table(path) for path in tables()}
    about = {
        name: Counter(split(row.spec)[0] for row in table.rows if row.printed) for name, table in documents.items()
    }
    groups = {name: [name] for name in documents}
    for spec in specs:
        table = max(about, key=lambda name: about[name][spec])
        groups.setdefault(table if about[table][spec] else spec, []).append(spec)
    checked = work_through([*groups.values()], check)
    found = dict(zip(chain(*groups.values()), chain(*checked), strict=True))
    return Verdicts(tuple(found[name] for name in (*documents, *specs)), quiet)
