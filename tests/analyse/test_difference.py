"""What is different between two networks: laws over the zoo and over drawn edits, and single cases."""

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.analyse.difference import difference
from tests.sweeps import every_network

from . import edits

KINDS = [
    ("resnet:50", "resnet:101"),
    ("resnet:50", "resnet:152"),
    ("vgg:16", "vgg:16_bn"),
    ("vgg:16", "vgg:19"),
    ("vgg16", "resnet:18"),
    ("efficientnet:b0", "efficientnet:b1"),
    ("inception_v3", "inception_v3_eval"),
    ("resnet:50", "se_resnet:50"),
    ("vit:b_16", "vit:l_16"),
    ("densenet:121", "densenet:169"),
    ("lstm_lm:medium", "lenet:5"),
]


def both(before, after, **given):
    return archcalc.load(before).summary(), archcalc.load(after, **given).summary()


def paths(layers):
    return [layer.path for layer in layers]


# -- laws --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", every_network())
def test_a_network_is_the_same_as_itself(name):
    found = difference(*both(name, name))
    assert found.same
    assert not any((found.removed, found.added, found.changed, found.renamed, found.inputs, found.outputs))
    assert all(kept.before.path == kept.after.path for kept in found.kept)


@pytest.mark.parametrize(("before", "after"), KINDS)
def test_every_layer_is_accounted_for_once(before, after):
    x, y = both(before, after)
    found = difference(x, y)
    assert sorted([k.before.path for k in found.kept] + paths(found.removed)) == sorted(paths(x.layers))
    assert sorted([k.after.path for k in found.kept] + paths(found.added)) == sorted(paths(y.layers))


@pytest.mark.parametrize(("before", "after"), KINDS)
def test_totals_are_those_of_the_summaries(before, after):
    x, y = both(before, after)
    totals = {t.name: t for t in difference(x, y).totals}
    for name, of in {
        "layers": lambda s: len(s.layers),
        "parameters": lambda s: s.totals.parameters,
        "buffers": lambda s: s.totals.buffers,
        "macs": lambda s: s.totals.cost.macs,
        "flops": lambda s: 2 * s.totals.cost.macs,
        "activations": lambda s: s.totals.activations,
    }.items():
        assert (totals[name].before, totals[name].after) == (of(x), of(y))
        assert totals[name].difference == of(y) - of(x)


@pytest.mark.parametrize(("before", "after"), KINDS)
def test_the_parts_add_up_to_the_totals(before, after):
    found = difference(*both(before, after))
    for total, fact in (("parameters", "parameters"), ("macs", "macs")):
        kept = sum(getattr(k.after, fact) - getattr(k.before, fact) for k in found.changed)
        more = sum(getattr(layer, fact) for layer in found.added) - sum(getattr(la, fact) for la in found.removed)
        assert kept + more == next(t.difference for t in found.totals if t.name == total)


def mirrored(found):
    return (
        {
            (k.after.path, k.before.path, tuple((c.what, repr(c.after), repr(c.before)) for c in k.changes))
            for k in found.kept
        },
        paths(found.added),
        paths(found.removed),
        [(y, x) for x, y in found.outputs],
        [(t.name, -t.difference) for t in found.totals],
    )


def told(found):
    return (
        {
            (k.before.path, k.after.path, tuple((c.what, repr(c.before), repr(c.after)) for c in k.changes))
            for k in found.kept
        },
        paths(found.removed),
        paths(found.added),
        list(found.outputs),
        [(t.name, t.difference) for t in found.totals],
    )


@pytest.mark.parametrize(("before", "after"), KINDS)
def test_the_other_way_round_it_is_mirrored(before, after):
    x, y = both(before, after)
    assert mirrored(difference(x, y)) == told(difference(y, x))


ONE_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


@ONE_FOLDER
@given(one=edits.networks, other=edits.networks)
def test_drawn_networks_mirrored_and_accounted_for(tmp_path, one, other):
    x, y = edits.facts(tmp_path, one, "one"), edits.facts(tmp_path, other, "other")
    found = difference(x, y)
    assert mirrored(found) == told(difference(y, x))
    assert sorted([k.before.path for k in found.kept] + paths(found.removed)) == sorted(paths(x.layers))
    assert sorted([k.after.path for k in found.kept] + paths(found.added)) == sorted(paths(y.layers))
    assert found.same == (edits.nested(one) == edits.nested(other))


