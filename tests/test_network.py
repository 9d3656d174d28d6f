"""The typed network: made from a spec or by a program, walked in both directions, exported to networkx."""

import itertools
import weakref
from concurrent.futures import ThreadPoolExecutor

import networkx as nx
import pytest

import archcalc
from archcalc.analyse.depth import depth
from archcalc.analyse.receptive_fields import receptive_fields
from archcalc.analyse.summary import summarize
from archcalc.builder import Builder
from archcalc.errors import Refused
from archcalc.network import Source
from archcalc.torchcheck.build import build
from archcalc.torchcheck.verbs import compared as crosscheck
from archcalc.walk import fold, fold_back

SPEC = """\
archcalc: 1
inputs: {x: [1, 4, 8, 8]}
layers:
  conv: {Conv2d: {out_channels: 4, kernel_size: 1}, doc: the first}
  parts: {Split: {sizes: 2, dim: 1}}
  twice: {Add: , from: ["parts[1]", "parts[1]"]}
  all: {Concat: , from: [twice, "parts[0]", conv]}
"""


def load(tmp_path):
    path = tmp_path / "s.yaml"
    path.write_text(SPEC)
    return archcalc.load(path)


def built():
    """The network of SPEC, made by a program."""
    ops = archcalc.OPS
    build = Builder()
    x = build.input("x", (1, 4, 8, 8))
    (conv,) = build.layer("conv", ops["Conv2d"](out_channels=4, kernel_size=1), [x], doc="the first")
    first, second = build.layer("parts", ops["Split"](sizes=2, dim=1), [conv])
    (twice,) = build.layer("twice", ops["Add"](), [second, second])
    return build.finish(build.layer("all", ops["Concat"](), [twice, first, conv]))


def test_a_program_makes_the_same_network(tmp_path):
    model, network = load(tmp_path), built()
    mine, theirs = summarize(network), model.summary()
    assert mine.totals == theirs.totals
    assert [la.sources for la in mine.layers] == [la.sources for la in theirs.layers]
    assert [la.call.outputs for la in network.layers.values()] == [
        la.call.outputs for la in model.network.layers.values()
    ]
    assert {layer.place for layer in network.layers.values()} == {None}
    assert receptive_fields(network) == receptive_fields(model.network)
    assert depth(network) == model.depth == 1
    assert crosscheck(network).differences == []


def test_a_builder_refuses_what_does_not_fit():
    build = Builder()
    x = build.input("x", (1, 4, 8, 8))
    with pytest.raises(Refused, match="the kernel reaches over 9 positions, but the padded input has 8"):
        build.layer("conv", archcalc.OPS["Conv2d"](out_channels=4, kernel_size=9), [x])


def test_users_have_all_of_networkx(tmp_path):
    graph = load(tmp_path).graph
    assert isinstance(graph, nx.MultiDiGraph)
    assert list(nx.topological_sort(graph)) == ["x", "conv", "parts", "twice", "all"]
    assert nx.dag_longest_path_length(graph) == 4
    assert sorted((u, e["port"], e["slot"]) for u, _, e in graph.in_edges("twice", data=True)) == [
        ("parts", 1, 0),
        ("parts", 1, 1),
    ]
    assert set(graph.nodes["conv"]) == {
        *("call", "op", "times", "repeats", "frozen", "weights_of", "dtypes", "place", "doc")
    }
    assert graph.graph["inputs"] == ["x"]
    assert graph.graph["outputs"] == [Source("all")]


def test_the_graph_is_a_copy(tmp_path):
    model = load(tmp_path)
    model.graph.remove_node("all")
    assert len(model.summary().layers) == 4


def test_a_fold_goes_forward(tmp_path):
    network = load(tmp_path).network
    order = fold(network, lambda layer, inputs: [layer.path] * len(layer.call.outputs))
    assert list(order) == ["x", "conv", "parts", "twice", "all"]


def test_a_fold_drops_what_nobody_reads_any_more():
    class Value:
        """Something that is seen to go."""

    alive: dict[str, weakref.ref[Value]] = {}
    seen = {}

    def step(layer, inputs):
        seen[layer.path] = {path for path, value in alive.items() if value() is not None}
        made = Value()
        alive[layer.path] = weakref.ref(made)
        return [made] * len(layer.call.outputs)

    assert set(fold(built(), step, keep=False)) == {"all"}
    assert seen["parts"] == {"conv"}
    assert seen["all"] == {"conv", "parts", "twice"}


def test_a_fold_goes_back(tmp_path):
    network = load(tmp_path).network
    readers = fold_back(
        network,
        {Source("twice"): 1},
        lambda layer, values: [(s, sum(values.values())) for s in layer.reads],
        int.__add__,
    )
    assert readers == {Source("twice"): 1, Source("parts", 1): 2, Source("conv"): 2, Source("x"): 2}


REPEATS = """\
archcalc: 1
config: {L: 2, M: 3}
inputs: {x: [1, 4]}
layers:
  first: {Linear: 4}
  body:
    repeat: L
    layers:
      a: {Linear: 4}
      inner: {Linear: 4, repeat: M}
      sum: {Add: , from: [inner, input, first]}
  last: {Linear: 4}
"""


