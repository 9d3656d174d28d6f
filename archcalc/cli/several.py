"""What the commands share that take several networks: a family stands for its variants, a broken one loses no other."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from archcalc.cli.common import load_model, operations, raised
from archcalc.errors import ArchcalcError, Refused


class Outcome(NamedTuple):
    """A network with what was found of it, or the error that it ended in."""

    name: str
    given: str
    """What it was called on the command line."""
    found: Any
    error: ArchcalcError | None = None


def each(specs: tuple[str, ...], work: Callable[[Any], Any], **options: Any) -> list[Outcome]:
    """What `work` finds of every network that some names or files mean; the options are those of `load_model`."""
    outcomes = [outcome for spec in specs for outcome in _of(spec, work, options)]
    often = Counter(outcome.name for outcome in outcomes)
    return [o._replace(name=o.given) if often[o.name] > 1 else o for o in outcomes]


def status(outcomes: list[Outcome]) -> int:
    """The exit status of the first network that is broken; 0 where none is."""
    return next((outcome.error.exit_code for outcome in outcomes if outcome.error is not None), 0)


def _of(spec: str, work: Callable[[Any], Any], options: dict[str, Any]) -> Iterator[Outcome]:
    try:
        variants = _variants(spec, options["limits"], options["modules"])
    except ArchcalcError as error:
        yield Outcome(spec, spec, None, error)
        return
    for variant in variants:
        name = spec if variant is None else f"{spec}:{variant}"
        try:
            model = load_model(spec, variant, **options)
            yield Outcome(model.name, name, work(model))
        except ArchcalcError as error:
            yield Outcome(name, name, None, error)


def _variants(text: str, limits: Any, modules: Any) -> list[str | None]:
    """Every variant of a spec, where none is named; None stands for the spec as it is, unless a variant is the same."""
    from archcalc.language.load import configured, open_spec

    spec, named = open_spec(text, operations(modules), raised(limits))
    if named is not None:
        return [None]
    try:
        usual = configured(spec, None, {})
    except Refused:  # an entry has no value but in the variants
        return [*spec.variants]
    same = any(configured(spec, variant, {}) == usual for variant in spec.variants)
    return [*spec.variants] if same else [None, *spec.variants]
