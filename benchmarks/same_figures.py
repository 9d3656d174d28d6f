"""Whether two checkouts give the same figures: the output of every command for every network of the zoo, compared.

    python benchmarks/same_figures.py BEFORE AFTER [--only TEXT] [--torch]

One process per checkout runs its command line, so both share one Python environment. Documents that are not equal byte
for byte are compared value by value. A string differs in wording only where its numbers and operators are the same;
everything else is a figure. The key `schema`, which more results have than before, and the rules in words of a
derivation are no figures. Exit status 1 where a figure differs.
"""

import argparse
import contextlib
import io
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

EXPLAINED = 5
"""The number of layers of each network that are explained."""
VIEWS = (
    ["--convention", "flops"],
    ["--convention", "primitives"],
    ["--convention", "fvcore", "--gates", "ignore"],
    ["--depth", "1", "--unroll"],
)
DERIVED = re.compile(r"= |\w  +\w")
"""A line of a derivation with an equation, or a row of a table."""
FIGURES = re.compile(r"\d+(?:[.,]\d+)*|[*/+^<>=]| - ")


class Reply(NamedTuple):
    status: int
    out: str
    err: str


class Checkout:
    """The command line of one checkout, in a process of its own."""

    def __init__(self, root: Path):
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--serve"],
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(root), "COLUMNS": "100", "NO_COLOR": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, arguments: list[str]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()

    def reply(self) -> Reply:
        assert self.process.stdout is not None
        return Reply(*json.loads(self.process.stdout.readline()))

    def json(self, *arguments: str) -> object:
        self.ask([*arguments, "--format", "json"])
        return json.loads(self.reply().out)


def serve() -> None:
    """Run the commands that come in, one per line, and answer each with its status and output."""
    from archcalc.cli import main

    questions = os.fdopen(os.dup(0))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    for line in questions:
        out, err = io.StringIO(), io.StringIO()
        status: object = 0
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main(json.loads(line))
            except SystemExit as left:
                status = left.code or 0
        texts = (stream.getvalue().replace(f"{os.getcwd()}{os.sep}", "") for stream in (out, err))
        answers.write(json.dumps([status, *texts]) + "\n")
        answers.flush()


# -- the commands ------------------------------------------------------------------------------------------------------


def commands(checkout: Checkout, only: str, torch: bool) -> Iterator[list[str]]:
    """Every command line that is compared; what it may name is asked of a checkout."""
    entries = checkout.json("zoo")
    assert isinstance(entries, list)
    entries = [entry for entry in entries if only in entry["name"]]
    yield ["zoo", "--format", "json"]
    if not only:
        yield ["verify", "--all", "--format", "json"]
    yield ["ops"]
    for phi in ("1", "2", "0.5"):
        yield ["scale", "efficientnet:b0", "--phi", phi, "--format", "json"]
    every = [name for entry in entries for name in _networks(entry)]
    yield from (["diff", a, b, "--format", "json"] for a, b in pairwise(every))
    for entry in entries:
        yield ["compare", entry["name"], "--format", "json"]
        yield ["verify", entry["name"], "--format", "json"]
    for entry in entries:
        for at, name in enumerate(_networks(entry)):
            yield from _of_network(checkout, name, first=at == 0, torch=torch)


def _networks(entry: dict[str, object]) -> list[str]:
    variants = entry["variants"]
    assert isinstance(variants, list)
    return [f"{entry['name']}:{variant}" for variant in variants] or [str(entry["name"])]


