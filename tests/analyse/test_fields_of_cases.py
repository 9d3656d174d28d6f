"""Receptive fields that were once told wrong, each with its right value."""

import pytest

import archcalc
from archcalc import Paths
from archcalc.analyse import told

CASES = {
    "63_rf_up4_down2": (
        """
# Fangyh09/pytorch-receptive-field#1
inputs: {x: [1, 1, 64]}
layers: {up: {Upsample: {scale_factor: 4}}, down: {Conv1d: {out_channels: 1, kernel_size: 2, stride: 2}}}
""",
        {"down": "1"},
    ),
    "65_rf_down2_bilinear4_down2": (
        """
# google-research/receptive_field#6
inputs: {x: [1, 1, 96]}
layers:
  a: {Conv1d: {out_channels: 1, kernel_size: 3, stride: 2, padding: 1}}
  b: {Upsample: {scale_factor: 4, mode: linear, align_corners: false}}
  c: {AvgPool1d: 2}
""",
        {"c": "5"},
    ),
    "skip_over_upsampling": (
        """
inputs: {image: [1, 1, 64, 64]}
layers:
  a: {Conv2d: {out_channels: 1, kernel_size: 3, stride: 2, padding: 1}}
  b: {Conv2d: {out_channels: 1, kernel_size: 3, stride: 2, padding: 1}}
  up: {Upsample: {scale_factor: 2}}
  cat: {Concat: , from: [up, a]}
  c: {Conv2d: {out_channels: 1, kernel_size: 3, padding: 1}}
  d: {Conv2d: {out_channels: 1, kernel_size: 3, padding: 1}}
""",
        {"up": "7", "cat": "7", "c": "11", "d": "15"},
    ),
    "two_resolutions": (
        """
inputs: {image: [1, 1, 64, 64]}
layers:
  low: {Conv2d: {out_channels: 1, kernel_size: 3, stride: 2, padding: 1}}
  lowb: {Conv2d: {out_channels: 1, kernel_size: 3, padding: 1}}
  high: {Conv2d: {out_channels: 1, kernel_size: 3, padding: 1}, from: image}
  up: {Upsample: {scale_factor: 2}, from: lowb}
  sum: {Add: , from: [high, up]}
  next: {Conv2d: {out_channels: 1, kernel_size: 3, padding: 1}}
""",
        {"sum": "7", "next": "9"},
    ),
    "rf_001": (
        """
inputs: {x: [1, 2, 180]}
layers:
  l0: {Conv1d: {out_channels: 2, kernel_size: 4, stride: 3, dilation: 1, padding: 1, bias: false}}
  l1: {Conv1d: {out_channels: 2, kernel_size: 5, stride: 2, dilation: 1, padding: 3, bias: false}}
  l2: {layers: {a: {Conv1d: {out_channels: 2, kernel_size: 3, padding: 2, dilation: 2, bias: false}},
    b: {Conv1d: {out_channels: 2, kernel_size: 5, padding: 2, bias: false}, from: input}, s: {Add: , from: [a, b]}}}
  l3: {ConvTranspose1d: {out_channels: 2, kernel_size: 3, stride: 3, padding: 1, bias: false}}
  l4: {layers: {a: {Conv1d: {out_channels: 2, kernel_size: 3, padding: 1, dilation: 1, bias: false}},
    b: {Conv1d: {out_channels: 2, kernel_size: 5, padding: 2, bias: false}, from: input}, s: {Add: , from: [a, b]}}}
  l5: {Conv1d: {out_channels: 2, kernel_size: 2, stride: 1, dilation: 1, padding: 0, bias: false}}
# archcalc 54, gradients 52
""",
        {"l5": "~52"},
    ),
    "rf_032": (
        """
inputs: {x: [1, 2, 180]}
layers:
  l0: {Upsample: {scale_factor: 3, mode: nearest}}
  l1: {Conv1d: {out_channels: 2, kernel_size: 3, stride: 2, dilation: 1, padding: 1, bias: false}}
  l2: {Upsample: {scale_factor: 2, mode: nearest}}
  l3: {AvgPool1d: {kernel_size: 2, stride: 2}}
  l4: {AvgPool1d: {kernel_size: 3, stride: 1}}
# archcalc 4, gradients 3
""",
        {"l4": "3"},
    ),
    "67_rf_tcn_last_step": (
        """
# locuslab/TCN#24, philipperemy/keras-tcn#146
inputs: {x: [1, 1, 1000]}
layers:
  - for: {d: [1, 2, 4, 8]}
    splice: [{Pad: [6 * d, 0]}, {Conv1d: {out_channels: 4, kernel_size: 7, dilation: d}}, ReLU]
  - {Slice: {dim: 2, start: -1}}
  - Flatten
  - {Linear: 10}
""",
        {"14": "91"},
    ),
    "68_rf_first_frame": (
        """
# keras-team/keras#12257
inputs: {x: {shape: [2, 4, 3, 16, 16], layout: NTCHW}}
layers:
  frame: {Slice: {dim: 1, start: 0, end: 1}}
  f0: {Reshape: [2, 3, 16, 16]}
  conv: {Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}}
""",
        {"conv": "1x3x3"},
    ),
    "three_causal_attentions": (
        """
inputs: {x: {shape: [1, 2, 8, 4], layout: NHLC}}
layers:
  a: {ScaledDotProductAttention: {is_causal: true}, from: [x, x, x]}
  b: {ScaledDotProductAttention: {is_causal: true}, from: [a, a, a]}
  c: {ScaledDotProductAttention: {is_causal: true}, from: [b, b, b]}
""",
        {"a": "1 x ~8", "b": "1 x ~8", "c": "1 x ~8"},
    ),
    "two_lstms": (
        """
inputs: {x: {shape: [1, 16, 4], layout: NLC}}
layers: {a: {LSTM: {hidden_size: 4, batch_first: true}}, b: {LSTM: {hidden_size: 4, batch_first: true}}}
""",
        {"a": "~16", "b": "~16"},
    ),
}


