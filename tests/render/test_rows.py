from collections import defaultdict
from dataclasses import replace

import pytest

from archcalc.analyse.outline import Sums, rows
from archcalc.analyse.summary import LazyFields, Summary
from archcalc.dim import total
from archcalc.errors import Refused
from archcalc.network import Source

from .networks import RESIDUAL, STACK, VGG, summary, zoo


def labels(found):
    return ["  " * row.level + row.label for row in found]


NO_FIELDS = LazyFields(lambda: defaultdict(dict))
"""The receptive fields of layers that are made up."""


def test_scopes_fold_at_a_depth(tmp_path):
    facts = summary(tmp_path, VGG)
    assert labels(rows(facts, depth=1)) == ["features", "avgpool", "flatten", "fc"]
    assert len(rows(facts, depth=2)) == 12
    assert [row.open for row in rows(facts, depth=2)][:2] == [True, False]
    assert not any(row.open for row in rows(facts, depth=1))


def test_a_depth_is_at_least_one(tmp_path):
    with pytest.raises(Refused, match="the depth must be at least 1, not 0"):
        rows(summary(tmp_path, VGG), depth=0)


def test_equal_neighbours_are_one_row(tmp_path):
    facts = summary(tmp_path, RESIDUAL)
    assert labels(rows(facts)) == [
        *("stem", "stage0", "  0-2 x 3", "stage1", "  0", "  1"),
        *("pool", "flatten", "fc"),
    ]
    copies = next(row for row in rows(facts) if row.name == "0-2")
    assert (copies.path, copies.op, copies.times) == ("stage0.0-2", "residual", 3)
    assert copies.sums.parameters == 3 * (8 * 8 * 9 + 2 * 8)


def test_unrolled_every_copy_is_a_row(tmp_path):
    facts = summary(tmp_path, RESIDUAL)
    assert labels(rows(facts, unroll=True))[2:5] == ["  0", "  1", "  2"]
    layers = [row for row in rows(facts, None, unroll=True) if row.layer]
    assert [row.path for row in layers] == [layer.path for layer in facts.layers]


def test_rows_inside_copies_count_all_copies(tmp_path):
    found = rows(summary(tmp_path, RESIDUAL), depth=None)
    conv = next(row for row in found if row.path == "stage0.0-2.conv")
    assert (conv.label, conv.times, conv.sums.parameters) == ("conv", 3, 3 * 576)


def test_the_field_of_copies_is_that_of_the_last(tmp_path):
    facts = summary(tmp_path, RESIDUAL)
    copies = next(row for row in rows(facts) if row.name == "0-2")
    inner = next(row for row in rows(facts, None) if row.path == "stage0.0-2.conv")
    assert copies.field == facts["stage0.2.sum"].field
    assert inner.field == facts["stage0.2.conv"].field


def test_other_names_inside_are_another_structure(tmp_path):
    text = """
archcalc: 1
inputs: {x: [1, 4]}
layers:
  a1: {layers: {p: {Linear: 4}, q: ReLU}}
  a2: {layers: {p: {Linear: 4}, q: ReLU}}
  a3: {layers: {r: {Linear: 4}, q: ReLU}}
"""
    assert labels(rows(summary(tmp_path, text), depth=1)) == ["a1-a2 x 2", "a3"]


def test_equal_neighbours_with_names_of_their_own_keep_their_rows(tmp_path):
    text = """
archcalc: 1
inputs: {x: [1, 4]}
layers: {query: {Linear: 4}, key: {Linear: 4}, value7: {Linear: 4}, value9: {Linear: 4}, value10: {Linear: 4}}
"""
    assert labels(rows(summary(tmp_path, text))) == ["query", "key", "value7", "value9-value10 x 2"]


def test_shared_and_frozen_weights_are_another_structure(tmp_path):
    text = """
archcalc: 1
inputs: {x: [1, 4]}
layers:
  a0: {Linear: 4}
  a1: {Linear: 4, share: a0}
  a2: {Linear: 4, share: a0}
  a3: {Linear: 4, frozen: true}
"""
    found = rows(summary(tmp_path, text))
    assert labels(found) == ["a0", "a1-a2 x 2", "a3"]
    assert [row.sums.parameters for row in found] == [20, 0, 20]


