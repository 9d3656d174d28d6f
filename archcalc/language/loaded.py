"""From a name to a network: find and read the spec, choose a variant, set the config, expand; and load it again."""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from archcalc.algebra.assumptions import NOTHING, Assumptions
from archcalc.builder import Builder
from archcalc.errors import LimitReached, Refused, SpecError, nearest
from archcalc.language import find
from archcalc.language.expand import Expander
from archcalc.language.files import read_spec, with_lines
from archcalc.language.free import Free, expressions, freed, place_of, placed
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.outside import described, strings
from archcalc.language.reader import read
from archcalc.language.spec import Spec, literal
from archcalc.network import Network, collector_paused
from archcalc.op import Op
from archcalc.ops import OPS

if TYPE_CHECKING:
    import networkx as nx


def open_spec(
    text: str | os.PathLike[str], operations: Mapping[str, type[Op]] = OPS, limits: Limits = DEFAULT
) -> tuple[Spec, str | None]:
    """The spec of a name or path, and the variant in the name."""
    if not isinstance(text, (str, os.PathLike)):
        raise Refused(f"a spec is named by a string or a path, not {described(text)}")
    name, variant = find.split(text) if isinstance(text, str) else (os.fspath(text), None)
    path = find.local(name) or find.in_zoo(name)
    if path is not None:
        return read_spec(path, operations, limits), variant
    for path, rest in find.aliases(name) if variant is None else ():
        spec = read_spec(path, operations, limits)
        for alias in (rest, rest.lstrip("_-")):
            if alias in spec.variants:
                return spec, alias
    raise find.unknown(name)


