"""The file of a name: a local file, or else a spec of the zoo that comes with archcalc."""

import functools
import os
from collections.abc import Iterator
from os.path import dirname, isfile, realpath
from typing import TYPE_CHECKING

from archcalc.errors import Refused, nearest

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = dirname(dirname(os.path.abspath(__file__)))


@functools.cache
def _zoo_folder() -> str:
    """The folder of the zoo: inside an installed package, beside it in a checkout."""
    inside = os.path.join(_PACKAGE, "specs")
    return inside if os.path.isdir(inside) else os.path.join(dirname(_PACKAGE), "specs")


def zoo_folder() -> "Path":
    """The folder of the zoo."""
    from pathlib import Path  # takes a tenth of the start-up

    return Path(_zoo_folder())


@functools.cache
def zoo() -> dict[str, str]:
    """The file of every spec of the zoo by the spec's name."""
    paths = [
        os.path.join(folder, file)
        for folder, _, files in os.walk(_zoo_folder())
        if os.path.basename(folder) not in ("tables", "blocks")
        for file in files
        if file.endswith(".yaml")
    ]
    return {stem(path): path for path in sorted(paths, key=lambda path: path.split(os.sep))}


def stem(path: str) -> str:
    """The name of a file without its folder and its ending."""
    return os.path.splitext(os.path.basename(path))[0]


def tables() -> "list[Path]":
    """The table documents that ship."""
    return sorted((zoo_folder() / "tables").glob("*.yaml"))


def split(text: str) -> tuple[str, str | None]:
    """A spec's name and variant: `resnet:50` is resnet, 50."""
    name, colon, variant = text.rpartition(":")
    if not colon or isfile(text):
        return text, None
    return name, variant


def local(name: str, folder: str | os.PathLike[str] = "") -> str | None:
    """The file of this name in a folder, with or without its ending."""
    paths = (os.path.join(folder, name + ending) for ending in ("", ".yaml", ".yml"))
    return next(filter(isfile, paths), None)


def in_zoo(name: str) -> str | None:
    """The zoo's spec of this name, with or without the ending `.yaml`."""
    bare = _bare(name)
    path = zoo().get(bare.rpartition("/")[2], "")  # a folder may be named, as in lesson/simple_cnn
    return path if path.replace(os.sep, "/").endswith(f"/{bare}.yaml") else None


def _bare(name: str) -> str:
    return name.removesuffix(".yaml").removesuffix(".yml")


def aliases(name: str) -> Iterator[tuple[str, str]]:
    """The specs and variants that a joined name may mean: resnet50 and resnet_50 may be resnet, 50."""
    bare = _bare(name)
    for family in sorted(zoo(), key=len, reverse=True):
        if bare.startswith(family) and bare != family:
            yield zoo()[family], bare[len(family) :]


def unknown(name: str) -> Refused:
    """The error for a name that is neither a file nor in the zoo."""
    hint = nearest(name, zoo()) or "`archcalc zoo` lists the zoo"
    return Refused(f"there is no file and nothing in the zoo called {name!r}", hint)


def beside(name: str, file: str, folder: bool = False) -> str:
    """The file that a spec names in `extends` or `use`: below the spec's own folder, or in the zoo.

    With `folder`, a name is a path in the zoo's folder rather than the name of a spec.
    """
    if os.path.isabs(name) or ".." in name.replace(os.sep, "/").split("/") or "\x00" in name:
        raise Refused(
            f"a spec cannot reach out of its folder: {name!r}", "name one of the zoo, or a file below the spec's"
        )
    found = local(name, dirname(file))
    if found is not None and not realpath(found).startswith(os.path.join(realpath(dirname(file)), "")):
        raise Refused(f"a spec cannot reach out of its folder: {name!r} is a link out of it")
    if found is None or realpath(found) == realpath(file):  # vgg16.yaml may extend the zoo's vgg16
        found = local(name, _zoo_folder()) if folder else in_zoo(name)
    if found is None or realpath(found) == realpath(file):
        raise unknown(name)
    return found
