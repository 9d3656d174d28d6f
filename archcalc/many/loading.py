"""Several networks: a family means all its variants, and a failing network does not affect the others."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from archcalc.errors import ArchcalcError, Refused
from archcalc.language.loaded import Loadable, Loaded, Loading, configured, open_spec, opened

T = TypeVar("T")


class Attempt(NamedTuple, Generic[T]):
    """A result about a network, or the error that prevented it."""

    name: str
    given: str
    """The name that the user gave."""
    found: T | ArchcalcError


def each(networks: Iterable[Loadable], work: Callable[[Loaded], T], loading: Loading) -> list[Attempt[T]]:
    """The result of `work` for every network; two networks of the same name are called as the user called them."""
    outcomes = [outcome for network in networks for outcome in _of(network, work, loading)]
    often = Counter(outcome.name for outcome in outcomes)
    return [o._replace(name=o.given) if often[o.name] > 1 else o for o in outcomes]


def _of(network: Loadable, work: Callable[[Loaded], T], loading: Loading) -> Iterator[Attempt[T]]:
    if not isinstance(network, (str, os.PathLike)):
        made = opened(network)
        yield _attempt(made.name, lambda: made, work)
        return
    try:
        variants = _variants(network, loading)
    except ArchcalcError as error:
        yield Attempt(str(network), str(network), error)
        return
    for variant in variants:
        name = str(network) if variant is None else f"{network}:{variant}"
        yield _attempt(name, partial(Loaded.load, network, loading, variant), work)


def _attempt(given: str, load: Callable[[], Loaded], work: Callable[[Loaded], T]) -> Attempt[T]:
    try:
        found = load()
        return Attempt(found.name, given, work(found))
    except ArchcalcError as error:
        return Attempt(given, given, error)


def _variants(network: str | os.PathLike[str], loading: Loading) -> list[str | None]:
    """Every variant of a spec, unless one is named; None is the spec with its defaults, unless a variant equals it."""
    spec, named = open_spec(network, loading.ops, loading.limits)
    if named is not None:
        return [None]
    try:
        usual = configured(spec, None, {})
    except Refused:  # an entry has a value only in the variants
        return [*spec.variants]
    same = any(configured(spec, variant, {}) == usual for variant in spec.variants)
    return [*spec.variants] if same else [None, *spec.variants]
