"""Operations from Python modules that the user names; a spec never causes an import."""

import importlib
import inspect
import os
import sys
import traceback
from collections.abc import Mapping
from typing import Any

from archcalc.cli.output import Unwritable
from archcalc.errors import Refused
from archcalc.language.reader import READ
from archcalc.op import Op
from archcalc.ops import OPS

_IMPORTERS = (__file__, importlib.__file__, "<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>")
"""The files of a traceback that only import."""


def operations(modules: tuple[str, ...]) -> Mapping[str, type[Op]]:
    """The built-in operations with those of modules; raises Refused for a module that does not define any."""
    if modules and "" not in sys.path:
        sys.path.append("")  # the current folder, after everything that is installed
    found = OPS
    for module in modules:
        own = _own(module)
        if taken := [name for name, cls in own.items() if name in found and found[name] is not cls]:
            raise Refused(f"--ops {module}: there is already an operation {taken[0]!r}", "choose another name")
        found = found | own
    return found


def _own(module: str) -> Mapping[str, type[Op]]:
    """The operations of a module."""
    found = getattr(_imported(module), "OPS", None)
    hint = 'such as OPS = {"Shift": Shift}'
    if not isinstance(found, Mapping):
        what = "none" if found is None else f"a value of type {type(found).__name__}"
        raise Refused(f"--ops {module}: the module must define a mapping OPS, but has {what}", hint)
    for name, cls in found.items():
        if not (isinstance(name, str) and isinstance(cls, type) and issubclass(cls, Op)):
            raise Refused(f"--ops {module}: OPS maps {name!r} to {cls!r}, which is not a subclass of archcalc.Op", hint)
        if inspect.isabstract(cls):
            missing = ", ".join(sorted(cls.__abstractmethods__))
            raise Refused(f"--ops {module}: the operation {name!r} lacks {missing}", "define these methods")
    return found


def _imported(module: str) -> Any:
    try:
        found = importlib.import_module(module)
        READ.update(filter(None, [getattr(found, "__file__", None)]))
        return found
    except Unwritable:  # of what the module prints
        raise
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and error.name and f"{module}.".startswith(f"{error.name}."):
            hint = "give its name without .py; it must be in this folder or installed"
            raise Refused(f"--ops {module}: there is no module {error.name!r}", hint) from None
        raise Refused(f"--ops {module}: {_where(error)}{type(error).__name__}: {error}") from error


def _where(error: BaseException) -> str:
    """The file and the line of the user's code at which an import failed."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}: "
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename not in _IMPORTERS]
    folder = os.path.dirname(frames[0].filename) if frames else ""
    return next((f"{f.filename}:{f.lineno}: " for f in reversed(frames) if f.filename.startswith(folder)), "")