def _of_network(checkout: Checkout, name: str, first: bool, torch: bool) -> Iterator[list[str]]:
    summary = checkout.json("summary", name)
    assert isinstance(summary, dict)
    free = ",".join(entry for entry in ("N", "H", "W") if entry in summary["config"])
    opened = ["--free", free, "--assume", "defaults"] if free else []
    paths = [layer["path"] for layer in summary["layers"]]
    yield ["summary", name, "--format", "json"]
    yield ["check", name, "--max", "parameters=5M", "--max", "macs=600M", "--min", "memory=1MB", "--format", "json"]
    yield ["formula", name, *opened, "--format", "json"]
    for path in paths[:: max(1, len(paths) // EXPLAINED)]:
        yield ["explain", name, path]
    if not first:
        return
    yield from (["summary", name, *view, "--format", "json"] for view in VIEWS)
    yield ["summary", name, *opened, "--format", "json"]
    for quantity in ("parameters", "primitives", "activations", "memory", "shape", "receptive_field"):
        yield ["formula", name, *opened, "--of", quantity, "--format", "json"]
    if "H" in summary["config"]:
        yield ["solve", name, "--for", "H", "--where", "macs <= 2e9", "--range", "32:512", "--format", "json"]
    if torch:
        yield ["crosscheck", name, "--device", "meta", "--format", "json"]


# -- the comparison ----------------------------------------------------------------------------------------------------


class Difference(NamedTuple):
    path: str
    before: object
    after: object
    figure: bool

    def __str__(self) -> str:
        kind = "figure" if self.figure else "wording"
        return f"{kind} at {self.path or '.'}\n    before {_short(self.before)}\n    after  {_short(self.after)}"


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}..."


def document(reply: Reply) -> object:
    """What a reply says: JSON where it is JSON, otherwise its lines."""
    try:
        said = json.loads(reply.out)
    except ValueError:
        said = [line.strip() for line in reply.out.splitlines() if DERIVED.search(line)]
    if isinstance(said, dict):
        said.pop("schema", None)
    return {"status": reply.status, "out": said, "err": reply.err.splitlines()}


def differences(before: object, after: object, path: str = "") -> Iterator[Difference]:
    """Where two documents differ, in order."""
    if isinstance(before, dict) and isinstance(after, dict) and list(before) == list(after):
        for key in before:
            yield from differences(before[key], after[key], f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for at, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{path}[{at}]")
    elif type(before) is not type(after) or before != after:
        yield Difference(path, before, after, not _worded(before, after))


def _worded(before: object, after: object) -> bool:
    """Whether two values are texts, or lists of texts, with the same numbers and operators."""
    texts = [" ".join(map(str, value)) if isinstance(value, list) else value for value in (before, after)]
    return all(isinstance(text, str) for text in texts) and FIGURES.findall(texts[0]) == FIGURES.findall(texts[1])


def compare(trees: tuple[Checkout, Checkout], arguments: list[str]) -> list[Difference]:
    """Where the two checkouts answer a command differently."""
    for tree in trees:
        tree.ask(arguments)
    before, after = (tree.reply() for tree in trees)
    return [] if before == after else list(differences(document(before), document(after)))


def main() -> int:
    """Compare, print what differs, then how many documents were equal."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--only", default="", help="only specs whose name contains this text")
    parser.add_argument("--torch", action="store_true", help="also compare with PyTorch, on meta")
    given = parser.parse_args()
    trees = (Checkout(given.before.resolve()), Checkout(given.after.resolve()))
    asked = Checkout(given.before.resolve())
    found: Counter[str] = Counter()
    for arguments in commands(asked, given.only, given.torch):
        differ = sorted(compare(trees, arguments), key=lambda difference: not difference.figure)
        found[("figures" if differ[0].figure else "wording") if differ else "equal"] += 1
        if differ:
            print(f"archcalc {' '.join(arguments)}: {len(differ)} values differ, first {differ[0]}", flush=True)
    print(
        f"{sum(found.values()):,} documents: {found['equal']:,} equal, {found['wording']:,} differ in wording only, "
        f"{found['figures']:,} in a figure"
    )
    return 1 if found["figures"] else 0


if __name__ == "__main__":
    sys.exit(serve() if sys.argv[1:] == ["--serve"] else main())
