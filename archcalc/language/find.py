"""Which file a name means: a local file first, then the zoo that comes with archcalc."""

import functools
from collections.abc import Iterator
from pathlib import Path

from archcalc.errors import Refused, nearest

_PACKAGE = Path(__file__).parent.parent
ENDINGS = (".yaml", ".yml")


@functools.cache
def zoo_folder() -> Path:
    """The folder of the zoo: in the package where it is installed, beside it in a checkout."""
    inside = _PACKAGE / "specs"
    return inside if inside.is_dir() else _PACKAGE.parent / "specs"


@functools.cache
def zoo() -> dict[str, Path]:
    """Every spec of the zoo by its name."""
    paths = sorted(p for p in zoo_folder().rglob("*.yaml") if "tables" not in p.parts and "blocks" not in p.parts)
    return {path.stem: path for path in paths}


def tables() -> list[Path]:
    """The table documents that ship."""
    return sorted((zoo_folder() / "tables").glob("*.yaml"))


def split(text: str) -> tuple[str, str | None]:
    """A spec's name and variant: `resnet:50` is resnet, 50."""
    name, colon, variant = text.rpartition(":")
    if not colon or Path(text).is_file():
        return text, None
    return name, variant


def local(name: str, folder: Path) -> Path | None:
    """The file of this name in a folder, its ending perhaps left out."""
    for ending in ("", *ENDINGS):
        path = folder / (name + ending)
        if path.is_file():
            return path
    return None


def in_zoo(name: str) -> Path | None:
    """The zoo's spec of this name, with or without the ending `.yaml`."""
    stem = name.removesuffix(".yaml").removesuffix(".yml")
    inner = stem.rpartition("/")[2]  # a folder may be named, as in lesson/simple_cnn
    path = zoo().get(inner)
    return path if path is not None and path.with_suffix("").as_posix().endswith(f"/{stem}") else None


def aliases(name: str) -> Iterator[tuple[Path, str]]:
    """Readings of a name as spec and variant joined: resnet50 and resnet_50 may be resnet, 50."""
    stem = name.removesuffix(".yaml").removesuffix(".yml")
    for family in sorted(zoo(), key=len, reverse=True):
        if stem.startswith(family) and stem != family:
            yield zoo()[family], stem[len(family) :]


def unknown(name: str) -> Refused:
    """The error for a name that is neither a file nor in the zoo."""
    hint = nearest(name, zoo()) or "`archcalc zoo` lists the zoo"
    return Refused(f"there is no file and nothing in the zoo called {name!r}", hint)


def beside(name: str, file: Path, folder: bool = False) -> Path:
    """The file that another one names in `extends` or `use`: below its own folder, or of the zoo.

    With `folder`, a path in the zoo's folder rather than the name of a spec. A spec cannot reach out of its folder.
    """
    if Path(name).is_absolute() or ".." in Path(name).parts or "\x00" in name:
        raise Refused(
            f"a spec cannot reach out of its folder: {name!r}", "name one of the zoo, or a file below the spec's"
        )
    found = local(name, file.parent)
    if found is not None and not found.resolve().is_relative_to(file.parent.resolve()):
        raise Refused(f"a spec cannot reach out of its folder: {name!r} is a link out of it")
    if found is None or found.resolve() == file.resolve():  # vgg16.yaml may extend the zoo's vgg16
        found = local(name, zoo_folder()) if folder else in_zoo(name)
    if found is None or found.resolve() == file.resolve():
        raise unknown(name)
    return found