@ONE_FOLDER
@given(data=st.data(), layers=edits.networks, operation=edits.operations)
def test_an_inserted_layer_is_reported_as_that(tmp_path, data, layers, operation):
    copy, scope = edits.chosen(data.draw, layers)
    place = data.draw(st.integers(0, len(scope)))
    edits.insert(scope, place, "layer_new", operation)
    x, y = edits.facts(tmp_path, layers, "before"), edits.facts(tmp_path, copy, "after")
    for found, one, none in ((difference(x, y), "added", "removed"), (difference(y, x), "removed", "added")):
        (new,) = getattr(found, one)
        assert not any((getattr(found, none), found.changed, found.inputs))
        assert type(new.op).__name__ == next(iter(operation))
        assert all(k.before.structure == k.after.structure for k in found.kept)
        if isinstance(scope, dict):
            assert new.path.endswith("layer_new")
            assert not found.renamed


@ONE_FOLDER
@given(data=st.data(), layers=edits.networks)
def test_a_removed_layer_is_reported_as_that(tmp_path, data, layers):
    copy, scope = edits.chosen(data.draw, layers)
    place = data.draw(st.integers(0, len(scope) - 1))
    gone = next(iter(edits.at(scope, place)))
    edits.remove(scope, place)
    found = difference(edits.facts(tmp_path, layers, "before"), edits.facts(tmp_path, copy, "after"))
    assert [layer.kind for layer in found.removed] == [gone]
    assert not any((found.added, found.changed))


@ONE_FOLDER
@given(data=st.data(), layers=edits.named)
def test_a_renamed_layer_is_reported_as_that(tmp_path, data, layers):
    copy, scope = edits.chosen(data.draw, layers)
    place = data.draw(st.integers(0, len(scope) - 1))
    old = list(scope)[place]
    edits.replace(scope, place, "layer_new", edits.at(scope, place))
    found = difference(edits.facts(tmp_path, layers, "before"), edits.facts(tmp_path, copy, "after"))
    assert [(k.before.path, k.after.path) for k in found.renamed] == [(old, "layer_new")]
    assert not any((found.added, found.removed, found.changed))
    assert not found.same


@ONE_FOLDER
@given(data=st.data(), layers=edits.networks, kind=st.sampled_from(sorted(edits.CHANGED)))
def test_a_changed_layer_is_reported_as_that(tmp_path, data, layers, kind):
    copy, scope = edits.chosen(data.draw, layers)
    place = data.draw(st.integers(0, len(scope) - 1))
    plain = {"Linear": {"Linear": edits.WIDTH}, "Dropout": {"Dropout": {"p": 0.25}}}[kind]
    edits.replace(scope, place, None, plain)
    before = json.loads(json.dumps(copy))
    edits.replace(scope, place, None, edits.CHANGED[kind])
    found = difference(edits.facts(tmp_path, before, "before"), edits.facts(tmp_path, copy, "after"))
    (changed,) = found.changed
    assert not any((found.added, found.removed, found.renamed))
    assert {c.what for c in changed.changes} == {"Linear": {"bias", "parameters"}, "Dropout": {"p"}}[kind]


# -- single cases ------------------------------------------------------------------------------------------------------


def made(folder, text, name="net", **given):
    (folder / f"{name}.yaml").write_text(text)
    return archcalc.load(folder / f"{name}.yaml", **given).summary()


def test_batch_norm_in_between_is_nothing_but_added():
    found = difference(*both("vgg:16", "vgg:16_bn"))
    assert {layer.kind for layer in found.added} == {"BatchNorm2d"}
    assert len(found.added) == 13
    assert len(found.renamed) == 30
    assert not any((found.removed, found.changed, found.outputs))


