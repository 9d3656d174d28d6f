"""What is told of networks side by side."""

import pytest

import archcalc
from archcalc.analyse.comparison import compared, last_spatial
from tests.sweeps import every_network

LAST = {
    "vgg16": ("flatten", "212"),
    "resnet:50": ("layer4.2.relu3", "427"),
    "googlenet_aux:paper": ("inception5b.concat", "715"),  # not in the auxiliary heads, which stand behind it
    "unet": ("classify", "~204"),
    "efficientnet:b0": ("features.8.2", "whole"),  # the gates read everything
    "vit:b_16": ("encoder.ln", "whole"),
    "swin:t": ("permute", "?"),
    "lstm_lm:medium": ("decode", "~35"),
}


@pytest.mark.parametrize("name", LAST)
def test_the_last_layer_that_tells_places_apart(name):
    from archcalc.analyse.told import field

    layer = last_spatial(archcalc.load(name).summary())
    assert (layer.path, field(layer.field)) == LAST[name]


def test_gates_may_be_left_out():
    assert last_spatial(archcalc.load("efficientnet:b0").summary(gates="ignore")).field[0].size == 851


def test_a_network_without_places_has_none(tmp_path):
    (tmp_path / "net.yaml").write_text("inputs: {x: [1, 4]}\nlayers: [{Linear: 4}]\n")
    assert last_spatial(archcalc.load(tmp_path / "net.yaml").summary()) is None


@pytest.mark.parametrize("name", every_network())
def test_numbers_are_those_of_the_quantities(name):
    model = archcalc.load(name)
    told = compared(model.summary(), model.depth, model.spec.source, model.spec.family)
    for fact, quantity in (("parameters", "parameters"), ("work", "macs"), ("memory", "memory")):
        assert getattr(told, fact) == model.formula(quantity)
    assert told.activations == model.formula("activations")
    assert 0 < told.depth <= told.layers
    assert told.year is None or 1990 < told.year < 2030
    assert (told.year is None) == model.spec.source.startswith("lesson")
