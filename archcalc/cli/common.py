"""What commands share: the spec to load, its settings, and the output file."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, TypeVar

import click

from archcalc.convention import CONVENTIONS
from archcalc.render import FORMATS
from archcalc.render.result import Result

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.language.limits import Limits
    from archcalc.language.loaded import Loaded, Loading
    from archcalc.op import Op

Settings = tuple[tuple[str, str], ...]
F = TypeVar("F", bound=Callable[..., object])


class LoadingOptions(TypedDict):
    """The values of `loading_options`."""

    settings: Settings
    limits: Settings
    modules: tuple[str, ...]


class SpecOptions(LoadingOptions):
    """The values of `spec_options` and `free_options`."""

    spec: str
    variant: str | None
    free: NotRequired[tuple[dict[str, str | None], ...]]
    assume: NotRequired[tuple[str, ...]]


class Assignment(click.ParamType[tuple[str, str]]):
    """NAME=VALUE."""

    name = "name=value"

    def __init__(self, example: str = "H=320"):
        self.example = example

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:
        name, equals, text = str(value).partition("=")
        if not equals or not name:
            self.fail(f"{value!r} is not of the form NAME=VALUE, such as {self.example}", param, ctx)
        return name.strip(), text.strip()


def spec_options(required: bool = True) -> Callable[[F], F]:
    """The argument SPEC and the options for loading it."""
    argument = click.argument("spec", required=required)
    variant = click.option("--variant", metavar="NAME", help="The variant, as in resnet:50.")

    def decorate(function: F) -> F:
        return argument(variant(loading_options(function)))

    return decorate


def loading_options(function: F) -> F:
    """The options for loading any network."""
    setting = click.option(
        "--set", "settings", multiple=True, type=Assignment(), help="Set a config entry; may be repeated."
    )
    limit = click.option(
        "--limit", "limits", multiple=True, type=Assignment(), help="Raise a limit, such as layers=1000000."
    )
    module = click.option(
        "--ops", "modules", multiple=True, metavar="MODULE", help="Import a Python module's OPS beside ours."
    )
    return setting(limit(module(function)))


class Free(click.ParamType[dict[str, str | None]]):
    """Names of config entries, or of places in them, each perhaps with an expression: N,H=32*h,depths[2]."""

    name = "names"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, str | None]:
        if isinstance(value, dict):
            return value
        found: dict[str, str | None] = {}
        for part in re.split(r",(?![^\[(]*[\])])", str(value)):
            name, equals, text = (word.strip() for word in part.partition("="))
            if not name or (equals and not text):
                self.fail(f"{part!r} is not the name of a config entry, as in --free N,H=32*h", param, ctx)
            found[name] = text or None
        return found


def free_options(function: F) -> F:
    """The options that leave config entries free and give assumptions on them."""
    assume = click.option(
        "--assume",
        multiple=True,
        metavar="CONDITION",
        help="Take a condition to hold, such as 'H >= 32'; `defaults`: all that cannot stay open, as by default.",
    )
    free = click.option(
        "--free",
        multiple=True,
        type=Free(),
        metavar="A,B,...",
        help="Leave config entries free: N,H,depths[2] or H=32*h; numbers become formulas in them.",
    )
    return free(assume(function))


def number(option: str, text: str) -> int | Fraction:
    """A number from the command line, exact: 8, 0.05 or 1e6."""
    from archcalc.language.load import parse_value

    value = parse_value(text)
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise click.BadParameter(f"{option} takes a number, not {text!r}")
    return value


gates_option = click.option(
    "--gates",
    type=click.Choice(["count", "ignore"]),
    default="count",
    show_default=True,
    help="Whether squeeze-and-excitation gates belong to the receptive field.",
)
convention_option = click.option(
    "--convention", type=click.Choice(list(CONVENTIONS)), default="macs", show_default=True
)


class Format(click.Choice[str]):
    """A format of results; `table` is another name of `text`."""

    def __init__(self, *more: str):
        super().__init__([*FORMATS, *more, "table"])

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        found = super().convert(value, param, ctx)
        return "text" if found == "table" else found


format_option = click.option("--format", "form", type=Format(), default="text", show_default=True)


class File(click.Path):
    """A file to write; pathlib, which takes a tenth of the start-up, is imported for those who name one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from pathlib import Path

        return Path(os.fsdecode(super().convert(value, param, ctx)))


