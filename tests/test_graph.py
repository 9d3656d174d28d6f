"""The graph as users have it, and as archcalc itself walks it."""

import networkx as nx
import pytest

import archcalc
from archcalc.analyse.summary import summarize
from archcalc.errors import Refused
from archcalc.graph import Source, fold, reads

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
        *("call", "op", "times", "repeats", "frozen", "weights_of", "dtype", "place", "doc")
    }
    assert graph.graph["inputs"] == ["x"]
    assert graph.graph["outputs"] == [Source("all")]


def test_both_forms_of_the_graph_are_walked_alike(tmp_path):
    model = load(tmp_path)
    graph = model.graph
    assert reads(graph, "all") == [Source("twice"), Source("parts", 0), Source("conv")]
    assert summarize(graph).totals == model.summary().totals
    assert [layer.sources for layer in summarize(graph).layers] == [layer.sources for layer in model.summary().layers]
    order = fold(graph, lambda path, node, inputs: [path] * len(node["call"].outputs))
    assert list(order) == list(graph)


def test_the_graph_is_a_copy(tmp_path):
    model = load(tmp_path)
    model.graph.remove_node("all")
    assert len(model.summary().layers) == 4


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


def test_symbolic_repeats_are_in_the_graph(tmp_path):
    graph = load_repeats(tmp_path, free=["L", "M"]).graph
    outer, inner = graph.graph["repeats"]
    assert [str(repeat.count) for repeat in (outer, inner)] == ["L", "M"]
    assert (outer.before, outer.result) == (Source("first"), Source("body.0.sum"))
    assert (inner.before, inner.result) == (Source("body.0.a"), Source("body.0.inner.0"))
    assert {path: node["repeats"] for path, node in graph.nodes(data=True) if node["repeats"]} == {
        "body.0.a": (0,),
        "body.0.inner.0": (0, 1),
        "body.0.sum": (0,),
    }
    assert {path: str(node["times"]) for path, node in graph.nodes(data=True) if node["repeats"]} == {
        "body.0.a": "L",
        "body.0.inner.0": "L*M",
        "body.0.sum": "L",
    }


def test_edges_say_which_of_them_link_the_copies(tmp_path):
    graph = load_repeats(tmp_path, free=["L", "M"]).graph
    assert reads(graph, "body.0.a") == [Source("first", 0, 0)]
    assert reads(graph, "body.0.inner.0") == [Source("body.0.a", 0, 1)]
    assert reads(graph, "body.0.sum") == [Source("body.0.inner.0", 0, 1), Source("first", 0, 0), Source("first")]
    assert reads(graph, "last") == [Source("body.0.sum", 0, 0)]
    assert graph.edges["first", "body.0.a", 0] == {"slot": 0, "port": 0, "repeat": 0}
    assert graph.edges["first", "body.0.sum", 1] == {"slot": 2, "port": 0}


def test_a_fold_sees_one_copy_unless_it_knows_of_more(tmp_path):
    def step(path, node, inputs):
        return [1 + max(inputs, default=0)]

    folded = fold(load_repeats(tmp_path, free=["L", "M"]).graph, step)
    unrolled = fold(load_repeats(tmp_path, L=1, M=1).graph, step)
    assert folded == unrolled
    assert folded["last"] == [6]


def test_a_network_of_a_symbolic_depth_is_no_module(tmp_path):
    with pytest.raises(Refused, match="a module needs numbers, but L is free"):
        load_repeats(tmp_path, free=["L"]).to_torch()
