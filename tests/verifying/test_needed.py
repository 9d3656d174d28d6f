"""What would have to be true for a number that differs: found where it is, and only what comes out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import archcalc
from archcalc.verifying.cells import EXPLAINED, Networks, check_table
from archcalc.verifying.document import read_table

HEAD = "archcalc_table: 1\ntitle: A paper\nref: arXiv:1\nwhere: Table 1\nrows:\n"


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    path = tmp_path_factory.mktemp("needed") / "t.yaml"

    def judge(*rows):
        path.write_text(HEAD + "".join(f"  - {row}\n" for row in rows))
        return check_table(read_table(path), Networks()).findings

    return judge


@pytest.mark.parametrize("examples", [4, pytest.param(20, marks=pytest.mark.slow)])
def test_the_number_of_classes_is_found(judged, examples):
    @settings(max_examples=examples, deadline=None)
    @given(st.integers(2, 4000).filter(lambda n: not 600 < n < 1600))
    def run(classes):
        finds_the_classes(judged, classes)

    run()


def finds_the_classes(judged, classes):
    parameters = archcalc.load("resnet:18", classes=classes).parameters
    # Two that agree keep readings of a single cell away.
    found = judged(
        *2 * ["{spec: 'resnet:18', parameters: '11,689,512'}"], f"{{spec: 'resnet:18', parameters: '{parameters:,}'}}"
    )[2]
    assert found.verdict == "differs"
    assert f"classes = {classes:,}" in found.needed


def test_height_and_width_go_together(judged):
    found = judged(*2 * ["{spec: 'vit:b_16', macs: 17.56G}"], "{spec: 'vit:b_16', macs: 55.4G}")[2]
    assert found.needed == "would need H = W = 384 to 399, or depth = 38"
    assert archcalc.load("vit:b_16", depth=38).macs == pytest.approx(55.4e9, rel=1e-2)


def test_what_is_recorded_needs_no_more(judged):
    row = "{spec: 'resnet:18', parameters: '11,000,000', note: a slip, verdict: {parameters: differs}}"
    assert [f.needed for f in judged(row)] == [""]
    assert judged(row.replace(", verdict: {parameters: differs}", ""))[0].needed == ""  # between two numbers of classes


def test_only_some_numbers_are_explained(judged):
    rows = ["{spec: 'lenet_dense', parameters: '61,791'}"] * (EXPLAINED + 2) + [
        "{spec: lenet_dense, parameters: '61,706'}"
    ]
    assert [bool(f.needed) for f in judged(*rows)] == [True] * EXPLAINED + [False] * 3


def test_nothing_is_told_of_a_layer_that_no_entry_changes(judged):
    found = judged(
        *2 * ["{spec: 'resnet:50', layers: bn1, parameters: '128'}"],
        "{spec: 'resnet:50', layers: bn1, parameters: '129'}",
    )
    assert found[2].needed == ""