def configured(spec: Spec, variant: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """The value of every config entry: the default, the variant's value or the given one."""
    chosen: dict[str, Any] = spec.usual(variant)
    for name, value in given.items():
        if name not in spec.config:
            raise Refused(f"{spec.name} has no config entry {name!r}", _known(str(name), spec))
        chosen[name] = value
    return {name: spec.config[name].given(value, spec.limits) for name, value in chosen.items()}


def _known(name: str, spec: Spec) -> str:
    """The hint for a name that is not a config entry's; H,W=320 may be meant for two."""
    names = [part.strip() for part in name.split(",")]
    if len(names) > 1 and all(part in spec.config for part in names):
        return f"set each: {' '.join(f'--set {part}=VALUE' for part in names)}"
    return nearest(name, spec.config)


def parse_value(text: str) -> Any:
    """A value from the command line, read as YAML: 320, 0.5, true, basic or [2, 2, 2, 2]."""
    return literal(read(text.encode(), "--set"))


def expand(
    spec: Spec,
    config: Mapping[str, Any],
    operations: Mapping[str, type[Op]] = OPS,
    given: Assumptions = NOTHING,
) -> Network:
    """The network of a spec under a config; raises SpecError with the lines of the spec, or LimitReached."""
    try:
        with collector_paused():
            return Expander(spec, config, operations, given).build()
    except SpecError as error:
        raise with_lines(error) from None
    except RecursionError:
        what = "blocks, scopes or values of `let` are nested too deeply"
        raise LimitReached("nesting", spec.limits.nesting, f"{spec.file}: {what}") from None


class Loading(NamedTuple):
    """How networks are loaded: settings of their configs, operations, limits, free entries and assumptions."""

    config: Mapping[str, Any] = {}
    ops: Mapping[str, type[Op]] = OPS
    limits: Limits = DEFAULT
    free: Free = ()
    assume: Iterable[str] = ()

    def checked(self) -> "Loading":
        """The same in plain types; raises Refused for a part of the wrong kind."""
        for what, given, kind, hint in (
            ("config", self.config, Mapping, "a mapping from config entries to values"),
            ("ops", self.ops, Mapping, "a mapping such as archcalc.OPS | my_ops.OPS"),
            ("limits", self.limits, Limits, "archcalc.language.limits.DEFAULT.raised({'layers': 100_000})"),
        ):
            if not isinstance(given, kind):
                raise Refused(f"{given!r:.60} cannot be `{what}`", f"give {hint}")
        return self._replace(free=expressions(self.free), assume=tuple(strings(self.assume, "assume")))


class Loaded:
    """A network with the spec and the settings that it was loaded from.

    `network` is the `archcalc.network.Network`, `graph` the same as a `networkx.MultiDiGraph`.
    """

    def __init__(
        self,
        network: Network,
        spec: Spec,
        variant: str | None = None,
        loading: Loading = Loading(),  # noqa: B008 - a value
        config: Mapping[str, Any] = {},
    ):
        self.network, self.spec, self.variant, self._loading, self.config = network, spec, variant, loading, config

    @classmethod
    def of(cls, network: Network) -> Self:
        """A network that a program made; it has no config entries."""
        return cls(network, Spec(name=network.name or "network"))

    @classmethod
    def load(
        cls,
        spec: str | os.PathLike[str],
        loading: Loading = Loading(),  # noqa: B008 - a value
        variant: str | None = None,
    ) -> Self:
        """Load a network from a file or by its name in the zoo; the variant `default` is that of the defaults."""
        loading = loading.checked()
        found, own = open_spec(spec, loading.ops, loading.limits)
        chosen = variant if variant is not None else own
        if isinstance(chosen, str) and chosen == "default" and chosen not in found.variants:
            chosen = None
        values = configured(found, chosen, loading.config)
        return cls._made(found, chosen, loading._replace(config=values))

    @classmethod
    def _made(cls, spec: Spec, variant: str | None, given: Loading) -> Self:
        if spec.body is None:
            raise Refused(f"{spec.name} has no config entries: a program made it")
        loading = given.checked()
        config, assumptions = freed(spec, loading.config, expressions(loading.free), tuple(loading.assume))
        return cls(expand(spec, config, loading.ops, assumptions), spec, variant, loading, config)

    @cached_property
    def graph(self) -> "nx.MultiDiGraph[str]":
        """The network as a networkx graph; networkx is imported on first use."""
        return self.network.to_networkx()

    @property
    def name(self) -> str:
        """The spec's name with its variant: `resnet:50`."""
        return self.spec.name if self.variant is None else f"{self.spec.name}:{self.variant}"

    @property
    def file(self) -> str:
        """The file of the spec."""
        return self.spec.file

    @property
    def loading(self) -> Loading:
        """The operations and limits that it was loaded with, and the numbers of its config, also of free entries."""
        return self._loading

    @property
    def assumptions(self) -> Assumptions:
        """The assumptions on the symbols under which every number is right; iterating gives them in words."""
        return self.network.given

    @property
    def free(self) -> dict[str, Any]:
        """The expressions of the config entries that are left free, None for a symbol."""
        return expressions(self._loading.free)

    def freed(self, free: Free = (), assume: Iterable[str] = ()) -> Self:
        """The same network with these config entries left free, and no others (see `load`)."""
        return self._made(self.spec, self.variant, self._loading._replace(free=free, assume=assume))

    def freeing(self, free: Mapping[str, str | None]) -> Self:
        """The same network with more config entries left free."""
        return self.freed({**self.free, **free}, self._loading.assume)

    def changed(self, settings: Mapping[str, Any]) -> Self:
        """The same network with new values of config entries, or of numbers in their lists (`depths[2]`).

        What is left free stays free, unless it gets a value.
        """
        config, places = dict(self._loading.config), set()
        for entry, value in settings.items():
            name, place = place_of(self.spec, config, entry)
            config[name] = self.spec.config[name].given(placed(config[name], place, value), self.spec.limits)
            places.add((name, place))
        free = {entry: text for entry, text in self.free.items() if places.isdisjoint(self._places(entry))}
        return self._made(self.spec, self.variant, self._loading._replace(config=config, free=free))

    def _places(self, entry: str) -> tuple[tuple[str, int | None], ...]:
        """A free entry or place in a list, and the whole entry."""
        name, place = place_of(self.spec, self._loading.config, entry)
        return (name, place), (name, None)

    def varied(self, variant: str) -> Self:
        """The same spec in another variant, with default settings."""
        config = configured(self.spec, variant, {})
        return self._made(self.spec, variant, self._loading._replace(config=config))


Loadable = str | os.PathLike[str] | Loaded | Network
"""The argument of a verb: a network, or the file or name to load it from."""


def opened(network: Loadable, loading: Loading = Loading()) -> Loaded:  # noqa: B008 - a value
    """A network, loaded if it is not yet; raises Refused for anything else."""
    if isinstance(network, Loaded):
        return network
    if isinstance(network, Network):
        return Loaded.of(network)
    if isinstance(network, (str, os.PathLike)):
        return Loaded.load(network, loading)
    if isinstance(network, Builder):
        raise Refused("a Builder is not a network yet", "call its `finish`")
    raise Refused(f"{network!r:.60} is not a network", "give its name, its file, or what `archcalc.load` returned")