@pytest.fixture
def summary(tmp_path):
    def summary(text, **options):
        path = tmp_path / "case.yaml"
        path.write_text(text)
        return archcalc.load(path).summary(**options)

    return summary


@pytest.mark.parametrize("name", CASES)
def test_a_field_is_what_is_read(summary, name):
    text, fields = CASES[name]
    found = summary(text)
    assert {path: told.field(found[path].field) for path in fields} == fields


NORMS = """
inputs: {image: [1, 8, 32, 32]}
layers:
  a: {Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}}
  group: {GroupNorm: 4}
  b: {Conv2d: {out_channels: 8, kernel_size: 3, padding: 1}}
  instance: InstanceNorm2d
  pool: {AdaptiveAvgPool2d: 1}
  gate: {Multiply: , from: [instance, pool]}
"""


def test_the_statistics_of_norms_may_be_left_out(summary):
    fields = {
        paths: [told.field(layer.field) for layer in summary(NORMS, gates=paths).layers]
        for paths in ("count", "ignore", Paths(statistics="ignore"), Paths("ignore", "ignore"))
    }
    assert fields["count"] == fields["ignore"] == ["3", "whole", "whole", "whole", "whole", "whole"]
    assert fields[Paths(statistics="ignore")] == ["3", "3", "5", "5", "whole", "whole"]
    assert fields[Paths("ignore", "ignore")] == ["3", "3", "5", "5", "whole", "5"]


def test_all_that_is_left_after_a_cut_is_a_gate(summary):
    text = """
inputs: {x: [1, 2, 20]}
layers:
  cut: {Slice: {dim: 2, start: 4}}
  pool: {AdaptiveAvgPool1d: 1}
  gate: {Multiply: , from: [cut, pool]}
"""
    assert told.field(summary(text)["pool"].field) == "16"
    assert told.field(summary(text, gates="ignore")["gate"].field) == "1"


TWO = """
inputs: {x: [1, 2, 20], y: [1, 2, 20], z: [1, 2]}
layers:
  a: {Conv1d: {out_channels: 2, kernel_size: 3, padding: 1}, from: x}
  b: {Conv1d: {out_channels: 2, kernel_size: 5, padding: 2}, from: y}
  sum: {Add: , from: [a, b]}
  flat: Flatten
  both: {Concat: , from: [flat, z]}
"""


def test_a_network_of_several_inputs_tells_the_field_in_each(summary):
    found = summary(TWO)
    assert told.fields(found["sum"].state) == "x 3, y 5"
    assert "x 3, y 5" in str(found)
    layers = {layer["path"]: layer for layer in found.to_json()["layers"]}
    fields = layers["sum"]["receptive_fields"]
    assert {name: axes[0]["size"] for name, axes in fields.items()} == {"x": 3, "y": 5}
    assert layers["both"]["receptive_fields"]["z"] is None
    assert "receptive_fields" not in summary(NORMS).to_json()["layers"][0]


def test_phases_are_listed_where_they_differ(summary):
    text = """
inputs: {x: [1, 1, 20]}
layers:
  up: {Upsample: {scale_factor: 2}}
  a: {Conv1d: {out_channels: 1, kernel_size: 2}}
  gaps: {ConvTranspose1d: {out_channels: 1, kernel_size: 1, stride: 2}, from: x}
  turn: {Permute: [0, 2, 1], from: x}
  causal: {LSTM: {hidden_size: 2, batch_first: true}}
outputs: [a, gaps, causal]
"""
    found = summary(text)
    records = {layer["path"]: layer["receptive_field"][0] for layer in found.to_json()["layers"]}
    assert records["up"] == {"size": 1, "stride": "1/2", "padding": 0}
    assert records["a"] == {"size": 2, "stride": "1/2", "padding": 0, "phases": [1, 2]}
    assert records["gaps"] == {"size": 1, "stride": "1/2", "padding": 0, "phases": [1, 0]}
    assert records["causal"] == {"size": 20, "stride": None, "padding": None, "grows": True}
    assert [told.field(found[path].field) for path in ("up", "a", "gaps", "causal")] == ["1", "~2", "1", "~20"]


def test_different_orders_are_not_taken_for_one(summary):
    """Each of two rolls reads one position, and both together two."""
    text = """
inputs: {x: [1, 2, 20]}
layers:
  one: {Roll: {shifts: 1, dims: 2}, from: x}
  other: {Roll: {shifts: 2, dims: 2}, from: x}
  same: {Add: , from: [one, one]}
  both: {Add: , from: [one, other]}
outputs: [same, both]
"""
    found = summary(text)
    assert [told.field(found[path].field) for path in ("one", "other", "same", "both")] == ["1", "1", "1", "?"]
