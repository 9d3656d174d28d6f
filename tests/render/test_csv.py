import csv as csv_module
import io

from .networks import RESIDUAL, STACK, VGG, hostile, summary
from .test_columns import unknown


def csv(facts, **shown):
    return facts.shown(**shown).render("csv")


def table(text):
    return list(csv_module.DictReader(io.StringIO(text)))


def test_csv(tmp_path, golden):
    golden("vgg.csv", csv(summary(tmp_path, VGG, "vgg")))
    golden("hostile.csv", csv(summary(tmp_path, hostile(), "hostile")))


def test_the_columns_add_up(tmp_path):
    facts = summary(tmp_path, RESIDUAL)
    for shape in ({}, {"depth": 2}, {"depth": 2, "unroll": False}, {"depth": "all", "unroll": False}):
        found = table(csv(facts, **shape))
        assert sum(int(row["parameters"]) for row in found) == facts.totals.parameters
        assert sum(int(row["macs"]) for row in found) == facts.totals.cost.macs


def test_each_layer_by_itself(tmp_path):
    facts = summary(tmp_path, RESIDUAL)
    assert [row["layer"] for row in table(csv(facts))] == [layer.path for layer in facts.layers]


def test_the_work_is_named_by_its_convention(tmp_path):
    found = table(csv(summary(tmp_path, VGG, convention="flops")))
    assert found[0]["flops"] == str(2 * 1_769_472)


def test_not_known_is_empty_and_nothing_is_0(tmp_path):
    first, second, *_ = table(csv(unknown(summary(tmp_path, VGG), "features.0")))
    assert (first["macs"], second["macs"], second["parameters"], second["share"]) == ("", "0", "0", "")


def test_no_cell_is_a_formula(tmp_path):
    names = ["=1+1", "+1", "-1", "@SUM(1)", "'kept"]
    layers = "\n".join(f'  "{name}": {{Linear: 4}}' for name in names)
    found = table(csv(summary(tmp_path, f"archcalc: 1\ninputs: {{x: [1, 4]}}\nlayers:\n{layers}\n")))
    assert [row["layer"] for row in found] == ["'" + name for name in names]


def test_symbols(tmp_path):
    found = table(csv(summary(tmp_path, STACK, free=["L"]), columns=["layer", "times", "parameters"]))
    assert [row["times"] for row in found] == ["1", "L", "L", "L", "1"]
