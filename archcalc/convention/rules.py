"""Counting rules: the number that a tool derives for each kind of operation."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from archcalc.convention.countable import Countable, Untold
from archcalc.dim import Dim, tidy


class CountingRule(NamedTuple):
    """The number of one kind of operation as a function of its facts, with a description for the documents."""

    words: str
    of: Callable[[Countable], Dim]


Table = Mapping[str, CountingRule]
"""The rules of a tool by kind of operation; a kind without a rule counts nothing."""


class Convention(NamedTuple):
    """A way to count work: its unit, and the number of one operation at its place."""

    name: str
    unit: str
    doc: str
    count: Callable[[Countable], Dim]
    as_is: str = ""
    """The mistakes of the tool that it reproduces; empty without any."""
    modules: Table = {}
    """The rules for modules, for the documents."""

    @property
    def is_of_tool(self) -> bool:
        """Whether it reproduces the numbers of a tool."""
        return self.unit.endswith(f"({self.name})")

    @property
    def label(self) -> str:
        """The unit with the name, which the unit of a tool already has."""
        return f"{self.unit.removesuffix(f' ({self.name})')} ({self.name})"

    def of(self, layer: Countable) -> Dim | None:
        """The number of one operation at its place; None if unknown."""
        if self.name not in layer.counts:
            try:
                layer.counts[self.name] = tidy(self.count(layer))
            except Untold:
                layer.counts[self.name] = None
        return layer.counts[self.name]


def tool(
    name: str,
    word: str,
    doc: str,
    modules: Table,
    *,
    functions: Table | None = None,
    attention: Table | None = None,
    as_is: str = "",
) -> Convention:
    """The convention of a tool, by kind of operation; the number of an operation without a kind is unknown.

    `word` is the tool's name for the unit. `functions` defaults to `modules`. `attention` is for the parts of an
    attention module; None counts them as elsewhere.
    """
    modules = UNMEASURED | dict(modules)
    called = modules if functions is None else functions

    def count(layer: Countable) -> Dim:
        if not layer.kind:
            raise Untold
        table = called if layer.function else modules
        if layer.in_attention and attention is not None:
            table = attention
        rule = table.get(layer.kind)
        return 0 if rule is None else rule.of(layer)

    return Convention(name, f"{word} ({name})", doc, count, as_is, modules)


def _untold(layer: Countable) -> Dim:
    raise Untold


UNMEASURED: dict[str, CountingRule] = dict.fromkeys(
    ("deformable convolution", "region sampling"), CountingRule("?", _untold)
)
"""The kinds that a tool may count in ways of its own that were not measured, because torchvision has them."""


def over(kinds: tuple[str, ...], rule: CountingRule) -> dict[str, CountingRule]:
    """Give several kinds one rule."""
    return dict.fromkeys(kinds, rule)


def affine(scaled: int, plain: int) -> CountingRule:
    """Count each element of a norm `scaled` times if it has a learnable scale, else `plain` times."""
    return CountingRule(
        f"{scaled}i affine, else {plain if plain > 1 else ''}i",
        lambda layer: (scaled if layer.affine else plain) * layer.read,
    )


MACS = CountingRule("M", lambda layer: layer.macs)
MACS_AND_BIAS = CountingRule("M + b", lambda layer: layer.macs + layer.bias)
TWICE_MACS = CountingRule("2M", lambda layer: 2 * layer.macs)
READ = CountingRule("i", lambda layer: layer.read)
TWICE_READ = CountingRule("2i", lambda layer: 2 * layer.read)
WRITTEN = CountingRule("o", lambda layer: layer.written)
WRITTEN_FOURFOLD = CountingRule("4o", lambda layer: 4 * layer.written)
READ_AND_TWICE_WRITTEN = CountingRule("i + 2o", lambda layer: layer.read + 2 * layer.written)
NORMS = ("batch norm", "instance norm", "layer norm", "channel layer norm", "group norm", "RMS norm")
POOLS = ("max pool", "average pool", "adaptive max pool", "adaptive average pool")
CONVOLUTIONS = ("convolution", "transposed convolution", "connected convolution")
PRODUCTS = (*CONVOLUTIONS, "linear", "matrix product", "einsum", "attention")
"""The kinds that multiply and accumulate, except recurrent layers."""
CELLS = ("rnn cell", "gru cell", "lstm cell")