def test_copies_keep_their_numbers():
    found = difference(*both("resnet:50", "resnet:152"))
    assert not any((found.renamed, found.changed, found.removed))
    assert {layer.path.rpartition(".")[0].partition(".downsample")[0] for layer in found.added} == {
        *(f"layer2.{i}" for i in range(4, 8)),
        *(f"layer3.{i}" for i in range(6, 36)),
    }


def test_a_list_is_put_side_by_side_even_where_all_shapes_differ():
    found = difference(*both("vgg:16", "vgg:16_bn", H=256))
    assert {layer.kind for layer in found.added} == {"BatchNorm2d"}
    assert not found.removed


JOINED = """
inputs: {x: [1, 4]}
layers:
  a: {Linear: 4}
  b: {Linear: 4, from: x}
  sum: {Add: , from: [a, %s]}
  out: {Add: , from: [sum, %s]}
"""


def test_another_source_is_a_change(tmp_path):
    x, y = made(tmp_path, JOINED % ("b", "x"), "before"), made(tmp_path, JOINED % ("x", "b"), "after")
    found = difference(x, y)
    assert [(k.after.path, k.changes) for k in found.changed] == [
        ("sum", (("reads", "a, b", "a, x", "text"),)),
        ("out", (("reads", "sum, x", "sum, b", "text"),)),
    ]


def test_another_operation_under_one_name(tmp_path):
    text = "inputs: {x: [1, 4]}\nlayers: {act: %s, fc: {Linear: 4}}\n"
    x, y = made(tmp_path, text % "ReLU", "before"), made(tmp_path, text % "{Dropout: 0.5}", "after")
    (changed,) = difference(x, y).changed
    assert [c.what for c in changed.changes] == ["operation", "settings"]
    assert changed.changes[0][1:3] == ("ReLU", "Dropout")


def test_frozen_shared_and_renamed_inputs(tmp_path):
    text = "inputs: {%s: [1, 4]}\nlayers: {a: {Linear: 4}, b: {Linear: 4%s}}\n"
    x = made(tmp_path, text % ("x", ""), "before")
    (frozen,) = difference(x, made(tmp_path, text % ("x", ", frozen: true"), "after")).changed
    assert [(c.what, c.before, c.after) for c in frozen.changes] == [("frozen", 0, 20)]
    (shared,) = difference(x, made(tmp_path, text % ("x", ", share: a"), "after")).changed
    assert [(c.what, c.before, c.after) for c in shared.changes] == [("weights of", None, "a"), ("parameters", 20, 0)]
    found = difference(x, made(tmp_path, text % ("y", ""), "after"))
    assert found.inputs == ((("x", (1, 4)), ("y", (1, 4))),)
    assert not any((found.changed, found.same))


def test_outputs(tmp_path):
    text = "inputs: {x: [1, 4]}\nlayers: {a: {Linear: 4}, b: {Linear: 4}}\noutputs: %s\n"
    x, y = made(tmp_path, text % "b", "before"), made(tmp_path, text % "[b, a]", "after")
    assert difference(x, y).outputs == ((None, ("a", (1, 4))),)
    assert difference(y, x).outputs == ((("a", (1, 4)), None),)
    z = made(tmp_path, text % "[a, b]", "other")
    assert len(difference(y, z).outputs) == 2


def test_symbols():
    x, y = (archcalc.load("lenet_dense", free=["N"], classes=n).summary() for n in (10, 20))
    found = difference(x, y)
    totals = {t.name: str(t.difference) for t in found.totals}
    assert (totals["parameters"], totals["macs"]) == ("850", "840*N")
    assert difference(x, x).same


@pytest.mark.slow
def test_two_thousand_layers_take_a_second_or_two():
    x, y = both("cifar_resnet:1202", "preact_resnet:1001")
    start = time.perf_counter()
    difference(x, y)
    assert time.perf_counter() - start < 10  # a second where nothing else runs


def test_a_total_of_nothing_has_no_share(tmp_path):
    """A picture of a difference names shares; those of a network without parameters are none."""
    path = tmp_path / "relu.yaml"
    path.write_text("inputs: {x: [1, 3, 8, 8]}\nlayers: [ReLU]\n")
    assert b"<svg" in archcalc.draw("lenet_dense", other=path).data