def test_what_goes_in_and_out_of_a_scope(tmp_path):
    text = """
archcalc: 1
inputs: {x: [1, 4], y: [1, 3]}
blocks:
  pair:
    inputs: [u, v]
    outputs: [p, q]
    layers: {p: {Linear: 5, from: u}, q: {Linear: 6, from: v}, r: {Linear: 1, from: q}}
layers:
  both: {pair: , from: [x, y]}
  left: {Linear: 2, from: "both[0]"}
  right: {Linear: 2, from: "both[1]"}
outputs: [left, right, both.r]
"""
    both = rows(summary(tmp_path, text), depth=1)[0]
    assert both.inputs == ((1, 4), (1, 3))
    assert sorted(both.outputs) == [(1, 1), (1, 5), (1, 6)]


def test_symbolic_repeats_multiply(tmp_path):
    found = {row.path: row for row in rows(summary(tmp_path, STACK, free=["L"]), depth=None)}
    body, up = found["body.0"], found["body.0.up"]
    assert (body.label, str(body.times), str(body.sums.parameters)) == ("0 x L", "L", "552*L")
    assert (up.label, str(up.times), str(up.sums.parameters)) == ("up", "L", "288*L")
    assert body.share is None


def test_symbolic_repeats_inside_each_other(tmp_path):
    text = """
archcalc: 1
config: {L: 2, M: 3}
inputs: {x: [1, 4]}
layers:
  outer:
    repeat: L
    layers:
      first: {Linear: 4}
      inner: {Linear: 4, repeat: M}
  last: {Linear: 4}
"""
    found = rows(summary(tmp_path, text, free=["L", "M"]), depth=None)
    assert [(row.label, str(row.times)) for row in found] == [
        *(("outer", "1"), ("0 x L", "L"), ("first", "L"), ("inner", "L"), ("0 x M", "L*M"), ("last", "1")),
    ]


@pytest.mark.parametrize("unroll", [False, True])
@pytest.mark.parametrize("depth", [1, 2, 3, None])
@pytest.mark.parametrize("name", ["resnet:50", "vgg16", "lenet"])
def test_rows_add_up_to_the_totals(name, depth, unroll):
    facts = zoo(name)
    found = rows(facts, depth, unroll)
    want = facts.totals
    for some in ([r for r in found if r.level == 0], [r for r in found if not r.open]):
        sums = Sums._make(map(total, zip(*(row.sums for row in some), strict=True)))
        assert (sums.parameters, sums.frozen, sums.buffers) == (want.parameters, want.frozen, want.buffers)
        assert (sums.cost, sums.activations) == (want.cost.macs, want.activations)


@pytest.mark.slow
def test_fifty_thousand_layers_one_after_the_other():
    facts, count = zoo("lenet"), 50_000
    layer = replace(facts.layers[1], fields=NO_FIELDS)
    layers = tuple(replace(layer, path=str(i), sources=(Source(str(i - 1) if i else "x"),)) for i in range(count))
    facts = replace(facts, layers=layers, outputs={Source(str(count - 1)): layers[0].outputs[0]})
    assert labels(rows(facts)) == ["0-49999 x 50000"]
    assert len(rows(facts, unroll=True)) == 50_000


def test_a_thousand_scopes_inside_each_other():
    facts = zoo("lenet")
    layer = replace(facts.layers[0], fields=NO_FIELDS)
    path = ".".join(["s"] * 3000)
    deep = replace(facts, layers=(replace(layer, path=path),), outputs={Source(path): layer.outputs[0]})
    assert len(rows(deep, depth=None)) == 3000


def test_a_network_without_layers():
    empty = replace(zoo("lenet"), layers=(), outputs={})
    assert isinstance(empty, Summary)
    assert rows(empty) == []