output_option = click.option("-o", "--output", type=File(dir_okay=False), help="Write to a file.")


LOADING = ("spec", "variant", "settings", "limits", "modules", "free", "assume")
"""The arguments of `load_model` among those of a command."""


def load_model(
    spec: str,
    variant: str | None,
    settings: Settings,
    limits: Settings,
    modules: tuple[str, ...],
    free: tuple[dict[str, str | None], ...] = (),
    assume: tuple[str, ...] = (),
) -> "Loaded":
    """The network that a command's arguments name."""
    from archcalc.language.loaded import Loaded

    names = {name: text for part in free for name, text in part.items()}
    return Loaded.load(spec, loading(settings, limits, modules), variant, names, assume)


def loading(settings: Settings, limits: Settings, modules: tuple[str, ...]) -> "Loading":
    """The settings, operations and limits that a command's arguments give."""
    from archcalc.language.load import parse_value
    from archcalc.language.loaded import Loading

    return Loading({name: parse_value(text) for name, text in settings}, operations(modules), raised(limits))


def raised(limits: Settings) -> "Limits":
    """The default limits, raised by a command's arguments."""
    from archcalc.language.limits import DEFAULT

    return DEFAULT.raised({name: _whole(name, text) for name, text in limits})


def _whole(name: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise click.BadParameter(f"--limit {name} must be an integer, not {text!r}")
    return int(text)


def operations(modules: tuple[str, ...]) -> "Mapping[str, type[Op]]":
    """The built-in operations and those of modules that the user names; a spec never causes an import."""
    from importlib import import_module

    from archcalc.ops import OPS

    more: dict[str, type[Op]] = {}
    if modules and "" not in sys.path:
        sys.path.append("")  # the current folder, after everything that is installed
    for name in modules:
        try:
            more |= import_module(name).OPS
        except (ImportError, AttributeError) as error:
            raise click.BadParameter(f"--ops {name}: {error}; the module must define a mapping OPS") from None
    return OPS | more if more else OPS


def show(result: Result, form: str, output: "Path | None" = None) -> None:
    """Print a result in a format, or put it into a file; a terminal gets its colours and its width."""
    write(
        _on_terminal(result) if form == "text" and output is None and sys.stdout.isatty() else result.render(form),
        output,
    )


def _on_terminal(result: Result) -> str:
    from shutil import get_terminal_size

    from archcalc.render.text import terminal

    color = click.get_current_context().color is not False
    return terminal(result.document(), color=color, width=get_terminal_size().columns)


def write(text: str, output: "Path | None") -> None:
    """Print a text, or put it into a file whole or not at all."""
    text = text if text.endswith("\n") else text + "\n"
    if output is None:
        sys.stdout.write(_printable(text))
        return
    save(text.encode("utf-8"), output)


def save(data: bytes, output: "Path") -> None:
    """Put data into a file whole or not at all."""
    import tempfile

    try:
        handle, temporary = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, output)
    except OSError as error:
        raise click.BadParameter(f"cannot write {str(output)!r}: {error.strerror or error}") from None


def named_after(name: str, ending: str) -> "Path":
    """A file here that is named after a network."""
    from pathlib import Path

    return Path(f"{re.sub(r'[^A-Za-z0-9_-]+', '_', name)[:80]}.{ending}")


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _printable(text: str) -> str:
    """What the terminal's encoding can show."""
    encoding = sys.stdout.encoding or "utf-8"
    return text.encode(encoding, errors="replace").decode(encoding)
