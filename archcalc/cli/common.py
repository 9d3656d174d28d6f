"""Options, loading and output that the commands share."""

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import wraps
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, TypeVar

import click

from archcalc.convention import CONVENTIONS
from archcalc.render import FORMATS
from archcalc.render.result import Result

if TYPE_CHECKING:
    from pathlib import Path

    from archcalc.analyse.receptive_fields import Counted
    from archcalc.language.limits import Limits
    from archcalc.language.loaded import Loaded, Loading
    from archcalc.op import Op

Settings = tuple[tuple[str, str], ...]
F = TypeVar("F", bound=Callable[..., object])
R = TypeVar("R")
T = TypeVar("T")


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


# -- options -----------------------------------------------------------------------------------------------------------


def assignment(*names: str, help: str, example: str = "H=320", metavar: str = "NAME=VALUE") -> Callable[[F], F]:  # noqa: A002 - as click calls it
    """An option NAME=VALUE that may be repeated."""

    def pair(value: str) -> tuple[str, str]:
        name, equals, text = value.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{value!r} is not of the form NAME=VALUE, such as {example}")
        return name.strip(), text.strip()

    return click.option(*names, multiple=True, type=pair, metavar=metavar, help=help)


def loading_options(function: F) -> F:
    """The options for loading any network."""
    setting = assignment("--set", "settings", help="Set a config entry; may be repeated.")
    limit = assignment("--limit", "limits", help="Raise a limit, such as layers=1000000.")
    module = click.option(
        "--ops", "modules", multiple=True, metavar="MODULE", help="Import a Python module's OPS beside ours."
    )
    return setting(limit(module(function)))


variant_option = click.option("--variant", metavar="NAME", help="The variant, as in resnet:50.")


def spec_options(required: bool = True) -> Callable[[F], F]:
    """The argument SPEC and the options for loading it."""
    argument = click.argument("spec", required=required)
    return lambda function: argument(variant_option(loading_options(function)))


def freed(value: str) -> dict[str, str | None]:
    """Names of config entries, or of places in them, each perhaps with an expression: N,H=32*h,depths[2]."""
    found: dict[str, str | None] = {}
    for part in re.split(r",(?![^\[(]*[\])])", value):
        name, equals, text = (word.strip() for word in part.partition("="))
        if not name or (equals and not text):
            raise click.BadParameter(f"{part!r} is not the name of a config entry, as in --free N,H=32*h")
        found[name] = text or None
    return found


def free_options(function: F) -> F:
    """The options that leave config entries free and give assumptions on them."""
    assume = click.option(
        "--assume",
        multiple=True,
        metavar="CONDITION",
        help="Assume a condition, such as 'H >= 32'; `defaults` decides open conditions as the config does.",
    )
    free = click.option(
        "--free",
        multiple=True,
        type=freed,
        metavar="A,B,...",
        help="Leave config entries free: N,H,depths[2] or H=32*h; numbers become formulas in them.",
    )
    return free(assume(function))


def number(option: str, text: str) -> int | Fraction:
    """A number from the command line, exact: 8, 0.05 or 1e6."""
    from archcalc.language.loaded import parse_value

    value = parse_value(text)
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise click.BadParameter(f"{option} takes a number, not {text!r}")
    return value


def words(text: str | None) -> list[str] | None:
    """The words of A,B,..., or None if the option is not given."""
    return [word.strip() for word in text.split(",")] if text else None


def gates_option(function: Callable[..., R]) -> Callable[..., R]:
    """`--gates` and `--statistics`, handed on as one value: the paths that belong to a receptive field."""

    @wraps(function)
    def command(*args: Any, gates: "Counted", statistics: "Counted", **options: Any) -> R:
        from archcalc.analyse.receptive_fields import Paths

        return function(*args, gates=Paths(gates, statistics), **options)

    for name, doc in (
        ("--statistics", "the statistics of norms over space"),
        ("--gates", "squeeze-and-excitation gates"),
    ):
        kind, text = click.Choice(["count", "ignore"]), f"Whether {doc} belong to the receptive field."
        command = click.option(name, type=kind, default="count", show_default=True, help=text)(command)
    return command


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
    """A file to write. pathlib takes a tenth of the start-up, so it is imported only if a file is named."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from pathlib import Path

        return Path(os.fsdecode(super().convert(value, param, ctx)))


output_option = click.option("-o", "--output", type=File(dir_okay=False), help="Write to a file.")

# -- loading -----------------------------------------------------------------------------------------------------------

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
    from archcalc.language.loaded import Loading, parse_value

    return Loading({name: parse_value(text) for name, text in settings}, _operations(modules), _raised(limits))


def _raised(limits: Settings) -> "Limits":
    from archcalc.language.limits import DEFAULT

    for name, text in limits:
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise click.BadParameter(f"--limit {name} must be an integer, not {text!r}")
    return DEFAULT.raised({name: int(text) for name, text in limits})


def _operations(modules: tuple[str, ...]) -> "Mapping[str, type[Op]]":
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


def watched(items: Sequence[T], work: Callable[[T], R], label: str) -> list[R]:
    """The result of `work` for each item, computed on all processors; a terminal shows a progress bar."""
    import io

    from archcalc.many.everything import through

    terminal = sys.stderr if sys.stderr.isatty() else io.StringIO()
    found = []
    with click.progressbar(length=len(items), label=label, file=terminal) as bar:
        for result in through(items, work):
            found.append(result)
            bar.update(1)
    return found


# -- output ------------------------------------------------------------------------------------------------------------


def show(result: Result, form: str, output: "Path | None" = None) -> None:
    """Print a result in a format, or write it to a file; a terminal gets colours and its own width."""
    terminal = form == "text" and output is None and sys.stdout.isatty()
    write(_on_terminal(result) if terminal else result.render(form), output)


def _on_terminal(result: Result) -> str:
    from shutil import get_terminal_size

    from archcalc.render.text import terminal

    color = click.get_current_context().color is not False
    return terminal(result.document(), color=color, width=get_terminal_size().columns)


def write(text: str, output: "Path | None") -> None:
    """Print a string as far as the terminal's encoding can show it, or save it in UTF-8."""
    text = text if text.endswith("\n") else text + "\n"
    if output is not None:
        save(text.encode("utf-8"), output)
        return
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, errors="replace").decode(encoding))


def save(data: bytes, output: "Path") -> None:
    """Write data to a file, whole or not at all."""
    import tempfile

    try:
        handle, temporary = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, output)
    except OSError as error:
        raise click.BadParameter(f"cannot write {str(output)!r}: {error.strerror or error}") from None


def named_after(name: str, ending: str) -> "Path":
    """A file in the current folder that is named after a network."""
    from pathlib import Path

    return Path(f"{re.sub(r'[^A-Za-z0-9_-]+', '_', name)[:80]}.{ending}")
