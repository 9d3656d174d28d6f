"""The tree of scopes and layers, and runs of numbered neighbours in it."""

from collections.abc import Callable, Iterable
from typing import Self, TypeVar

from archcalc.analyse.summary import LayerSummary

T = TypeVar("T")


class ScopeNode:
    """A layer or scope; the root has an empty path."""

    def __init__(self, name: str = "", path: str = "", parent: Self | None = None):
        self.name, self.path, self.parent = name, path, parent
        self.layer: LayerSummary | None = None
        self.children: dict[str, Self] = {}
        self.structure = 0  # equal for equal structures


N = TypeVar("N", bound=ScopeNode)


def tree(layers: Iterable[LayerSummary], root: N) -> dict[str, N]:
    """Every scope and layer below a root by path; each follows the scope around it."""
    nodes = {"": root}
    for layer in layers:
        new, path = [], layer.path
        while path not in nodes:
            new.append(path)
            path = path.rpartition(".")[0]
        for inner in reversed(new):
            name = inner[len(path) + 1 :] if path else inner
            nodes[inner] = nodes[path].children[name] = type(root)(name, inner, nodes[path])
            path = inner
        nodes[layer.path].layer = layer
    return nodes


def runs(items: Iterable[T], follows: Callable[[T, T], bool]) -> list[list[T]]:
    """The items in order, in maximal runs in which each one follows the previous one."""
    found: list[list[T]] = []
    for item in items:
        if found and follows(found[-1][-1], item):
            found[-1].append(item)
        else:
            found.append([item])
    return found


def is_next(before: str, after: str) -> bool:
    """Whether a name or path has the next number: conv1, conv2."""
    (stem, number), (other, following) = _numbered(before), _numbered(after)
    return stem == other and "" not in (number, following) and int(following) == int(number) + 1


def _numbered(name: str) -> tuple[str, str]:
    """A name without the number at its end, and the number."""
    stem = name.rstrip("0123456789")
    return stem, name[len(stem) :]


def span(first: str, last: str) -> str:
    """The name of a run: layer3.6-22, conv1-conv3."""
    return first if first == last else f"{first}-{last.rpartition('.')[2]}"
