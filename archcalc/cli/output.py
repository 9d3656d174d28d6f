"""The output of commands, on standard output or in a file."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.render.result import Result


class Unwritable(click.ClickException):
    """Output that cannot be written, such as to a full disk."""

    exit_code = 2

    def __init__(self, what: str, error: OSError):
        super().__init__(f"cannot write {what}: {error.strerror or error}")


def show(result: "Result", form: str, output: "Path | None" = None) -> None:
    """Print a result in a format, or write it to a file; a terminal gets colours and its own width."""
    terminal = form == "text" and output is None and sys.stdout.isatty()
    write(_on_terminal(result) if terminal else result.render(form), output)


def _on_terminal(result: "Result") -> str:
    from shutil import get_terminal_size

    from archcalc.render.text import terminal

    color = click.get_current_context().color is not False
    return terminal(result.document(), color=color, width=get_terminal_size().columns)


def write(text: str, output: "Path | None" = None) -> None:
    """Print a string as far as the terminal's encoding can show it, or save it in UTF-8."""
    text = text if text.endswith("\n") or not text else text + "\n"
    if output is not None:
        save(text.encode("utf-8"), output)
        return
    encoding = sys.stdout.encoding or "utf-8"
    with printing():
        sys.stdout.write(text.encode(encoding, errors="replace").decode(encoding))
        sys.stdout.flush()


# -- standard output ---------------------------------------------------------------------------------------------------


@contextmanager
def printing() -> Iterator[None]:
    """Raise Unwritable if standard output fails; if its reader has gone, as in `| head`, the rest goes nowhere."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:  # of a file
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to fail at exit
        if not isinstance(error, BrokenPipeError):
            raise Unwritable("to standard output", error) from None


def closed_output() -> TextIO:
    """Standard output in place of one that is closed, as by `>&-`: all writing fails, and no file gets its number."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 1)
    return open(1, "w", encoding="utf-8", closefd=False)


# -- files -------------------------------------------------------------------------------------------------------------


def save(data: bytes, output: "Path") -> None:
    """Write data to a file: a regular one whole or not at all, a device or a pipe directly."""
    try:
        mode = _mode(output)
        if mode is not None and not stat.S_ISREG(mode):
            output.write_bytes(data)
        else:
            _replace(os.path.realpath(output), data, mode)
    except OSError as error:
        raise Unwritable(repr(str(output)), error) from None


def _mode(path: "Path") -> int | None:
    """The type and the permissions of a file; None if there is none."""
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def _replace(path: str, data: bytes, mode: int | None) -> None:
    """Put a file with the data in the place of a regular file of this mode, or of none."""
    import tempfile

    if mode is None:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    else:
        open(path, "r+b").close()  # refused if the file is protected; replacing it would not be
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".archcalc-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, stat.S_IMODE(mode))
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def named_after(name: str, ending: str) -> "Path":
    """A file in the current folder that is named after a network."""
    from pathlib import Path

    return Path(f"{re.sub(r'[^A-Za-z0-9_-]+', '_', name)[:80]}.{ending}")
