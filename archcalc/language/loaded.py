"""A network as it was loaded, with its spec and its settings; it can be loaded again with others."""

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from archcalc.algebra.assumptions import Assumptions
from archcalc.language.free import Free, freed, named
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.load import configured, exact, expand, open_spec
from archcalc.language.spec import Spec
from archcalc.op import Op
from archcalc.ops import OPS

if TYPE_CHECKING:
    import networkx as nx


class Loading(NamedTuple):
    """How networks are loaded: settings of their configs, the operations, the limits."""

    config: Mapping[str, Any] = {}
    ops: Mapping[str, type[Op]] = OPS
    limits: Limits = DEFAULT


class Loaded:
    """A network with the spec and the settings that it was loaded from.

    `network` is the `archcalc.network.Network`, `graph` the same as a `networkx.MultiDiGraph`.
    """

    def __init__(self, spec: Spec, variant: str | None, loading: Loading, free: Free = (), assume: Iterable[str] = ()):
        self.spec, self.variant, self._loading = spec, variant, loading
        texts = [assume] if isinstance(assume, str) else assume
        self.config, given = freed(spec, loading.config, free, texts)
        self.network = expand(spec, self.config, loading.ops, given)

    @classmethod
    def load(
        cls,
        spec: str | os.PathLike[str],
        loading: Loading = Loading(),  # noqa: B008 - a value
        variant: str | None = None,
        free: Free = (),
        assume: Iterable[str] = (),
    ) -> Self:
        """Load a network from a file or by its name in the zoo."""
        found, own = open_spec(spec, loading.ops, loading.limits)
        chosen = variant if variant is not None else own
        values = configured(found, chosen, loading.config)
        return cls(found, chosen, loading._replace(config=values), free, assume)

    @cached_property
    def graph(self) -> "nx.MultiDiGraph[str]":
        """The network as a networkx graph; networkx is imported when it is first asked for."""
        return self.network.to_networkx()

    @property
    def name(self) -> str:
        """The spec's name with its variant: `resnet:50`."""
        return self.spec.name if self.variant is None else f"{self.spec.name}:{self.variant}"

    @property
    def file(self) -> str:
        """The file that was read."""
        return self.spec.file

    @property
    def assumptions(self) -> Assumptions:
        """What is taken to hold of the symbols, for every number to be right; iterates over it in words."""
        return self.network.given

    def freed(self, free: Free = (), assume: Iterable[str] = ()) -> Self:
        """The same network with config entries left free, beside those that are free already (see `load`)."""
        return type(self)(self.spec, self.variant, self._loading, free, assume)

    def changed(self, settings: Mapping[str, Any]) -> Self:
        """The same network with config entries, or numbers in their lists (`depths[2]`), set anew."""
        config = dict(self._loading.config)
        for entry, value in settings.items():
            name, place = named(self.spec, config, entry)
            if place is not None:
                value = (*config[name][:place], exact(value), *config[name][place + 1 :])
            config |= {name: self.spec.config[name].check(exact(value))}
        return type(self)(self.spec, self.variant, self._loading._replace(config=config))

    def varied(self, variant: str) -> Self:
        """The same spec in another variant, its other settings as usual."""
        config = configured(self.spec, variant, {})
        return type(self)(self.spec, variant, self._loading._replace(config=config))


Loadable = str | os.PathLike[str] | Loaded
"""What a verb takes: a network, or the file or name that it is loaded from."""


def opened(network: Loadable) -> Loaded:
    """A network, loaded where it is not yet."""
    return network if isinstance(network, Loaded) else Loaded.load(network)
