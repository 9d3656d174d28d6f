"""Every convention of a tool gives what the tool prints: of operations, and of whole networks."""

import csv

import pytest

import archcalc
from archcalc.call import Call
from archcalc.convention import CONVENTIONS
from tests.convention.measured import COLUMNS, DATA, SMALL, countable, operations, small
from tests.zoo.test_zoo import load

TOOLS = [name for name in COLUMNS.values() if name != "macs"]
NETWORKS = {row["model"]: row for row in csv.DictReader((DATA / "conventions_networks.csv").read_text().splitlines())}

# What cannot be told of an operation that a tool does print a number for: the kinds, and why.
UNTOLD = {
    "convolution": "an even kernel is padded unevenly, which calflops does not know",
    "einsum": "NumPy searches a path and counts in its own way",
    "matrix product": "what becomes of a vector depends on the shapes",
    "average pool": "how many windows hang over the end depends on the sizes",
    "resize": "the factor is no whole number",
    "lstm": "a projection that the tool overlooks",
}
# How far a tool is off its own rule, since it computes with floating-point numbers.
ROUNDING = {("thop", "adaptive average pool"): 1, ("calflops", "einsum"): 1}
# What a network calls as a function, where archcalc reads a module: then a tool that watches modules counts otherwise.
FUNCTIONS = {
    ("mobilenet_v2", "adaptive_avg_pool2d"): ("thop", "ultralytics-thop", "ptflops"),
    ("densenet121", "relu, adaptive_avg_pool2d"): ("thop", "ultralytics-thop", "ptflops"),
    ("googlenet", "relu"): ("ptflops",),
    ("swin_t", "linear, matmul"): ("torchinfo", "fvcore", "thop", "ptflops", "calflops", "calflops-macs"),
}


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("name", SMALL)
def test_small_operations(name, column):
    layers = small(name, batch=1 if column.startswith("ptflops") else None)
    convention = CONVENTIONS[COLUMNS[column]]
    assert sum(convention.of(layer) for layer in layers) == SMALL[name][column]


@pytest.mark.parametrize("tool", TOOLS)
def test_examples_of_all_operations(tool):
    for case in operations():
        if (printed := case.counts.get(tool)) is None:
            continue
        found = CONVENTIONS[tool].of(case.layer)
        if found is None:
            assert case.layer.kind in UNTOLD, case
        else:
            assert 0 <= found - printed <= ROUNDING.get((tool, case.layer.kind), 0), case


def test_few_are_not_told():
    told = [CONVENTIONS[tool].of(case.layer) is not None for case in operations() for tool in case.counts]
    assert len(told) > 1800
    assert told.count(False) < 40


@pytest.mark.parametrize("model", NETWORKS)
def test_networks(model):
    facts = load(NETWORKS[model]["spec"]).summary()
    otherwise = {tool for (name, _), tools in FUNCTIONS.items() if name == model for tool in tools}
    for tool in TOOLS:
        work = facts.work(CONVENTIONS[tool])
        assert not work.unknown
        assert (work.value == int(NETWORKS[model][tool])) == (tool not in otherwise), tool


@pytest.mark.parametrize("name", ["torchvision", "timm"])
def test_libraries_publish_multiply_accumulates(name):
    facts = load("vit:b_16").summary(name)
    assert facts.work().value == facts.totals.cost.macs
    assert f"{facts.work().value / 1e9:.3f}" == "17.564"


def test_the_counter_of_torch_sees_attention_where_it_is_not_fused_on_a_cpu():
    core = countable("ScaledDotProductAttention", [(2, 4, 12, 4)] * 3)
    assert [CONVENTIONS[n].of(core) for n in ("torch", "torch-cpu", "macs")] == [2 * 9216, 0, 9216]


def test_keras_counts_convolutions_and_dense_layers():
    facts = load("resnet:50").summary("keras")
    assert facts.work().value == 2 * facts.totals.cost.macs
    assert CONVENTIONS["keras"].of(countable("MatMul", [(2, 3), (3, 4)])) == 0


def test_what_nobody_has_said_is_not_told():
    class Mine(archcalc.OPS["ReLU"]):
        counted_as = ""

    layer = countable("ReLU", [(2, 3)])
    mine = type(layer)(Call(Mine(), ((2, 3),)))
    assert [c.of(layer) is None for c in CONVENTIONS.values()] == [False] * len(CONVENTIONS)
    told = [name for name, c in CONVENTIONS.items() if c.of(mine) is not None]
    assert told == ["macs", "flops", "primitives", "torchvision", "timm"]
