"""The facts of one call derived: its operation's own methods run on named numbers, and compared with the call.

If the methods refuse named numbers, facts have no formula. A formula that gives another number than the call's fact is
an internal error.
"""

from collections.abc import Callable, Mapping
from functools import reduce
from operator import attrgetter, getitem
from typing import Any

from archcalc import dim
from archcalc.call import Call
from archcalc.convention.own import flops
from archcalc.derive.derivation import Section, Step
from archcalc.derive.factors import factored
from archcalc.derive.named import Named, tree_of
from archcalc.derive.names import named_call, output_letters
from archcalc.derive.rules import Rule, rule, split
from archcalc.derive.tree import Leaf, Made, Tree, replaced, value

WORDS = {
    "bias": "additions of a bias",
    "add": "additions",
    "mul": "multiplications",
    "div": "divisions",
    "compare": "comparisons",
    "exp": "exponentials",
    "log": "logarithms",
    "sqrt": "square roots",
    "tanh": "hyperbolic tangents",
    "erf": "error functions",
    "sin": "sines and cosines",
}
"""The entries of a cost other than multiply-accumulates, in words."""
NO_WEIGHTS = Rule("The operation has no weights.")
Fact = Callable[[Call], Any]


class Facts:
    """The facts of a call, with formulas from the same call on named numbers."""

    def __init__(self, call: Call, known: Mapping[str, Any] = {}):
        self.call, self.named = call, named_call(call, known)
        self._sizes: dict[Tree, Leaf] = {}
        """Names for the output's sizes that are more than a name or a number."""

    def _step(self, name: str, of: Fact) -> Step:
        fact = of(self.call)
        fact = tuple(map(dim.tidy, fact)) if isinstance(fact, tuple) else dim.tidy(fact)
        return Step(name, None if self.named is None else self._formula(name, of(self.named), fact), fact)

    def _formula(self, name: str, made: Any, fact: Any) -> Tree | None:
        """The formula of a number or a shape; None if it cannot be shown to give the fact."""
        tree = replaced(factored(replaced(tree_of(made), self._sizes)), self._sizes)
        return tree if _agrees(name, value(tree), fact) else None

    def inputs(self) -> tuple[Step, ...]:
        """The shapes of the inputs with the names of their axes."""
        shapes = self.call.inputs
        formulas = [None] * len(shapes) if self.named is None else list(map(tree_of, self.named.inputs))
        names = ["input"] if len(shapes) == 1 else [f"input {slot + 1}" for slot in range(len(shapes))]
        return tuple(map(Step, names, formulas, shapes))

    def output(self) -> Section:
        """The shapes of the outputs, after a step for each size of the first one that has a formula."""
        ports = range(len(self.call.outputs))
        names = ["output"] if len(ports) == 1 else [f"output {port + 1}" for port in ports]
        axes = self._axes()
        shapes = [self._step(name, _entry("outputs", port)) for name, port in zip(names, ports, strict=True)]
        return Section("Output", rule(self.call.op, "outputs", "out"), (*axes, *shapes))

    def _axes(self) -> list[Step]:
        """A step for each size of the first output that has a formula; later formulas refer to it by name."""
        trees = map(tree_of, self.named.outputs[0] if self.named else ())
        sizes = enumerate(zip(output_letters(self.call), trees, strict=False))
        made = {axis: (tree, f"{letter}_out") for axis, (letter, tree) in sizes if isinstance(tree, Made)}
        steps = [self._step(name, _entry("outputs", 0, axis)) for axis, (_, name) in made.items()]
        named = zip(made.values(), steps, strict=True)
        self._sizes = {tree: Leaf(name, step.value) for (tree, name), step in named if step.formula is not None}
        return steps

    def parameters(self, weights_of: str | None = None) -> Section:
        """The weights and the number of their elements; `weights_of` is the layer that owns them, if it is another."""
        weights = self.call.weights
        shared = f"The layer shares the weights of {weights_of}; a summary counts them there."
        return Section(
            "Parameters",
            rule(self.call.op, "weights") if weights else NO_WEIGHTS,
            (*self._arrays("weights"), self._step("parameters", attrgetter("parameters"))),
            notes=(shared,) if weights and weights_of is not None else (),
        )

    def buffers(self) -> Section | None:
        """The arrays that are kept but not trained."""
        if not self.call.buffers:
            return None
        steps = (*self._arrays("buffers"), self._step("buffer elements", attrgetter("buffer_elements")))
        return Section("Buffers", rule(self.call.op, "buffers"), steps)

    def _arrays(self, kind: str) -> list[Step]:
        return [self._step(name or "array", _entry(kind, name)) for name in getattr(self.call, kind)]

    def work(self) -> Section:
        """The multiply-accumulates, the FLOPs and all other work."""
        title, what, cost = "Work", rule(self.call.op, "cost"), self.call.cost
        if cost is None:
            return Section(title, what, notes=("The work is not known.",))
        macs = self._step("macs", attrgetter("cost.macs"))
        others = (
            self._step(words, attrgetter(f"cost.{entry}"))
            for entry, words in WORDS.items()
            if getattr(cost, entry) != 0
        )
        return Section(title, what, (macs, _flops(macs.value), *others))

    def activations(self) -> Section:
        """The elements that the layer writes."""
        step = self._step("activations", attrgetter("activations"))
        return Section("Activations", split(Call.activations.__doc__ or ""), (step,))


def _entry(fact: str, *keys: Any) -> Fact:
    """A part of a fact, such as the shape of one weight."""
    return lambda call: reduce(getitem, keys, getattr(call, fact))


def _flops(macs: Any) -> Step:
    """The FLOPs as the convention of that name counts them."""
    made = flops(Named(1, Leaf("macs", macs)))
    return Step("FLOPs", None if macs == 0 else tree_of(made), dim.tidy(flops(macs)))


def _agrees(name: str, found: Any, fact: Any) -> bool:
    """Whether a formula gives a fact: for numbers it must, for symbols this may be undecided."""
    if isinstance(found, tuple) and isinstance(fact, tuple):
        return all(_agrees(name, *pair) for pair in zip(found, fact, strict=True))
    if dim.is_symbolic(fact) or dim.is_symbolic(found):
        return dim.equal(found, fact) is True
    if found != fact:
        raise AssertionError(f"the derivation of {name} comes to {found}, not {fact}")
    return True
