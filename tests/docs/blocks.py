"""The fenced blocks of a document, and what running them gives.

    ```console   shell commands after `$ `, each followed by its output
    ```pycon     Python after `>>> `, each followed by its output; one document is one session
    ```python    Python that is run in the same session
    ```yaml      a spec, which must load; after `<!-- fragment -->` a part of one, which is completed first; after
                 `<!-- library file: NAME -->` blocks, which a later spec uses
    ```json      JSON
    ```text      anything else, which is only shown
    ```sh        only after `<!-- setup -->`: not run here, but by .ci/run

After `<!-- file: NAME -->` a block is written to that file first, where the commands below it find it. A document's
files live in a folder of its own. The only normalisation: a path in the checkout is shown relative to it.
"""

import ast
import contextlib
import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import traceback
from pathlib import Path
from typing import NamedTuple, NoReturn

import archcalc
from archcalc.cli import main

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(?:<!-- (?P<mark>[^\n]*?) -->\n)?```(?P<kind>\S*)[^\n]*\n(?P<text>.*?)^```$", re.M | re.S)
SKELETON = {"inputs": "inputs: {x: [1, 64, 56, 56]}\n", "layers": "layers: [Identity]\n"}
"""What completes a fragment."""
TIMEOUT = 120
"""Seconds that a command may take."""


class Block(NamedTuple):
    kind: str
    mark: str
    text: str
    line: int
    span: tuple[int, int]
    """Where the text stands in the document."""


def blocks(document: str) -> list[Block]:
    return [
        Block(m["kind"], m["mark"] or "", m["text"], document.count("\n", 0, m.start("text")) + 1, m.span("text"))
        for m in FENCE.finditer(document)
    ]


class Session:
    """What the blocks of one document share: a folder, an exit status and Python's names."""

    def __init__(self, folder: Path):
        self.folder, self.status = folder, 0
        self.names: dict[str, object] = {"__name__": "document"}

    def run(self, block: Block) -> str:
        """What the block should say; raises where it does not work at all."""
        if (name := block.mark.partition("file: ")[2]) != "":
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_text(block.text, encoding="utf-8")
        return _RUN[block.kind](self, block)

    def console(self, block: Block) -> str:
        said = []
        for line in block.text.splitlines():
            if line.startswith("$ "):
                said += [f"{line}\n", self.command(line[2:])]
        return "".join(said)

    def command(self, line: str) -> str:
        """What a command prints, both streams in their order."""
        arguments = _plain(line)
        said, self.status = _forked(arguments, self.folder) if arguments else self.shell(line)
        return self.shown(said)

    def shell(self, line: str) -> tuple[str, int]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        result = subprocess.run(
            ["bash", "-c", f"(exit {self.status})\n{line}"],
            cwd=self.folder,
            env=_environment() | {"PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=TIMEOUT,
        )
        return result.stdout, result.returncode

    def pycon(self, block: Block) -> str:
        said = []
        for source in _sources(block.text):
            lines = source.splitlines()
            said += [f"{'>>>' if i == 0 else '...'} {line}".rstrip() + "\n" for i, line in enumerate(lines)]
            said.append(self.interactive(source))
        return "".join(said)

    def interactive(self, source: str) -> str:
        out = io.StringIO()
        with contextlib.chdir(self.folder), contextlib.redirect_stdout(out):
            try:
                exec(compile(source, "<document>", "single"), self.names)
            except Exception as error:
                text = "".join(traceback.format_exception_only(error))
                out.write(f"Traceback (most recent call last):\n  ...\n{text}")
        return self.shown(out.getvalue())

    def python(self, block: Block) -> str:
        if not block.mark:
            with contextlib.chdir(self.folder):
                exec(compile(block.text, "<document>", "exec"), self.names)
        else:
            ast.parse(block.text)
        return block.text

    def yaml(self, block: Block) -> str:
        """Loads a spec; a fragment is completed by the inputs and layers that it lacks."""
        if block.mark.startswith("library"):
            return block.text
        missing = [lines for key, lines in SKELETON.items() if not re.search(rf"^({key}|extends):", block.text, re.M)]
        fragment = block.mark == "fragment"
        assert fragment == bool(missing), "a part of a spec is marked <!-- fragment -->, a whole one is not"
        path = self.folder / block.mark.removeprefix("file: ") if not fragment and block.mark else None
        if path is None:
            path = self.folder / "document.yaml"
            path.write_text(block.text + "".join(missing), encoding="utf-8")
        with contextlib.chdir(self.folder):
            archcalc.load(Path(path.name)).summary()
        return block.text

    def json(self, block: Block) -> str:
        json.loads(block.text)
        return block.text

    def text(self, block: Block) -> str:
        return block.text

    def setup(self, block: Block) -> str:
        assert block.mark == "setup", "commands for the reader's shell are marked <!-- setup -->; .ci/run runs them"
        return block.text

    def shown(self, text: str) -> str:
        return text.replace(f"{ROOT}{os.sep}", "")


_RUN = {
    "console": Session.console,
    "pycon": Session.pycon,
    "python": Session.python,
    "yaml": Session.yaml,
    "json": Session.json,
    "text": Session.text,
    "sh": Session.setup,
}


def _environment() -> dict[str, str]:
    """The environment of a reader whose terminal is plain."""
    kept = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    return kept | {"TERM": "dumb", "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}


def _plain(line: str) -> list[str]:
    """The words of a call of archcalc; empty for what only a shell understands."""
    words = shlex.shlex(line, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    found = list(words)
    shell = "$" in line or any(set(word) <= set("();<>|&") for word in found)
    return [] if shell or found[0] != "archcalc" else found


def _forked(words: list[str], folder: Path) -> tuple[str, int]:
    """What a call of archcalc prints, and its exit status: a fork, because imports take longer than most commands."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _become(words[1:], folder, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as pipe:
        said = pipe.read()
    return said, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _become(arguments: list[str], folder: Path, writing: int) -> NoReturn:
    """Be the command line, in a child."""
    status: object = 1
    try:
        signal.alarm(TIMEOUT)
        os.chdir(folder)
        kept = _environment()
        os.environ.clear()
        os.environ.update(kept)
        sys.stdout, sys.stderr = (open(os.dup(writing), "w", encoding="utf-8") for _ in range(2))  # noqa: SIM115
        main(arguments)
    except SystemExit as left:
        status = left.code
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        sys.stdout.flush()
        os._exit(status if isinstance(status, int) else 1)


def _sources(text: str) -> list[str]:
    """The statements of a Python session."""
    found: list[list[str]] = []
    for line in text.splitlines():
        if line.startswith(">>> "):
            found.append([line[4:]])
        elif line.startswith("...") and found:
            found[-1].append(line[4:])
    return ["\n".join(lines) + "\n" * (len(lines) > 1) for lines in found]
