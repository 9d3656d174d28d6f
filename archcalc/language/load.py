"""From a name to a graph: find the file, read it, merge what it extends, choose a variant, set the config, expand."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from archcalc import dim
from archcalc.errors import LimitReached, Refused, SpecError, nearest
from archcalc.graph import collector_paused
from archcalc.language import find
from archcalc.language.expand import Expander
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.parser import check_names, parse_spec
from archcalc.language.reader import read_file
from archcalc.language.spec import Setting, Spec, literal, locate, problem
from archcalc.language.tree import Map, Node, Scalar
from archcalc.op import Op, kinds
from archcalc.ops import OPS


def open_spec(
    text: str | Path,
    operations: Mapping[str, type[Op]] = OPS,
    limits: Limits = DEFAULT,
) -> tuple[Spec, str | None]:
    """The spec that a name or path means, and the variant that the name asks for."""
    name, variant = (str(text), None) if isinstance(text, Path) else find.split(text)
    path = find.local(name, Path()) or find.in_zoo(name)
    if path is not None:
        return read_spec(path, operations, limits), variant
    for path, rest in find.aliases(name) if variant is None else ():
        spec = read_spec(path, operations, limits)
        for alias in (rest, rest.lstrip("_-")):
            if alias in spec.variants:
                return spec, alias
    raise find.unknown(name)


def read_spec(path: Path, operations: Mapping[str, type[Op]] = OPS, limits: Limits = DEFAULT) -> Spec:
    """A file as a typed spec, with all that it extends, its names checked."""
    spec = _merged(path, limits, [])
    with_settings = _lines(spec)
    try:
        check_names(spec, operations, lambda name: kinds(operations[name]))
    except SpecError as error:
        raise with_settings(error) from None
    return spec


def _merged(path: Path, limits: Limits, above: list[Path]) -> Spec:
    """The spec of a file on top of the one it extends."""
    shown = _shown(path)
    if path.resolve() in above:
        chain = " -> ".join(p.name for p in [*above, path])
        raise Refused(f"the spec extends itself: {chain}")
    if len(above) >= limits.nesting:
        raise LimitReached("nesting", limits.nesting, "too many specs extend each other")
    try:
        with collector_paused():
            root = read_file(path, shown, limits)
    except OSError as error:
        raise Refused(f"cannot read {shown}: {error.strerror or error}") from None
    spec = _base(root, path, limits, [*above, path.resolve()])
    spec.file, spec.name = shown, path.stem
    spec.files.insert(0, str(path))
    try:
        return parse_spec(root, spec)
    except SpecError as error:
        raise _lines(spec)(error) from None


def _base(root: Node, path: Path, limits: Limits, above: list[Path]) -> Spec:
    """What a file starts from: an empty spec, or the one that it extends with its variant set."""
    node = root.get("extends") if isinstance(root, Map) else None
    if node is None:
        return Spec(file="", name="")
    try:
        if not isinstance(node, Scalar) or not node.text:
            raise Refused("`extends` needs the name of a spec", "such as resnet:50")
        name, variant = find.split(node.text)
        spec = _merged(find.extended(name, path), limits, above)
        for key, value in (spec.variant(variant) if variant is not None else {}).items():
            spec.config[key].default = spec.config[key].check(value)
    except Refused as error:
        raise SpecError([problem(locate(error, node))]) from None
    spec.claims, spec.overrides = [], dict(spec.overrides)
    return spec


def _shown(path: Path) -> str:
    """A path as a reader knows it: relative to the current folder where it is below it."""
    try:
        return str(path.relative_to(Path.cwd())) if path.is_absolute() else str(path)
    except ValueError:
        return str(path)


def _lines(spec: Spec) -> Any:
    """A function that adds to an error the lines that its problems stand on."""

    def add(error: SpecError) -> SpecError:
        for file in spec.files:
            path = Path(file)
            mine = [p for p in error.problems if p.place and p.place.file == _shown(path)]
            if mine and path.is_file():
                shown = SpecError(mine).with_lines(path.read_text("utf-8", errors="replace")).problems
                found = dict(zip(mine, shown, strict=True))
                error = SpecError([found.get(p, p) for p in error.problems])
        return error

    return add


def configured(spec: Spec, variant: str | None, given: Mapping[str, Any], free: Iterable[str] = ()) -> dict[str, Any]:
    """The value of every config entry: defaults, then the variant's, then those given, then symbols for the free."""
    chosen = {name: setting.default for name, setting in spec.config.items()}
    if variant is not None:
        chosen |= spec.variant(variant)
    for name, value in given.items():
        if name not in spec.config:
            raise Refused(f"{spec.name} has no config entry {name!r}", nearest(name, spec.config))
        chosen[name] = exact(value)
    for name in free:
        if name not in spec.config:
            raise Refused(f"{spec.name} has no config entry {name!r} to leave free", nearest(name, spec.config))
        chosen[name] = dim.symbol(name)
    return {name: _valued(spec.config[name], value) for name, value in chosen.items()}


def _valued(setting: Setting, value: Any) -> Any:
    if value is None:
        raise Refused(f"config {setting.name} has no value", f"give one with --set {setting.name}=VALUE")
    return value if dim.is_symbolic(value) else setting.check(value)


def exact(value: Any) -> Any:
    """A value from Python as the language has it: lists are tuples, floats are the decimal fractions they print as."""
    if isinstance(value, (list, tuple)):
        return tuple(exact(v) for v in value)
    if isinstance(value, float):
        return Fraction(repr(value))
    return value


def parse_value(text: str) -> Any:
    """A value from the command line, read as YAML: 320, 0.5, true, basic or [2, 2, 2, 2]."""
    from archcalc.language.reader import read

    return literal(read(text.encode(), "--set"))


def expand(
    spec: Spec,
    config: Mapping[str, Any],
    operations: Mapping[str, type[Op]] = OPS,
    limits: Limits = DEFAULT,
) -> Any:
    """The graph of a spec under a config; raises SpecError with the lines shown, or LimitReached."""
    try:
        with collector_paused():
            return Expander(spec, config, operations, limits).build()
    except SpecError as error:
        raise _lines(spec)(error) from None
    except RecursionError:
        what = "blocks, scopes or values of `let` are nested too deeply"
        raise LimitReached("nesting", limits.nesting, f"{spec.file}: {what}") from None


__all__ = ["configured", "exact", "expand", "open_spec", "parse_value", "read_spec"]
