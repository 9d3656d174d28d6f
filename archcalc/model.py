"""The one object that Python users meet: a spec, expanded."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archcalc.analyse.receptive_fields import Gates
from archcalc.analyse.summary import Summary, summarize
from archcalc.convention import convention as find_convention
from archcalc.graph import collector_paused
from archcalc.language.limits import DEFAULT, Limits, in_force
from archcalc.language.load import configured, expand, open_spec
from archcalc.language.spec import Spec
from archcalc.op import Op
from archcalc.ops import OPS

if TYPE_CHECKING:
    import networkx as nx

    from archcalc.render.explanation import Explanation


class Report(Summary):
    """A network's facts; prints as the table of the command line, and shows as one in a notebook."""

    def __str__(self) -> str:
        from archcalc.render.table import table

        return table(self)

    def _repr_html_(self) -> str:
        from archcalc.render.html import html

        return html(self)

    def to_json(self) -> dict[str, Any]:
        """The stable form for machines; `docs/json.md` describes it."""
        from archcalc.render.json import document

        return document(self)


class Model:
    """A network: its spec, the settings it was loaded with, and its graph.

    `graph` is a `networkx.MultiDiGraph`; `archcalc.graph` says what its nodes and edges hold.
    """

    def __init__(self, spec: Spec, variant: str | None, config: Mapping[str, Any], graph: Any):
        self.spec, self.variant, self.config, self._graph = spec, variant, dict(config), graph

    @cached_property
    def graph(self) -> "nx.MultiDiGraph[str]":
        """The network as a networkx graph; networkx is imported when it is first asked for."""
        return self._graph.to_networkx()  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        """The spec's name with its variant: `resnet:50`."""
        return self.spec.name if self.variant is None else f"{self.spec.name}:{self.variant}"

    @property
    def file(self) -> str:
        """The file that was read."""
        return self.spec.file

    def summary(self, convention: str = "macs", gates: Gates = "count") -> Report:
        """All facts, layer by layer and in total; prints as a table and shows as one in a notebook."""
        with collector_paused():
            facts = summarize(
                self._graph,
                name=self.name,
                title=self.spec.title,
                file=self.file,
                config=self.config,
                convention=find_convention(convention),
                gates=gates,
            )
        return Report(**vars(facts))

    def explain(self, layer: str, gates: Gates = "count") -> "Explanation":
        """A layer's facts derived: the rule, the formula, the numbers put in, the result; prints as a text."""
        from archcalc.derive.explain import explain
        from archcalc.render.explanation import Explanation

        usual = {name: entry.default for name, entry in self.spec.config.items()}
        return Explanation(**vars(explain(self._graph, layer, self.name, gates, usual)))

    @cached_property
    def _facts(self) -> Report:
        return self.summary()

    @property
    def parameters(self) -> Any:
        """The number of parameters, trained or not; shared ones count once."""
        return self._facts.totals.parameters

    @property
    def macs(self) -> Any:
        """The multiply-accumulates of one pass; at least so many where a layer's work is not known."""
        return self._facts.totals.cost.macs

    def to_torch(self, device: str = "cpu") -> Any:
        """The same network as a `torch.nn.Module`, its weights freshly initialised; needs the extra `torch`."""
        from archcalc.torchcheck.build import build

        return build(self._graph, device)

    def __str__(self) -> str:
        return str(self._facts)

    def __repr__(self) -> str:
        return f"<archcalc.Model {self.name}: {len(self._graph)} nodes>"

    def _repr_html_(self) -> str:
        return self._facts._repr_html_()


def load(
    spec: str | Path,
    *,
    variant: str | None = None,
    free: Iterable[str] = (),
    ops: Mapping[str, type[Op]] = OPS,
    limits: Limits = DEFAULT,
    config: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Model:
    """Load a network from a file or by its name in the zoo, with some config entries set or left free as symbols.

    Config entries are given by keyword, or in the mapping `config` where a name is no keyword of Python.

    Raises SpecError with every mistake of the spec, Refused for a wrong name or value, LimitReached.
    """
    with in_force(limits):
        found, named = open_spec(spec, ops)
        chosen = variant if variant is not None else named
        values = configured(found, chosen, {**(config or {}), **settings}, free)
        return Model(found, chosen, values, expand(found, values, ops))
