"""The output of commands, on standard output or in a file."""

import os
import re
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

import click

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.render.result import Result


class Unwritable(click.ClickException):
    """Output that cannot be written, such as to a full disk."""

    exit_code = 2

    def __init__(self, what: str, why: OSError | str):
        reason = why if isinstance(why, str) else why.strerror or why
        super().__init__(f"cannot write {what}: {reason}")


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
    sys.stdout.write(text.encode(encoding, errors="replace").decode(encoding))
    sys.stdout.flush()


# -- standard output ---------------------------------------------------------------------------------------------------


class Guarded:
    """Standard output that raises Unwritable if it fails; if its reader has gone, as in `| head`, the rest is lost."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        if text != "":  # by which click tries what kind of stream it is
            with self._printing():
                self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with self._printing():
            self._stream.flush()

    @contextmanager
    def _printing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())  # nothing is left to fail at exit
            if not isinstance(error, BrokenPipeError):
                raise Unwritable("to standard output", error) from None


def closed_output() -> TextIO:
    """Standard output in place of one that is closed, as by `>&-`: all writing fails, and no file gets its number."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 1)
    return open(1, "w", encoding="utf-8", closefd=False)


# -- files -------------------------------------------------------------------------------------------------------------


def save(data: bytes, output: "Path") -> None:
    """Write data to a file: a regular one whole or not at all, a device, a pipe or what a stream goes to directly.

    Raises Unwritable for a file that the command has read.
    """
    from archcalc.language.reader import READ

    if any(_same(output, path) for path in READ):
        raise Unwritable(repr(str(output)), "the command has read this file; choose another name")
    try:
        mode = _mode(output)
        if (number := _standard(output)) is not None:
            sys.stdout.flush()
            with open(number, "wb", closefd=False) as file:
                file.write(data)
        elif mode is not None and not stat.S_ISREG(mode):
            output.write_bytes(data)
        else:
            _replace(os.path.realpath(output), data, mode)
    except OSError as error:
        raise Unwritable(repr(str(output)), error) from None


def _same(path: "Path", other: str | int) -> bool:
    """Whether two paths, or a path and an open file, are one file."""
    with suppress(OSError):
        return os.path.samestat(os.stat(path), os.stat(other))
    return False


def _standard(path: "Path") -> int | None:
    """Standard output or standard error, if it goes to this file: /dev/stdout is a name of it."""
    return next((number for number in (1, 2) if _same(path, number)), None)


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
