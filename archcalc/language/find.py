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
    return Refused(f"there is no file and no architecture of the zoo called {name!r}", hint)


def extended(name: str, file: Path) -> Path:
    """The spec that another one extends: a file beside it, or the zoo's. A spec cannot reach out of its folder."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise Refused(
            f"`extends` cannot leave the folder of the spec: {name!r}", "name a spec of the zoo or a file beside it"
        )
    found = local(name, file.parent)
    if found is not None and found.resolve() == file.resolve():
        found = None  # vgg16.yaml may extend the zoo's vgg16
    if found is not None and not found.resolve().is_relative_to(file.parent.resolve()):
        raise Refused(f"`extends` cannot leave the folder of the spec: {name!r} is a link out of it")
    path = found or in_zoo(name)
    if path is None or path.resolve() == file.resolve():
        raise unknown(name)
    return path
