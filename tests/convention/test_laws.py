"""Conventions are formulas, too: they run on symbols and on many sizes at once; and each rule stands under a test."""

import numpy as np
import pytest

from archcalc.algebra.assumptions import NOTHING
from archcalc.call import Call
from archcalc.convention import CONVENTIONS, Convention, Countable
from archcalc.convention.countable import Untold
from archcalc.convention.kinds import KINDS, kind_of
from archcalc.convention.rules import UNMEASURED
from archcalc.errors import Undecidable
from archcalc.ops import OPS
from tests.convention.measured import SMALL, countable, operations, small
from tests.convention.test_measured import TOOLS
from tests.ops.laws import about, batch_positions, examples, freedoms, with_sizes
from tests.sweeps import one_dimension

ALL = list(CONVENTIONS.values())


def counts(layer: Countable) -> dict[str, object]:
    return {c.name: c.of(layer) for c in ALL}


@pytest.mark.parametrize("name", OPS)
def test_every_operation_says_what_tools_take_it_for(name):
    assert kind_of(OPS[name]) in KINDS


def test_every_rule_is_for_a_kind_that_there_is():
    assert {kind for c in ALL for kind in c.modules} <= set(KINDS)
    assert {kind_of(cls) for cls in map(OPS.__getitem__, OPS)} == set(KINDS)


@pytest.mark.parametrize("name", one_dimension(OPS))
def test_symbols_first_numbers_after_is_numbers(name):
    for case in examples(OPS[name]):
        if not case.inputs:
            continue
        expected = counts(Countable(case.call()))
        for way, (settings, inputs, symbols) in freedoms(case).items():
            try:
                found = counts(Countable(Call(case.cls(**settings), inputs)))
            except Undecidable:
                continue
            with about(case):
                for convention, number in expected.items():
                    told = symbols.put_in(found[convention])
                    assert told is None or number is None or told == number, (way, convention)
                    if way == "batch" and len(case.inputs[0]) > 1:
                        assert (told is None) == (number is None), convention


@pytest.mark.parametrize("name", OPS)
def test_many_at_once_is_one_by_one(name):
    for case in examples(OPS[name]):
        where = batch_positions(case) if case.inputs else []
        if not where:
            continue
        sizes = np.array([2, 3, 5])
        many = counts(Countable(_unchecked(case.op(), with_sizes(case.inputs, dict.fromkeys(where, sizes)))))
        for place, size in enumerate(sizes.tolist()):
            one = counts(Countable(_unchecked(case.op(), with_sizes(case.inputs, dict.fromkeys(where, size)))))
            for convention, number in one.items():
                told = many[convention]
                assert (told[place] if isinstance(told, np.ndarray) else told) == number, convention


def _unchecked(op, inputs):
    """A call whose requirements, which are no formulas, are not asked for."""
    call = object.__new__(Call)
    call.op, call.inputs, call.given = op, inputs, NOTHING
    call.outputs = op.outputs(*inputs)
    return call


# -- Mistakes must be seen: by the measured numbers --------------------------------------------------------------------


def wrong(convention: Convention) -> int:
    """How many measured numbers a convention does not give."""
    found = 0
    for case in operations():
        printed = case.counts.get(convention.name)
        if printed is not None:
            told = Convention.of(convention, Countable(case.layer.call, function=case.layer.function))
            found += told is not None and not 0 <= told - printed <= 1
    return found


MEASURED = [(tool, kind) for tool in TOOLS for kind in CONVENTIONS[tool].modules if kind not in UNMEASURED]


@pytest.mark.parametrize("name", ["DeformConv2d", "RoIAlign"])
def test_what_was_not_measured_is_unknown(name):
    case = examples(OPS[name])[0]
    assert [CONVENTIONS[tool].of(Countable(case.call())) for tool in TOOLS] == [None] * len(TOOLS)
    assert CONVENTIONS["macs"].of(Countable(case.call())) is not None


@pytest.mark.parametrize(("tool", "kind"), MEASURED, ids=lambda x: x)
def test_a_rule_that_is_gone_is_missed(tool, kind):
    convention = CONVENTIONS[tool]
    without = convention._replace(count=lambda layer: 0 if layer.kind == kind else convention.count(layer))
    assert wrong(without) > 0


# Each with a mistake in it that one could make.
FACTS = {
    "macs": lambda layer: 2 * Countable(layer.call).cost.macs,
    "bias": lambda layer: 0,
    "read": lambda layer: 2 * Countable(layer.call).written,
    "written": lambda layer: 3 * Countable(layer.call).read,
    "parameters": lambda layer: 0,
    "batch": lambda layer: 1,
    "positions": lambda layer: Countable(layer.call).written,
    "rank": lambda layer: 4,
    "operands": lambda layer: 2,
    "affine": lambda layer: True,
    "keeps_statistics": lambda layer: True,
    "kernel": lambda layer: 9,
    "length": lambda layer: layer.call.inputs[0][-1],
    "rows": lambda layer: 1,
    "groups": lambda layer: 1,
    "channels": lambda layer: layer.call.outputs[0][1],
    "gates": lambda layer: Countable(layer.call).macs,
    "is_projected": lambda layer: False,
    "scales_exactly": lambda layer: True,
    "pads_evenly": lambda layer: True,
}


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_with_a_mistake_is_seen(fact, monkeypatch):
    assert [wrong(CONVENTIONS[tool]) for tool in TOOLS] == [0] * len(TOOLS)
    monkeypatch.setattr(Countable, fact, property(FACTS[fact]))
    seen = 0
    for tool in TOOLS:
        try:
            seen += wrong(CONVENTIONS[tool])
        except (RecursionError, KeyError, IndexError, TypeError, Untold):
            seen += 1
    assert seen > 0


def test_a_part_of_attention_that_is_read_alone_is_seen():
    parts = small("nn.MHA 16h4 S=12")
    alone = [Countable(layer.call) for layer in parts]
    for tool, column in (("torchinfo", "torchinfo1.8"), ("thop", "thop_orig"), ("ultralytics-thop", "thop_ultra")):
        told = sum(CONVENTIONS[tool].of(layer) for layer in alone)
        assert told != SMALL["nn.MHA 16h4 S=12"][column]


def test_a_function_that_is_read_as_a_module_is_seen():
    module = countable("Upsample", [(1, 8, 10, 10)], scale_factor=2, mode="bilinear")
    assert CONVENTIONS["thop"].of(module) != SMALL["F.interpolate x2 bilinear"]["thop_orig"]
