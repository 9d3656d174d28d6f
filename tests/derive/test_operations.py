"""Every operation is derived: its numbers are the call's, every number has a formula, and it reads as in a textbook."""

import math

import pytest

from archcalc.call import Call
from archcalc.derive.facts import Facts
from archcalc.derive.reference import reference
from archcalc.derive.tree import value
from archcalc.derive.verbs import derived
from archcalc.op import Cost, Op
from archcalc.ops import FAMILIES, OPS
from tests.derive.networks import alone

SHOWN = {"conv": 2, "pool": 2, "attention": 2, "rearrange": 2, "recurrent": 2, "join": 2, "product": 2}
"""Of how many examples of each operation the text is kept, where it is not one."""


def values(formula):
    return tuple(map(value, formula)) if type(formula) is tuple else value(formula)


def calls(cls: type[Op]):
    return [Call(cls(**example.settings), example.inputs) for example in cls.examples]


@pytest.mark.parametrize("name", OPS)
def test_numbers_are_those_of_the_call(name):
    for call in calls(OPS[name]):
        facts = Facts(call)
        assert facts.named is not None, "a method does not take named numbers"
        sections = [facts.output(), facts.parameters(), facts.buffers(), facts.work(), facts.activations()]
        steps = {step.name: step for section in sections if section for step in section.steps}
        for step in steps.values():
            assert step.formula is not None or step.value == 0, step.name
            assert step.formula is None or values(step.formula) == step.value, step.name
        assert steps["parameters"].value == call.parameters
        assert steps["activations"].value == call.activations
        assert call.cost is None or steps["macs"].value == call.cost.macs
        assert call.cost is None or steps["FLOPs"].value == 2 * call.cost.macs
        assert [s.value for n, s in steps.items() if n.split()[0] == "output"] == list(call.outputs)


@pytest.mark.parametrize("name", OPS)
def test_every_fact_has_a_rule(name):
    for example in OPS[name].examples:
        for section in derived(alone(OPS[name], example), "layer").sections:
            assert section.rule.text.endswith((".", ":")), section.title
            assert "Source" not in section.rule.text


@pytest.mark.parametrize("family", FAMILIES)
def test_reads_as_a_textbook(family, golden):
    texts = [
        str(derived(alone(OPS[name], example), "layer"))
        for name in FAMILIES[family]
        for example in OPS[name].examples[: SHOWN.get(family, 1)]
    ]
    golden(f"explain/{family}.txt", f"\n{'-' * 110}\n\n".join(texts))


class Broken(OPS["ReLU"]):
    """An operation whose cost does not run on symbols."""

    def cost(self, x):
        return Cost(add=math.isqrt(x[-1]))


def test_a_mistake_in_a_method_is_no_missing_formula():
    with pytest.raises(TypeError, match="as an integer"):
        reference("Broken", Broken)
