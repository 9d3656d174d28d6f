"""Published accuracies: of which networks, under which settings, and where they are printed."""

import pytest

import archcalc
from archcalc.errors import Refused
from archcalc.language.find import zoo_folder
from archcalc.language.loaded import configured, open_spec
from archcalc.verifying import published
from archcalc.verifying.document import read_table
from archcalc.verifying.published import TOP_1, accuracy


def test_of_the_network_that_a_table_names():
    found = accuracy(archcalc.load("resnet:50"))
    assert float(found.top_1.value) == 76.13
    assert found.where == "TorchVision 0.29, all available classification weights"
    assert float(accuracy(archcalc.load("resnet:50_paper")).top_1.value) == 74.9


def test_only_under_the_settings_of_the_table():
    assert accuracy(archcalc.load("resnet:50", N=8)) is not None
    assert accuracy(archcalc.load("resnet:50", classes=10)) is None
    assert accuracy(archcalc.load("resnet:50", H=256)) is None
    assert accuracy(archcalc.load("lenet")) is None


def test_not_of_another_file_of_the_same_name(tmp_path):
    path = tmp_path / "alexnet.yaml"
    path.write_text((zoo_folder() / "alexnet.yaml").read_text())
    assert archcalc.load(path).name == "alexnet"
    assert accuracy(archcalc.load(path)) is None
    assert accuracy(archcalc.load("alexnet")) is not None


def test_every_accuracy_that_ships_is_a_percentage_of_a_network_of_the_zoo():
    rows = [
        row for path in (zoo_folder() / "tables").glob("*.yaml") for row in read_table(path).rows if TOP_1 in row.other
    ]
    assert len(rows) > 80
    for row in rows:
        assert 50 < float(published._percent(row.other[TOP_1]).value) < 90
        spec, variant = open_spec(row.spec)
        configured(spec, variant, row.config)


def test_an_accuracy_that_is_no_percentage():
    with pytest.raises(Refused, match="the top-1 accuracy is not in percent"):
        published._percent("0.76")
