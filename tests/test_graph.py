"""The graph as users have it, and as archcalc itself walks it."""

import networkx as nx

import archcalc
from archcalc.analyse.summary import summarize
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