def load_repeats(tmp_path, **options):
    path = tmp_path / "s.yaml"
    path.write_text(REPEATS)
    return archcalc.load(path, **options)


def test_symbolic_repeats_are_in_the_network(tmp_path):
    network = load_repeats(tmp_path, free=["L", "M"]).network
    outer, inner = network.repeats
    assert [str(repeat.count) for repeat in (outer, inner)] == ["L", "M"]
    assert (outer.before, outer.result) == (Source("first"), Source("body.0.sum"))
    assert (inner.before, inner.result) == (Source("body.0.a"), Source("body.0.inner.0"))
    assert {path: (layer.repeats, str(layer.times)) for path, layer in network.layers.items() if layer.repeats} == {
        "body.0.a": ((0,), "L"),
        "body.0.inner.0": ((0, 1), "L*M"),
        "body.0.sum": ((0,), "L"),
    }


def test_sources_say_which_of_them_link_the_copies(tmp_path):
    model = load_repeats(tmp_path, free=["L", "M"])
    reads = {path: list(layer.reads) for path, layer in model.network.layers.items()}
    assert reads["body.0.a"] == [Source("first", 0, 0)]
    assert reads["body.0.inner.0"] == [Source("body.0.a", 0, 1)]
    assert reads["body.0.sum"] == [Source("body.0.inner.0", 0, 1), Source("first", 0, 0), Source("first")]
    assert reads["last"] == [Source("body.0.sum", 0, 0)]
    graph = model.graph
    assert graph.edges["first", "body.0.a", 0] == {"slot": 0, "port": 0, "repeat": 0}
    assert graph.edges["first", "body.0.sum", 1] == {"slot": 2, "port": 0}


def test_a_fold_sees_one_copy_unless_it_knows_of_more(tmp_path):
    def step(layer, inputs):
        return [1 + max(inputs, default=0)]

    folded = fold(load_repeats(tmp_path, free=["L", "M"]).network, step)
    unrolled = fold(load_repeats(tmp_path, L=1, M=1).network, step)
    assert folded == unrolled
    assert folded["last"] == [6]


def test_a_network_of_a_symbolic_depth_is_no_module(tmp_path):
    with pytest.raises(Refused, match="a module needs numbers, but L is free"):
        build(load_repeats(tmp_path, free=["L"]).network)


# -- no ambient state: a fact is the same, whoever reads it first ------------------------------------------------------

READERS = {
    "summary": lambda model: model.summary().to_json(),
    "fields": lambda model: str(receptive_fields(model.network)),
    "depth": lambda model: str(model.depth),
    "macs": lambda model: str(model.formula("macs")),
    "memory": lambda model: str(model.formula("memory")),
    "assumptions": lambda model: list(model.assumptions),
    "graph": lambda model: [str(node["call"].cost) for _, node in model.graph.nodes(data=True)],
}
LOADS = [
    pytest.param({"spec": "unet", "free": ["H", "W"]}, marks=pytest.mark.slow),
    pytest.param({"spec": "swin", "free": ["H", "W"], "assume": ["defaults"]}, marks=pytest.mark.slow),
    pytest.param({"spec": "vit", "free": ["width"]}, marks=pytest.mark.slow),
    {"spec": "resnet", "free": ["depths[2]"]},
]


@pytest.mark.parametrize("options", LOADS, ids=lambda options: options["spec"])
def test_facts_do_not_depend_on_who_reads_them_first(options):
    expected = None
    for first, second in itertools.permutations(READERS, 2):
        if {first, second}.isdisjoint({"summary", "fields"}):
            continue
        model = archcalc.load(**options)
        READERS[first](model), READERS[second](model)
        found = {name: read(model) for name, read in READERS.items()}
        expected = found if expected is None else expected
        assert found == expected


@pytest.mark.parametrize("options", LOADS, ids=lambda options: options["spec"])
def test_facts_are_the_same_from_two_threads(options):
    """Each thread reads in its own order, beside another network with other assumptions about the same symbols."""
    expected = {name: read(archcalc.load(**options)) for name, read in READERS.items()}
    model = archcalc.load(**options)
    other = archcalc.load("alexnet", free=["H", "W"], assume=["H >= 300", "W % 64 == 0"])

    def read(names):
        return {name: (READERS[name](other), READERS[name](model))[1] for name in names}

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(read, [list(READERS), list(READERS)[::-1]]))
    assert found == [expected, {name: expected[name] for name in list(READERS)[::-1]}]


def test_equal_settings_of_other_types_make_other_operations():
    upsample = archcalc.OPS["Upsample"]
    assert upsample(scale_factor=2) == upsample(scale_factor=2)
    assert upsample(scale_factor=[2, 3]) != upsample(scale_factor=[2.0, 3.0])


def test_networks_share_nothing_that_can_be_changed():
    changed = archcalc.load("lenet_dense").summary().layers[0].weights
    changed.clear()
    model = archcalc.load("lenet_dense")
    assert model.summary().layers[0].weights == {"weight": (6, 1, 5, 5), "bias": (6,)}
    assert model.parameters == 61_706
