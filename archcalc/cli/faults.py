"""Faults in the operations of users, told from errors of archcalc's own."""

import inspect
import traceback
from collections.abc import Iterator
from contextlib import suppress
from types import FrameType

from archcalc.call import Call, is_ours
from archcalc.errors import Refused
from archcalc.language.files import shown
from archcalc.network import Layer
from archcalc.op import Op


def fault(error: Exception) -> Refused | None:
    """The error as a fault of a user's operation: file, line, operation and message; None if it is not one.

    It is one if it passes through the operation's module, or if the operation that archcalc was working on is a user's.
    """
    steps = [*traceback.walk_tb(error.__traceback__)][::-1]  # the innermost first
    asked = [(frame, op) for frame, _ in steps for op in _operations(frame)]
    running = [op for frame, op in asked if _runs(frame, op) and not is_ours(type(op))]
    op = next(iter(running or [op for _, op in asked]), None)
    if op is None or is_ours(type(op)):
        return None
    text = f"{_where(steps, op)}: {type(op).__name__}: {type(error).__name__}: {error}"
    return Refused(text, "`archcalc --debug ...` shows the traceback")


def _operations(frame: FrameType) -> Iterator[Op]:
    """The operations that a function is working on."""
    for value in [*frame.f_locals.values()]:
        call = value.call if isinstance(value, Layer) else value
        op = call.op if isinstance(call, Call) else call
        if isinstance(op, Op):
            yield op


def _runs(frame: FrameType, op: Op) -> bool:
    """Whether a function is in the module of an operation."""
    return frame.f_globals.get("__name__") == type(op).__module__


def _where(steps: list[tuple[FrameType, int]], op: Op) -> str:
    """The file and the innermost line of the operation's module; else those of the method that was called."""
    for frame, line in steps:
        if _runs(frame, op):
            return f"{shown(frame.f_code.co_filename)}:{line}"
    methods = (vars(type(op)).get(frame.f_code.co_name) for frame, _ in steps)
    code = next(filter(inspect.isfunction, methods), type(op))
    with suppress(OSError, TypeError):  # there may be no source
        return f"{shown(inspect.getsourcefile(type(op)) or '')}:{inspect.getsourcelines(code)[1]}"
    return type(op).__module__
