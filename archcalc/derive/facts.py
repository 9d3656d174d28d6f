"""The facts of one call derived: its operation's own methods run on named numbers, and held against the call.

Where a method does not go through named numbers its facts stand without a formula; where the formula comes to another
number than the call's fact, that is a mistake of archcalc's.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archcalc import dim
from archcalc.call import Call
from archcalc.convention.own import flops
from archcalc.derive.derivation import Section, Step
from archcalc.derive.factors import factored
from archcalc.derive.named import Named, Noted, tree_of
from archcalc.derive.names import named_inputs, named_op, output_letters
from archcalc.derive.rules import Rule, described, rule
from archcalc.derive.tree import Leaf, Made, Tree, replaced, value
from archcalc.derive.witness import Witness, witnesses
from archcalc.errors import ArchcalcError

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
}
"""What the entries of a cost beside the multiply-accumulates count."""


class Facts:
    """A call beside the same call made with named numbers."""

    def __init__(self, call: Call, known: Mapping[str, Any] | None = None):
        self.call = call
        self.named = next(filter(None, (_named(call, witness) for witness in witnesses(call, known or {}))), None)
        self._sizes: dict[Tree, Leaf] = {}
        """The names of the output's sizes that are more than a name or a number."""

    def _formula(self, of: Callable[[Call], Any]) -> Any:
        """A fact made of named numbers, or None."""
        if self.named is None:
            return None
        try:
            return of(self.named)
        except _ERRORS:
            return None

    def _step(self, name: str, of: Callable[[Call], Any]) -> Step:
        fact, made = _tidy(of(self.call)), self._formula(of)
        return Step(name, None if made is None else self._checked(name, made, fact), fact)

    def _checked(self, name: str, made: Any, fact: Any) -> Any:
        """The formula of a fact, or of each entry of a shape, once it is seen to give the fact."""
        if isinstance(fact, tuple):
            trees = tuple(self._checked(name, m, f) for m, f in zip(made, fact, strict=True))
            return None if None in trees else trees
        tree = replaced(factored(replaced(tree_of(made), self._sizes)), self._sizes)
        return tree if _agrees(name, value(tree), fact) else None

    def inputs(self) -> tuple[Step, ...]:
        """The shapes of the inputs with the names of their axes."""
        named = self.named.inputs if self.named else (None,) * len(self.call.inputs)
        alone = len(named) == 1
        return tuple(
            Step("input" if alone else f"input {slot + 1}", None if own is None else tuple(map(tree_of, own)), shape)
            for slot, (own, shape) in enumerate(zip(named, self.call.inputs, strict=True))
        )

    def output(self) -> Section:
        """The shapes of the outputs."""
        return Section("Output", rule(self.call.op, "outputs", "out"), tuple(self._outputs()))

    def _outputs(self) -> Iterator[Step]:
        many = len(self.call.outputs) > 1
        for port in range(len(self.call.outputs)):
            if port == 0:
                yield from self._axes()
            yield self._step(f"output {port + 1}" if many else "output", _output(port))

    def _axes(self) -> Iterator[Step]:
        """A step for each axis of the first output that has a formula; afterwards it is called by its name."""
        named = self.named.outputs[0] if self.named else ()
        steps = []
        for axis, letter in enumerate(output_letters(self.call)[: len(named)]):
            if isinstance(made := tree_of(named[axis]), Made) and made not in self._sizes:
                step = self._step(f"{letter}_out", _size(axis))
                steps.append((made, step))
        for made, step in steps:
            if step.formula is not None:
                self._sizes[made] = Leaf(step.name, step.value)
            yield step

    def parameters(self) -> Section:
        """The weights and the number of their elements."""
        steps = [self._step(name or "array", _array("weights", name)) for name in self.call.weights]
        steps.append(self._step("parameters", lambda call: call.parameters))
        return Section("Parameters", rule(self.call.op, "weights") if self.call.weights else NO_WEIGHTS, tuple(steps))

    def buffers(self) -> Section | None:
        """The arrays that are kept but not trained."""
        if not self.call.buffers:
            return None
        steps = [self._step(name or "array", _array("buffers", name)) for name in self.call.buffers]
        steps.append(self._step("buffer elements", lambda call: call.buffer_elements))
        return Section("Buffers", rule(self.call.op, "buffers"), tuple(steps))

    def work(self) -> Section:
        """The multiply-accumulates, the FLOPs, and what other work there is."""
        title, what = "Work", rule(self.call.op, "cost")
        if self.call.cost is None:
            return Section(title, what, notes=("The work is not known.",))
        macs = self._step("macs", _work("macs"))
        steps = [macs, _flops(macs.value)]
        for entry, words in WORDS.items():
            count = getattr(self.call.cost, entry)
            if not (isinstance(count, int) and count == 0):
                steps.append(self._step(words, _work(entry)))
        return Section(title, what, tuple(steps))

    def activations(self) -> Section:
        """The elements that the layer writes."""
        return Section(
            "Activations", described(Call.activations), (self._step("activations", lambda call: call.activations),)
        )


def _output(port: int) -> Callable[[Call], Any]:
    return lambda call: call.outputs[port]


def _size(axis: int) -> Callable[[Call], Any]:
    return lambda call: call.outputs[0][axis]


def _array(kind: str, name: str) -> Callable[[Call], Any]:
    return lambda call: getattr(call, kind)[name]


def _work(entry: str) -> Callable[[Call], Any]:
    return lambda call: getattr(call.cost, entry)


NO_WEIGHTS = Rule("The operation has no weights.")
_ERRORS = (ArchcalcError, TypeError, ValueError, AttributeError)


def _named(call: Call, witness: Witness) -> Call | None:
    """The call made with named numbers, every fact computed; None where its methods do not take them."""
    noted: Noted = set()

    def naming(size: Any, leaf: Leaf) -> Named:
        return Named(witness(size), leaf, noted)

    try:
        named = Call(named_op(call.op, naming), named_inputs(call.op, call.inputs, naming))
        _ = named.weights, named.buffers, named.parameters, named.buffer_elements, named.cost, named.fields
        _ = named.activations
    except _ERRORS:
        return None
    return named


def _flops(macs: Any) -> Step:
    """The FLOPs as the convention of that name counts them."""
    if isinstance(macs, int) and macs == 0:
        return Step("FLOPs", None, 0)
    made = flops(Named(1, Leaf("macs", macs)))
    return Step("FLOPs", tree_of(made), dim.tidy(flops(macs)))


def _tidy(fact: Any) -> Any:
    return tuple(map(dim.tidy, fact)) if isinstance(fact, tuple) else dim.tidy(fact)


def _agrees(name: str, found: Any, fact: Any) -> bool:
    """Whether a formula gives a fact: it must for numbers, and may for symbols."""
    if dim.is_symbolic(fact) or dim.is_symbolic(found):
        return dim.equal(found, fact) is True
    if found != fact:
        raise AssertionError(f"the derivation of {name} comes to {found}, not {fact}")
    return True
