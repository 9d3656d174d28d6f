"""Files to one typed spec: the file itself, the spec that it extends, and the block libraries that it uses."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from archcalc.errors import LimitReached, Refused, SpecError
from archcalc.language import find
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.parser import check_names, parse_library, parse_spec
from archcalc.language.reader import read_file
from archcalc.language.spec import Block, Spec, locate, problem
from archcalc.language.tree import Map, Node, Scalar, Seq
from archcalc.network import collector_paused
from archcalc.op import Op
from archcalc.ops import OPS


class _Read(NamedTuple):
    """A spec that was read, with which operations, and the states of its files then."""

    spec: Spec
    operations: Mapping[str, type[Op]]
    stamps: list[tuple[int, int]]


_READ: dict[tuple[str, str, Limits], _Read] = {}


def read_spec(path: str, operations: Mapping[str, type[Op]] = OPS, limits: Limits = DEFAULT) -> Spec:
    """A file as a typed spec, with all that it extends and uses, its names checked; read again only once it changed.

    A spec is not changed by expanding it, so that a sweep over settings reads it once.
    """
    key = (path, os.getcwd(), limits)
    known = _READ.get(key)
    if known is None or known.operations is not operations or known.stamps != _stamps(known.spec):
        spec = Reader(limits).checked(path, operations)
        known = _READ[key] = _Read(spec, operations, _stamps(spec))
    return known.spec


def _stamps(spec: Spec) -> list[tuple[int, int]]:
    """When each file of a spec was last written, and its size; a file that is gone has none."""
    found = []
    for file in spec.files:
        try:
            state = os.stat(file)
        except OSError:
            return []
        found.append((state.st_mtime_ns, state.st_size))
    return found


class Reader(NamedTuple):
    """Reads specs and the files that they name, within limits."""

    limits: Limits

    def checked(self, path: str, operations: Mapping[str, type[Op]]) -> Spec:
        """The spec of a file, its names checked."""
        spec = self.merged(path, [])
        try:
            check_names(spec, operations)
        except SpecError as error:
            raise with_lines(error, spec.files) from None
        return spec

    def merged(self, path: str, above: list[str]) -> Spec:
        """The spec of a file on top of the one that it extends."""
        if os.path.realpath(path) in above:
            chain = " -> ".join(map(os.path.basename, [*above, path]))
            raise Refused(f"the spec extends itself: {chain}")
        if len(above) >= self.limits.nesting:
            raise LimitReached("nesting", self.limits.nesting, "too many specs extend each other")
        root = self.tree(path)
        spec = self.base(root, path, [*above, os.path.realpath(path)])
        spec.file, spec.name = shown(path), find.stem(path)
        spec.files.insert(0, path)
        try:
            blocks = self.used(root, path, spec.files)
            spec.blocks |= blocks
            return parse_spec(root, spec, blocks)
        except SpecError as error:
            raise with_lines(error, spec.files) from None

    def tree(self, path: str) -> Node:
        """The YAML of a file."""
        try:
            with collector_paused():
                return read_file(path, shown(path), self.limits)
        except OSError as error:
            raise Refused(f"cannot read {shown(path)}: {error.strerror or error}") from None

    def base(self, root: Node, path: str, above: list[str]) -> Spec:
        """What a file starts from: an empty spec, or the one that it extends with its variant set."""
        node = root.get("extends") if isinstance(root, Map) else None
        if node is None:
            return Spec(limits=self.limits)
        try:
            if not isinstance(node, Scalar) or not node.text or node.value is None:
                raise Refused("`extends` needs the name of a spec", "such as resnet:50")
            name, variant = find.split(node.text)
            spec = self.merged(find.beside(name, path), above)
            if variant is not None:
                _settle(spec, variant)
        except Refused as error:
            raise SpecError([problem(locate(error, node))]) from None
        spec.claims = []
        return spec

    def used(self, root: Node, path: str, files: list[str]) -> dict[str, Block]:
        """The blocks of the libraries that `use` names; the files are added to `files`."""
        node = root.get("use") if isinstance(root, Map) else None
        blocks: dict[str, Block] = {}
        for item in node.items if isinstance(node, Seq) else [] if node is None else [node]:
            try:
                found = self.library(item, path, files)
                if twice := blocks.keys() & found.keys():
                    raise Refused(f"the block {min(twice)!r} comes from two of the files that are used")
                blocks |= found
            except Refused as error:
                raise SpecError([problem(locate(error, item))]) from None
        return blocks

    def library(self, node: Node, path: str, files: list[str]) -> dict[str, Block]:
        """The blocks of one library."""
        if not isinstance(node, Scalar) or not node.text or node.value is None:
            raise Refused("`use` needs the name of a file of blocks", "such as blocks/common.yaml")
        library = find.beside(node.text, path, folder=True)
        files.append(library)
        return parse_library(self.tree(library), self.limits)


def _settle(spec: Spec, variant: str) -> None:
    """Set a variant of a spec that another one extends."""
    for key, value in spec.variant(variant).items():
        setting = spec.config[key]
        spec.config[key] = replace(setting, default=setting.check(value))
    spec.variants = {}  # one was chosen


def shown(path: str | os.PathLike[str]) -> str:
    """A path as a reader knows it: relative to the current folder where it is below it."""
    here = os.path.join(os.getcwd(), "")
    return os.path.normpath(os.fspath(path).removeprefix(here))


def with_lines(error: SpecError, files: list[str]) -> SpecError:
    """The error with the lines that its problems stand on."""
    for path in files:
        mine = [p for p in error.problems if p.place and p.place.file == shown(path)]
        if mine and os.path.isfile(path):
            with open(path, encoding="utf-8", errors="replace") as file:
                lined = SpecError(mine).with_lines(file.read()).problems
            found = dict(zip(mine, lined, strict=True))
            error = SpecError([found.get(p, p) for p in error.problems])
    return error
