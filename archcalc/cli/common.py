"""What several commands share: the spec to load, its settings, and where the output goes."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


class Assignment(click.ParamType[tuple[str, str]]):
    """NAME=VALUE."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, equals, text = str(value).partition("=")
        if not equals or not name:
            self.fail(f"{value!r} is not of the form NAME=VALUE, such as H=320", param, ctx)
        return name.strip(), text.strip()


def spec_options(required: bool = True) -> Callable[[F], F]:
    """The argument SPEC and the options that say how it is loaded."""
    options = [
        click.argument("spec", required=required),
        click.option("--variant", metavar="NAME", help="The variant, as in resnet:50."),
        click.option(
            "--set", "settings", multiple=True, type=Assignment(), help="Set a config entry; may be repeated."
        ),
        click.option(
            "--limit", "limits", multiple=True, type=Assignment(), help="Raise a limit, such as layers=1000000."
        ),
        click.option(
            "--ops", "modules", multiple=True, metavar="MODULE", help="Import a Python module's OPS beside ours."
        ),
    ]

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


def load_model(
    spec: str,
    variant: str | None,
    settings: tuple[tuple[str, str], ...],
    limits: tuple[tuple[str, str], ...],
    modules: tuple[str, ...],
) -> Any:
    """The model that a command's arguments name."""
    from archcalc.language.limits import DEFAULT
    from archcalc.language.load import parse_value
    from archcalc.model import load

    raised = {name: _whole(name, text) for name, text in limits}
    return load(
        spec,
        variant=variant,
        ops=_operations(modules),
        limits=DEFAULT.raised(raised),
        config={name: parse_value(text) for name, text in settings},
    )


def _whole(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise click.BadParameter(f"--limit {name} must be a whole number, not {text!r}")
    return int(text)


def _operations(modules: tuple[str, ...]) -> Any:
    """Our operations and those of modules that the user names on purpose; a spec can never cause an import."""
    from importlib import import_module

    from archcalc.ops import OPS

    operations: Any = OPS
    if modules and "" not in sys.path:
        sys.path.append("")  # the current folder, after everything that is installed
    for name in modules:
        try:
            operations = OPS | {**import_module(name).OPS}
        except (ImportError, AttributeError) as error:
            raise click.BadParameter(f"--ops {name}: {error}; the module must define a mapping OPS") from None
    return operations


def write(text: str, output: Path | None) -> None:
    """Print a text, or put it into a file whole or not at all."""
    text = text if text.endswith("\n") else text + "\n"
    if output is None:
        sys.stdout.write(_printable(text))
        return
    try:
        handle, temporary = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, output)
    except OSError as error:
        raise click.BadParameter(f"cannot write {str(output)!r}: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _printable(text: str) -> str:
    """What the terminal's encoding can show."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, errors="replace").decode(encoding)
