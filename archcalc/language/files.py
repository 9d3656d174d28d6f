"""Files to one typed spec: the file itself, the spec that it extends, and the block libraries that it uses."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from archcalc.errors import LimitReached, Refused, SpecError
from archcalc.language import find
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.parser import Parser
from archcalc.language.reader import read_file
from archcalc.language.spec import Block, Spec, locate, problem
from archcalc.language.tree import Map, Node, is_null, items_of, text_of
from archcalc.network import collector_paused
from archcalc.op import Op
from archcalc.ops import OPS


class _Read(NamedTuple):
    """A spec that was read, with the operations, and the states of its files at that time."""

    spec: Spec
    operations: Mapping[str, type[Op]]
    stamps: list[tuple[int, ...]]


_READ: dict[tuple[str, str, Limits], _Read] = {}


def read_spec(path: str, operations: Mapping[str, type[Op]] = OPS, limits: Limits = DEFAULT) -> Spec:
    """A file as a typed spec, with everything that it extends and uses, its names checked; cached until it changes.

    Expanding a spec does not change it, so a sweep over settings reads it once.
    """
    key = (path, os.getcwd(), limits)
    known = _READ.get(key)
    if known is None or known.operations is not operations or known.stamps != _stamps(known.spec):
        try:
            spec = _merged(path, limits, [], operations)
        except SpecError as error:
            raise with_lines(error) from None
        known = _READ[key] = _Read(spec, operations, _stamps(spec))
    return known.spec


def _stamps(spec: Spec) -> list[tuple[int, ...]]:
    """The identity, times and size of each file of a spec; none at all if a file is gone.

    A file may be replaced within one tick of the clock by another of the same size.
    """
    try:
        states = [os.stat(file) for file in spec.files]
    except OSError:
        return []
    return [(state.st_ino, state.st_ctime_ns, state.st_mtime_ns, state.st_size) for state in states]


def _merged(path: str, limits: Limits, above: list[str], operations: Mapping[str, type[Op]] | None = None) -> Spec:
    """The spec of a file, merged into the one that it extends; names are checked if `operations` are given."""
    if os.path.realpath(path) in above:
        chain = " -> ".join(map(os.path.basename, [*above, path]))
        raise Refused(f"the spec extends itself: {chain}")
    if len(above) >= limits.nesting:
        raise LimitReached("nesting", limits.nesting, "too many specs extend each other")
    root = _tree(path, limits)
    spec = _base(root, path, limits, [*above, os.path.realpath(path)])
    spec.file, spec.name = shown(path), find.stem(path)
    spec.files.insert(0, path)
    blocks = _used(root, path, spec)
    spec.blocks |= blocks
    return Parser(spec).read(root, blocks, operations)


def _tree(path: str, limits: Limits) -> Node:
    """The YAML of a file."""
    try:
        with collector_paused():
            return read_file(path, shown(path), limits)
    except OSError as error:
        raise Refused(f"cannot read {shown(path)}: {error.strerror or error}") from None


def _base(root: Node, path: str, limits: Limits, above: list[str]) -> Spec:
    """The spec that a file extends, with its variant set; an empty spec if it extends none."""
    node = root.get("extends") if isinstance(root, Map) else None
    if node is None:
        return Spec(limits=limits)
    try:
        name, variant = find.split(_named(node, "`extends` needs the name of a spec", "such as resnet:50"))
        spec = _merged(find.beside(name, path), limits, above)
        if variant is not None:
            for key, value in spec.variant(variant).items():
                spec.config[key] = replace(spec.config[key], default=spec.config[key].check(value))
            spec.variants = {}  # one was chosen
    except Refused as error:
        raise SpecError([problem(locate(error, node))]) from None
    spec.claims = []
    return spec


def _used(root: Node, path: str, spec: Spec) -> dict[str, Block]:
    """The blocks of the libraries that `use` names; the files are added to those of the spec."""
    blocks: dict[str, Block] = {}
    for item in items_of(root.get("use") if isinstance(root, Map) else None):
        try:
            name = _named(item, "`use` needs the name of a file of blocks", "such as blocks/common.yaml")
            library = find.beside(name, path, folder=True)
            spec.files.append(library)
            found = Parser(Spec(limits=spec.limits)).library(_tree(library, spec.limits))
            if twice := blocks.keys() & found.keys():
                raise Refused(f"the block {min(twice)!r} comes from two of the files that are used")
            blocks |= found
        except Refused as error:
            raise SpecError([problem(locate(error, item))]) from None
    return blocks


def _named(node: Node, message: str, hint: str) -> str:
    """The name in a node; raises Refused for anything else."""
    if is_null(node) or not text_of(node):
        raise Refused(message, hint)
    return text_of(node)


def shown(path: str | os.PathLike[str]) -> str:
    """A path for a message: relative to the current folder if it is below it."""
    here = os.path.join(os.getcwd(), "")
    return os.path.normpath(os.fspath(path).removeprefix(here))


def with_lines(error: SpecError) -> SpecError:
    """The error with the line of each problem."""
    return error.with_lines(_text)


def _text(path: str) -> str:
    """The text of a file; empty if there is none."""
    if not os.path.isfile(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
