"""Options and loading that the commands share."""

import os
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from fractions import Fraction
from functools import wraps
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict, TypeVar

import click
from click.core import ParameterSource

from archcalc.convention import CONVENTIONS
from archcalc.render import FORMATS

if TYPE_CHECKING:
    from archcalc.analyse.receptive_fields import Counted
    from archcalc.language.limits import Limits
    from archcalc.language.loaded import Loaded, Loading

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


modules_option = click.option(
    "--ops", "modules", multiple=True, metavar="MODULE", help="Import a Python module's OPS beside ours."
)


def loading_options(function: F) -> F:
    """The options for loading any network."""
    setting = assignment("--set", "settings", help="Set a config entry; may be repeated.")
    limit = assignment("--limit", "limits", help="Raise a limit, such as layers=1000000.")
    return setting(limit(modules_option(function)))


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
    from archcalc.language.value import is_exact

    value = parse_value(text)
    if not is_exact(value):
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


class Inches(click.FloatRange):
    """A length in inches."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found: float = super().convert(value, param, ctx)
        return found if found == found else self.fail(f"{value!r} is not a length", param, ctx)  # nan is in no range


class File(click.Path):
    """A file to write. pathlib takes a tenth of the start-up, so it is imported only if a file is named."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from pathlib import Path

        return Path(os.fsdecode(super().convert(value, param, ctx)))


output_option = click.option("-o", "--output", type=File(dir_okay=False), help="Write to a file.")


def foreign(ctx: click.Context, takes: Mapping[str, Collection[str]], form: str) -> tuple[str, list[str]]:
    """The first given option that another form of a command takes, and its forms; an empty name if there is none."""
    for option in sorted(ctx.command.params, key=lambda option: option.name or ""):
        homes = [home for home, options in takes.items() if option.name in options]
        given = ctx.get_parameter_source(option.name or "") is not ParameterSource.DEFAULT
        if given and homes and form not in homes:
            return option.opts[-1], homes
    return "", []


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
    return Loaded.load(spec, loading(settings, limits, modules)._replace(free=names, assume=assume), variant)


def loading(settings: Settings, limits: Settings, modules: tuple[str, ...]) -> "Loading":
    """The settings, operations and limits that a command's arguments give."""
    from archcalc.cli.modules import operations
    from archcalc.language.loaded import Loading, parse_value

    return Loading({name: parse_value(text) for name, text in settings}, operations(modules), _raised(limits))


def loaded_by(options: Mapping[str, Any]) -> tuple["Loading", dict[str, Any]]:
    """The same from the options of a command, and its other options."""
    ours = LoadingOptions.__annotations__
    others = {name: value for name, value in options.items() if name not in ours}
    return loading(*(options[name] for name in ours)), others


def _raised(limits: Settings) -> "Limits":
    from archcalc.language.limits import DEFAULT

    for name, text in limits:
        if not text.isascii() or not text.isdigit() or len(text) > 15:
            raise click.BadParameter(f"--limit {name} must be an integer, not {text!r}")
    return DEFAULT.raised({name: int(text) for name, text in limits})


def watched(items: Sequence[T], work: Callable[[T], R], label: str) -> list[R]:
    """The result of `work` for each item, computed on all processors; a terminal shows a progress bar."""
    import io
    from contextlib import closing

    from archcalc.many.everything import through

    terminal = sys.stderr if sys.stderr is not None and sys.stderr.isatty() else io.StringIO()
    with closing(through(items, work)) as results, click.progressbar(results, len(items), label, file=terminal) as bar:
        return list(bar)
