"""The one object that Python users meet: a network, loaded."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from archcalc.analyse import quantities, verbs
from archcalc.analyse.quantities import Part, quantity
from archcalc.analyse.receptive_fields import Gates
from archcalc.analyse.summary import Summary
from archcalc.dim import Dim
from archcalc.language.free import Free
from archcalc.language.limits import DEFAULT, Limits
from archcalc.language.loaded import Loadable, Loaded, Loading
from archcalc.op import Op
from archcalc.ops import OPS

if TYPE_CHECKING:
    from archcalc.algebra.compile import Compiled
    from archcalc.analyse.budgets import Asked, Budgets
    from archcalc.analyse.compare import Comparison
    from archcalc.analyse.difference import Difference
    from archcalc.derive.derivation import Derivation
    from archcalc.picture.graph.diagram import Picture
    from archcalc.solving.scaling import Scaling
    from archcalc.solving.solution import Solution
    from archcalc.torchcheck.crosscheck import Crosscheck
    from archcalc.verifying.verdicts import Verdicts


class Model(Loaded):
    """A network, loaded; its methods are the verbs, with the same parameters."""

    def summary(self, convention: str = "macs", gates: Gates = "count") -> Summary:
        """All facts, layer by layer and in total."""
        return verbs.summary(self, convention, gates)

    @cached_property
    def _facts(self) -> Summary:
        return self.summary()

    def part(self, path: str = "", gates: Gates = "count") -> Part:
        """The network, a scope or a layer, for `archcalc.analyse.quantities`."""
        return quantities.part(self._facts if gates == "count" else self.summary(gates=gates), path)

    def explain(self, layer: str, gates: Gates = "count") -> "Derivation":
        """A layer's facts derived: rule, formula, numbers, result."""
        from archcalc.derive.verbs import explain

        return explain(self, layer, gates)

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
        """The largest or smallest value of config entries at which conditions hold; see `archcalc.solving.solution`."""
        from archcalc.solving.solution import solve

        return solve(self, entries, where, multiple_of=multiple_of, step=step, between=between, direction=direction)

    def scale(self, phi: Any, by: Mapping[str, Any] | None = None) -> "Scaling":
        """The network scaled by phi, each entry by a power of its coefficient: the spec's `scaling`, or those given."""
        from archcalc.solving.scale import scale

        return scale(self, phi, by)

    def formula(
        self, of: str = "macs", *, free: Free = (), layer: str = "", assume: Iterable[str] = (), gates: Gates = "count"
    ) -> Any:
        """A quantity in closed form: a SymPy expression in the free entries, or a number if it depends on none.

        `of` is a name of `archcalc.analyse.quantities.QUANTITIES`; `layer` is a layer or scope. The assumptions under
        which it holds are those of `freed(free, assume)`. Raises Refused, and SpecError if the network cannot be made
        with symbols.
        """
        model = self.freed(free, assume) if free or assume else self
        return model.part(layer, gates).value(quantity(of))

    def lambdify(
        self, of: str = "macs", *, free: Free = (), layer: str = "", assume: Iterable[str] = (), gates: Gates = "count"
    ) -> "Compiled":
        """A quantity as an exact function of the free entries, for numbers or NumPy arrays.

        Without `free` these are the entries that are free already, or the symbols of a network made by a program.
        The function refuses points outside the assumptions; its method `valid` finds them. Raises what `formula`
        raises, and Refused for a quantity that is not a number.
        """
        model = self.freed(free, assume) if free or assume else self
        return verbs.lambdify(model, of, free, layer=layer, gates=gates)

    def compare(self, *others: Loadable, **options: Any) -> "Comparison":
        """The network beside others; options as of `archcalc.compare`."""
        from archcalc.many.compare import compare

        return compare(self, *others, **options)

    def diff(self, other: Loadable, convention: str = "macs") -> "Difference":
        """What changes from this network to another."""
        return verbs.diff(self, other, convention)

    def check(self, budgets: "Asked", layer: str = "", gates: Gates = "count") -> "Budgets":
        """Whether the network, a scope or a layer keeps budgets, such as `parameters <= 5M`; see `archcalc.check`."""
        from archcalc.many.check import check

        return check(self, budgets=budgets, layer=layer, gates=gates)

    def verify(self, quiet: bool = False) -> "Verdicts":
        """The verdicts on the published numbers of the spec."""
        from archcalc.many.verify import verify

        return verify(self, quiet=quiet)

    @property
    def parameters(self) -> Dim:
        """The number of parameters, trained or not; shared ones count once."""
        return self._facts.totals.parameters

    @property
    def macs(self) -> Dim:
        """The multiply-accumulates of one pass; a lower bound if the work of a layer is unknown."""
        return self._facts.totals.cost.macs

    @cached_property
    def depth(self) -> Dim:
        """The weighted layers on the longest path, as papers count them: 50 of resnet:50."""
        return verbs.depth(self)

    def crosscheck(self, device: str = "cpu") -> "Crosscheck":
        """The network compared with its PyTorch module, layer by layer; needs the extra `torch`."""
        from archcalc.torchcheck.verbs import crosscheck

        return crosscheck(self, device)

    def to_torch(self, device: str = "cpu") -> Any:
        """The same network as a `torch.nn.Module`, its weights freshly initialised; needs the extra `torch`."""
        from archcalc.torchcheck.build import build

        return build(self.network, device)

    def draw(self, form: str = "svg", style: str = "graph", **options: Any) -> "Picture":
        """The network as `graph`, `volumes` or `field`, in svg, pdf, png or dot; options as of `archcalc.draw`."""
        from archcalc.picture.verbs import draw

        return draw(self, form, style, **options)

    def plot(self, *others: Loadable, **options: Any) -> "Picture":
        """The numbers of the network, and of others, as a picture; options as of `archcalc.plot`."""
        from archcalc.picture.verbs import plot

        return plot(self, *others, **options)

    def page(self, convention: str = "macs", gates: Gates = "count") -> str:
        """An HTML page to explore the network, with sliders for its config; needs the extra `pictures`."""
        from archcalc.picture.verbs import page

        return page(self, convention, gates)

    def __str__(self) -> str:
        return str(self._facts)

    def __repr__(self) -> str:
        return f"<archcalc.Model {self.name}: {len(self.network)} nodes>"

    def _repr_html_(self) -> str:
        """The picture, if it can be drawn, and the table."""
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
    """Load a network from a file or by its name in the zoo, with config entries set, or left free as symbols.

    `spec` is a name, perhaps with its variant (`resnet:50`), or a file; `variant` names the variant otherwise. Config
    entries are `settings`, or items of `config` if a name is not a Python identifier. `free` names entries (`H`,
    `depths[2]`) or maps them to expressions of symbols (`{"H": "32*h"}`). `assume` lists conditions on the symbols
    (`H >= 32`); the word `defaults` decides every open condition of a layer as the config's values do. `ops` are the
    operations by name, with your own among them; `limits` bound what a hostile spec can ask for.

    Raises SpecError with every mistake of the spec, Refused for a wrong name or value, LimitReached.
    """
    given = Loading(config or {}, ops, limits, free, assume).checked()
    return Model.load(spec, given._replace(config={**given.config, **settings}), variant)
