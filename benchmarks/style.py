"""Figures of the code's style: untyped places, lengths, names that stand twice.

python benchmarks/style.py [CHECKOUT]
"""

import ast
import statistics
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path


def functions(tree: ast.AST) -> Iterator[int]:
    """The lines of each function, without its docstring."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            first = node.body[0]
            said = ast.get_docstring(node) is not None
            yield lines - ((first.end_lineno or first.lineno) - first.lineno + 1 if said else 0)


def imports_inside(tree: ast.AST) -> set[str]:
    """The packages of archcalc that functions import."""
    return {
        ".".join(node.module.split(".")[1:2])
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("archcalc.")
    }


def classes(tree: ast.Module) -> list[str]:
    return [node.name for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]


def main() -> None:
    """Print a line for each figure."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]) / "archcalc"
    texts = {path.relative_to(root): path.read_text(encoding="utf-8") for path in sorted(root.rglob("*.py"))}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    sizes = {path: len(text.splitlines()) for path, text in texts.items()}
    lines = [line for text in texts.values() for line in text.splitlines()]
    lengths = sorted(length for tree in trees.values() for length in functions(tree))
    names = Counter(name for tree in trees.values() for name in classes(tree))
    twice = sorted(name for name, count in names.items() if count > 1)
    longest = max(sizes, key=sizes.__getitem__)
    within = {path: imports_inside(tree) for path, tree in trees.items()}
    algebra = [str(path) for path, found in within.items() if path.parts[0] == "algebra" and "algebra" in found]
    print(f"lines with `: Any`:      {sum(': Any' in line for line in lines):7,}   under 120")
    print(f"`type: ignore`:          {sum('type: ignore' in line for line in lines):7,}   under 15")
    print(f"functions, median:       {statistics.median(lengths):7,}   at most 6")
    print(f"functions, p90:          {lengths[int(0.9 * len(lengths))]:7,}   at most 15")
    print(f"functions, longest:      {lengths[-1]:7,}   at most 40")
    print(f"longest file:            {sizes[longest]:7,}   at most 350 ({longest})")
    print(f"lines of render/:        {sum(n for p, n in sizes.items() if p.parts[0] == 'render'):7,}   under 2,200")
    print(f"lines in all:            {sum(sizes.values()):7,}")
    print(f"public classes twice:    {len(twice):7,}   none {' '.join(twice)}")
    print(f"functions of algebra/ that import algebra/: {len(algebra)} files {' '.join(algebra)}")


if __name__ == "__main__":
    main()
