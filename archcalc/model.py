"""The one object that Python users meet: a spec, expanded."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from archcalc import dim
from archcalc.algebra.assumptions import Assumptions, assuming
from archcalc.analyse.quantities import Part, part, quantity
from archcalc.analyse.receptive_fields import Gates
from archcalc.analyse.summary import Summary, summarize
from archcalc.convention import convention as find_convention
from archcalc.errors import Refused
from archcalc.graph import collector_paused
from archcalc.language.free import Free, freed, named
from archcalc.language.limits import DEFAULT, Limits, in_force
from archcalc.language.load import configured, exact, expand, open_spec
from archcalc.language.spec import Spec
from archcalc.op import Op
from archcalc.ops import OPS

if TYPE_CHECKING:
    import networkx as nx

    from archcalc.algebra.compile import Compiled
    from archcalc.analyse.budgets import Budget, Verdict
    from archcalc.derive.derivation import Derivation
    from archcalc.picture.graph.diagram import Picture
    from archcalc.solve.scaling import Scaling
    from archcalc.solve.solution import Solution
    from archcalc.verify.subject import Subject


class Model:
    """A network: its spec, the settings it was loaded with, and its graph.

    `graph` is a `networkx.MultiDiGraph`; `archcalc.graph` says what its nodes and edges hold.
    """

    def __init__(self, recipe: "Recipe", config: Mapping[str, Any], graph: Any):
        self._recipe, self.config, self._graph = recipe, dict(config), graph
        self.spec, self.variant = recipe.spec, recipe.variant

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

    def summary(self, convention: str = "macs", gates: Gates = "count") -> Summary:
        """All facts, layer by layer and in total; prints as a table and shows as one in a notebook."""
        with collector_paused(), assuming(self._graph.graph["assumptions"]):
            return summarize(
                self._graph,
                name=self.name,
                title=self.spec.title,
                file=self.file,
                config=self.config,
                convention=find_convention(convention),
                gates=gates,
            )

    def explain(self, layer: str, gates: Gates = "count") -> "Derivation":
        """A layer's facts derived: the rule, the formula, the numbers put in, the result; prints as a text."""
        from archcalc.derive.explain import explain

        usual = {name: entry.default for name, entry in self.spec.config.items()}
        return explain(self._graph, layer, self.name, gates, usual)

    @cached_property
    def _facts(self) -> Summary:
        return self.summary()

    @property
    def assumptions(self) -> Assumptions:
        """What is taken to hold of the symbols, for every number to be right; iterates over it in words."""
        return self._graph.graph["assumptions"]  # type: ignore[no-any-return]

    def freed(self, free: Free = (), assume: Iterable[str] = ()) -> "Model":
        """The same network with config entries left free, beside those that are free already (see `load`)."""
        return self._recipe.model(free, assume)

    def changed(self, settings: Mapping[str, Any]) -> "Model":
        """The same network with config entries, or numbers in their lists (`depths[2]`), set anew."""
        return self._recipe.changed(settings).model()

    def solve(
        self,
        entries: str | Iterable[str],
        where: str | Iterable[str],
        *,
        multiple_of: int | None = None,
        step: Any = None,
        between: tuple[Any, Any] | None = None,
        direction: Literal["largest", "smallest"] | None = None,
    ) -> "Solution":
        """The largest or smallest value of a config entry, or of several together, at which conditions hold.

        Conditions are comparisons such as `parameters <= 10e6` or `layer4.height >= 7`; `valid` is where the network
        can be made. Raises Refused for a question that cannot be asked, or not be searched without bounds.
        """
        from archcalc.solve.solution import Question

        names = [entries] if isinstance(entries, str) else list(entries)
        texts = [where] if isinstance(where, str) else list(where)
        bounds = None if between is None else (exact(between[0]), exact(between[1]))
        return Question(self, names, texts).solve(
            multiple_of=multiple_of, step=exact(step), between=bounds, direction=direction
        )

    def varied(self, variant: str) -> "Model":
        """The same spec in another variant, its other settings as usual."""
        return self._recipe._replace(variant=variant, config=configured(self.spec, variant, {})).model()

    def scale(self, phi: Any, by: Mapping[str, Any] | None = None) -> "Scaling":
        """The network scaled by phi, each entry by a power of its coefficient: the spec's `scaling`, or those given.

        Raises Refused for coefficients of what cannot be scaled.
        """
        from archcalc.solve.scale import scale

        return scale(self, exact(phi), None if by is None else {k: exact(v) for k, v in by.items()})

    def formula(
        self, of: str = "macs", *, free: Free = (), layer: str = "", assume: Iterable[str] = (), gates: Gates = "count"
    ) -> Any:
        """A quantity in closed form, as a SymPy expression of what is free; a number where nothing is in it.

        `of` is parameters, buffers, macs, flops, primitives, activations, memory (bytes), shape (a tuple) or
        receptive_field; `layer` a layer or scope. `assumptions` of `freed(free, assume)` tell where it holds. Raises
        Refused, and SpecError where the network cannot be made with symbols.
        """
        model = self.freed(free, assume) if free or assume else self
        return model.part(layer, gates).value(quantity(of))

    def part(self, path: str = "", gates: Gates = "count") -> Part:
        """The network, a scope or a layer, for `archcalc.analyse.quantities`."""
        return part(self._facts if gates == "count" else self.summary(gates=gates), path)

    @cached_property
    def subject(self) -> "Subject":
        """The network taken apart for `archcalc.verify` into what readings of a published number leave out."""
        from archcalc.verify.subject import Subject

        return Subject(self._graph, self.spec, self.part())

    def check(self, budgets: "Iterable[Budget]", layer: str = "", gates: Gates = "count") -> "tuple[Verdict, ...]":
        """Whether budgets of `archcalc.analyse.budgets` are kept by the network, a scope or a layer."""
        from archcalc.analyse.budgets import verdicts

        with assuming(self.assumptions):
            return verdicts(budgets, self.part(layer, gates), self._graph)

    def lambdify(
        self, of: str = "macs", *, free: Free, layer: str = "", assume: Iterable[str] = (), gates: Gates = "count"
    ) -> "Compiled":
        """A quantity as a function of what is free, by name or in order, of numbers or NumPy arrays; always exact.

        The function refuses points outside of the assumptions; its method `valid` tells them. Raises what `formula`
        raises, and Refused for a quantity that is no number.
        """
        from archcalc.algebra.compile import Compiled

        model = self.freed(free, assume)
        value = model.formula(of, layer=layer, gates=gates)
        if not dim.is_size(value):
            raise Refused(f"{of} is {dim.say(value)}, which is no number", "ask for one of its parts by `layer`")
        return Compiled(value, list(free), model.assumptions)

    @property
    def parameters(self) -> Any:
        """The number of parameters, trained or not; shared ones count once."""
        return self._facts.totals.parameters

    @property
    def macs(self) -> Any:
        """The multiply-accumulates of one pass; at least so many where a layer's work is not known."""
        return self._facts.totals.cost.macs

    @cached_property
    def depth(self) -> Any:
        """The weighted layers on the longest path, as articles count them: 50 of resnet:50."""
        from archcalc.analyse.depth import depth

        with collector_paused(), assuming(self.assumptions):
            return depth(self._graph)

    def to_torch(self, device: str = "cpu") -> Any:
        """The same network as a `torch.nn.Module`, its weights freshly initialised; needs the extra `torch`."""
        from archcalc.torchcheck.build import build

        return build(self._graph, device)

    def __str__(self) -> str:
        return str(self._facts)

    def __repr__(self) -> str:
        return f"<archcalc.Model {self.name}: {len(self._graph)} nodes>"

    def picture(
        self,
        form: str = "svg",
        style: str = "graph",
        *,
        convention: str = "macs",
        gates: Gates = "count",
        **options: Any,
    ) -> "Picture":
        """The network as `graph`, `volumes` or `field`, in svg, pdf, png or dot; options are those of `archcalc draw`.

        Raises Refused for what is not known, MissingExtra without the extra `pictures`, TooSlow for a layout.
        """
        from archcalc.picture.styles import STYLES
        from archcalc.picture.theme import require

        known = {name: found for name, found in STYLES.items() if name != "diff"}
        require("style", style, known)
        return known[style].draw(self.summary(convention, gates), form, **options)

    def page(self, convention: str = "macs", gates: Gates = "count") -> str:
        """One HTML page to explore the network, with sliders for its config; it needs the extra `pictures`."""
        from archcalc.picture.page.movable import movable
        from archcalc.picture.page.page import page

        free, entries = movable(self)
        return page(self.summary(convention, gates), free.summary(convention, gates), entries)

    def _repr_html_(self) -> str:
        """The picture, where it can be drawn, and the table."""
        from archcalc.picture.graph.diagram import inline

        return inline(self._facts) + self._facts._repr_html_()


