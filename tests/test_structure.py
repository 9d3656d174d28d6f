"""The house: imports point one way, heavy packages stay out, everything public is documented."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import networkx as nx
import pytest

import archcalc

PACKAGE = Path(archcalc.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
# A part may import the parts before it and its own; parts in one line know nothing of each other.
ORDER = [
    ("errors",),
    ("algebra",),
    ("dim",),
    ("render",),
    ("reach", "role", "setting"),
    ("op",),
    ("call",),
    ("ops",),
    ("network",),
    ("builder", "walk"),
    ("language",),
    ("analyse", "convention"),
    ("derive", "solving", "verifying"),
    ("torchcheck",),
    ("many",),
    ("picture",),
    ("model",),
    ("cli",),
    ("__main__",),
    ("__init__",),  # names what the package offers
]
RANK = {part: rank for rank, parts in enumerate(ORDER) for part in parts}
# An analysis is asked for under a convention, so `analyse` reads the table of them.
ALLOWED = {("analyse", "convention")}
# A heavy or foreign package, and the only part that may import it; inside a function others may use it when needed.
HOMES = {"torch": "torchcheck", "click": "cli", "yaml": "language", "graphviz": "picture", "matplotlib": "picture"}
HEAVY = ("torch", "sympy", "numpy", "networkx", "graphviz", "matplotlib")


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """The modules that a file imports, anywhere in it but for the type checker."""
    skipped = {id(n) for block in ast.walk(tree) if _is_typing(block) for n in ast.walk(block)}
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from _modules(node)


def _modules(node: ast.ImportFrom) -> list[str]:
    module = node.module or ""
    inside = PACKAGE.parent.joinpath(*module.split("."))
    # `from archcalc.language import find` imports a module of the package, not a name.
    found = [f"{module}.{a.name}" for a in node.names if (inside / f"{a.name}.py").is_file() or module == "archcalc"]
    return found or [module]


def _is_typing(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def forbidden(path: Path, text: str) -> list[str]:
    """The imports of a file that the order does not allow."""
    mine = part(path)
    found = []
    for module in imported(ast.parse(text)):
        package, *rest = module.split(".")
        if package in HOMES and mine != HOMES[package]:
            found.append(module)
        if package != "archcalc" or not rest or rest[0] in (mine, "__version__"):
            continue
        if RANK[mine] <= RANK[rest[0]] and (mine, rest[0]) not in ALLOWED:
            found.append(module)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    assert forbidden(path, path.read_text(encoding="utf-8")) == []


def test_no_modules_import_each_other() -> None:
    graph = nx.DiGraph()
    for path in MODULES:
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
        graph.add_edges_from((name, module) for module in imported(ast.parse(path.read_text(encoding="utf-8"))))
    circles = [part for part in nx.strongly_connected_components(graph) if len(part) > 1]
    # A summary shows itself; how it is shown is imported late.
    shown = {f"archcalc.analyse.{name}" for name in ("summary", "shown", "columns", "outline", "tree")}
    assert circles == [shown]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("dim.py", "from archcalc.op import Op"),
        ("network.py", "import archcalc.cli.summary"),
        ("network.py", "from archcalc import language"),
        ("render/text.py", "def f():\n    from archcalc.torchcheck import build"),
        ("analyse/costs.py", "import torch.nn"),
        ("ops/conv.py", "from yaml import load"),
    ],
)
def test_a_wrong_import_is_found(file: str, text: str) -> None:
    assert forbidden(PACKAGE / file, text) != []


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_every_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", archcalc.__all__)
def test_public_names_are_documented(name: str) -> None:
    assert getattr(archcalc, name).__doc__
    assert name in dir(archcalc)


@pytest.mark.parametrize(
    "name",
    [
        "Op",
        "Cost",
        "Model",
        "Window",
        "Scattered",
        "Summary",
        "LayerSummary",
        "Network",
        "Builder",
        "Layer",
        "Totals",
        "Extent",
    ],
)
def test_public_methods_are_documented(name: str) -> None:
    homes = (
        "archcalc.op",
        "archcalc.model",
        "archcalc.network",
        "archcalc.builder",
        "archcalc.analyse.totals",
        "archcalc.analyse.receptive_fields",
        "archcalc.analyse.summary",
    )
    cls = next(found for home in homes if (found := getattr(import_module(home), name, None)) is not None)
    for key, value in vars(cls).items():
        if not key.startswith("_") and (callable(value) or isinstance(value, property)):
            assert (getattr(value, "__doc__", None) or "").strip(), f"{name}.{key}"


def loaded(statement: str) -> set[str]:
    """The heavy packages that are loaded after a statement in a fresh interpreter."""
    code = f"import sys\n{statement}\nprint(*(m for m in {HEAVY!r} if m in sys.modules), file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(result.stderr.split())


RUN = """
from archcalc.cli import main
try:
    main({arguments!r})
except SystemExit as end:
    assert end.code == 0
"""


def test_import_loads_nothing_heavy() -> None:
    assert loaded("import archcalc; archcalc.load") == set()


@pytest.mark.parametrize("form", ["text", "table", "json", "csv", "markdown", "latex", "html"])
def test_summary_loads_nothing_heavy(form: str) -> None:
    assert loaded(RUN.format(arguments=["summary", "vgg16", "--format", form])) == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ["compare", "vgg16", "resnet:18", "--format", "latex"],
        ["diff", "vgg16", "vgg:16"],
        ["check", "vgg16", "--max", "receptive_field=224"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_comparing_loads_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(RUN.format(arguments=arguments)) == set()


def test_a_heavy_import_is_found() -> None:
    assert loaded("import numpy") == {"numpy"}
    assert loaded(RUN.format(arguments=["ops", "Linear"])) == {"sympy"}


def test_help_does_not_pay_for_the_graph() -> None:
    code = "import sys, archcalc.cli\nassert not {'networkx', 'yaml', 'archcalc.language'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
