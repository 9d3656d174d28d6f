"""The command line: parses, calls, prints. A command's module is imported when the command is used."""

import gc
import inspect
import os
import sys
from contextlib import redirect_stdout
from errno import ENOMEM
from importlib import import_module
from typing import Any, TextIO, cast

import click

from archcalc import __version__
from archcalc.cli.output import Guarded, closed_output
from archcalc.errors import ArchcalcError, LimitReached

COMMANDS = {
    "summary": "Show a network layer by layer: shapes, parameters, work, receptive field.",
    "formula": "Print a quantity in closed form, as a function of the free config entries.",
    "explain": "Derive one layer's facts: the rule, the formula, the numbers put in, the result.",
    "solve": "Find the largest or smallest value of a config entry under conditions.",
    "scale": "Scale depth, width and resolution together, as EfficientNet does.",
    "verify": "Check published numbers, or a checkpoint's names and shapes.",
    "compare": "Show architectures side by side: depth, parameters, work, memory, receptive field.",
    "diff": "Show the differences between two networks; exit status 1 if they differ.",
    "check": "Check networks against budgets of parameters, work, memory or receptive field.",
    "crosscheck": "Build the network in PyTorch, run it and compare it layer by layer.",
    "draw": "Draw a network as nested boxes: SVG, PDF, PNG or DOT.",
    "page": "Make a page to explore a network: diagram, numbers, sliders for its config.",
    "plot": "Plot networks against each other, a network layer by layer, or over a config entry.",
    "zoo": "List the architectures that come with archcalc.",
    "ops": "Show the operations, or one of them with its formulas.",
}
"""Every command with its line of help; the docstring of `archcalc.cli.x.command` continues that of `x`."""

INTERNAL = 70
"""The exit status after an internal error (EX_SOFTWARE of sysexits.h)."""


class Lazy(click.Group):
    """A group that imports a command only when it is called, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"archcalc.cli.{cmd_name}")
        command: click.Command = module.command
        command.help = f"{COMMANDS[cmd_name]}\n\n{inspect.cleandoc(command.callback.__doc__ or '')}"
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:  # not of standard output; click would take it for that and leave
            raise RuntimeError(f"{type(error).__name__}: {error}") from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="archcalc %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of an internal error.")
def archcalc(debug: bool) -> None:
    """Know your neural network before you train it.

    A network is a YAML spec, or a name of the zoo such as vgg16 or resnet:50.
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit status.

    0 done; 1 a comparison found differences; 2 a wrong command line, or output that cannot be written; 3 a wrong spec,
    value or operation of a user; 4 an extra is not installed; 5 a limit was reached, or memory or processes ran out;
    70 an internal error; 130 interrupted.
    """
    gc.set_threshold(100_000)  # imports alone would run the collector a hundred times, for nothing
    if sys.stdout is None:
        sys.stdout = closed_output()
    with redirect_stdout(cast(TextIO, Guarded(sys.stdout))):
        status = _run(sys.argv[1:] if arguments is None else arguments)
    sys.exit(status)


def _run(arguments: list[str]) -> int:
    try:
        result: Any = archcalc.main(arguments, prog_name="archcalc", standalone_mode=False, color=_color())
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except click.exceptions.Abort:
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except ArchcalcError as error:
        click.echo(error.report(), err=True)
        return error.exit_code
    except Exception as error:
        if "--debug" in arguments:
            raise
        text, status = _explained(error)
        click.echo(text, err=True)
        return status
    return 0


def _explained(error: Exception) -> tuple[str, int]:
    """The message for an error that no code raises on purpose, and the exit status."""
    from archcalc.cli.faults import fault

    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == ENOMEM):
        return "error: there is not enough memory", LimitReached.exit_code
    if isinstance(error, BlockingIOError):
        return f"error: no process can be started: {error.strerror}", LimitReached.exit_code
    if (theirs := fault(error)) is not None:
        return theirs.report(), theirs.exit_code
    text = f"internal error: {type(error).__name__}: {error}"
    return f"{text}\nThis is a bug in archcalc; `archcalc --debug ...` shows where.", INTERNAL


def _color() -> bool | None:
    """False if colours are not wanted; click itself ignores NO_COLOR."""
    return False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


__all__ = ["COMMANDS", "archcalc", "main"]