def load(
    spec: str | Path,
    *,
    variant: str | None = None,
    free: Free = (),
    assume: Iterable[str] = (),
    ops: Mapping[str, type[Op]] = OPS,
    limits: Limits = DEFAULT,
    config: Mapping[str, Any] | None = None,
    **settings: Any,
) -> Model:
    """Load a network from a file or by its name in the zoo, with some config entries set or left free as symbols.

    Config entries are given by keyword, or in the mapping `config` where a name is no keyword of Python. `free` names
    entries (`H`, `depths[2]`) or maps them to expressions of symbols (`{"H": "32*h"}`). `assume` has conditions that
    are taken to hold of the symbols (`H >= 32`); the word `defaults` among them decides what the condition of a layer
    leaves open as the values of the config do, and the result says so.

    Raises SpecError with every mistake of the spec, Refused for a wrong name or value, LimitReached.
    """
    with in_force(limits):
        found, named = open_spec(spec, ops)
        chosen = variant if variant is not None else named
        values = configured(found, chosen, {**(config or {}), **settings})
    return Recipe(found, chosen, values, ops, limits).model(free, assume)


class Recipe(NamedTuple):
    """What a model is made from, so that it can be made again with other entries free."""

    spec: Spec
    variant: str | None
    config: Mapping[str, Any]
    ops: Mapping[str, type[Op]]
    limits: Limits

    def changed(self, settings: Mapping[str, Any]) -> "Recipe":
        """The same with config entries set anew, each checked by the spec."""
        config = dict(self.config)
        for entry, value in settings.items():
            name, place = named(self.spec, config, entry)
            if place is not None:
                value = (*config[name][:place], exact(value), *config[name][place + 1 :])
            config |= {name: self.spec.config[name].check(exact(value))}
        return self._replace(config=config)

    def model(self, free: Free = (), assume: Iterable[str] = ()) -> Model:
        """The model with some config entries left free."""
        with in_force(self.limits):
            texts = [assume] if isinstance(assume, str) else assume
            values, assumptions = freed(self.spec, self.config, free, texts)
            return Model(self, values, expand(self.spec, values, self.ops, assumptions))
