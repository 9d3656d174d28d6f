from copy import copy
from dataclasses import replace

import pytest

from archcalc.analyse import told
from archcalc.analyse.columns import COLUMNS, DEFAULT, chosen, heads
from archcalc.analyse.extent import Extent, Irregular
from archcalc.analyse.outline import rows
from archcalc.convention import Countable
from archcalc.errors import Refused
from archcalc.op import UNKNOWN, WHOLE, Cost
from archcalc.ops import OPS
from archcalc.render import words

from .networks import VGG, summary


@pytest.mark.parametrize(
    ("op", "settings", "text"),
    [
        ("Conv2d", {"out_channels": 4, "kernel_size": 3}, "3x3"),
        (
            "Conv2d",
            {"out_channels": 64, "kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2, "groups": 32},
            "3x3 /2 p1 d2 g32",
        ),
        ("Conv2d", {"out_channels": 4, "kernel_size": [1, 7], "padding": [0, 3]}, "1x7 p0x3"),
        ("Conv2d", {"out_channels": 4, "kernel_size": 4, "padding": "same"}, "4x4 same"),
        ("Conv1d", {"out_channels": 4, "kernel_size": 9, "stride": 3}, "9 /3"),
        ("Conv3d", {"out_channels": 4, "kernel_size": [1, 3, 3], "stride": [1, 2, 2]}, "1x3x3 /1x2x2"),
        ("MaxPool2d", {"kernel_size": 2}, "2x2 /2"),
        ("MaxPool2d", {"kernel_size": 3, "stride": 1}, "3x3"),
        ("Linear", {"out_features": 3}, ""),
        ("GroupNorm", {"num_groups": 2}, ""),
    ],
)
def test_kernels(op, settings, text):
    assert told.kernel(OPS[op](**settings)) == text


def extent(size, first=0):
    return Extent((2,), 1, ((first, first + size - 1),))


@pytest.mark.parametrize(
    ("axes", "text"),
    [
        (None, ""),
        ((extent(11), extent(11)), "11"),
        ((extent(3), extent(7)), "3x7"),
        ((extent(1427), extent(1427)), "1,427"),
        ((WHOLE, WHOLE), "whole"),
        ((WHOLE, extent(7)), "whole x 7"),
        ((UNKNOWN, UNKNOWN), "?"),
        ((Irregular((2,), None, None), extent(3)), "? x 3"),
    ],
)
def test_fields(axes, text):
    assert told.field(axes) == text


def test_equal_shapes_stand_once():
    assert words.shapes([(1, 2), (1, 2), (1, 3)]) == "[1, 2] x 2, [1, 3]"
    assert words.shapes([(1, 2), (1, 3), (1, 4), (1, 4)], 2) == "[1, 2], [1, 3] and 2 more"
    assert words.shapes([]) == ""


def test_every_column_shows_every_row(tmp_path):
    found = rows(summary(tmp_path, VGG), depth=None)
    for column in COLUMNS.values():
        assert column.doc
        assert all(isinstance(column.show(row), str) for row in found)
        assert not any("\n" in str(column.value(row)) for row in found)


def test_opt_in_columns(tmp_path):
    found = {row.path: row for row in rows(summary(tmp_path, VGG), depth=None)}
    row = found["features.0"]
    shown = {name: COLUMNS[name].show(row) for name in ("weights", "from", "place", "times", "settings", "trainable")}
    assert shown == {
        "weights": "weight [16, 3, 3, 3], bias [16]",
        "from": "image",
        "place": "net.yaml:9:9",
        "times": "1",
        "settings": "out_channels: 16, kernel_size: [3, 3], stride: [1, 1], padding: [1, 1], dilation: [1, 1], groups: "
        "1, bias: true, padding_mode: zeros",
        "trainable": "448",
    }


def test_a_wrong_column_is_refused_with_the_nearest():
    with pytest.raises(Refused, match=r"there is no column 'feild' \(did you mean 'field'\?\)"):
        chosen(["layer", "feild"], COLUMNS)
    with pytest.raises(Refused, match=r"there is no column 'qqqq' \(known: layer, op, input"):
        chosen(["qqqq"], COLUMNS)


def test_the_usual_columns(tmp_path):
    assert [column.name for column in summary(tmp_path, VGG).shown().columns] == list(DEFAULT)


@pytest.mark.parametrize(
    ("name", "unit"), [("macs", "MACs"), ("flops", "FLOPs"), ("primitives", "operations"), ("fvcore", "FLOPs (fvcore)")]
)
def test_the_header_names_the_unit(tmp_path, name, unit):
    facts = summary(tmp_path, VGG, convention=name)
    assert [h.text for h in heads([COLUMNS["macs"]], facts.convention, ranked=True)] == [unit]
    first = rows(facts, depth=None)[1]
    assert first.sums.cost == facts.convention.of(facts["features.0"].countable)


def test_work_that_is_not_known_is_a_question_mark_and_a_lower_bound(tmp_path):
    facts = unknown(summary(tmp_path, VGG), "features.0")
    scope, layer, *_ = rows(facts, depth=2)
    cost = COLUMNS["macs"]
    assert (cost.show(layer), cost.value(layer)) == ("?", None)
    assert (cost.show(scope), cost.value(scope)) == (">= 10,354,688", ">= 10354688")


def unknown(facts, path):
    """The same facts, the work of one layer not known."""
    call = copy(facts[path].countable.call)
    call.cost = None
    layers = tuple(replace(y, cost=None, countable=Countable(call)) if y.path == path else y for y in facts.layers)
    spent = Cost.sum([y.cost for y in layers if y.cost is not None])
    return replace(facts, layers=layers, totals=facts.totals._replace(unknown=(path,), cost=spent))
