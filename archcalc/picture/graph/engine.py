"""Layout and drawing by Graphviz: the installed `dot`, or the one that comes with pygraphviz.

Either runs in its own process, so it can be stopped when it takes too long.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

from archcalc.errors import ArchcalcError, MissingExtra, TooSlow

FORMATS = ("svg", "pdf", "png")
"""The formats that Graphviz writes; `dot` is its input."""
SECONDS = (8.0, 4.0, 8.0)
"""The time limit of each attempt, in growing haste."""
RESOLUTION = 144
"""Dots per inch of PNG."""
_BUNDLED = (
    "import sys, pygraphviz; "
    "sys.stdout.buffer.write(pygraphviz.AGraph(string=sys.stdin.buffer.read().decode())"
    ".draw(format=sys.argv[1], prog='dot', args=sys.argv[2]))"
)


def drawn(text: Callable[[int], str], form: str, seconds: Sequence[float] = SECONDS) -> tuple[bytes, int]:
    """A picture and its haste, the number of failed attempts; `text(haste)` gives the DOT text.

    Raises MissingExtra without Graphviz, TooSlow if even the last layout takes too long.
    """
    for haste, most in enumerate(seconds):
        try:
            return _run(text(haste), form, most), haste
        except subprocess.TimeoutExpired:
            continue
    raise TooSlow(f"no layout was found in {sum(seconds):g} seconds; close scopes with --depth or --fold")


def _run(text: str, form: str, seconds: float) -> bytes:
    done = subprocess.run(_command(form), input=text.encode(), capture_output=True, timeout=seconds)
    if done.returncode or not done.stdout:
        message = done.stderr.decode(errors="replace").strip().splitlines()
        raise ArchcalcError(f"Graphviz cannot draw this: {message[-1] if message else 'it says nothing'}")
    return done.stdout


def _command(form: str) -> list[str]:
    resolution = f"-Gdpi={RESOLUTION}" if form == "png" else ""
    installed = shutil.which("dot")
    if installed is not None:
        return [installed, f"-T{form}", *filter(None, [resolution])]
    from importlib.util import find_spec

    if find_spec("pygraphviz") is None:
        raise MissingExtra("pygraphviz, or Graphviz itself", "pictures", "drawing")
    return [sys.executable, "-P", "-c", _BUNDLED, form, resolution]
