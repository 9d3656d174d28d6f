import json
import re
from pathlib import Path

import pytest

from archcalc.errors import Refused

from .networks import RESIDUAL, STACK, VGG, hostile, summary
from .test_columns import unknown

DOC = Path(__file__).parents[2] / "docs" / "json.md"


def documented():
    """The keys that each section of the document lists."""
    sections = re.split(r"^## ", DOC.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    keys = [re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE) for section in sections]
    return [found for found in keys if found]


@pytest.mark.parametrize(("name", "text_"), [("vgg", VGG), ("residual", RESIDUAL)])
def test_documents(tmp_path, golden, name, text_):
    golden(f"{name}.json", summary(tmp_path, text_, name).render("json"))


def test_symbols_are_texts(tmp_path, golden):
    golden("stack_free.json", summary(tmp_path, STACK, "stack_free", free=["L", "width"]).render("json"))


def test_the_keys_are_those_that_are_documented(tmp_path):
    found = summary(tmp_path, VGG).to_json()
    field = found["layers"][0]["receptive_field"][0]
    assert documented() == [list(found), list(found["totals"]), list(found["layers"][0]), [*field, "phases", "grows"]]


def test_the_text_is_the_document(tmp_path):
    for source in (VGG, STACK, hostile()):
        facts = summary(tmp_path, source)
        assert json.loads(facts.render("json")) == facts.to_json()


def test_another_convention_stands_under_its_name(tmp_path):
    found = summary(tmp_path, VGG, convention="primitives").to_json()
    relu = found["layers"][1]
    assert (found["convention"], relu["op"], relu["macs"], relu["primitives"]) == ("primitives", "ReLU", 0, 65536)
    assert found["totals"]["primitives"] > found["totals"]["flops"] == 2 * found["totals"]["macs"]
    assert summary(tmp_path, VGG, convention="flops").to_json()["layers"][0]["flops"] == 2 * 1_769_472


def test_work_that_is_not_known_is_null(tmp_path):
    found = unknown(summary(tmp_path, VGG), "features.0").to_json()
    assert found["layers"][0]["macs"] is None
    assert found["totals"]["unknown"] == ["features.0"]


def test_receptive_fields(tmp_path):
    source = """
archcalc: 1
inputs: {x: [1, 2, 16, 16], ids: {shape: [1, 4], layout: NC}}
layers:
  up: {ConvTranspose2d: {out_channels: 2, kernel_size: 2, stride: 2}, from: x}
  line: {AdaptiveAvgPool2d: [1, null], from: x}
  fc: {Linear: 3, from: ids}
  pool: {AdaptiveAvgPool2d: 1, from: x}
outputs: [up, line, fc, pool]
"""
    up, line, fc, pool = (layer["receptive_field"] for layer in summary(tmp_path, source).to_json()["layers"])
    assert up[0] == {"size": 1, "stride": "1/2", "padding": 0}
    assert line == ["whole input", {"size": 1, "stride": 1, "padding": 0}]
    assert fc is None
    assert pool == "whole input"


def test_config_is_plain(tmp_path):
    source = """
archcalc: 1
config: {a: 0.25, b: [1, [2, 3]], c: word, d: true, N: 1, e: 1.0}
inputs: {x: [N, 4]}
layers: {drop: {Dropout: a}, fc: {Linear: 2}}
"""
    found = summary(tmp_path, source).to_json()
    assert found["config"] == {"a": 0.25, "b": [1, [2, 3]], "c": "word", "d": True, "N": 1, "e": 1}
    assert found["layers"][0]["settings"]["p"] == 0.25
    assert found["outputs"] == {"fc": [1, 2]}


def test_shared_weights_say_whose_they_are(tmp_path):
    source = "archcalc: 1\ninputs: {x: [1, 4]}\nlayers: {a: {Linear: 4}, b: {Linear: 4, share: a}}\n"
    first, second = summary(tmp_path, source).to_json()["layers"]
    assert (first["weights_of"], first["parameters"]) == (None, 20)
    assert (second["weights_of"], second["parameters"], second["weights"]) == ("a", 0, {})


def test_json_has_no_columns(tmp_path):
    with pytest.raises(Refused, match="json has no columns"):
        summary(tmp_path, VGG).shown(columns=["layer"]).render("json")
